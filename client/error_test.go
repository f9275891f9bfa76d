package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

func TestRefusal(t *testing.T) {
	_, client := start(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, wechat.NewStatus(wechat.AgentExists, testRID))
	})
	err := client.AddAgent(t.Context(), "alice@demo_shop", "Alice")
	if !errors.Is(err, wechat.AgentExists) || errors.Is(err, wechat.InvalidAgent) {
		t.Errorf("got %v, want it to be AgentExists alone", err)
	}
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Errcode != wechat.AgentExists || refusal.Base != "custom service account exists" ||
		refusal.RID != testRID || refusal.Path != wechat.PathAgentAdd {
		t.Errorf("got %+v", refusal)
	}
	if got, want := err.Error(), "/customservice/kfaccount/add: errcode 65406: custom service account exists (rid "+testRID+")"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWrongSecret(t *testing.T) {
	api, _ := start(t, answering(okStatus))
	server := httptest.NewServer(api)
	defer server.Close()
	err := New(server.URL, testAppID, "wrong").AddAgent(t.Context(), "a@b", "n")
	if !errors.Is(err, wechat.InvalidAppSecret) || !strings.Contains(err.Error(), "fetching an access token") {
		t.Errorf("got %v", err)
	}
	if n := len(api.calls()); n != 0 {
		t.Errorf("got %d calls without a token", n)
	}
}

func TestUnusableAnswers(t *testing.T) {
	write := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			if _, err := io.WriteString(w, body); err != nil {
				return
			}
		}
	}
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		status int
	}{
		{"page of a proxy", write(200, "text/html", "<html>please log in</html>"), 200},
		{"empty", write(200, "application/json", ""), 200},
		{"white space", write(200, "application/json", " \n"), 200},
		{"null", write(200, "application/json", "null"), 200},
		{"array", write(200, "application/json", "[]"), 200},
		{"truncated", write(200, "application/json", `{"kf_list":[{"kf_account":"a@`), 200},
		{"two values", write(200, "application/json", `{"kf_list":[]}{}`), 200},
		{"list missing", write(200, "application/json", `{}`), 200},
		{"list null", write(200, "application/json", `{"kf_list":null}`), 200},
		{"list of another type", write(200, "application/json", `{"kf_list":{"a":1}}`), 200},
		{"errcode of another type", write(200, "application/json", `{"errcode":"0","errmsg":"ok"}`), 200},
		{"500 with a page", write(500, "text/html", "oops"), 500},
		{"500 with an answer", write(500, "application/json", `{"kf_list":[]}`), 500},
		{"502 without body", write(502, "text/plain", ""), 502},
		{"too long", func(w http.ResponseWriter, _ *http.Request) {
			if _, err := io.WriteString(w, `{"kf_list":[`+strings.Repeat(" ", maxAnswer)+`]}`); err != nil {
				return
			}
		}, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			api, client := start(t, c.answer)
			_, err := client.Agents(t.Context())
			var unusable *AnswerError
			if !errors.As(err, &unusable) || unusable.HTTPStatus != c.status || unusable.Path != wechat.PathAgentList {
				t.Fatalf("got %v, want an AnswerError with status %d", err, c.status)
			}
			noSecretsIn(t, err, api)
		})
	}
}

// The content type and the HTTP status of a refusal do not matter.
func TestTolerance(t *testing.T) {
	for _, contentType := range []string{"application/json; encoding=utf-8", "text/plain", "text/html", ""} {
		for _, status := range []int{200, 400, 503} {
			_, client := start(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{contentType}
				w.WriteHeader(status)
				fmt.Fprint(w, "\n{\"errcode\":65400,\"errmsg\":\"x\",\"more\":{}}\n")
			})
			if _, err := client.Agents(t.Context()); !errors.Is(err, wechat.AgentFeatureOff) {
				t.Errorf("%q, %d: got %v, want AgentFeatureOff", contentType, status, err)
			}
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var stolen []string
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { stolen = append(stolen, r.URL.String()) }))
	defer thief.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		api, client := start(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, thief.URL+r.URL.RequestURI(), status)
		})
		_, err := client.Agents(t.Context())
		var unusable *AnswerError
		if !errors.As(err, &unusable) || unusable.HTTPStatus != status || !strings.Contains(err.Error(), "redirects are not followed") {
			t.Errorf("%d: got %v", status, err)
		}
		noSecretsIn(t, err, api)
	}
	if len(stolen) != 0 {
		t.Errorf("got %q at another host", stolen)
	}
}

// noSecretsIn looks at an error and at all it wraps.
func noSecretsIn(t *testing.T, err error, api *fakeAPI) {
	t.Helper()
	if err == nil {
		t.Fatal("got no error")
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, text := range []string{e.Error(), fmt.Sprintf("%+v", e), fmt.Sprintf("%#v", e)} {
			if strings.Contains(text, testSecret) || (api != nil && api.valid != "" && strings.Contains(text, api.valid)) {
				t.Errorf("got a secret in %T: %s", e, text)
			}
		}
	}
}

func TestSecretsStayOutOfNetworkErrors(t *testing.T) {
	// hangUp answers by closing the connection.
	hangUp := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	cutOff := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, `{"kf_list":`)
	}
	t.Run("connection closed", func(t *testing.T) {
		api, client := start(t, hangUp)
		_, err := client.Agents(t.Context())
		noSecretsIn(t, err, api)
	})
	t.Run("answer cut off", func(t *testing.T) {
		api, client := start(t, cutOff)
		_, err := client.Agents(t.Context())
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got %v", err)
		}
		noSecretsIn(t, err, api)
	})
	t.Run("nobody listens", func(t *testing.T) {
		for _, opts := range [][]Option{nil, {WithPlainToken()}} {
			_, err := New("http://127.0.0.1:1", testAppID, testSecret, opts...).Token(t.Context())
			var refused *net.OpError
			if !errors.As(err, &refused) {
				t.Errorf("got %v, want the network's error within", err)
			}
			noSecretsIn(t, err, nil)
		}
	})
	t.Run("transport that talks", func(t *testing.T) {
		for _, inner := range []error{errors.New("boom"), context.DeadlineExceeded} {
			talks := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				return nil, fmt.Errorf("while asking: %w", &url.Error{Op: "Get", URL: r.URL.String(), Err: inner})
			})}
			_, err := New("http://api.test", testAppID, testSecret, WithPlainToken(), WithHTTPClient(talks)).Token(t.Context())
			noSecretsIn(t, err, nil)
			if errors.Is(inner, context.DeadlineExceeded) && !errors.Is(err, inner) {
				t.Errorf("got %v, want it to be %v", err, inner)
			}
		}
	})
	t.Run("server that echoes", func(t *testing.T) {
		var api *fakeAPI
		api, client := start(t, func(w http.ResponseWriter, r *http.Request) {
			reply(w, wechat.Status{Errcode: wechat.SystemError, Errmsg: "bad " + r.URL.RawQuery + " hint: [" + testSecret + "]"})
		})
		_, err := client.Agents(t.Context())
		noSecretsIn(t, err, api)
	})
	t.Run("the client itself", func(t *testing.T) {
		client := New("http://user:hunter2@api.test", testAppID, testSecret)
		for _, text := range []string{fmt.Sprintf("%v %+v %#v %s", client, client, client, client)} {
			if strings.Contains(text, testSecret) || strings.Contains(text, "hunter2") || !strings.Contains(text, testAppID) {
				t.Errorf("got %s", text)
			}
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestContextEndsACall(t *testing.T) {
	release := make(chan struct{})
	api, client := start(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	})
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := client.Agents(ctx)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want context.DeadlineExceeded", err)
	}
	noSecretsIn(t, err, api)
	if _, err := client.Token(t.Context()); err != nil {
		t.Errorf("got %v, want the token to be kept", err)
	}
}
