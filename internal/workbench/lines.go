package workbench

import (
	"cmp"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// millis is a time as pages read it; 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// agentLine is an agent of the account.
type agentLine struct {
	KFAccount  kefu.KFAccount `json:"kf_account,omitempty"`
	KFID       kefu.KFID      `json:"kf_id,omitempty"`
	Nickname   string         `json:"nickname"`
	Avatar     string         `json:"avatar,omitempty"`
	Status     string         `json:"status"`
	AutoAccept int            `json:"auto_accept"`
	Serving    int            `json:"serving"`
}

// unbound is the status of an agent without a person.
const unbound = "unbound"

func lineOfAgent(a *kefu.Agent) agentLine {
	line := agentLine{
		KFAccount: a.Account, KFID: a.ID, Nickname: a.Nickname, Avatar: translate.AvatarPath(a.Avatar),
		Status: string(a.Presence.Status()), AutoAccept: a.Presence.AutoAccept, Serving: a.Serving,
	}
	if !a.Bound() {
		line.Status = unbound
	}
	return line
}

// customerLine is who a customer is.
type customerLine struct {
	OpenID       kefu.OpenID         `json:"openid"`
	Nickname     string              `json:"nickname"`
	Remark       string              `json:"remark"`
	Subscribed   bool                `json:"subscribed"`
	SubscribedAt int64               `json:"subscribed_at"`
	Scene        kefu.SubscribeScene `json:"scene"`
	QRScene      any                 `json:"qr_scene,omitempty"`
	Blocked      bool                `json:"blocked"`
}

func lineOfCustomer(c *kefu.Customer) customerLine {
	line := customerLine{
		OpenID: c.OpenID, Nickname: c.Nickname, Remark: c.Remark, Subscribed: c.Subscribed, SubscribedAt: millis(c.SubscribedAt),
		Scene: c.Scene, Blocked: c.Blocked,
	}
	switch {
	case c.QRSceneStr != "":
		line.QRScene = c.QRSceneStr
	case c.QRScene != 0:
		line.QRScene = c.QRScene
	}
	return line
}

// grantLine is one allowance of replies.
type grantLine struct {
	Kind  kefu.GrantKind `json:"kind"`
	Left  int            `json:"left"`
	Until int64          `json:"until"`
}

// allowance is how the customer can be written to. Left and Until are those of the
// grant that is used next.
type allowance struct {
	Left   int         `json:"left"`
	Until  int64       `json:"until"`
	Reason string      `json:"reason,omitempty"`
	Grants []grantLine `json:"grants"`
}

// barred are the reasons for which a customer cannot be written to, as pages know
// them.
var barred = map[kefu.Reason]string{
	kefu.ReplyTimeOver:     "expired",
	kefu.ReplyCountReached: "used_up",
	kefu.CustomerBlocked:   "blocked",
}

func allowanceOf(c *kefu.Customer, now time.Time) allowance {
	return allowanceFrom(c.Reach(now), c.Subscribed)
}

func allowanceFrom(r kefu.Reach, subscribed bool) allowance {
	a := allowance{Left: r.Next.Left, Until: millis(r.Next.ExpiresAt), Reason: barred[r.Barred], Grants: make([]grantLine, len(r.Alive))}
	if !subscribed {
		a.Reason = "unfollowed"
	}
	for i, g := range r.Alive {
		a.Grants[i] = grantLine{Kind: g.Kind, Left: g.Left, Until: millis(g.ExpiresAt)}
	}
	return a
}

// messageLine is one message. What it says stands under the name of its type, in the
// form of message/custom/send.
type messageLine struct {
	ID        kefu.MsgID     `json:"id"`
	From      kefu.Sender    `json:"from"`
	KFAccount kefu.KFAccount `json:"kf_account,omitempty"`
	Nickname  string         `json:"nickname,omitempty"`
	wechat.CustomMessage
	// Image takes the place of that of the form, whose picurl is called pic_url as
	// everywhere here.
	Image    *imageLine    `json:"image,omitempty"`
	At       int64         `json:"at"`
	State    kefu.Delivery `json:"state"`
	Refused  string        `json:"refused,omitempty"`
	ClientID kefu.ClientID `json:"client_id,omitempty"`
}

type imageLine struct {
	MediaID kefu.MediaID `json:"media_id"`
	PicURL  string       `json:"pic_url,omitempty"`
}

func lineOfMessage(m *kefu.Message, names nicknames) messageLine {
	line := messageLine{
		ID: m.ID, From: m.From, KFAccount: m.Account, Nickname: names[m.Account], CustomMessage: translate.CustomMessage(&m.Content),
		At: millis(m.At), State: m.State, Refused: m.Refused, ClientID: m.ClientID,
	}
	if m.Content.Type == kefu.MsgImage {
		line.Image = &imageLine{m.Content.MediaID, m.Content.PicURL}
	}
	return line
}

// nicknames are those of the agents that there are. Who was removed has none.
type nicknames map[kefu.KFAccount]string

func nicknamesOf(agents []kefu.Agent) nicknames {
	names := make(nicknames, len(agents))
	for i := range agents {
		names[agents[i].Account] = agents[i].Nickname
	}
	return names
}

// happeningLine is a line between messages.
type happeningLine struct {
	ID        kefu.MsgID     `json:"id"`
	What      string         `json:"what"`
	KFAccount kefu.KFAccount `json:"kf_account,omitempty"`
	Nickname  string         `json:"nickname,omitempty"`
	From      string         `json:"from,omitempty"`
	Why       string         `json:"why,omitempty"`
	Note      string         `json:"note,omitempty"`
	At        int64          `json:"at"`
}

// happened are the names of what becomes of sessions. One who grabs a customer is
// handed it as by a transfer.
var happened = map[kefu.Happening]string{
	kefu.Queued:      "queued",
	kefu.Accepted:    "accepted",
	kefu.Started:     "started",
	kefu.Transferred: "transferred",
	kefu.Closed:      "closed",
	kefu.Grabbed:     "transferred",
}

func lineOfHappening(r *kefu.Record, notes map[kefu.MsgID]kefu.Note, names nicknames) happeningLine {
	line := happeningLine{
		ID: r.ID, What: happened[r.What], KFAccount: r.Worker, Nickname: names[r.Worker], Why: r.Why, Note: notes[r.ID].Text, At: millis(r.At),
	}
	switch r.What {
	case kefu.Transferred, kefu.Grabbed:
		line.From, line.Why = r.Why, ""
		if r.What == kefu.Grabbed {
			line.Why = "taken"
		}
	}
	return line
}

// noteLine is a colleague's note.
type noteLine struct {
	ID     kefu.MsgID `json:"id"`
	Text   string     `json:"text"`
	Author string     `json:"author"`
	// Own tells that whoever asks wrote it.
	Own bool  `json:"own"`
	At  int64 `json:"at"`
}

func lineOfNote(n *kefu.Note, who kefu.WeChatID) noteLine {
	return noteLine{
		ID: n.ID, Text: n.Text, Author: cmp.Or(n.Author.Name, string(n.Author.ID)), Own: n.Author.ID == who, At: millis(n.At),
	}
}
