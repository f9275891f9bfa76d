package kefutest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/openkefu/kefu/wechat"
)

// Answer is what came back from a call.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Errcode is the errcode of the answer; 0 when it has none, which is how WeChat
// says success. What is not a JSON object has -1, the errcode of a platform in
// trouble.
func (a *Answer) Errcode() wechat.Errcode {
	var status struct{ Errcode wechat.Errcode }
	if err := json.Unmarshal(a.Body, &status); err != nil {
		return wechat.SystemError
	}
	return status.Errcode
}

// Errmsg takes the errmsg of the answer apart: WeChat's text, and the rid by
// which the call can be looked up.
func (a *Answer) Errmsg() (base, rid string) {
	var status struct{ Errmsg string }
	if err := json.Unmarshal(a.Body, &status); err != nil {
		return "", ""
	}
	base, _, rid = wechat.SplitErrmsg(status.Errmsg)
	return base, rid
}

// Call makes one call as it is given, for what no client would send. target is
// a path, perhaps with a query. A body is sent as application/json; it may be
// empty.
func (h *House) Call(t testing.TB, method, target, body string) *Answer {
	t.Helper()
	var from io.Reader
	if body != "" {
		from = strings.NewReader(body)
	}
	request, err := http.NewRequest(method, h.URL+target, from)
	if err != nil {
		t.Fatalf("kefutest: %s %s: %v", method, target, err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	return h.Do(t, request)
}

// Do makes a call with a request that the test built itself, and reads the
// whole answer.
func (h *House) Do(t testing.TB, request *http.Request) *Answer {
	t.Helper()
	response, err := h.HTTPClient.Do(request)
	if err != nil {
		t.Fatalf("kefutest: %s %s: %v", request.Method, request.URL.Path, err)
	}
	defer response.Body.Close() // it was only read
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("kefutest: %s %s: read the answer: %v", request.Method, request.URL.Path, err)
	}
	return &Answer{Status: response.StatusCode, Header: response.Header, Body: body}
}

// tellingTransport tells somebody of every exchange.
type tellingTransport struct {
	next *http.Transport
	told func(*http.Request, []byte, *http.Response, []byte)
}

// RoundTrip implements [http.RoundTripper].
func (t *tellingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.told == nil {
		return t.next.RoundTrip(r)
	}
	var sent []byte
	if r.Body != nil && r.Body != http.NoBody {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, errors.Join(err, r.Body.Close())
		}
		if err := r.Body.Close(); err != nil {
			return nil, err
		}
		// A RoundTripper must not change the request it is given.
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	response, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(response.Body)
	if cerr := response.Body.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	t.told(r, sent, response, answer)
	response.Body = io.NopCloser(bytes.NewReader(answer))
	return response, nil
}

// CloseIdleConnections is what [http.Client.CloseIdleConnections] looks for.
func (t *tellingTransport) CloseIdleConnections() { t.next.CloseIdleConnections() }
