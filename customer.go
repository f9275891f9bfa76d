package kefu

import "time"

// Customer is a person as one official account knows it: by an openid, and by
// what it did lately.
type Customer struct {
	OpenID OpenID
	// Nickname is what the person calls itself. WeChat does not tell it to
	// anybody; the sandbox uses it to tell its followers apart.
	Nickname string
	// Subscribed followers only can be written to. SubscribedAt is when the
	// customer followed last.
	Subscribed   bool
	SubscribedAt time.Time
	// Scene is how the customer came to follow; the value of a parametric code
	// stands in QRScene when it is a number, else in QRSceneStr.
	Scene      SubscribeScene
	QRScene    int64
	QRSceneStr string
	// Remark is the account's own note of who this is.
	Remark string
	// Blocked customers are on the account's blacklist.
	Blocked bool
	// Grants are the allowances of replies.
	Grants Grants
	// LastInAt is when the customer last wrote, LastOutAt when it was last written
	// to.
	LastInAt, LastOutAt time.Time
	// TypingUntil is how long the customer is shown that somebody is typing.
	TypingUntil time.Time
	// LastServedBy is the agent of the last session; 0 for none.
	LastServedBy KFID
	// Thread is how far the conversation is, and was read.
	Thread Thread
	// Courier delivers the pushes about this customer until CourierUntil, so that
	// two processes never do at once. See package callback.
	Courier      string
	CourierUntil time.Time
	CreatedAt    time.Time
}

// SubscribeScene says how somebody came to follow an account. The list may
// grow.
type SubscribeScene string

// The scenes that the sandbox knows how to play.
const (
	SceneSearch SubscribeScene = "ADD_SCENE_SEARCH"
	SceneQRCode SubscribeScene = "ADD_SCENE_QR_CODE"
	SceneOthers SubscribeScene = "ADD_SCENE_OTHERS"
)

const (
	// TypingLife is how long a customer is shown that somebody is typing.
	TypingLife = 15 * time.Second
	// TypingReach is how long ago the last message to or from a customer may be
	// for somebody to be shown typing.
	TypingReach = 30 * time.Second
)

// Type shows the customer that somebody is typing. It refuses with
// [ReplyTimeOver] while the customer could not be written to, with
// [TypingWithoutMessage] when nothing was said lately, and with [TypingAlready].
func (c *Customer) Type(now time.Time) error {
	if err := c.Reachable(now); err != nil {
		return err
	}
	if !recent(c.LastInAt, now) && !recent(c.LastOutAt, now) {
		return TypingWithoutMessage
	}
	if c.Typing(now) {
		return TypingAlready
	}
	c.TypingUntil = now.Add(TypingLife)
	return nil
}

// recent tells whether something was said within TypingReach, and not in a future
// that the clock was moved back from.
func recent(at, now time.Time) bool {
	ago := now.Sub(at)
	return ago >= 0 && ago <= TypingReach
}

// Typing tells whether the customer is shown that somebody is typing. A time that
// lies further ahead than any is ever set was set before the clock was moved back.
func (c *Customer) Typing(now time.Time) bool {
	return now.Before(c.TypingUntil) && c.TypingUntil.Sub(now) <= TypingLife
}

// Reachable refuses, without taking anything, for the reasons for which
// [Customer.Address] would.
func (c *Customer) Reachable(now time.Time) error {
	probe := *c
	return probe.Address(now)
}

// Address takes one message from the customer's allowances. It refuses with
// [ReplyTimeOver] when the customer does not follow or no allowance is alive,
// with [CustomerBlocked], and with [ReplyCountReached].
func (c *Customer) Address(now time.Time) error {
	switch {
	case !c.Subscribed:
		return ReplyTimeOver
	case c.Blocked:
		return CustomerBlocked
	}
	grants, err := c.Grants.Take(now)
	if err != nil {
		return err
	}
	c.Grants = grants
	c.LastOutAt, c.TypingUntil = now, time.Time{}
	return nil
}

// Allow notes what the customer did that allows to be written to; an empty kind
// allows nothing.
func (c *Customer) Allow(kind GrantKind, now time.Time) {
	if allowance, ok := Allowances()[kind]; ok {
		c.Grants = c.Grants.With(kind, allowance, now)
	}
}

// Leave is the customer who stops following: all allowances are over.
func (c *Customer) Leave() {
	c.Subscribed, c.Grants, c.TypingUntil = false, nil, time.Time{}
}

// TagID is the number of a tag within its official account.
type TagID int64

// TagStarred is the one tag that every account has (星标组). It and everything
// below it is the system's.
const TagStarred TagID = 2

// FirstTagID is the number of the first tag that an account makes itself.
const FirstTagID TagID = 100

// Tag groups customers of an official account.
type Tag struct {
	ID   TagID
	Name string
	// Count is how many followers have the tag.
	Count int
}

// System tells whether the tag cannot be changed.
func (id TagID) System() bool { return id >= 0 && id <= TagStarred }
