package simtest

import (
	"strings"

	"github.com/openkefu/kefu"
)

// checkPushes wants every push to have an outcome, one that was answered well to
// have reached the developer's server, one that failed to have been tried, nothing
// to reach it any more once its outcome was noted, and passive replies to be shown
// once.
func (w *world) checkPushes(left *remains, doors *caller) {
	lines := w.pushLines(doors)
	if len(lines) != len(left.pushes) {
		w.report("doors", "there are %d pushes, and %d are listed", len(left.pushes), len(lines))
		return
	}
	arrived := make(map[string][]arrival)
	for _, a := range w.developer.heard() {
		arrived[a.body] = append(arrived[a.body], a)
	}
	alike := make(map[string]int)
	for i := range lines {
		alike[lines[i].Body]++
	}
	for i := range left.pushes {
		p := &left.pushes[i]
		body := lines[i].Body
		w.checkOutcome(p, arrived[body], alike[body])
		if alike[body] == 1 {
			w.checkSilence(p, arrived[body])
		}
	}
	for body := range arrived {
		if alike[body] == 0 {
			w.report("pushes", "the developer's server heard what is no push: %s", body)
		}
	}
	w.checkTold(left)
	w.checkReplies(left, lines)
}

// pushLines lists all pushes through the door.
func (w *world) pushLines(doors *caller) (all []pushLine) {
	for after := kefu.MsgID(0); ; {
		page, ok := doors.pushes(after)
		if !ok {
			w.report("doors", "the pushes cannot be listed")
			return all
		}
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		after = page[len(page)-1].ID
	}
}

// checkOutcome looks at one of several pushes that are alike, mostly the only one.
func (w *world) checkOutcome(p *kefu.Push, arrived []arrival, alike int) {
	last := kefu.Attempt{}
	if n := len(p.Attempts); n > 0 {
		last = p.Attempts[n-1]
	}
	switch p.Outcome {
	case kefu.OutcomeAcknowledged, kefu.OutcomeReplied, kefu.OutcomeTransferred:
		if len(arrived) == 0 || alike > 1 && len(arrived) < alike && !w.plan.developer {
			w.report("pushes", "push %d of %s is %s and never reached the developer's server", p.ID, p.Customer, p.Outcome)
		}
		if last.Failure != "" || len(p.Attempts) == 0 {
			w.report("pushes", "push %d of %s is %s after %+v", p.ID, p.Customer, p.Outcome, p.Attempts)
		}
	case kefu.OutcomeFailed:
		if gaveUp := last.URL == "" && last.Failure != ""; !gaveUp && p.Tried() < kefu.PushAttempts {
			w.report("pushes", "push %d of %s failed after %d attempts: %+v", p.ID, p.Customer, p.Tried(), p.Attempts)
		}
	default:
		w.report("pushes", "push %d of %s is %q", p.ID, p.Customer, p.Outcome)
	}
	for i := 1; i < len(p.Attempts); i++ {
		if a := p.Attempts[i]; a.At.Equal(p.Attempts[i-1].At) && a.URL != "" && !a.First {
			w.report("pushes", "push %d of %s has one attempt noted twice: %+v", p.ID, p.Customer, p.Attempts)
		}
	}
	// What the house noted as an attempt is all that there was, where no attempt
	// can have been lost with its process or have gone unnoted.
	if !w.plan.ledger && !w.plan.kills && alike == 1 && len(arrived) > p.Made() {
		w.report("pushes", "push %d of %s was tried %d times and arrived %d times", p.ID, p.Customer, p.Made(), len(arrived))
	}
}

// checkSilence wants nothing to arrive after an outcome was noted, but for what
// somebody asked for afterwards.
func (w *world) checkSilence(p *kefu.Push, arrived []arrival) {
	story := w.notary.shown().pushes[p.ID]
	if story == nil {
		return
	}
	for _, a := range arrived {
		// The last word before it arrived decides. What arrives at the very time of
		// the commit may have been on its way.
		var ended, repeated moment
		for _, m := range story.ended {
			if m.step < a.step && m.at.Before(a.at) {
				ended = m
			}
		}
		for _, m := range story.repeated {
			if m.step < a.step {
				repeated = m
			}
		}
		if ended.step > repeated.step {
			w.report("silence", "push %d of %s arrived %s after its outcome was noted", p.ID, p.Customer, a.at.Sub(ended.at))
		}
	}
}

// checkTold wants what a caller was told of a push to be what became of it.
func (w *world) checkTold(left *remains) {
	outcomes := make(map[string]*kefu.Push)
	for i := range left.pushes {
		if m := left.pushes[i].Message; m != nil {
			outcomes[m.Content.Said()] = &left.pushes[i]
		}
	}
	for i := range w.sayings.list {
		s := &w.sayings.list[i]
		p := outcomes[s.text]
		switch {
		case s.from != kefu.FromCustomer || s.fate != kept:
		case s.outcome == kefu.OutcomeNone && s.tries == 1 && p != nil:
			w.report("pushes", "%q was to have no push, and has %d", s.text, p.ID)
		case s.outcome == kefu.OutcomeNone:
		case p == nil:
			w.report("pushes", "%q has no push", s.text)
		case s.waited && s.outcome != kefu.OutcomeDue && s.outcome != p.Outcome && w.sayings.repeats[p.ID] == 0:
			w.report("pushes", "%q was told to be %s and is %s", s.text, s.outcome, p.Outcome)
		}
	}
}

// checkReplies wants every passive reply on a phone to be one that was made to a
// push of its customer, once for each time that the push had an outcome.
func (w *world) checkReplies(left *remains, lines []pushLine) {
	pushes, alike := make(map[string]int), make(map[string]int)
	for i := range lines {
		pushes[lines[i].Body] = i
		alike[lines[i].Body]++
	}
	replies := make(map[kefu.MsgID]int)
	for id, list := range left.messages {
		for i := range list {
			m := &list[i]
			if m.From != kefu.FromAccount || !strings.HasPrefix(m.Content.Text, "re ") {
				continue
			}
			body, said := w.developer.answered(m.Content.Text)
			at, known := pushes[body]
			if !said || !known || left.pushes[at].Customer != id {
				w.report("messages", "%s: message %d is no reply to a push of its own: %q", id, m.ID, m.Content.Text)
				continue
			}
			replies[left.pushes[at].ID]++
		}
	}
	for i := range left.pushes {
		p := &left.pushes[i]
		if alike[lines[i].Body] > 1 {
			continue
		}
		n, rounds := replies[p.ID], 1+w.sayings.repeats[p.ID]
		if n > rounds {
			w.report("messages", "push %d of %s was answered once and is shown %d replies", p.ID, p.Customer, n)
		}
		if p.Outcome == kefu.OutcomeReplied && n == 0 {
			w.report("messages", "push %d of %s is replied, and there is no reply", p.ID, p.Customer)
		}
	}
}
