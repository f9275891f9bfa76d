package phone

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/netip"
	"strconv"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// maxBody bounds a request that is no upload: the longest text, every character of it
// written as an escape.
const maxBody = 64 << 10

// exchange is one request, with what the verbs ask of it.
type exchange struct {
	w   http.ResponseWriter
	r   *http.Request
	app kefu.AppID
	rid kefu.RID
}

// from is the address of the browser. Whoever has an IPv6 network has very many
// addresses, so they count as one.
func (x *exchange) from() netip.Addr {
	at, err := netip.ParseAddrPort(x.r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := at.Addr().Unmap()
	if addr.Is6() {
		if net, err := addr.WithZone("").Prefix(64); err == nil {
			return net.Addr()
		}
	}
	return addr
}

// number reads a number of the query, from 0 to most; absent it is fallback.
func (x *exchange) number(name string, fallback, most int64) (int64, error) {
	text := x.r.URL.Query().Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, badRequest(strconv.Quote(name) + " must be a number from 0 to " + strconv.FormatInt(most, 10))
	}
	return n, nil
}

// body reads the JSON object of a request; {} for one that is empty.
func (x *exchange) body() ([]byte, error) {
	if kind, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, badRequest("the content type must be application/json")
	}
	body, err := io.ReadAll(io.LimitReader(x.r.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, badRequest("the body broke off")
	case len(body) > maxBody:
		return nil, badRequest("the body is longer than " + strconv.Itoa(maxBody) + " bytes")
	}
	if body = bytes.TrimSpace(body); len(body) == 0 {
		return []byte("{}"), nil
	}
	return body, nil
}

// verb serves one call.
func (d *Door) verb(do func(context.Context, *exchange) (any, error)) http.Handler {
	return d.raw(func(x *exchange) error {
		answer, err := do(x.r.Context(), x)
		if err != nil {
			return err
		}
		d.write(x, http.StatusOK, answer)
		return nil
	})
}

// raw serves one call that writes its own answer, or returns why it does not.
func (d *Door) raw(do func(*exchange) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{w: w, r: r, app: kefu.AppID(r.PathValue("appid")), rid: kefu.NewRID(d.Now(), rand.Uint32(), rand.Uint32())}
		if err := do(x); err != nil {
			d.refuse(x, err)
		}
	})
}

// refuse answers an error.
func (d *Door) refuse(x *exchange, err error) {
	status, f := refusal(err)
	f.RID = x.rid
	if status == http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		d.Log.ErrorContext(x.r.Context(), "a call of a phone failed", "rid", x.rid, "error", err)
	}
	if f.RetryAfter > 0 {
		x.w.Header().Set("Retry-After", strconv.FormatInt(f.RetryAfter, 10))
	}
	d.write(x, status, map[string]any{"error": f})
}

func (d *Door) write(x *exchange, status int, answer any) {
	body, err := wechat.Marshal(answer)
	if err != nil {
		d.Log.ErrorContext(x.r.Context(), "an answer to a phone cannot be encoded", "rid", x.rid, "error", err)
		http.Error(x.w, "internal error", http.StatusInternalServerError)
		return
	}
	h := x.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body) // a page that went away is told nothing more
}

// decode reads an object into a struct. Members that are not known are passed over, so
// that a newer page can speak to an older house.
func decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil || body[0] != '{' {
		return badRequest("the body is not a JSON object of the form that is described")
	}
	return nil
}
