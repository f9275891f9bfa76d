package script

import (
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// What a customer's text may end in, for the developer's server to act on.
const (
	wantsReply    = " reply"
	wantsTransfer = " transfer"
	wantsPatience = " slow"
)

// counting is a developer's server that does what texts ask for, and counts what
// reaches it. It works through the kills of who pushes to it.
type counting struct {
	*httptest.Server
	mu sync.Mutex
	// arrived counts each push by its body, which says all of it in plain mode.
	arrived map[string]int
	// order are the bodies in the order in which they first came.
	order []string
}

func newCounting(t *testing.T) *counting {
	c := &counting{arrived: make(map[string]int)}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // The process was killed in the middle of its request.
		}
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, r.URL.Query().Get("echostr")) // the check at the start
			return
		}
		p, err := wechat.ParsePush(wechat.FormatXML, body)
		if err != nil {
			t.Errorf("got a push that cannot be read: %v", err)
			return
		}
		c.mu.Lock()
		if c.arrived[string(body)]++; c.arrived[string(body)] == 1 {
			c.order = append(c.order, string(body))
		}
		c.mu.Unlock()
		_, _ = w.Write(replyTo(&p)) // a process that is gone hears nothing
	}))
	t.Cleanup(c.Close)
	return c
}

// replyTo is the answer to a push, perhaps after a while.
func replyTo(p *wechat.Push) []byte {
	reply := wechat.Reply{ToUserName: p.FromUserName, FromUserName: p.ToUserName, CreateTime: time.Now().Unix()}
	switch {
	case strings.HasSuffix(p.Content, wantsReply):
		reply.MsgType, reply.Content = wechat.MsgTypeText, repliedWith(p.Content)
	case strings.HasSuffix(p.Content, wantsTransfer):
		reply.MsgType = wechat.MsgTypeTransfer
	case strings.HasSuffix(p.Content, wantsPatience):
		time.Sleep(time.Duration(50+rand.IntN(350)) * time.Millisecond)
		fallthrough
	default:
		return []byte("success")
	}
	return reply.Append(nil, wechat.FormatXML)
}

// repliedWith is what a text is answered with.
func repliedWith(text string) string { return "re: " + text }

// count is how often a push came.
func (c *counting) count(body string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.arrived[body]
}

// counts is how often each push came.
func (c *counting) counts() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.arrived)
}

// inOrder is the bodies in the order in which they first came.
func (c *counting) inOrder() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.order...)
}
