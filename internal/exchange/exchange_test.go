package exchange_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
)

// maker makes exchanges whose bodies have at most a hundred bytes, and writes the log
// into a text.
func maker(log io.Writer) *exchange.Maker {
	return &exchange.Maker{
		Door: "test", Now: time.Now, Log: slog.New(slog.NewTextHandler(log, nil)), Refusal: exchange.Refusal, MaxBody: 100,
	}
}

type answer struct {
	Name  string
	Error exchange.Fault
}

// ask lets a handler answer a body.
func ask(t *testing.T, h http.Handler, contentType, body string) (int, answer, http.Header) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/?limit=7&bad=x", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%q: got %q (%v), want JSON", body, w.Body, err)
	}
	return w.Code, a, w.Header()
}

func TestReadOptions(t *testing.T) {
	t.Parallel()
	h := maker(io.Discard).Verb(func(_ context.Context, x *exchange.Exchange) (any, error) {
		var req struct{ Name string }
		err := x.ReadOptions(&req)
		return answer{Name: req.Name}, err
	})
	for body, name := range map[string]string{"": "", "{}": "", `{"Name":"a"}`: "a"} {
		if status, a, _ := ask(t, h, "application/json", body); status != http.StatusOK || a.Name != name {
			t.Errorf("%q: got %d %+v, want 200 and the name %q", body, status, a, name)
		}
	}
	if status, a, _ := ask(t, h, "application/json", "[]"); status != http.StatusBadRequest {
		t.Errorf("a list: got %d %+v, want 400", status, a)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	h := maker(io.Discard).Verb(func(_ context.Context, x *exchange.Exchange) (any, error) {
		var req struct{ Name string }
		err := x.Read(&req)
		return answer{Name: req.Name}, err
	})
	for _, c := range []struct {
		kind, body, name, says string
	}{
		{"application/json", `{"Name":"林晓禾"}`, "林晓禾", ""},
		{"application/json; charset=utf-8", ` {"Name":"a","other":[1]} `, "a", ""},
		{"application/json", ` `, "", "the body must be a JSON object"},
		{"text/plain", `{"Name":"a"}`, "", "the content type must be application/json"},
		{"application/json", `["secret"]`, "", "the body must be a JSON object"},
		{"application/json", `{"Name":1}`, "", `the body does not fit: "Name" cannot be a number`},
		{"application/json", `{"Name":"secret`, "", "the body is not JSON"},
		{"application/json", `{"Name":"` + strings.Repeat("x", 100) + `"}`, "", "the body is longer than 100 bytes"},
	} {
		status, a, header := ask(t, h, c.kind, c.body)
		want := http.StatusOK
		if c.says != "" {
			want = http.StatusBadRequest
		}
		if status != want || a.Name != c.name || a.Error.Message != c.says {
			t.Errorf("%s %q: got %d %+v, want %d, the name %q and the words %q", c.kind, c.body, status, a, want, c.name, c.says)
		}
		if c.says != "" && (a.Error.Code != "bad_request" || a.Error.RID == "") {
			t.Errorf("%q: got %+v, want bad_request with a rid", c.body, a.Error)
		}
		if header.Get("Cache-Control") != "no-store" || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%q: got the headers %v", c.body, header)
		}
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	var x *exchange.Exchange
	maker(io.Discard).Raw(func(got *exchange.Exchange) error {
		x = got
		return nil
	}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/?limit=7&bad=x&most=11", nil))
	for name, want := range map[string]int64{"limit": 7, "absent": 3} {
		if n, err := x.Number(name, 3, 10); n != want || err != nil {
			t.Errorf("%s: got %d, %v, want %d", name, n, err, want)
		}
	}
	for _, name := range []string{"bad", "most"} {
		if n, err := x.Number(name, 3, 10); err == nil {
			t.Errorf("%s: got %d, want it refused", name, n)
		}
	}
}

// What went wrong inside is told to the log and not to the page.
func TestRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{kefu.NotAllowed, http.StatusForbidden, "forbidden"},
		{exchange.ErrNoSuchCall, http.StatusNotFound, "not_found"},
		{exchange.ErrNoMedia, http.StatusNotFound, "not_found"},
		{exchange.ErrCrossOrigin, http.StatusForbidden, "forbidden"},
		{errors.New("the disk is at /secret/path"), http.StatusInternalServerError, "internal"},
	} {
		var log bytes.Buffer
		h := maker(&log).Verb(func(context.Context, *exchange.Exchange) (any, error) { return nil, c.err })
		status, a, _ := ask(t, h, "application/json", "{}")
		if status != c.status || a.Error.Code != c.code {
			t.Errorf("%v: got %d %+v, want %d %s", c.err, status, a, c.status, c.code)
		}
		inside := status == http.StatusInternalServerError
		if inside && strings.Contains(a.Error.Message, "secret") {
			t.Errorf("the page was told %q", a.Error.Message)
		}
		if told := strings.Contains(log.String(), string(a.Error.RID)); told != inside {
			t.Errorf("%v: the log says %q", c.err, log.String())
		}
	}
}
