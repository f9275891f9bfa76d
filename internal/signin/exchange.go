package signin

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/netip"
	"strconv"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
)

// maxBody bounds a request: a few names and two passwords, with every character of
// them written as an escape.
const maxBody = 16 << 10

// exchange is one request, with what the verbs ask of it.
type exchange struct {
	w   http.ResponseWriter
	r   *http.Request
	rid kefu.RID
}

// from is the address of the browser.
func (x *exchange) from() netip.Addr {
	at, err := netip.ParseAddrPort(x.r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}

// by is who does something, for the audit.
func (x *exchange) by(who kefu.WeChatID) auth.By {
	return auth.By{Who: string(who), From: x.from(), RID: x.rid}
}

// token is what the browser shows of a login; empty when it shows none.
func (x *exchange) token() string {
	c, err := x.r.Cookie(auth.LoginCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// giveToken puts a token into the browser, for as long as its login lasts unless it is
// used. An empty one is taken out.
func (x *exchange) giveToken(token string) {
	c := &http.Cookie{
		Name: auth.LoginCookie, Value: token, Path: "/", MaxAge: int(kefu.LoginLife.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: x.r.URL.Scheme == "https",
	}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(x.w, c)
}

// read reads the JSON object of a request. Members that are not known are passed over,
// so that a newer page can speak to an older house.
func (x *exchange) read(into any) error {
	if kind, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return badRequest("the content type must be application/json")
	}
	body, err := io.ReadAll(io.LimitReader(x.r.Body, maxBody+1))
	switch {
	case err != nil:
		return badRequest("the body broke off")
	case len(body) > maxBody:
		return badRequest("the body is longer than " + strconv.Itoa(maxBody) + " bytes")
	}
	// What it holds is not repeated: it is a password.
	if err := json.Unmarshal(body, into); err != nil {
		return badRequest("the body is not a JSON object of the form that is described")
	}
	return nil
}

// nothing is the answer of a verb that only succeeds.
var nothing = struct{}{}

// verb serves one call.
func (d *Door) verb(do func(context.Context, *exchange) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{w: w, r: r, rid: kefu.NewRID(d.Now(), rand.Uint32(), rand.Uint32())}
		answer, err := do(r.Context(), x)
		if err == nil {
			d.write(x, http.StatusOK, answer)
			return
		}
		d.refuse(x, err)
	})
}

// refuse answers an error.
func (d *Door) refuse(x *exchange, err error) {
	status, body := refusal(err)
	body.RID = x.rid
	if status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		d.Log.ErrorContext(x.r.Context(), "a call about people failed", "rid", x.rid, "error", err)
	}
	if body.RetryAfter > 0 {
		x.w.Header().Set("Retry-After", strconv.FormatInt(body.RetryAfter, 10))
	}
	answer := map[string]any{"error": body}
	var stranger strangerError
	if errors.As(err, &stranger) {
		maps.Copy(answer, stranger.more)
	}
	d.write(x, status, answer)
}

func (d *Door) write(x *exchange, status int, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		d.Log.ErrorContext(x.r.Context(), "an answer about people cannot be encoded", "rid", x.rid, "error", err)
		http.Error(x.w, "internal error", http.StatusInternalServerError)
		return
	}
	h := x.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body) // a browser that went away is told nothing more
}
