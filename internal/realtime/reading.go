package realtime

import (
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// maxFromPage bounds a frame from a page: names of the customers that it shows.
	maxFromPage = 4 << 10
	// maxWatched bounds how many customers a page shows at once.
	maxWatched = 50
	// A page may say burst things at once, and perSecond in the long run: it speaks
	// when somebody opens a conversation, and answers pings.
	burst     = 20
	perSecond = 5
)

// fromPage is what a page says.
type fromPage struct {
	T       string        `json:"t"`
	OpenIDs []kefu.OpenID `json:"openids"`
}

var (
	errNonsense = errors.New("realtime: not a frame of a page")
	errClosed   = errors.New("realtime: the page closed the socket")
)

// parse reads a frame of a page. Kinds that are not known are those of later pages,
// and mean nothing.
func parse(body []byte) (f fromPage, err error) {
	if err := json.Unmarshal(body, &f); err != nil || f.T == "" {
		return fromPage{}, errNonsense
	}
	if f.T != "watch" {
		return fromPage{T: f.T}, nil
	}
	if len(f.OpenIDs) > maxWatched {
		return fromPage{}, errNonsense
	}
	for _, id := range f.OpenIDs {
		if !id.Valid() {
			return fromPage{}, errNonsense
		}
	}
	return f, nil
}

// read listens to the page until the connection ends, which is how every socket
// ends.
func (s *Socket) read() {
	defer s.leave()
	for {
		op, body, err := s.wire.message(s.control)
		if err == nil {
			err = s.hear(op, body)
		}
		switch {
		case err == nil:
		case errors.Is(err, errClosed):
			s.finish(normalClosure)
			return
		case errors.Is(err, errTooLong):
			s.finish(tooBig)
			return
		case errors.Is(err, errProtocol):
			s.finish(protocolError)
			return
		case errors.Is(err, errNonsense):
			s.finish(Policy)
			return
		default:
			return
		}
	}
}

// hear takes what a page says.
func (s *Socket) hear(op byte, body []byte) error {
	s.unanswered.Store(0)
	if op != opText || !s.talk.take(time.Now()) {
		return errNonsense
	}
	said, err := parse(body)
	if err == nil && said.T == "watch" && s.door.parts.Watch != nil {
		err = s.watch(said.OpenIDs)
	}
	return err
}

// control takes a control frame.
func (s *Socket) control(op byte, payload []byte) error {
	s.unanswered.Store(0)
	switch op {
	case opClose:
		return errClosed
	case opPing:
		if !s.talk.take(time.Now()) {
			return errNonsense
		}
		s.send(false, &packet{bytes: frameOf(opPong, payload)})
	}
	return nil
}

// watch lets the page read customers that it shows, and tells it when it does: what
// it asks for after that has no gap to what it is told.
func (s *Socket) watch(customers []kefu.OpenID) error {
	if s.feed == nil {
		return nil // it is being closed
	}
	s.feed.watch(s, s.door.parts.Watch(s.visitor, customers))
	body, err := json.Marshal(fromPage{T: "watching", OpenIDs: customers})
	if err == nil {
		s.send(false, pack(0, body))
	}
	return err
}

// finish closes the socket on account of what the page sent, or answers that it
// closes it itself.
func (s *Socket) finish(code Code) {
	s.close(code)
	// What it goes on to say is read, or closing would swallow our last words. The
	// writer sets the deadline when they are written.
	_, _ = io.CopyN(io.Discard, s.conn, maxLastWords)
}

// maxLastWords bounds what is read from a page that is being closed.
const maxLastWords = 64 << 10

// pace is a bucket of things that may be said.
type pace struct {
	left float64
	at   time.Time
}

func (p *pace) take(now time.Time) bool {
	p.left = min(p.left+now.Sub(p.at).Seconds()*perSecond, burst)
	p.at = now
	if p.left < 1 {
		return false
	}
	p.left--
	return true
}
