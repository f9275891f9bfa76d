package simtest

import "github.com/openkefu/kefu"

// checkOrder wants the pushes of a customer to arrive in their order: the first
// arrival of each after the outcome of the one before. Events of sessions that
// failed step aside, and are in order among themselves.
func (w *world) checkOrder(left *remains) {
	first := make(map[string]arrival)
	for _, a := range w.developer.heard() {
		if _, known := first[a.body]; !known {
			first[a.body] = a
		}
	}
	doors := w.newCaller("order", newDice(w.plan.seed, "order"))
	lines := w.pushLines(doors)
	alike := make(map[string]int)
	for i := range lines {
		alike[lines[i].Body]++
	}
	aside := make(map[kefu.OpenID]bool)
	for i := range left.pushes {
		p := &left.pushes[i]
		if p.Event != nil && p.Event.OfSession() && (len(p.Attempts) != 1 || p.Attempts[0].Failure != "") {
			aside[p.Customer] = true
		}
	}
	lanes := make(map[laneKey]before)
	for i := range left.pushes {
		p := &left.pushes[i]
		key := laneKey{p.Customer, aside[p.Customer] && p.Event != nil && p.Event.OfSession()}
		story := w.notary.shown().pushes[p.ID]
		// A push that was sent again once more is in no order.
		if story == nil || len(story.ended) == 0 || len(story.repeated) > 0 || alike[lines[i].Body] > 1 {
			continue
		}
		a, arrived := first[lines[i].Body]
		if b := lanes[key]; arrived && b.push != nil && a.at.Before(b.ended.at) {
			w.report("order", "push %d of %s arrived at %s, before push %d had its outcome at %s",
				p.ID, p.Customer, a.at.Format("15:04:05.000"), b.push.ID, b.ended.at.Format("15:04:05.000"))
		}
		lanes[key] = before{p, story.ended[0]}
	}
}

// laneKey tells apart what a customer's pushes are in order among: each other, and
// beside them the events of its sessions, when one has failed.
type laneKey struct {
	customer kefu.OpenID
	aside    bool
}

// before is the push before the present one, and when it had its outcome.
type before struct {
	push  *kefu.Push
	ended moment
}
