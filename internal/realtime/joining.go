package realtime

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openkefu/kefu"
)

// What [Door.Admit] fails with before there is a socket.
var (
	// ErrBusy: there are as many sockets as there may be. Answer 503 with Retry-After.
	ErrBusy = errors.New("realtime: too many sockets")
	// ErrOrigin: the page comes from another site. Answer 403.
	ErrOrigin = errors.New("realtime: a page of another site")
	// ErrHandshake: the request asks for no WebSocket. Answer 400.
	ErrHandshake = errors.New("realtime: not a WebSocket handshake")
	// ErrBroken: the connection broke. There is nobody to answer.
	ErrBroken = errors.New("realtime: the connection broke")
)

const (
	// Protocol is the name of what is spoken.
	Protocol = "kefu.v1"
	// ComeAgain is when a page that was refused because of [ErrBusy] may try again, in
	// seconds.
	ComeAgain = 5

	// maxMissed bounds the facts that a socket is told of after a break. With more it
	// reads its state anew, which is one question instead of hundreds.
	maxMissed = 500
)

// handshake answers requests for a WebSocket. What comes after it is of our own making
// (see wire), so its buffers are as small as may be, and go with it.
var handshake = websocket.Upgrader{
	ReadBufferSize:  leastBuffer,
	WriteBufferSize: leastBuffer,
	Subprotocols:    []string{Protocol},
	CheckOrigin:     func(*http.Request) bool { return true }, // sameSite did
	Error:           func(http.ResponseWriter, *http.Request, int, error) {},
}

// leastBuffer is less than any default.
const leastBuffer = 64

// Admit turns a request into a socket of a visitor. It returns when the socket
// lives on by itself, or with an error when there is none; then nothing was
// answered yet, unless the error is [ErrBroken]. The errors are [ErrBusy],
// [ErrOrigin], [ErrHandshake], ErrBroken, and those of the source.
func (d *Door) Admit(w http.ResponseWriter, r *http.Request, v Visitor) error {
	switch {
	case !websocket.IsWebSocketUpgrade(r):
		return ErrHandshake
	case !d.hub.sameSite(r):
		return ErrOrigin
	case !d.hub.enter():
		return ErrBusy
	}
	s, err := d.open(w, r, v)
	if err != nil {
		d.hub.exit()
		return err
	}
	go s.read()
	return nil
}

// open makes a socket that has joined its feed.
func (d *Door) open(w http.ResponseWriter, r *http.Request, v Visitor) (*Socket, error) {
	since, epoch := place(r.URL.Query())
	began, err := d.begin(r.Context(), &v, since, epoch)
	if err != nil {
		return nil, err
	}
	taken := &hijack{ResponseWriter: w}
	if _, err := handshake.Upgrade(taken, r, nil); err != nil {
		if taken.conn != nil {
			_ = taken.conn.Close() // the error says what is wrong with it
			return nil, fmt.Errorf("%w: %w", ErrBroken, err)
		}
		return nil, fmt.Errorf("%w: %w", ErrHandshake, err)
	}
	s := &Socket{
		door: d, visitor: v, conn: taken.conn, wire: wire{in: taken.conn},
		talk: pace{left: burst, at: time.Now()}, opened: d.hub.step.Load(),
	}
	if !d.hub.add(s) {
		_ = s.conn.Close() // the hub has ended
		return nil, ErrBroken
	}
	// Before its page hears of it, or one that is opened then could come first.
	d.arrive(s)
	s.send(true, began.packets...)
	if err := d.join(s, began); err != nil {
		d.hub.parts.Log.Debug("a page could not join its feed and is told to come back", "door", d.parts.Name, "appid", v.App, "error", err)
		s.close(GoingAway)
	}
	return s, nil
}

// place is where a page was, as it says.
func place(q url.Values) (since kefu.MsgID, epoch string) {
	n, err := strconv.ParseInt(q.Get("offset"), 10, 64)
	if err != nil || n < 0 {
		return 0, ""
	}
	return kefu.MsgID(n), q.Get("epoch")
}

// beginning is what a socket is told first, and up to where.
type beginning struct {
	packets []*packet
	offset  kefu.MsgID
	epoch   string
}

// hello is the first frame.
type hello struct {
	T       string     `json:"t"`
	Epoch   string     `json:"epoch"`
	Offset  kefu.MsgID `json:"offset"`
	Now     int64      `json:"now"`
	Resumed bool       `json:"resumed"`
}

// begin finds out what a visitor missed.
func (d *Door) begin(ctx context.Context, v *Visitor, since kefu.MsgID, epoch string) (beginning, error) {
	release, err := d.hub.resume(ctx)
	if err != nil {
		return beginning{}, err
	}
	defer release()
	source := d.parts.Source
	news, err := source.Facts(ctx, v.App, since, maxMissed+1)
	if err != nil {
		return beginning{}, err
	}
	b := beginning{epoch: news.Epoch, offset: news.Last}
	var missed []*packet
	resumed := epoch != "" && epoch == news.Epoch && since <= news.Last && news.Complete && len(news.Facts) <= maxMissed
	if resumed {
		if missed, err = d.pick(ctx, v, news.Facts); err != nil {
			return beginning{}, err
		}
		// Nothing of this socket's is between the last fact and the last id.
		resumed = len(missed) <= maxQueued/2
	}
	h := hello{T: "hello", Epoch: news.Epoch, Offset: news.Last, Now: d.hub.parts.Now().UnixMilli(), Resumed: resumed}
	if resumed {
		h.Offset = since
		b.packets = missed
	}
	body, err := json.Marshal(h)
	if err != nil {
		return beginning{}, err
	}
	b.packets = append([]*packet{pack(0, body)}, b.packets...)
	return b, nil
}

// pick puts those facts into packets that a visitor reads.
func (d *Door) pick(ctx context.Context, v *Visitor, facts []kefu.Fact) ([]*packet, error) {
	if len(facts) == 0 {
		return nil, nil
	}
	reads := func(key Key) bool {
		for _, k := range v.Keys {
			if k == key {
				return true
			}
		}
		return false
	}
	frames, err := d.parts.Source.Frames(ctx, v.App, facts, reads)
	if err != nil {
		return nil, err
	}
	var packets []*packet
	for _, frame := range frames {
		if !anyKey(frame.Keys, reads) || anyKey(frame.But, reads) {
			continue
		}
		packets = append(packets, pack(frame.ID, frame.Body))
	}
	return packets, nil
}

func anyKey(keys []Key, reads func(Key) bool) bool {
	for _, key := range keys {
		if reads(key) {
			return true
		}
	}
	return false
}

// resume waits for a turn to read the ledger for one socket.
func (h *Hub) resume(ctx context.Context) (release func(), err error) {
	select {
	case h.resuming <- struct{}{}:
		return func() { <-h.resuming }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-h.ctx.Done():
		return nil, ErrBusy
	}
}

// join makes a socket one that the feed of its official account tells. The feed may
// have gone on since the socket read what it missed: then it reads the rest.
func (d *Door) join(s *Socket, from beginning) error {
	ctx, cancel := context.WithTimeout(d.hub.ctx, sourceWithin)
	defer cancel()
	at := from.offset
	f := d.hold(s.visitor.App, from.epoch, at)
	s.feed = f
	for {
		joined, err := f.admit(s, from.epoch, at)
		if joined || err != nil {
			return err
		}
		news, err := d.parts.Source.Facts(ctx, s.visitor.App, at, maxMissed)
		if err != nil {
			return err
		}
		if len(news.Facts) == 0 {
			continue
		}
		packets, err := d.pick(ctx, &s.visitor, news.Facts)
		if err != nil {
			return err
		}
		s.send(false, packets...)
		at = news.Facts[len(news.Facts)-1].ID
	}
}

// hijack lets the upgrader take the connection through writers that only unwrap,
// and remembers that it did.
type hijack struct {
	http.ResponseWriter
	conn net.Conn
}

// Hijack implements [http.Hijacker].
func (h *hijack) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.conn = conn
	return conn, buffers, err
}

// sameSite tells whether a page may open a socket: browsers say which site it comes
// from, and with the cookies of a person who looks at two sites the other one must
// not come in. Other programs say nothing, and have nobody's cookies.
func (h *Hub) sameSite(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	if h.parts.PublicHost != "" && strings.EqualFold(u.Host, h.parts.PublicHost) {
		return true
	}
	// A page that came in the clear has no business with one that did not.
	return strings.EqualFold(u.Host, r.Host) && (r.URL.Scheme != "https" || u.Scheme == "https")
}
