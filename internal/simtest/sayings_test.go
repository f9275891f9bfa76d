package simtest

import (
	"sync"

	"github.com/openkefu/kefu"
)

// saying is a message that somebody sent, with what was answered.
type saying struct {
	from     kefu.Sender
	customer kefu.OpenID
	// account is the agent that said it, or in whose name it was said.
	account kefu.KFAccount
	text    string
	own     int64
	fate    fate
	// tries is how often it was sent, with an own id only.
	tries int
	// waited tells that the answer was to come when the push had ended; outcome is
	// what was answered of the push.
	waited  bool
	outcome kefu.Outcome
}

// sayings are everything that was said through the doors.
type sayings struct {
	mu   sync.Mutex
	list []saying
	// repeats are the pushes that somebody asked to be sent again.
	repeats map[kefu.MsgID]int
}

func (s *sayings) add(what saying) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, what)
}

// repeat notes that a push is about to be sent again.
func (s *sayings) repeat(id kefu.MsgID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.repeats == nil {
		s.repeats = make(map[kefu.MsgID]int)
	}
	s.repeats[id]++
}
