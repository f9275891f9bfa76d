package desk

import (
	"time"

	"github.com/openkefu/kefu"
)

// unansweredLead is how long before a reception what the customer said may be to belong
// to it: longer ago it was another matter.
const unansweredLead = time.Hour

// receptionWaits begins the reception of a customer who enters the queue, with the
// record that says so.
func (t *turn) receptionWaits(c *kefu.Customer, id kefu.MsgID) error {
	return t.tx.BeginReception(t.app, &kefu.Reception{ID: id, Customer: c.OpenID, From: t.unansweredFrom(c, id), WaitedSince: t.now})
}

// receptionOpens notes that an agent got a customer, who waited or did not.
func (t *turn) receptionOpens(c *kefu.Customer, id kefu.MsgID, agent kefu.KFAccount) error {
	return t.tx.OpenReception(t.app, &kefu.Reception{
		ID: id, Customer: c.OpenID, From: t.unansweredFrom(c, id), WaitedSince: t.now, OpenedAt: t.now, Agent: agent,
	})
}

// receptionLeft ends the reception of a customer who leaves the queue without an agent.
func (t *turn) receptionLeft(c *kefu.Customer, why string) error {
	id, err := t.tx.NextID(t.app, t.now)
	if err != nil {
		return err
	}
	return t.tx.EndReception(t.app, c.OpenID, id, t.now, why)
}

// unansweredFrom is where the messages of a reception begin: with what nobody answered.
func (t *turn) unansweredFrom(c *kefu.Customer, id kefu.MsgID) kefu.MsgID {
	since := c.Thread.UnansweredSince
	if since.IsZero() || since.After(t.now) || t.now.Sub(since) > unansweredLead {
		return id
	}
	return min(kefu.FirstMsgID(since), id)
}
