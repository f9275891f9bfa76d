// Package api is the door for developers: WeChat's own paths under /cgi-bin and
// /customservice, to the letter.
//
// One wrapper serves them all. It reads a request, goes through the checks in
// the order that WeChat is known or believed to have (HTTPS, token, method,
// permission, quota, body, feature, and only then the fields), asks the desk,
// and writes exactly one JSON object with HTTP status 200, whatever happened.
// An endpoint is a row of a table: its path, its method, how its request is
// read, and what it asks for.
package api

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/calls"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// Prober looks at a developer's callback URL from the outside.
type Prober interface {
	// Resolve lists the addresses of the URL's host.
	Resolve(ctx context.Context, callback string) ([]netip.Addr, error)
	// Ping tells how long it took to reach one of them; ok is false when it did
	// not answer.
	Ping(ctx context.Context, callback string, addr netip.Addr) (took time.Duration, ok bool)
}

// Faults lets the sandbox make a call fail.
type Faults interface {
	// Fault waits as long as the call is to be delayed. When failed, the call
	// is answered with code.
	Fault(ctx context.Context, path string) (code int, failed bool)
}

// Observer hears of every call, for metrics. path is one of [API.Paths] or "other".
type Observer interface {
	ObserveCall(path string, errcode int, took time.Duration)
}

// Witness sees every call, to show it to who plays with a sandbox. What it is handed
// holds secrets and must not be kept as it is; body is valid only during the call.
type Witness interface {
	SawCall(app kefu.AppID, rid kefu.RID, r *http.Request, body []byte, errcode int, took time.Duration)
}

// Parts are what the door works with. Faults, Crowd and Witness may be nil.
type Parts struct {
	Desk     *desk.Desk
	Gate     *auth.Gate
	Calls    *calls.Journal
	Prober   Prober
	Faults   Faults
	Crowd    Crowd
	Observer Observer
	Witness  Witness
	Log      *slog.Logger
	Now      func() time.Time
	// PictureURL is the base of the URLs of avatars, without a slash at the end.
	PictureURL string
	// CallbackIPs and APIIPs are what getcallbackip and get_api_domain_ip answer.
	CallbackIPs, APIIPs []string
	// RequireHTTPS refuses calls whose URL scheme the server did not set to https.
	RequireHTTPS bool
}

// API is the door.
type API struct {
	Parts
	endpoints map[string]*endpoint
	lists     lists
}

// New makes the door.
func New(p Parts) *API {
	a := &API{Parts: p, endpoints: make(map[string]*endpoint)}
	if a.Crowd == nil {
		a.Crowd = empty{}
	}
	for _, e := range slices.Concat(a.credentials(), a.tools(), a.agents(), a.sessions(), a.messages(), a.records(), a.users(), a.tags(), a.media()) {
		a.endpoints[e.path] = &e
	}
	return a
}

// Serves tells whether a path belongs to this door: all of both families. What
// is below them and not served is refused like an API that the account has no
// permission for.
func Serves(path string) bool {
	return strings.HasPrefix(path, "/cgi-bin/") || strings.HasPrefix(path, "/customservice/")
}

// Paths lists the served paths.
func (a *API) Paths() []string {
	paths := make([]string, 0, len(a.endpoints))
	for path := range a.endpoints {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// endpoint is one row of the table.
type endpoint struct {
	path string
	// post refuses GET. Endpoints without it are read with GET and tolerate POST.
	post bool
	// get lets a post endpoint be called with GET as well.
	get bool
	// open endpoints take no access token and charge the quota themselves.
	open bool
	// tool endpoints are for every account; others only for verified ones.
	tool bool
	// serve answers. The result is encoded unless it is a []byte already, or a
	// *file.
	serve func(ctx context.Context, c *call) (any, error)
}

// call is one request on its way through the door.
type call struct {
	request *http.Request
	rid     kefu.RID
	at      time.Time
	path    string
	values  url.Values
	from    netip.Addr
	// owner is the account that the call is made for, as soon as it is known;
	// proven tells that it showed a working credential.
	owner  *kefu.OfficialAccount
	proven bool
	caller auth.Caller
	body   []byte
	// file is the answer, when it is one.
	file *file
	// placed tells that the call has a place in the crowd, and reserved is the
	// memory that it has there, both out of share, the owner's part once that is
	// known.
	crowd    Crowd
	placed   bool
	reserved int64
	share    kefu.AppID
	// whole tells that the body was read to its end.
	whole bool
}

// query is the query of the URL, and of nothing else: a body may call itself a
// form and be JSON.
func (c *call) query() url.Values {
	if c.values == nil {
		c.values = c.request.URL.Query()
	}
	return c.values
}

// token is the access token, found without reading the rest of the query: the
// busiest calls have nothing else in it.
func (c *call) token() string {
	text, found := strings.CutPrefix(c.request.URL.RawQuery, "access_token=")
	if !found || strings.ContainsAny(text, "&;%+") {
		return c.query().Get("access_token")
	}
	return text
}

// ServeHTTP answers one call.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.respond(w, r, a.answer) }

// respond writes the answer of one call. The place that it took is given back
// before: who reads slowly needs none.
func (a *API) respond(w http.ResponseWriter, r *http.Request, answering func(context.Context, *call) ([]byte, wechat.Errcode)) {
	started := time.Now()
	c := &call{
		request: r,
		at:      a.Now(),
		path:    r.URL.Path,
		from:    remoteAddr(r),
		crowd:   a.Crowd,
	}
	c.rid = kefu.NewRID(c.at, rand.Uint32(), rand.Uint32())

	answer, code := answering(r.Context(), c)
	c.leave()
	c.keep(int64(len(answer)))
	defer c.keep(0)
	c.drain(w)
	if c.file != nil {
		if err := c.file.write(w, r); err != nil && r.Context().Err() == nil {
			a.Log.WarnContext(r.Context(), "a file could not be sent whole", "rid", c.rid, "path", ShownPath(c.path), "error", err)
		}
	} else {
		header := w.Header()
		header["Content-Type"] = contentType
		header["Content-Length"] = []string{strconv.Itoa(len(answer))}
		_, _ = w.Write(answer) // a caller that went away is told nothing more
	}

	took := time.Since(started)
	if code != wechat.OK && c.owner != nil {
		a.Calls.Remember(a.record(c, code, answer, took), c.proven)
	}
	a.observe(c, code, started, took)
	if a.Witness != nil {
		var app kefu.AppID
		if c.owner != nil {
			app = c.owner.AppID
		}
		a.Witness.SawCall(app, c.rid, r, c.body, int(code), took)
	}
}

// contentType says "encoding" where others say "charset", as WeChat does.
var contentType = []string{"application/json; encoding=utf-8"}

func (a *API) observe(c *call, code wechat.Errcode, started time.Time, took time.Duration) {
	path := c.path
	if _, served := a.endpoints[path]; !served {
		path = "other"
	}
	a.Observer.ObserveCall(path, int(code), took)
	// Half of what this door does for a kept list is to write this line, so the
	// record is made without looking up who called and what time it is.
	ctx, handler := context.Background(), a.Log.Handler()
	if !handler.Enabled(ctx, slog.LevelInfo) {
		return
	}
	line := slog.NewRecord(started.Add(took), slog.LevelInfo, "api", 0)
	line.AddAttrs(
		slog.String("rid", string(c.rid)),
		slog.String("method", c.request.Method),
		slog.String("path", ShownPath(c.path)),
		slog.Int("errcode", int(code)),
		slog.Int64("took_us", took.Microseconds()))
	if c.owner != nil {
		line.AddAttrs(slog.String("appid", string(c.owner.AppID)))
	}
	line.AddAttrs(slog.String("from", c.from.String()))
	_ = handler.Handle(ctx, line) // a log that cannot be written has nobody to tell
}

// answer makes the answer of a call, and never fails: what goes wrong is an
// answer too, also a panic.
func (a *API) answer(ctx context.Context, c *call) (answer []byte, code wechat.Errcode) {
	defer func() {
		if p := recover(); p != nil {
			a.Log.ErrorContext(ctx, "an API call panicked", "rid", c.rid, "path", ShownPath(c.path), "panic", p, "stack", stack())
			code = wechat.SystemError
			answer = status(code, code.Text(), c.rid)
		}
	}()
	result, err := a.serve(ctx, c)
	if err == nil {
		switch result := result.(type) {
		case []byte:
			return result, wechat.OK
		case *file:
			c.file = result
			return nil, wechat.OK
		}
		if answer, err = wechat.Marshal(result); err == nil {
			return answer, wechat.OK
		}
	}
	return a.refusal(ctx, c, err)
}

// refusal says an error, and tells the log of a failure of ours.
func (a *API) refusal(ctx context.Context, c *call, err error) (answer []byte, code wechat.Errcode) {
	code, refused := translate.Errcode(err)
	if !refused && !errors.Is(err, context.Canceled) && !crowded(err) {
		a.Log.ErrorContext(ctx, "an API call failed", "rid", c.rid, "path", ShownPath(c.path), "error", err)
	}
	text := code.Text()
	switch {
	case code == wechat.AddressNotAllowed:
		text = wechat.AddressNotAllowedText(c.from)
	case text == "":
		// Only a fault of the sandbox can ask for a code without a text.
		text = "unknown error"
	case !a.isOpen(c.path):
		text = code.LongText()
	}
	return status(code, text, c.rid), code
}

func (a *API) isOpen(path string) bool {
	e := a.endpoints[path]
	return e != nil && e.open
}

// serve goes through the checks and asks the endpoint.
func (a *API) serve(ctx context.Context, c *call) (any, error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	if a.Faults != nil {
		if code, failed := a.Faults.Fault(ctx, c.path); failed {
			return nil, wechat.Errcode(code)
		}
	}
	if a.RequireHTTPS && c.request.URL.Scheme != "https" {
		return nil, wechat.RequireHTTPS
	}
	e := a.endpoints[c.path]
	if e == nil || !e.open {
		if err := a.admit(ctx, c); err != nil {
			return nil, err
		}
	}
	if e == nil {
		return nil, kefu.Unverified
	}
	switch method := c.request.Method; {
	case method == http.MethodPost:
	case e.post && (method != http.MethodGet || !e.get):
		return nil, wechat.RequirePOST
	case method != http.MethodGet && method != http.MethodHead:
		return nil, wechat.RequireGET
	}
	if !e.open {
		if !e.tool && !c.owner.Standing.Verified {
			return nil, kefu.Unverified
		}
		if err := a.Gate.Charge(ctx, c.owner, c.path, c.at); err != nil {
			return nil, err
		}
	}
	return e.serve(ctx, c)
}

// admit checks the access token, which counts only in the query.
func (a *API) admit(ctx context.Context, c *call) error {
	caller, err := a.Gate.Admit(ctx, c.token(), c.at)
	if err != nil {
		// A token that was good once still tells whose call it is.
		c.owner = caller.Account
		return err
	}
	c.caller, c.owner, c.proven = caller, caller.Account, true
	if !a.Crowd.Claim(c.owner.AppID) {
		return errCrowded
	}
	c.share = c.owner.AppID
	if c.owner.Standing.Frozen {
		return wechat.UserLimited
	}
	return nil
}

var okStatus = []byte(`{"errcode":0,"errmsg":"ok"}`)

func status(code wechat.Errcode, text string, rid kefu.RID) []byte {
	answer, err := wechat.Marshal(wechat.NewStatusText(code, text, string(rid)))
	if err != nil {
		// Two members that always encode.
		return []byte(`{"errcode":-1,"errmsg":"system error"}`)
	}
	return answer
}

// remoteAddr is the caller's address as the server found it; the zero Addr when
// it could not tell.
func remoteAddr(r *http.Request) netip.Addr {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return from.Addr().Unmap()
}
