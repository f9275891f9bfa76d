// Package exchange is what the doors of pages do alike with one request: read a JSON
// object within bounds, answer one, and say a refusal with its code and its rid. What
// is asked and what may be done is the door's own.
package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/wechat"
)

// Maker is how the exchanges of a door are made. All members are needed.
type Maker struct {
	// Door names the door in the log.
	Door string
	// Now is the time of the house.
	Now func() time.Time
	Log *slog.Logger
	// Refusal is the status and the fault of an error; see [Refusal].
	Refusal func(error) (status int, f Fault)
	// MaxBody bounds a JSON request, in bytes.
	MaxBody int64
}

// Exchange is one request, with what verbs ask of it.
type Exchange struct {
	W   http.ResponseWriter
	R   *http.Request
	RID kefu.RID

	made *Maker
}

// Nothing is the answer of a verb that only succeeds.
var Nothing = struct{}{}

// Verb serves a call whose answer is one JSON object.
func (m *Maker) Verb(do func(context.Context, *Exchange) (any, error)) http.Handler {
	return m.Raw(func(x *Exchange) error {
		answer, err := do(x.R.Context(), x)
		if err != nil {
			return err
		}
		x.Write(http.StatusOK, answer)
		return nil
	})
}

// Raw serves a call that writes its own answer, or returns why it does not.
func (m *Maker) Raw(do func(*Exchange) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &Exchange{W: w, R: r, RID: kefu.NewRID(m.Now(), rand.Uint32(), rand.Uint32()), made: m}
		if err := do(x); err != nil {
			x.Refuse(err)
		}
	})
}

// Token is what the browser shows of a login; empty when it shows none.
func (x *Exchange) Token() string {
	c, err := x.R.Cookie(auth.LoginCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// From is the address of the browser; the zero value when it is not known.
func (x *Exchange) From() netip.Addr {
	at, err := netip.ParseAddrPort(x.R.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}

// By is who does something, for the audit.
func (x *Exchange) By(who kefu.WeChatID) auth.By {
	return auth.By{Who: string(who), From: x.From(), RID: x.RID}
}

// Number reads a number of the query, from 0 to most; absent it is fallback.
func (x *Exchange) Number(name string, fallback, most int64) (int64, error) {
	text := x.R.URL.Query().Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, BadRequest(strconv.Quote(name) + " must be a number from 0 to " + strconv.FormatInt(most, 10))
	}
	return n, nil
}

// Body reads the JSON of a request; {} for one that is empty, for verbs that ask nothing
// or little.
func (x *Exchange) Body() ([]byte, error) {
	body, err := x.text()
	if err == nil && len(body) == 0 {
		return []byte("{}"), nil
	}
	return body, err
}

// text reads the body of a request, whose type must be JSON's.
func (x *Exchange) text() ([]byte, error) {
	if kind, _, err := mime.ParseMediaType(x.R.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, BadRequest("the content type must be application/json")
	}
	body, err := io.ReadAll(io.LimitReader(x.R.Body, x.made.MaxBody+1))
	switch {
	case err != nil:
		return nil, BadRequest("the body broke off")
	case int64(len(body)) > x.made.MaxBody:
		return nil, BadRequest("the body is longer than " + strconv.FormatInt(x.made.MaxBody, 10) + " bytes")
	}
	return bytes.TrimSpace(body), nil
}

// Read reads the JSON object of a request, which must be there, into a struct.
func (x *Exchange) Read(into any) error {
	body, err := x.text()
	if err != nil {
		return err
	}
	return Decode(body, into)
}

// ReadOptions is Read for an object whose members may all be absent, and so may it.
func (x *Exchange) ReadOptions(into any) error {
	body, err := x.Body()
	if err != nil {
		return err
	}
	return Decode(body, into)
}

// Decode reads a JSON object into a struct. Members that are not known are passed over,
// so that a newer page can speak to an older house. What was sent is not repeated in
// the error: it can be a password.
func Decode(body []byte, into any) error {
	if len(body) == 0 || body[0] != '{' {
		return BadRequest("the body must be a JSON object")
	}
	var kind *json.UnmarshalTypeError
	switch err := json.Unmarshal(body, into); {
	case errors.As(err, &kind):
		return BadRequest("the body does not fit: " + strconv.Quote(kind.Field) + " cannot be a " + kind.Value)
	case err != nil:
		return BadRequest("the body is not JSON")
	}
	return nil
}

// Write answers a JSON object.
func (x *Exchange) Write(status int, answer any) {
	body, err := wechat.Marshal(answer)
	if err != nil {
		x.made.Log.ErrorContext(x.R.Context(), "an answer cannot be encoded", "door", x.made.Door, "rid", x.RID, "error", err)
		http.Error(x.W, "internal error", http.StatusInternalServerError)
		return
	}
	h := x.W.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	x.W.WriteHeader(status)
	_, _ = x.W.Write(body) // a page that went away is told nothing more
}

// Refuse answers an error, and tells the log of a failure of ours.
func (x *Exchange) Refuse(err error) {
	status, f := x.made.Refusal(err)
	f.RID = x.RID
	if status == http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		x.made.Log.ErrorContext(x.R.Context(), "a call failed", "door", x.made.Door, "rid", x.RID, "error", err)
	}
	if f.RetryAfter > 0 {
		x.W.Header().Set("Retry-After", strconv.FormatInt(f.RetryAfter, 10))
	}
	answer := map[string]any{"error": f}
	maps.Copy(answer, f.Beside)
	x.Write(status, answer)
}
