package callback_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/wechat/msgcrypt"
)

// asked checks the GET of a handshake and returns its echostr.
func asked(t *testing.T, r *http.Request, c kefu.Callback) string {
	q := r.URL.Query()
	if r.Method != http.MethodGet || !msgcrypt.Verify(q.Get("signature"), c.Token, q.Get("timestamp"), q.Get("nonce")) {
		t.Errorf("got %s %s, want a GET that is signed", r.Method, r.URL)
	}
	if q.Has("encrypt_type") || q.Has("msg_signature") {
		t.Errorf("got the query %s, want nothing about encryption", r.URL.RawQuery)
	}
	return q.Get("echostr")
}

func TestHandshake(t *testing.T) {
	digits := regexp.MustCompile(`^[0-9]{19}$`)
	for _, tt := range []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request, echo string)
		// want is what the error says, with ECHO for the echostr; empty for none.
		want string
	}{
		{"echo", func(w http.ResponseWriter, _ *http.Request, echo string) { _, _ = io.WriteString(w, echo) }, ""},
		{"echo at the last moment", func(w http.ResponseWriter, _ *http.Request, echo string) {
			time.Sleep(4999 * time.Millisecond)
			_, _ = io.WriteString(w, echo)
		}, ""},
		{"echo on a line", func(w http.ResponseWriter, _ *http.Request, echo string) { _, _ = io.WriteString(w, echo+"\n") },
			`was answered in 0.0 s with status 200 and "ECHO\n": there is white space around the echostr`},
		{"success", func(w http.ResponseWriter, _ *http.Request, _ string) {
			time.Sleep(time.Second)
			_, _ = io.WriteString(w, "success")
		},
			`was answered in 1.0 s with status 200 and "success": the body must be the echostr and nothing else`},
		{"nothing", func(http.ResponseWriter, *http.Request, string) {},
			`with status 200 and an empty body: the body must be the echostr and nothing else`},
		{"strange bytes", func(w http.ResponseWriter, _ *http.Request, _ string) { _, _ = io.WriteString(w, "\x1b[2J\xff\u202e") },
			`and "\x1b[2J` + "\uFFFD" + `\u202e": `},
		{"a long page", func(w http.ResponseWriter, _ *http.Request, _ string) {
			_, _ = io.WriteString(w, strings.Repeat("a", 5000))
		},
			`and "` + strings.Repeat("a", 120) + `"…: `},
		{"echo with another status", func(w http.ResponseWriter, _ *http.Request, echo string) {
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, echo)
		}, `with status 201 and "ECHO": status 201 Created`},
		{"redirect", func(w http.ResponseWriter, r *http.Request, _ string) {
			http.Redirect(w, r, "/elsewhere", http.StatusMovedPermanently)
		}, "status 301: redirects are not followed"},
		{"late", func(w http.ResponseWriter, _ *http.Request, echo string) {
			time.Sleep(6 * time.Second)
			_, _ = io.WriteString(w, echo)
		},
			"no answer within 5 s"},
		{"panic", func(http.ResponseWriter, *http.Request, string) { panic("boom") }, "the connection was closed without an answer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n network
				c := settings("shop.example:80")
				c.Mode = kefu.CallbackSafe
				echoes := make(chan string, 1)
				server := &http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path != "/wechat" || r.URL.Query().Get("shop") != "7" {
						t.Errorf("got %s, want the callback URL", r.URL)
					}
					echo := asked(t, r, c)
					echoes <- echo
					tt.answer(w, r, echo)
				})}
				listener := n.listen("shop.example:80")
				go server.Serve(listener)
				defer time.Sleep(2 * time.Second) // until the late one has ended
				defer server.Close()
				err := callback.HandshakeOver(t.Context(), n.dial, c)
				echo := <-echoes
				if !digits.MatchString(echo) {
					t.Errorf("got the echostr %q", echo)
				}
				if tt.want == "" {
					if err != nil {
						t.Errorf("got %v, want none", err)
					}
					return
				}
				want := strings.ReplaceAll(tt.want, "ECHO", echo)
				if !errors.Is(err, kefu.CallbackRefused) || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %v that says %s", err, kefu.CallbackRefused, want)
				}
				if strings.Contains(err.Error(), c.Token) || strings.Contains(err.Error(), "shop=7") {
					t.Errorf("got %v, which tells the query", err)
				}
			})
		})
	}
}

// Every handshake asks another question.
func TestHandshakeIsFresh(t *testing.T) {
	seen := make(chan string, 6)
	var c kefu.Callback
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- asked(t, r, c)
		seen <- r.URL.Query().Get("nonce")
		_, _ = io.WriteString(w, r.URL.Query().Get("echostr"))
	}))
	defer server.Close()
	c = settings(strings.TrimPrefix(server.URL, "http://"))
	for range 3 {
		if err := callback.Handshake(t.Context(), callback.Policy{AllowLoopback: true}, c); err != nil {
			t.Fatal(err)
		}
	}
	different := make(map[string]bool)
	for range 6 {
		different[<-seen] = true
	}
	if len(different) != 6 {
		t.Errorf("got %d different echostr and nonce, want 6", len(different))
	}
}

// Nobody is spoken to whom the policy forbids, by address or by name, and no
// proxy helps.
func TestHandshakeKeepsToPolicy(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	t.Setenv("HTTP_PROXY", server.URL)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ host, want string }{
		{u.Host, "the address 127.0.0.1 is this machine itself: the callback may not point there"},
		{"localhost:" + u.Port(), " is this machine itself: the callback may not point there"},
		{"[::1]:" + u.Port(), "the address ::1 is this machine itself: the callback may not point there"},
		{"[::ffff:127.0.0.1]:" + u.Port(), "the address 127.0.0.1 is this machine itself: the callback may not point there"},
		{"10.1.2.3", "the address 10.1.2.3 is private: the callback may not point there"},
		{"169.254.169.254", "the address 169.254.169.254 is link-local: the callback may not point there"},
		{"192.0.2.1", "the address 192.0.2.1 is not on the public Internet: the callback may not point there"},
	} {
		err := callback.Handshake(t.Context(), callback.Policy{}, settings(tt.host))
		if !errors.Is(err, kefu.CallbackRefused) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want it to say %s", tt.host, err, tt.want)
		}
	}
	if got := asked.Load(); got != 0 {
		t.Errorf("got %d requests, want none", got)
	}
}

// What goes wrong before an answer, in words.
func TestHandshakeUnreachable(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	local := callback.Policy{AllowLoopback: true}
	for _, tt := range []struct{ url, want string }{
		{secure.URL, "the certificate is not accepted: "},
		{strings.Replace(plain.URL, "http:", "https:", 1), "the URL is https, but the server does not speak TLS"},
		{closed.URL, "connection refused by " + strings.TrimPrefix(closed.URL, "http://")},
	} {
		c := settings("x")
		c.URL = tt.url
		if err := callback.Handshake(t.Context(), local, c); !errors.Is(err, kefu.CallbackRefused) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want it to say %s", tt.url, err, tt.want)
		}
	}
	for _, tt := range []struct {
		err  *net.DNSError
		want string
	}{
		{&net.DNSError{Name: "shop.example", IsNotFound: true}, "the host shop.example is not known"},
		{&net.DNSError{Name: "shop.example", IsTimeout: true}, "the host shop.example was not looked up in time"},
		{&net.DNSError{Name: "shop.example", Err: "server misbehaving"}, "the host shop.example could not be looked up: server misbehaving"},
	} {
		dial := func(context.Context, string, string) (net.Conn, error) { return nil, fmt.Errorf("dial: %w", tt.err) }
		if err := callback.HandshakeOver(t.Context(), dial, settings("shop.example")); !errors.Is(err, kefu.CallbackRefused) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want it to say %s", err, tt.want)
		}
	}
	if err := callback.Handshake(t.Context(), local, kefu.Callback{}); !errors.Is(err, kefu.CallbackMissing) {
		t.Errorf("no URL: got %v, want %v", err, kefu.CallbackMissing)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := callback.Handshake(ctx, local, settings("127.0.0.1:1")); !errors.Is(err, context.Canceled) || errors.Is(err, kefu.CallbackRefused) {
		t.Errorf("canceled: got %v, want %v alone", err, context.Canceled)
	}
}
