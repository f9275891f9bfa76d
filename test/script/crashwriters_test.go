package script

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// pauseBetween lets a writer breathe: the load is that of people and programs, and
// what is written in a life has to be read after it.
func pauseBetween(r *rand.Rand) { time.Sleep(time.Duration(r.IntN(6)) * time.Millisecond) }

// talk is a customer who writes and writes.
func (l *life) talk(customer string, r *rand.Rand) {
	l.mu.Lock()
	l.followed[customer] = time.Now()
	l.mu.Unlock()
	if _, alive := l.tally(l.follow(customer)); !alive {
		return
	}
	for n := 1; !l.over.Load(); n++ {
		pauseBetween(r)
		text := fmt.Sprintf("%s %d", customer, n) + []string{"", "", "", wantsReply, wantsReply, wantsTransfer, wantsPatience}[r.IntN(7)]
		said := saying{customer: customer, by: customer, serial: n}
		if r.IntN(4) == 0 {
			said.own = 1 + r.Int64N(1<<60)
		}
		noted := l.say(text, said)
		pushed, err := l.write(customer, text, said.own)
		for l.goesOn && said.own != 0 && fateOf(err) == open && !l.over.Load() {
			_, err = l.write(customer, text, said.own)
		}
		l.mu.Lock()
		noted.pushed = pushed
		l.mu.Unlock()
		if !l.settle(noted, err) {
			return
		}
	}
}

// comeAndGo is somebody who follows and leaves.
func (l *life) comeAndGo(who string, r *rand.Rand) {
	m := new(leaver)
	l.mu.Lock()
	l.leavers[who] = m
	l.mu.Unlock()
	for !l.over.Load() {
		pauseBetween(r)
		act := l.follow
		if m.following {
			act = l.unfollow
		}
		f, alive := l.tally(act(who))
		switch {
		case f == open && m.following:
			m.unsure, m.maybeLeft = true, 1
		case f == open:
			m.unsure, m.maybeJoined = true, 1
		case f == declined:
			l.t.Errorf("%s was refused to follow or leave", who)
		case m.following:
			m.following, m.left = false, m.left+1
		default:
			m.following, m.joined = true, m.joined+1
		}
		if !alive {
			return
		}
	}
}

// send is a program of the developer that writes to everybody, sometimes in an
// agent's name.
func (l *life) send(as string, r *rand.Rand) {
	for n := 1; !l.over.Load(); n++ {
		pauseBetween(r)
		customer, agent := l.customers[r.IntN(len(l.customers))], ""
		if r.IntN(3) == 0 {
			agent = staff[r.IntN(len(staff))]
		}
		text := fmt.Sprintf("%s %d", as, n)
		noted := l.say(text, saying{customer: customer, by: as, serial: n})
		if !l.settle(noted, l.sendFor(l.token, customer, text, agent)) {
			return
		}
	}
}

// serve is an agent at work.
func (l *life) serve(agent string, r *rand.Rand) {
	if _, alive := l.tally(l.online(agent, true, agentTakes)); !alive {
		return
	}
	for n := 1; !l.over.Load(); n++ {
		pauseBetween(r)
		var mine wechat.SessionList
		err := l.api(l.token, wechat.PathSessionList+"?kf_account="+agent, nil, &mine)
		if l.gone(err) {
			return
		}
		if len(mine.SessionList) == 0 || r.IntN(10) == 0 {
			var queue wechat.WaitList
			if err := l.api(l.token, wechat.PathWaitList, nil, &queue); l.gone(err) {
				return
			}
			if len(queue.WaitCaseList) > 0 {
				if _, alive := l.tally(l.byAgent("accept", agent, queue.WaitCaseList[0].OpenID)); !alive && !l.goesOn {
					return
				}
			}
			continue
		}
		customer := mine.SessionList[r.IntN(len(mine.SessionList))].OpenID
		var alive bool
		switch r.IntN(8) {
		case 0, 1:
			_, alive = l.tally(l.byAgent("close", agent, customer))
		case 2:
			other := staff[(slices.Index(staff, agent)+1)%len(staff)]
			_, alive = l.tally(l.handOver(agent, customer, other))
		default:
			text := fmt.Sprintf("%s %d.%d", agent, l.number, n)
			noted := l.say(text, saying{customer: customer, by: agent, serial: l.number*1_000_000 + n})
			alive = l.settle(noted, l.answerCustomer(agent, customer, text))
		}
		if !alive && !l.goesOn {
			return
		}
	}
}

// watchPushes notes which pushes have their outcome, and how often each had come.
func (l *life) watchPushes(*rand.Rand) {
	for !l.over.Load() {
		list, err := l.pushes(l.seen)
		if l.gone(err) {
			return
		}
		if err == nil {
			l.noteEnded(list)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// noteEnded notes the pushes that have ended, and moves on to the first that has
// not.
func (c *campaign) noteEnded(list []logged) {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := true
	for _, p := range list {
		if p.Outcome == "due" {
			all = false
			continue
		}
		if _, known := c.ended[p.ID]; !known {
			c.ended[p.ID] = c.dev.count(p.Body)
		}
		if all {
			c.seen = p.ID
		}
	}
}
