package simtest

import (
	"slices"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// The times between which everything in a world happens, for those who ask for
// all of it.
var (
	firstMoment = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	lastMoment  = time.Date(2037, 1, 1, 0, 0, 0, 0, time.UTC)
)

// checkMessages wants every message that was acknowledged in its conversation
// once, one of which nobody knows at most once, one that was refused not at all,
// and nothing else but passive replies and notices; ascending ids; and each phone
// that read on all the time to have seen just that.
func (w *world) checkMessages(left *remains, doors *caller) {
	said := make(map[kefu.OpenID]map[string]*saying)
	for i := range w.sayings.list {
		s := &w.sayings.list[i]
		if said[s.customer] == nil {
			said[s.customer] = make(map[string]*saying)
		}
		said[s.customer][s.text] = s
	}
	for _, p := range w.phones {
		for p.read(100) {
		}
		screen, ok := doors.shows(p.customer, 0, 1000)
		if !ok {
			w.report("doors", "the phone of %s shows nothing", p.customer)
			continue
		}
		if !slices.Equal(p.got, screen) {
			at := 0
			for at < min(len(p.got), len(screen)) && p.got[at] == screen[at] {
				at++
			}
			w.report("pages", "%s: the phone that read on has seen %d messages and there are %d; they differ from number %d: got %+v, want %+v",
				p.customer, len(p.got), len(screen), at, p.got[at:min(at+2, len(p.got))], screen[at:min(at+2, len(screen))])
		}
		if len(screen) != len(left.messages[p.customer]) {
			w.report("doors", "the phone of %s shows %d messages, want %d", p.customer, len(screen), len(left.messages[p.customer]))
		}
		w.checkScreen(p.customer, screen, said[p.customer])
		w.checkHouse(p.customer, screen, left)
	}
}

// checkHouse wants what the house says by itself said at most once for what it is said
// about: a greeting for a session, and recorded, and a word for a wait.
func (w *world) checkHouse(customer kefu.OpenID, screen []shown, left *remains) {
	welcomes, words := 0, 0
	for _, m := range screen {
		switch {
		case m.From != kefu.FromHouse:
		case m.Text.Content == houseWelcomes:
			welcomes++
		default:
			words++
		}
	}
	began, waited, recorded := 0, 0, 0
	for i := range left.records {
		switch r := &left.records[i]; {
		case r.Customer != customer:
		case r.What == kefu.Queued:
			waited++
		case r.What == kefu.Accepted, r.What == kefu.Started:
			began++
		case r.What == kefu.AgentSaid && r.Text == houseWelcomes:
			recorded++
		}
	}
	if welcomes > began || welcomes != recorded || words > waited {
		w.report("messages", "%s: began %d sessions, was greeted %d times and by the records %d; waited %d times and was told so %d",
			customer, began, welcomes, recorded, waited, words)
	}
}

func (w *world) checkScreen(customer kefu.OpenID, screen []shown, said map[string]*saying) {
	times := make(map[string]int)
	for i, m := range screen {
		if i > 0 && m.ID <= screen[i-1].ID {
			w.report("ids", "%s: message %d comes after %d", customer, m.ID, screen[i-1].ID)
		}
		text := m.Text.Content
		times[text]++
		s := said[text]
		switch {
		case s == nil && m.From == kefu.FromSystem:
		case s == nil && m.From == kefu.FromAccount && strings.HasPrefix(text, "re "):
			// A passive reply; checkPushes counts them.
		case s == nil && m.From == kefu.FromHouse && (text == houseWelcomes || text == houseIsBusy || text == houseIsEmpty):
			// checkHouse counts them.
		case s == nil:
			w.report("messages", "%s: message %d was said by nobody: %+v", customer, m.ID, m)
		case s.from != m.From || s.account != m.Account:
			w.report("messages", "%s: message %d is from %s %q, want %s %q", customer, m.ID, m.From, m.Account, s.from, s.account)
		}
	}
	for text, s := range said {
		switch n := times[text]; {
		case s.fate == kept && n != 1:
			w.report("messages", "%s: %q was acknowledged and is there %d times", customer, text, n)
		case s.fate == open && n > 1:
			w.report("messages", "%s: %q is there %d times", customer, text, n)
		case s.fate == refused && n > 0 && s.tries < 2:
			w.report("messages", "%s: %q was refused and is there %d times", customer, text, n)
		}
	}
}

// checkRecords wants what agents said recorded once, what customers said at most
// once, and once if an agent heard it; ascending ids; and the reader who paged all
// the time to have seen just what one who reads now sees.
func (w *world) checkRecords(left *remains, doors *caller) {
	agentSaid, customerSaid := make(map[string]int), make(map[string]int)
	for i := range left.records {
		r := &left.records[i]
		if i > 0 && r.ID <= left.records[i-1].ID {
			w.report("ids", "record %d comes after %d", r.ID, left.records[i-1].ID)
		}
		switch r.What {
		case kefu.AgentSaid:
			agentSaid[r.Text]++
		case kefu.CustomerSaid:
			customerSaid[r.Text]++
		}
	}
	for _, list := range left.messages {
		for i := range list {
			if m := &list[i]; m.From == kefu.FromAgent && agentSaid[m.Content.Said()] != 1 {
				w.report("records", "%q of %s is in the conversation, and %d times in the records", m.Content.Said(), m.Account, agentSaid[m.Content.Said()])
			}
		}
	}
	for i := range w.sayings.list {
		s := &w.sayings.list[i]
		n := customerSaid[s.text]
		switch {
		case s.from != kefu.FromCustomer:
		case s.fate == kept && s.tries == 1 && s.outcome == kefu.OutcomeNone && n != 1:
			w.report("records", "%q was heard by an agent, and is %d times in the records", s.text, n)
		case n > 1 && len(w.sayings.repeats) == 0:
			w.report("records", "%q is %d times in the records", s.text, n)
		}
	}
	w.checkReader(doors)
}

func (w *world) checkReader(doors *caller) {
	begins := make(map[int64]bool)
	for begin := range w.records.windows {
		begins[begin] = true
	}
	for _, r := range w.notary.shown().records {
		begins[windowOf(r.At)] = true
	}
	for begin := range begins {
		for w.records.page(begin, 100) {
		}
		whole, ok := doors.records(begin, 1, wholeRead)
		if !ok {
			w.report("doors", "the records cannot be read")
			continue
		}
		got, want := w.records.windows[begin].got, []wechat.Record(whole.RecordList)
		if slices.Equal(got, want) {
			continue
		}
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		w.report("pages", "the reader of records has seen %d and there are %d; they differ from number %d: got %+v, want %+v",
			len(got), len(want), at, got[at:min(at+2, len(got))], want[at:min(at+2, len(want))])
	}
}
