package workbench

import (
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

// conversationRow is a conversation in a list.
type conversationRow struct {
	Customer     customerLine   `json:"customer"`
	Standing     string         `json:"standing"`
	KFAccount    kefu.KFAccount `json:"kf_account,omitempty"`
	OpenedAt     int64          `json:"opened_at,omitempty"`
	Last         *messageLine   `json:"last"`
	Unread       int            `json:"unread"`
	WaitingSince int64          `json:"waiting_since"`
	ActiveAt     int64          `json:"active_at"`
	Silent       bool           `json:"silent"`
	// Origin is why it waits; nil while it does not, or where that was not noted.
	Origin    *originLine `json:"origin,omitempty"`
	Allowance allowance   `json:"allowance"`
}

// How a customer stands to whoever looks.
const (
	standsMine    = "mine"
	standsServed  = "served"
	standsWaiting = "waiting"
	standsNone    = "none"
)

// waitingRow is a customer in the queue.
type waitingRow struct {
	Customer customerLine   `json:"customer"`
	Since    int64          `json:"since"`
	Named    kefu.KFAccount `json:"named,omitempty"`
	Last     *messageLine   `json:"last"`
	Visits   int            `json:"visits"`
	// Origin is why it waits; nil where that was not noted.
	Origin *originLine `json:"origin,omitempty"`
}

// originLine is why a customer waits.
type originLine struct {
	Kind  kefu.OriginKind `json:"kind"`
	Words string          `json:"words,omitempty"`
}

func lineOfOrigin(o kefu.Origin) *originLine {
	if o.Kind == "" {
		return nil
	}
	return &originLine{o.Kind, o.Words}
}

// queueLine is how the queue stands.
type queueLine struct {
	Total        int   `json:"total"`
	LongestSince int64 `json:"longest_since"`
}

func lineOfQueue(q desk.QueueState) queueLine { return queueLine{q.Total, millis(q.Longest)} }

// view is what rows are written with: who looks, and what the account is like.
type view struct {
	// me is the agent that looks; 0 for none.
	me      kefu.KFID
	account *kefu.OfficialAccount
	agents  []kefu.Agent
	names   nicknames
	now     time.Time
}

func (d *Door) view(me *kefu.Agent, o *kefu.OfficialAccount, agents []kefu.Agent) view {
	v := view{account: o, agents: agents, names: nicknamesOf(agents), now: d.Now()}
	if me != nil {
		v.me = me.ID
	}
	return v
}

// as is the view of another agent.
func (v view) as(me kefu.KFID) view {
	v.me = me
	return v
}

func (v view) conversation(c *kefu.Conversation) conversationRow {
	row := conversationRow{
		Customer: lineOfCustomer(&c.Customer), Standing: standsNone,
		Unread: c.Customer.Thread.Unread, WaitingSince: millis(c.Customer.Thread.UnansweredSince),
		Allowance: allowanceOf(&c.Customer, v.now),
	}
	if c.Last != nil {
		line := lineOfMessage(c.Last, v.names)
		row.Last, row.ActiveAt = &line, line.At
	}
	switch {
	case c.Session != nil:
		row.Standing, row.KFAccount, row.OpenedAt = standsServed, c.Session.Account, millis(c.Session.OpenedAt)
		if c.Session.Agent == v.me {
			row.Standing = standsMine
		}
		row.ActiveAt = max(row.ActiveAt, row.OpenedAt)
		// Without a developer's server an agent hears its customer however long the
		// session was silent.
		row.Silent = v.account.Callback.URL != "" && c.Session.Silent(v.now, v.account.Limits.SessionPatience)
	case c.Waiting != nil:
		row.Standing, row.Origin = standsWaiting, lineOfOrigin(c.Waiting.Origin)
		row.ActiveAt = max(row.ActiveAt, millis(c.Waiting.Since))
	}
	return row
}

func (v view) conversations(all []kefu.Conversation) []conversationRow {
	rows := make([]conversationRow, len(all))
	for i := range all {
		rows[i] = v.conversation(&all[i])
	}
	return rows
}

// waiting is the row of a customer in the queue; nil for one who is not.
func (v view) waiting(c *kefu.Conversation) *waitingRow {
	if c.Waiting == nil {
		return nil
	}
	row := &waitingRow{Customer: lineOfCustomer(&c.Customer), Since: millis(c.Waiting.Since), Visits: c.Customer.Thread.Visits, Origin: lineOfOrigin(c.Waiting.Origin)}
	for i := range v.agents {
		if c.Waiting.Named != 0 && v.agents[i].ID == c.Waiting.Named {
			row.Named = v.agents[i].Account
		}
	}
	if c.Last != nil {
		line := lineOfMessage(c.Last, v.names)
		row.Last = &line
	}
	return row
}
