package simtest

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// followerPause is the usual pause between two things that a follower does.
	followerPause = 5 * time.Second
	// menuItem is the id of the item that a tap on a menu message names.
	menuItem = "101"
)

// follower is somebody who writes.
type follower struct {
	*caller
	id  kefu.OpenID
	no  int
	own int64
}

func (f *follower) note(what string, args ...any) {
	f.world.journal.note(string(f.id), string(f.id)+": "+what, args...)
}

// live follows the account and writes until ctx ends.
func (f *follower) live(ctx context.Context) {
	for !f.follow() && rest(ctx, time.Second) {
	}
	for rest(ctx, f.dice.pause(followerPause)) {
		switch n := f.dice.upTo(100); {
		case n < 80:
			f.write(ctx)
		case n < 90:
			f.tap()
		case n < 95:
			f.leave()
			if !rest(ctx, f.dice.pause(followerPause)) {
				return
			}
			f.follow()
		default:
			f.follow()
		}
	}
}

func (f *follower) follow() bool {
	got, code := f.control(http.MethodPost, "followers", map[string]any{"openid": f.id}, nil)
	f.note("follows: %s %s", got, code)
	return got == kept
}

func (f *follower) leave() {
	got, code := f.control(http.MethodDelete, "followers/"+string(f.id), nil, nil)
	f.note("leaves: %s %s", got, code)
}

// tap taps an item of the account's menu.
func (f *follower) tap() {
	got, code := f.control(http.MethodPost, "followers/"+string(f.id)+"/messages",
		map[string]any{"msgtype": "event", "event": "CLICK", "event_key": "hours"}, nil)
	f.note("taps: %s %s", got, code)
}

// write sends a text. With an id of its own it can be sent again until it is
// known what became of it.
func (f *follower) write(ctx context.Context) {
	f.no++
	s := saying{from: kefu.FromCustomer, customer: f.id, text: fmt.Sprintf("%s says %d.", f.id, f.no), waited: f.dice.chance(0.2)}
	body := map[string]any{"msgtype": "text", "text": map[string]any{"content": s.text}}
	if f.dice.chance(0.2) {
		body["bizmsgmenuid"] = menuItem
	}
	if f.dice.chance(0.5) {
		f.own++
		s.own = int64(1_000_000)*int64(f.id[1]-'0') + f.own
		body["msgid"] = s.own
	}
	verb := "followers/" + string(f.id) + "/messages"
	if s.waited {
		verb += "?wait=1"
	}
	for {
		var answer struct {
			Push struct{ Outcome kefu.Outcome }
		}
		s.tries++
		var code string
		s.fate, code = f.control(http.MethodPost, verb, body, &answer)
		s.outcome = answer.Push.Outcome
		f.note("writes %q own %d: %s %s %s", s.text, s.own, s.fate, s.outcome, code)
		if s.fate != open || s.own == 0 || !rest(ctx, f.dice.span(time.Millisecond, 3*time.Second)) {
			break
		}
	}
	f.world.sayings.add(s)
}

// rest passes time, and tells whether there is more to come.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
