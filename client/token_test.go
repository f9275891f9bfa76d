package client

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openkefu/kefu/wechat"
)

func TestTokenIsKeptAndRenewedEarly(t *testing.T) {
	for _, c := range []struct {
		name      string
		expiresIn int
		keeps     time.Duration // asks nobody at this age
		renews    time.Duration // asks again at this age
	}{
		{"full life", 7200, 7200*time.Second - renewBefore - time.Second, 7200*time.Second - renewBefore},
		{"short rest", 300, 149 * time.Second, 150 * time.Second},
		{"nonsense", 1 << 62, maxTokenLife - renewBefore - time.Second, maxTokenLife - renewBefore},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := &fakeAPI{t: t, expiresIn: c.expiresIn}
				client := New("http://api.test", testAppID, testSecret, WithHTTPClient(&http.Client{Transport: direct{api}}))
				for _, step := range []struct {
					age  time.Duration
					want int
				}{{0, 1}, {0, 1}, {c.keeps, 1}, {c.renews, 2}, {c.renews + time.Second, 2}} {
					time.Sleep(step.age - time.Duration(time.Now().UnixNano()-bubbleStart.UnixNano()))
					token, err := client.Token(t.Context())
					if err != nil || token != api.valid {
						t.Fatalf("at %s: got %q, %v", step.age, token, err)
					}
					if got := api.fetched(); got != step.want {
						t.Errorf("at %s: got %d fetches, want %d", step.age, got, step.want)
					}
				}
			})
		})
	}
}

// bubbleStart is when time begins in a synctest bubble.
var bubbleStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// direct is a transport without a network, for virtual time.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

func TestTokenEndpoints(t *testing.T) {
	for _, c := range []struct {
		name string
		opts []Option
		want string
	}{
		{"stable by default", nil, wechat.PathStableToken},
		{"plain when asked for", []Option{WithPlainToken()}, wechat.PathToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			api, client := start(t, answering(`{"kf_list":[]}`), c.opts...)
			for range 3 {
				if _, err := client.Agents(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if want := []string{c.want}; !slices.Equal(api.fetches, want) {
				t.Errorf("got %q, want %q", api.fetches, want)
			}
		})
	}
}

func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	for _, code := range []wechat.Errcode{wechat.InvalidCredential, wechat.InvalidAccessToken, wechat.AccessTokenExpired} {
		t.Run(code.Text(), func(t *testing.T) {
			refusals := 0
			var api *fakeAPI
			api, client := start(t, func(w http.ResponseWriter, _ *http.Request) {
				if refusals > 0 {
					refusals--
					api.revoke()
					reply(w, wechat.NewStatus(code, testRID))
					return
				}
				reply(w, wechat.NewStatus(wechat.OK, ""))
			})
			refusals = 1
			if err := client.AddAgent(t.Context(), "a@b", "n"); err != nil {
				t.Fatalf("refused once: %v", err)
			}
			if calls, fetches := len(api.calls()), api.fetched(); calls != 2 || fetches != 2 {
				t.Errorf("refused once: got %d calls and %d fetches, want 2 and 2", calls, fetches)
			}
			refusals = 5
			err := client.AddAgent(t.Context(), "a@b", "n")
			if !errors.Is(err, code) {
				t.Errorf("refused again and again: got %v, want %v", err, code)
			}
			if calls := len(api.calls()); calls != 4 {
				t.Errorf("refused again and again: got %d calls more, want 2", calls-2)
			}
			refusals = 0
			if err := client.AddAgent(t.Context(), "a@b", "n"); err != nil {
				t.Errorf("after the server took it again: %v", err)
			}
		})
	}
}

func TestOtherRefusalsAreNotRepeated(t *testing.T) {
	api, client := start(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, wechat.NewStatus(wechat.SystemError, testRID))
	})
	if err := client.AddAgent(t.Context(), "a@b", "n"); !errors.Is(err, wechat.SystemError) {
		t.Errorf("got %v", err)
	}
	if n := len(api.calls()); n != 1 {
		t.Errorf("got %d calls, want 1: a change must not be made twice", n)
	}
}

func TestManyCallersFetchOneToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{t: t, expiresIn: 7200, slowToken: func(*http.Request) { time.Sleep(time.Second) }, answer: answering(`{"kf_list":[]}`)}
		client := New("http://api.test", testAppID, testSecret, WithHTTPClient(&http.Client{Transport: direct{api}}))
		for round := 1; round <= 2; round++ {
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() {
					if _, err := client.Agents(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if got := api.fetched(); got != round {
				t.Errorf("round %d: got %d fetches, want %d", round, got, round)
			}
			api.revoke() // all of the next round are refused at first
		}
	})
}

func TestManyCallersShareOneFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{t: t, expiresIn: 7200, slowToken: func(*http.Request) { time.Sleep(time.Second) }}
		client := New("http://api.test", testAppID, "wrong", WithHTTPClient(&http.Client{Transport: direct{api}}))
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if _, err := client.Token(t.Context()); !errors.Is(err, wechat.InvalidAppSecret) {
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		if got := api.fetched(); got != 1 {
			t.Errorf("got %d fetches, want 1", got)
		}
		if _, err := client.Token(t.Context()); err == nil || api.fetched() != 2 {
			t.Errorf("got %v and %d fetches, want a later caller to ask again", err, api.fetched())
		}
	})
}

// The caller that fetches gives up; those that wait for it must not fail with it.
func TestGivingUpDoesNotDisturbOthers(t *testing.T) {
	arrived := make(chan struct{}, 10)
	api, client := start(t, answering(`{"kf_list":[]}`))
	first := true
	api.slowToken = func(r *http.Request) {
		api.mu.Lock()
		wait := first
		first = false
		api.mu.Unlock()
		arrived <- struct{}{}
		if wait {
			<-r.Context().Done()
		}
	}
	hurried, giveUp := context.WithCancel(t.Context())
	firstErr, secondErr := make(chan error, 1), make(chan error, 1)
	go func() { _, err := client.Agents(hurried); firstErr <- err }()
	<-arrived
	go func() { _, err := client.Agents(t.Context()); secondErr <- err }()
	waiting, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	if _, err := client.Token(waiting); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting: got %v, want the end of its own context", err)
	}
	giveUp()
	if err := <-firstErr; !errors.Is(err, context.Canceled) {
		t.Errorf("first: got %v, want context.Canceled", err)
	}
	if err := <-secondErr; err != nil {
		t.Errorf("second: got %v, want none", err)
	}
}

func TestUnusableTokenAnswers(t *testing.T) {
	for _, text := range []string{`{}`, `{"access_token":"t"}`, `{"access_token":"","expires_in":7200}`, `{"access_token":"85_SECRETTOKEN`, `{"access_token":"85_SECRETTOKEN","expires_in":"7200"}`, `null`, ``} {
		t.Run(text, func(t *testing.T) {
			server := httptest.NewServer(answering(text))
			defer server.Close()
			_, err := New(server.URL, testAppID, testSecret).Token(t.Context())
			var unusable *AnswerError
			if !errors.As(err, &unusable) || unusable.Path != wechat.PathStableToken {
				t.Errorf("got %v, want an AnswerError", err)
			}
			if strings.Contains(err.Error(), "SECRETTOKEN") {
				t.Errorf("got the token in %v", err)
			}
		})
	}
}
