package interop

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chanxuehong/wechat/mp/core"
	"github.com/chanxuehong/wechat/mp/menu"
	"github.com/chanxuehong/wechat/mp/message/callback/request"
	"github.com/chanxuehong/wechat/mp/message/callback/response"
)

// What the official account and the developer's server share.
const (
	originalID     = "gh_a1b2c3d4e5f6"
	callbackToken  = "KfSpecToken2024"
	encodingAESKey = "kfDeskSpecVector0123456789ABCDEFGHIJKLMNOPQ"
)

// arrivalPatience is how long a push may take to arrive. It needs a few
// milliseconds; the rest is for a busy machine.
const arrivalPatience = 10 * time.Second

// arrival is a push as the SDK's server understood it.
type arrival struct {
	*core.MixedMsg
	query url.Values
	body  string
}

// developer is a developer's server made with the SDK. What it answers depends
// on what it is told; see say and happen.
type developer struct {
	address string
	mode    string
	arrived chan arrival
	// visited has the echostr of each GET.
	visited chan string
	// cut tells how long the server was waited for when it took its time.
	cut chan time.Duration

	mu    sync.Mutex
	tries map[string]int
}

// newDeveloper starts a developer's server for a callback mode until the test
// ends.
func newDeveloper(t *testing.T, mode string) *developer {
	t.Helper()
	d := &developer{
		mode:    mode,
		arrived: make(chan arrival, 256),
		visited: make(chan string, 16),
		cut:     make(chan time.Duration, 16),
		tries:   make(map[string]int),
	}
	mux := core.NewServeMux()
	mux.UseFunc(d.note)
	mux.MsgHandleFunc(request.MsgTypeText, d.say)
	mux.MsgHandleFunc(request.MsgTypeImage, func(ctx *core.Context) {
		m := request.GetImage(ctx.MixedMsg)
		d.reply(ctx, response.NewImage(m.FromUserName, m.ToUserName, m.CreateTime, m.MediaId))
	})
	mux.MsgHandleFunc(request.MsgTypeVoice, func(ctx *core.Context) {
		m := request.GetVoice(ctx.MixedMsg)
		d.reply(ctx, response.NewVoice(m.FromUserName, m.ToUserName, m.CreateTime, m.MediaId))
	})
	mux.MsgHandleFunc(request.MsgTypeVideo, func(ctx *core.Context) {
		m := request.GetVideo(ctx.MixedMsg)
		d.reply(ctx, response.NewVideo(m.FromUserName, m.ToUserName, m.CreateTime, m.MediaId, "Yours", "again"))
	})
	mux.MsgHandleFunc(request.MsgTypeLocation, func(ctx *core.Context) {
		m := request.GetLocation(ctx.MixedMsg)
		d.replyText(ctx, fmt.Sprintf("%v %v %d %s", m.LocationX, m.LocationY, m.Scale, m.Label))
	})
	mux.MsgHandleFunc(request.MsgTypeLink, func(ctx *core.Context) {
		m := request.GetLink(ctx.MixedMsg)
		d.replyText(ctx, m.Title+"|"+m.Description+"|"+m.URL)
	})
	// Without a handler the SDK's mux acknowledges and asks no middleware.
	mux.DefaultEventHandleFunc(func(ctx *core.Context) { _ = ctx.NoneResponse() })
	mux.EventHandleFunc(request.EventTypeSubscribe, func(ctx *core.Context) {
		scene, _ := request.GetSubscribeEvent(ctx.MixedMsg).Scene() // an error: no code
		d.replyText(ctx, "Welcome from "+scene)
	})
	mux.EventHandleFunc(menu.EventTypeClick, func(ctx *core.Context) {
		if key := menu.GetClickEvent(ctx.MixedMsg).EventKey; key != saysNews {
			d.replyText(ctx, "You tapped "+key)
			return
		}
		d.reply(ctx, newsReply(ctx))
	})

	var key string
	if mode != "plain" {
		key = encodingAESKey
	}
	sdk := core.NewServer(originalID, appID, callbackToken, key, mux, core.ErrorHandlerFunc(
		func(w http.ResponseWriter, r *http.Request, err error) {
			t.Errorf("the SDK refuses %s %s: %v", r.Method, r.URL, err)
			w.WriteHeader(http.StatusForbidden)
		}))
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			d.visited <- r.URL.Query().Get("echostr")
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("the body of a push: %v", err)
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		sdk.ServeHTTP(w, r.WithContext(withBody(r.Context(), string(body))), nil)
	}))
	// Some handlers panic on purpose, and the SDK panics by itself.
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	d.address = server.URL + "/wechat?shop=1"
	return d
}

// flags are those of kefu dev that name this server.
func (d *developer) flags() []string {
	flags := []string{"--original-id", originalID, "--callback-url", d.address, "--callback-token", callbackToken, "--callback-mode", d.mode}
	if d.mode != "plain" {
		flags = append(flags, "--encoding-aes-key", encodingAESKey)
	}
	return flags
}

// note keeps what arrives, before anything is done about it.
func (d *developer) note(ctx *core.Context) {
	d.arrived <- arrival{ctx.MixedMsg, ctx.QueryParams, bodyOf(ctx.Request.Context())}
	ctx.Next()
}

// next is the next push that arrives.
func (d *developer) next(t *testing.T) arrival {
	t.Helper()
	select {
	case a := <-d.arrived:
		return a
	case <-time.After(arrivalPatience):
		t.Fatalf("no push arrived within %s", arrivalPatience)
	}
	return arrival{}
}

// checkQuiet checks that nothing arrived that was not asked for.
func (d *developer) checkQuiet(t *testing.T) {
	t.Helper()
	select {
	case a := <-d.arrived:
		t.Errorf("got a push %+v, want none", *a.MixedMsg)
	default:
	}
}

// nextEvent is the next push, which must be this event.
func (d *developer) nextEvent(t *testing.T, openid string, event core.EventType) arrival {
	t.Helper()
	a := d.next(t)
	if a.MsgType != "event" || a.EventType != event || a.FromUserName != openid || a.ToUserName != originalID || a.MsgId != 0 {
		t.Fatalf("got the push %s, want %s of %s without a MsgId", a.body, event, openid)
	}
	return a
}

// bodyKey is where a request's context has its body, which the SDK reads before
// any handler can.
type bodyKey struct{}

func withBody(ctx context.Context, body string) context.Context {
	return context.WithValue(ctx, bodyKey{}, body)
}

func bodyOf(ctx context.Context) string {
	body, _ := ctx.Value(bodyKey{}).(string)
	return body
}

// reply answers as servers with this SDK do: sealed if the push was.
func (d *developer) reply(ctx *core.Context, message any) {
	if ctx.EncryptType == "aes" {
		_ = ctx.AESResponse(message, 0, "", nil)
		return
	}
	_ = ctx.RawResponse(message)
}

func (d *developer) replyText(ctx *core.Context, content string) {
	d.reply(ctx, textReply(ctx, content))
}

func textReply(ctx *core.Context, content string) *response.Text {
	m := ctx.MixedMsg
	return response.NewText(m.FromUserName, m.ToUserName, time.Now().Unix(), content)
}

// attempt counts how often a message has arrived, from 1.
func (d *developer) attempt(m *core.MixedMsg) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	of := fmt.Sprint(m.FromUserName, m.MsgId)
	d.tries[of]++
	return d.tries[of]
}
