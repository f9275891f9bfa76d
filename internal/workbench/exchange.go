package workbench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/wechat"
)

// maxBody bounds a request that is no upload: the largest is a message with a menu,
// every character of it written as an escape.
const maxBody = 64 << 10

// nothing is the answer of a verb that only succeeds.
var nothing = struct{}{}

// exchange is one request, with what the verbs ask of it.
type exchange struct {
	r   *http.Request
	rid kefu.RID
}

// token is what the browser shows of a login; empty when it shows none.
func (x *exchange) token() string {
	c, err := x.r.Cookie(auth.LoginCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// openid is the customer that the path names. What cannot be one is nobody's.
func (x *exchange) openid() (kefu.OpenID, error) {
	openid := kefu.OpenID(x.r.PathValue("openid"))
	if !openid.Valid() {
		return "", kefu.CustomerUnknown
	}
	return openid, nil
}

// id is the number that the path names, or what says that there is none.
func (x *exchange) id(unknown kefu.Reason) (kefu.MsgID, error) {
	n, err := strconv.ParseInt(x.r.PathValue("id"), 10, 64)
	if err != nil || n <= 0 {
		return 0, unknown
	}
	return kefu.MsgID(n), nil
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

// read reads the JSON object of a request. Members that are not known are passed over,
// so that a newer page can speak to an older house.
func (x *exchange) read(into any) error {
	body, err := x.body()
	if err != nil {
		return err
	}
	if body[0] != '{' {
		return badRequest("the body must be a JSON object")
	}
	if err := json.Unmarshal(body, into); err != nil {
		return badRequest("the body does not fit: " + strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// call serves a verb to those who may.
func (d *Door) call(do verb) http.Handler {
	return d.unsigned(func(ctx context.Context, x *exchange) (any, error) {
		h, err := d.hand(ctx, x)
		if err != nil {
			return nil, err
		}
		return do(ctx, x, h)
	})
}

// unsigned serves a call to anybody.
func (d *Door) unsigned(do func(context.Context, *exchange) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := d.exchange(r)
		answer, err := do(r.Context(), x)
		if err != nil {
			d.refuse(w, x, err)
			return
		}
		d.write(w, x, http.StatusOK, answer)
	})
}

func (d *Door) exchange(r *http.Request) *exchange {
	return &exchange{r: r, rid: kefu.NewRID(d.Now(), rand.Uint32(), rand.Uint32())}
}

// refuse answers an error.
func (d *Door) refuse(w http.ResponseWriter, x *exchange, err error) {
	status, f := refusal(err)
	f.RID = x.rid
	if status == http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		d.Log.ErrorContext(x.r.Context(), "a call of the workbench failed", "rid", x.rid, "error", err)
	}
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.FormatInt(f.RetryAfter, 10))
	}
	d.write(w, x, status, map[string]any{"error": f})
}

func (d *Door) write(w http.ResponseWriter, x *exchange, status int, answer any) {
	body, err := wechat.Marshal(answer)
	if err != nil {
		d.Log.ErrorContext(x.r.Context(), "an answer of the workbench cannot be encoded", "rid", x.rid, "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a page that went away is told nothing more
}

// cut takes a pattern apart.
func cut(pattern string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	return method, path
}
