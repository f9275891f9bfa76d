package callback_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
	"github.com/openkefu/kefu/wechat/msgcrypt"
)

// network is a network within the test, so that its time can be the test's.
type network struct {
	mu    sync.Mutex
	hosts map[string]*pipes
	// dials counts the connections that were opened.
	dials int
}

// pipes is a listener.
type pipes struct {
	host   string
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: p.host} }

// listen opens a host. One that nobody accepts from is a host that does not
// answer.
func (n *network) listen(host string) *pipes {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.hosts == nil {
		n.hosts = make(map[string]*pipes)
	}
	p := &pipes{host: host, conns: make(chan net.Conn), closed: make(chan struct{})}
	n.hosts[host] = p
	return p
}

func (n *network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	n.mu.Lock()
	p := n.hosts[address]
	n.dials++
	n.mu.Unlock()
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	if p == nil {
		return nil, refused
	}
	ctx, cancel := context.WithTimeout(ctx, kefu.PushPatience)
	defer cancel()
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.closed:
		return nil, refused
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// received is a push as a developer's server understood it.
type received struct {
	wechat.Push
	query url.Values
	at    time.Time
}

// developer is a developer's server. It is written with the public packages, as
// a developer would.
type developer struct {
	t        *testing.T
	callback kefu.Callback
	app      kefu.AppID
	// answer answers a push; nil acknowledges.
	answer func(w http.ResponseWriter, r *http.Request, p received)

	mu  sync.Mutex
	got []received
}

// serve begins to serve on a listener and ends with the test, or when stop is
// called.
func (d *developer) serve(listener net.Listener) (stop func()) {
	server := &http.Server{Handler: d, ErrorLog: log.New(io.Discard, "", 0)}
	var done sync.WaitGroup
	done.Go(func() { _ = server.Serve(listener) })
	var once sync.Once
	stop = func() {
		once.Do(func() { _ = server.Close(); done.Wait() })
	}
	d.t.Cleanup(stop)
	return stop
}

func (d *developer) format() wechat.Format {
	if d.callback.Format == kefu.CallbackJSON {
		return wechat.FormatJSON
	}
	return wechat.FormatXML
}

func (d *developer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p, err := d.read(r)
	if err != nil {
		d.t.Errorf("the developer's server cannot read a push: %v", err)
		http.Error(w, "cannot read", http.StatusBadRequest)
		return
	}
	d.mu.Lock()
	d.got = append(d.got, p)
	answer := d.answer
	d.mu.Unlock()
	if answer == nil {
		_, _ = io.WriteString(w, "success")
		return
	}
	answer(w, r, p)
}

// read verifies and opens a push in the way of its mode, and refuses everything
// that is not as WeChat writes it.
func (d *developer) read(r *http.Request) (received, error) {
	q := r.URL.Query()
	p := received{query: q, at: time.Now()}
	c := d.callback
	if !msgcrypt.Verify(q.Get("signature"), c.Token, q.Get("timestamp"), q.Get("nonce")) {
		return p, fmt.Errorf("signature %q does not match", q.Get("signature"))
	}
	if got := r.Header.Get("Content-Type"); r.Method != http.MethodPost || got != d.format().ContentType() {
		return p, fmt.Errorf("%s as %s", r.Method, got)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return p, err
	}
	if sealed := c.Mode == kefu.CallbackCompatible || c.Mode == kefu.CallbackSafe; !sealed {
		if q.Has("encrypt_type") || q.Has("msg_signature") {
			return p, fmt.Errorf("a plain push with the query %s", r.URL.RawQuery)
		}
	} else {
		e, err := wechat.ParsePushEnvelope(d.format(), body)
		if err != nil {
			return p, err
		}
		if !msgcrypt.Verify(q.Get("msg_signature"), c.Token, q.Get("timestamp"), q.Get("nonce"), e.Encrypt) || q.Get("encrypt_type") != "aes" {
			return p, fmt.Errorf("msg_signature %q does not match", q.Get("msg_signature"))
		}
		key, err := msgcrypt.ParseKey(c.EncodingAESKey)
		if err != nil {
			return p, err
		}
		inside, err := key.Open(string(d.app), e.Encrypt)
		if err != nil {
			return p, err
		}
		plain, err := wechat.ParsePush(d.format(), body)
		switch {
		case c.Mode == kefu.CallbackSafe && err == nil && plain.FromUserName != "":
			return p, fmt.Errorf("a push in safe mode tells %+v to everybody", plain)
		case c.Mode == kefu.CallbackSafe && e.ToUserName != "gh_a1b2c3d4e5f6":
			return p, fmt.Errorf("the envelope is to %q", e.ToUserName)
		case c.Mode == kefu.CallbackCompatible:
			within, err2 := wechat.ParsePush(d.format(), inside)
			if err != nil || err2 != nil || plain != within {
				return p, fmt.Errorf("plain is %+v (%v), sealed is %+v (%v)", plain, err, within, err2)
			}
		}
		body = inside
	}
	if p.Push, err = wechat.ParsePush(d.format(), body); err != nil {
		return p, err
	}
	if q.Get("openid") != p.FromUserName {
		return p, fmt.Errorf("openid is %q, FromUserName %q", q.Get("openid"), p.FromUserName)
	}
	return p, nil
}

// received is what came so far.
func (d *developer) received() []received {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]received(nil), d.got...)
}

// reply writes a passive reply in the way of the mode.
func (d *developer) reply(r wechat.Reply) string {
	body := r.Append(nil, d.format())
	if d.callback.Mode == kefu.CallbackSafe || d.callback.Mode == kefu.CallbackCompatible {
		return d.seal(body)
	}
	return string(body)
}

func (d *developer) seal(body []byte) string {
	key, err := msgcrypt.ParseKey(d.callback.EncodingAESKey)
	if err != nil {
		d.t.Fatal(err)
	}
	sealed, err := key.Seal(msgcrypt.NewPrefix(), string(d.app), body)
	if err != nil {
		d.t.Fatal(err)
	}
	e := wechat.ReplyEnvelope{Encrypt: sealed, TimeStamp: "1710277282", Nonce: "200200200"}
	e.MsgSignature = msgcrypt.Signature(d.callback.Token, e.TimeStamp, e.Nonce, sealed)
	return string(e.Append(nil, d.format()))
}
