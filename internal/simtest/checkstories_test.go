package simtest

import (
	"slices"

	"github.com/openkefu/kefu"
)

// chapter is something that happened to a customer's session: a record, or the
// push of somebody who left, since leaving the queue leaves no record.
type chapter struct {
	id     kefu.MsgID
	record *kefu.Record
}

// checkStories wants the records to tell a story that can have happened, customer
// by customer: who is accepted waited, who is closed was served, by whom it says.
// The developer's server must have been told the same story, and its end must be
// how things are.
func (w *world) checkStories(left *remains) {
	for _, id := range w.customers {
		var story []chapter
		var told, happened []string
		for i := range left.records {
			r := &left.records[i]
			if r.Customer != id {
				continue
			}
			story = append(story, chapter{r.ID, r})
			switch r.What {
			case kefu.Accepted, kefu.Started:
				happened = append(happened, string(kefu.EventCreateSession)+" "+string(r.Worker))
			case kefu.Closed:
				happened = append(happened, string(kefu.EventCloseSession)+" "+string(r.Worker))
			case kefu.Transferred:
				happened = append(happened, string(kefu.EventSwitchSession)+" "+r.Why+" "+string(r.Worker))
			}
		}
		for i := range left.pushes {
			p := &left.pushes[i]
			if p.Customer != id || p.Event == nil {
				continue
			}
			switch e := p.Event; {
			case e.Type == kefu.EventUnsubscribe:
				story = append(story, chapter{id: p.ID})
			case e.Type == kefu.EventSwitchSession:
				told = append(told, string(e.Type)+" "+string(e.Account)+" "+string(e.To))
			case e.OfSession():
				told = append(told, string(e.Type)+" "+string(e.Account))
			}
		}
		if !slices.Equal(told, happened) {
			w.report("records", "%s: the developer is told %q, and the records tell %q", id, told, happened)
		}
		slices.SortFunc(story, func(a, b chapter) int { return int(a.id - b.id) })
		waits, server := w.tellStory(id, story)
		if _, is := left.waiting[id]; is != waits {
			w.report("records", "%s: waits %t, and by the records %t", id, is, waits)
		}
		if is := left.sessions[id].Account; is != server {
			w.report("records", "%s: served by %q, and by the records by %q", id, is, server)
		}
	}
}

// tellStory goes through a story, and returns how it leaves its customer.
func (w *world) tellStory(id kefu.OpenID, story []chapter) (waits bool, server kefu.KFAccount) {
	for _, c := range story {
		r := c.record
		if r == nil {
			waits = false
			continue
		}
		legal := true
		switch r.What {
		case kefu.Queued:
			legal = !waits && server == ""
			waits = true
		case kefu.Accepted:
			legal = waits && server == ""
			waits, server = false, r.Worker
		case kefu.Started:
			legal = server == ""
			waits, server = false, r.Worker
		case kefu.Transferred:
			legal = server != "" && server == kefu.KFAccount(r.Why) && server != r.Worker
			server = r.Worker
		case kefu.Closed:
			legal = server != "" && server == r.Worker
			server = ""
		case kefu.CustomerSaid:
			legal = server != "" && server == r.Worker
		}
		if !legal {
			w.report("records", "%s: record %d cannot have happened while it is served by %q, waits %t: %s %s %q", id, r.ID, server, waits, happening(r.What), r.Worker, r.Why)
		}
	}
	return waits, server
}
