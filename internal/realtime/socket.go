package realtime

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// maxQueued and maxQueuedBytes bound what waits for one socket: some seconds of a
	// busy official account. Who is behind further has it read anew from the ledger.
	maxQueued      = 512
	maxQueuedBytes = 512 << 10
	// writeWithin is how long one write may take. A page on a phone in a tunnel is
	// given up after it and comes back with its offset.
	writeWithin = 10 * time.Second
	// closeWithin is how long the other side has to answer that the socket is closed.
	closeWithin = time.Second
)

// packet is a frame on its way, shared by all sockets that get it.
type packet struct {
	id    kefu.MsgID
	bytes []byte
}

// pack makes a packet of a text; id is that of its fact, or 0.
func pack(id kefu.MsgID, body []byte) *packet { return &packet{id, frameOf(opText, body)} }

// pingPacket is the same for all.
var pingPacket = &packet{bytes: frameOf(opPing, nil)}

// Socket is one open page.
type Socket struct {
	door    *Door
	visitor Visitor
	conn    net.Conn
	wire    wire
	talk    pace
	// opened is the hub's beat at which it was opened.
	opened int64
	// unanswered counts the pings since something came.
	unanswered atomic.Int32
	// feed is what tells it; nil when it never got so far.
	feed *feed

	// What follows belongs to the feed, and is read and written under its mu. The feed
	// hands it nothing up to joined; mark is the last packet that was looked at for it.
	joined   kefu.MsgID
	watching []Key
	mark     *packet

	mu    sync.Mutex
	queue [][]byte
	bytes int
	// writing tells that a goroutine writes; ending is the code with which it is to
	// close, or 0.
	writing bool
	ending  Code
}

// send queues packets. It never waits. Those of a resume have bounds of their own,
// and are all taken.
func (s *Socket) send(resume bool, packets ...*packet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending != 0 {
		return
	}
	for _, p := range packets {
		rest := p.bytes
		if !s.writing && len(s.queue) == 0 {
			if rest = rest[writeAtOnce(s.conn, rest):]; len(rest) == 0 {
				continue
			}
		}
		if !resume && (len(s.queue) >= maxQueued || s.bytes+len(rest) > maxQueuedBytes) {
			s.door.hub.slow.Add(1)
			s.end(TooSlow)
			return
		}
		s.queue = append(s.queue, rest)
		s.bytes += len(rest)
	}
	if len(s.queue) > 0 {
		s.start()
	}
}

// ping asks whether the other side is there, or gives it up when it has not
// answered for so long.
func (s *Socket) ping() {
	if s.unanswered.Add(1) > maxUnanswered {
		_ = s.conn.Close() // its reader hears of it
		return
	}
	s.send(false, pingPacket)
}

// close closes the socket with a code, after what is being written now.
func (s *Socket) close(code Code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending == 0 {
		s.end(code)
	}
}

// end is close under mu. A frame of which a part was written is written to its end.
func (s *Socket) end(code Code) {
	s.ending = code
	s.start()
}

// start lets somebody write, unless somebody does; under mu. Its callers know that
// the socket is one of the hub's, so that the hub waits for it.
func (s *Socket) start() {
	if !s.writing {
		s.writing = true
		s.door.hub.running.Add(1)
		go s.write()
	}
}

// next is what is to be written; nothing when the writer may go. Of a socket that is
// to close that is only what was begun.
func (s *Socket) next() (frames net.Buffers, code Code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	frames, code = s.queue, s.ending
	s.queue, s.bytes = nil, 0
	if len(frames) == 0 && code == 0 {
		s.writing = false
	}
	return frames, code
}

// write writes what there is and goes. When it ends the connection it never stops
// being the one who writes, so that nobody writes after it.
func (s *Socket) write() {
	defer s.door.hub.running.Done()
	for {
		frames, code := s.next()
		if len(frames) == 0 && code == 0 {
			return
		}
		if code != 0 {
			frames = append(frames[:min(len(frames), 1)], closeFrame(code))
		}
		within := writeWithin
		if code != 0 {
			within = closeWithin
		}
		_ = s.conn.SetWriteDeadline(time.Now().Add(within)) // on a closed connection, writing fails
		if _, err := frames.WriteTo(s.conn); err != nil {
			_ = s.conn.Close() // its reader hears of it
			return
		}
		if code != 0 {
			// The reader waits for the answer a little and then closes the connection:
			// closed at once, it could swallow these words.
			_ = s.conn.SetReadDeadline(time.Now().Add(closeWithin)) // on a closed one there is nothing to wait for
			return
		}
		_ = s.conn.SetWriteDeadline(time.Time{}) // or nothing could be written at once later
	}
}

// leave ends the socket, by its reader alone.
func (s *Socket) leave() {
	_ = s.conn.Close() // whatever is wrong with it, it is over
	if f := s.feed; f != nil {
		f.mu.Lock()
		f.drop(s, s.visitor.Keys)
		f.drop(s, s.watching)
		f.mu.Unlock()
		s.door.letGo(f)
	}
	s.door.depart(s)
	s.door.hub.exit()
	s.door.hub.remove(s)
}
