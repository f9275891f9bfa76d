package admin

import (
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// stamp is a time as pages read it, in Unix milliseconds; 0 for none.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// span is a duration as pages read it, in milliseconds; nil for none.
func span(d *time.Duration) *int64 {
	if d == nil {
		return nil
	}
	ms := d.Milliseconds()
	return &ms
}

// whoLine is who a customer is.
type whoLine struct {
	OpenID   kefu.OpenID `json:"openid"`
	Nickname string      `json:"nickname"`
	Remark   string      `json:"remark"`
}

func lineOfWho(c *kefu.Customer) whoLine { return whoLine{c.OpenID, c.Nickname, c.Remark} }

// handLine is an agent as those who look on see it.
type handLine struct {
	KFAccount kefu.KFAccount `json:"kf_account"`
	Nickname  string         `json:"nickname"`
	Avatar    string         `json:"avatar,omitempty"`
	Status    string         `json:"status"`
	// Since is since when it has the status.
	Since   int64 `json:"since"`
	Serving int   `json:"serving"`
	// Max is how many it takes by itself; 0 when it takes none.
	Max int `json:"max"`
}

func lineOfHand(a *kefu.Agent) handLine {
	line := handLine{
		KFAccount: a.Account, Nickname: a.Nickname, Avatar: translate.AvatarPath(a.Avatar), Status: string(a.Presence.Status()),
		Since: stamp(a.Presence.Since), Serving: a.Serving, Max: a.Presence.AutoAccept,
	}
	if !a.Bound() {
		line.Status = "unbound"
	}
	return line
}

// agentNames are the nicknames of the agents that there are, and since when.
type agentNames map[kefu.KFAccount]agentName

type agentName struct {
	nickname string
	since    time.Time
}

func namesOf(agents []kefu.Agent) agentNames {
	names := make(agentNames, len(agents))
	for i := range agents {
		names[agents[i].Account] = agentName{agents[i].Nickname, agents[i].CreatedAt}
	}
	return names
}

// of is how the agent is called who had an account at a time, the zero time being now;
// the account itself when that agent is gone, also when another one has it by now.
func (n agentNames) of(a kefu.KFAccount, at time.Time) string {
	if name := n[a]; name.nickname != "" && (at.IsZero() || !name.since.After(at)) {
		return name.nickname
	}
	return string(a)
}

// saidLine is one message, in the form that the bubbles of all pages read.
type saidLine struct {
	ID        kefu.MsgID     `json:"id"`
	From      kefu.Sender    `json:"from"`
	KFAccount kefu.KFAccount `json:"kf_account,omitempty"`
	Nickname  string         `json:"nickname,omitempty"`
	wechat.CustomMessage
	// Image takes the place of that of the form, whose picurl is called pic_url here.
	Image   *saidImage    `json:"image,omitempty"`
	At      int64         `json:"at"`
	State   kefu.Delivery `json:"state"`
	Refused string        `json:"refused,omitempty"`
}

type saidImage struct {
	MediaID kefu.MediaID `json:"media_id"`
	PicURL  string       `json:"pic_url,omitempty"`
}

func lineOfSaid(m *kefu.Message, names agentNames) saidLine {
	line := saidLine{
		ID: m.ID, From: m.From, KFAccount: m.Account, CustomMessage: translate.CustomMessage(&m.Content),
		At: stamp(m.At), State: m.State, Refused: m.Refused,
	}
	if m.Account != "" {
		line.Nickname = names.of(m.Account, m.At)
	}
	if m.Content.Type == kefu.MsgImage {
		line.Image = &saidImage{m.Content.MediaID, m.Content.PicURL}
	}
	return line
}

// becameLine is a line between messages: what became of a session.
type becameLine struct {
	ID        kefu.MsgID     `json:"id"`
	What      string         `json:"what"`
	KFAccount kefu.KFAccount `json:"kf_account,omitempty"`
	Nickname  string         `json:"nickname,omitempty"`
	From      string         `json:"from,omitempty"`
	Why       string         `json:"why,omitempty"`
	Note      string         `json:"note,omitempty"`
	At        int64          `json:"at"`
}

var becameNames = map[kefu.Happening]string{
	kefu.Queued: "queued", kefu.Accepted: "accepted", kefu.Started: "started",
	kefu.Transferred: "transferred", kefu.Grabbed: "transferred", kefu.Closed: "closed",
}

func lineOfBecame(r *kefu.Record, notes map[kefu.MsgID]kefu.Note, names agentNames) becameLine {
	line := becameLine{ID: r.ID, What: becameNames[r.What], KFAccount: r.Worker, Why: r.Why, Note: notes[r.ID].Text, At: stamp(r.At)}
	if r.Worker != "" {
		line.Nickname = names.of(r.Worker, r.At)
	}
	if r.What == kefu.Transferred || r.What == kefu.Grabbed {
		line.From, line.Why = names.of(kefu.KFAccount(r.Why), r.At), ""
	}
	return line
}
