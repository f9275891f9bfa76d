// Package sandbox is the door of `kefu dev`: it plays the people and the time
// that an integration needs and a developer does not have. Invited persons
// answer, agents come, go and serve, customers follow and write, the clock moves,
// calls and pushes go wrong, and the world starts afresh.
//
// It asks the desk for the same verbs as every other door; there is no second
// implementation of anything behind it. Unlike the developers' API it answers
// with ordinary HTTP status codes, and errors as {"error":{"code","message"}}.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

// clockSetting is where the distance of the clock survives a restart, in
// nanoseconds: without it, everything that happened would lie in the future.
const clockSetting = "sandbox clock ahead"

// Whoever reaches a sandbox may do everything with its data, and everybody knows
// its secret. So the first server that runs on new data marks it as a sandbox's or
// as production's, and the other kind never opens it by mistake.
const (
	worldSetting    = "world"
	worldSandbox    = "sandbox"
	worldProduction = "production"
)

// Data of the other kind.
var (
	ErrProduction = errors.New("kefu serve runs on this data, and kefu dev would let anybody who reaches it change and erase it: choose another folder with --data, or another database")
	ErrSandbox    = errors.New("kefu dev made this data, so everybody knows its secret and a reset of the sandbox erases everything: choose another folder with --data, or another database")
)

// ClaimForProduction marks data that is new, and refuses a sandbox's with
// [ErrSandbox].
func ClaimForProduction(ctx context.Context, d *desk.Desk) error {
	return claim(ctx, d, worldProduction, worldSandbox, ErrSandbox)
}

func claim(ctx context.Context, d *desk.Desk, as, other string, refusal error) error {
	world, err := d.Setting(ctx, worldSetting)
	switch {
	case err != nil:
		return err
	case world == other:
		return refusal
	case world == as:
		return nil
	}
	return d.SetSetting(ctx, worldSetting, as)
}

// Forgetter keeps something in memory that a fresh world must not know.
type Forgetter interface{ Forget() }

// Guests are the people who can sign in.
type Guests interface {
	// LetIn lets a person sign in without a password; who can already stays as it
	// is.
	LetIn(ctx context.Context, p kefu.Person) error
}

// Parts are what the door works with.
type Parts struct {
	Desk *desk.Desk
	// Guests is told who is in the demo world; nil when nobody can sign in.
	Guests Guests
	Clock  *Clock
	Demo   Demo
	Log    *slog.Logger
	// Tend carries out what time has made due; it is asked whenever the clock was
	// moved, forward or back. Nil when nothing is.
	Tend func(context.Context) error
	// Forget are asked to forget when the world starts afresh.
	Forget []Forgetter
	// Host is the name under which browsers may reach the control API beside
	// localhost, addresses and names without a dot; empty for none.
	Host string
}

// Sandbox is the door.
type Sandbox struct {
	Parts
	Faults   Faults
	Activity *Activity
}

// New makes the door. Call [Sandbox.Begin] before it is used.
func New(p Parts) *Sandbox { return &Sandbox{Parts: p, Activity: newActivity(p.Clock.Now)} }

// Begin puts the clock where it was left and lays out the demo world. It refuses
// data of production with [ErrProduction].
func (s *Sandbox) Begin(ctx context.Context) error {
	if err := claim(ctx, s.Desk, worldSandbox, worldProduction, ErrProduction); err != nil {
		return err
	}
	left, err := s.Desk.Setting(ctx, clockSetting)
	if err != nil {
		return fmt.Errorf("read the sandbox's clock: %w", err)
	}
	if left != "" {
		ahead, err := strconv.ParseInt(left, 10, 64)
		if err != nil {
			return fmt.Errorf("the stored distance of the sandbox's clock is %q: %w", left, err)
		}
		s.Clock.set(time.Duration(ahead))
	}
	return s.lay(ctx)
}

// lay lays out the demo world.
func (s *Sandbox) lay(ctx context.Context) error {
	if err := s.Demo.lay(ctx, s.Desk); err != nil {
		return err
	}
	return s.Demo.welcome(ctx, s.Guests)
}

// Mount serves the control API. A page of another site that a developer's
// browser happens to show must not be able to use it: neither from where it is,
// nor by having its own name lead to this machine.
func (s *Sandbox) Mount(mux *http.ServeMux) {
	routes := http.NewServeMux()
	routes.Handle("POST /sandbox/v1/invitations/accept", s.verb(s.acceptInvitation))
	routes.Handle("POST /sandbox/v1/invitations/reject", s.verb(s.rejectInvitation))
	routes.Handle("POST /sandbox/v1/agents/online", s.verb(s.setPresence))
	routes.Handle("POST /sandbox/v1/agents/accept", s.verb(s.acceptCustomer))
	routes.Handle("POST /sandbox/v1/agents/close", s.verb(s.closeSession))
	routes.Handle("POST /sandbox/v1/agents/transfer", s.verb(s.transferSession))
	routes.Handle("POST /sandbox/v1/agents/send", s.verb(s.agentSend))
	routes.Handle("GET /sandbox/v1/followers", s.verb(s.listFollowers))
	routes.Handle("POST /sandbox/v1/followers", s.verb(s.follow))
	routes.Handle("DELETE /sandbox/v1/followers/{openid}", s.verb(s.unfollow))
	routes.Handle("GET /sandbox/v1/followers/{openid}/messages", s.verb(s.phone))
	routes.Handle("POST /sandbox/v1/followers/{openid}/messages", s.verb(s.receive))
	routes.Handle("POST /sandbox/v1/media", s.verb(s.uploadMedia))
	routes.Handle("GET /sandbox/v1/pushes", s.verb(s.listPushes))
	routes.Handle("POST /sandbox/v1/pushes/{id}/repeat", s.verb(s.repeatPush))
	routes.Handle("GET /sandbox/v1/clock", s.verb(s.readClock))
	routes.Handle("POST /sandbox/v1/clock", s.verb(s.moveClock))
	routes.Handle("GET /sandbox/v1/faults", s.verb(s.readFaults))
	routes.Handle("PUT /sandbox/v1/faults", s.verb(s.setFaults))
	routes.Handle("GET /sandbox/v1/activity", s.verb(s.activity))
	routes.Handle("GET /sandbox/v1/room", s.verb(s.room))
	routes.Handle("POST /sandbox/v1/reset", s.verb(s.reset))
	routes.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.noSuchCall(w, r, routes) })
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, http.StatusForbidden, "cross_origin", "a page of another site may not use the sandbox")
	}))
	mux.Handle("/sandbox/v1/", s.OwnHost(protection.Handler(routes)))
}

// OwnHost refuses requests for a host name that could be anybody's. Names that
// only this machine or its network know have no dot. Other doors that believe
// everybody in a sandbox stand behind it too.
func (s *Sandbox) OwnHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		_, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if err != nil && strings.Contains(host, ".") && !strings.HasSuffix(host, ".localhost") && !strings.EqualFold(host, s.Host) {
			s.refuse(w, r, http.StatusForbidden, "unknown_host",
				"the sandbox does not know itself as "+strconv.Quote(host)+": use localhost or an address, or start kefu dev with --public-url")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// noSuchCall answers what no route serves: a path that nobody knows, or a method
// that a path does not have.
func (s *Sandbox) noSuchCall(w http.ResponseWriter, r *http.Request, routes *http.ServeMux) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		probe := *r
		probe.Method = method
		if _, pattern := routes.Handler(&probe); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		s.refuse(w, r, http.StatusNotFound, "no_such_call", "the sandbox has no such call; /docs/api/ lists them")
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	s.refuse(w, r, http.StatusMethodNotAllowed, "wrong_method", "this call is made with "+strings.Join(allowed, " or "))
}

// account finds the official account of a call: the one whose appid the query
// names, the one whose WeChat id the kf account ends in, or the demo account.
func (s *Sandbox) account(ctx context.Context, r *http.Request, account kefu.KFAccount) (kefu.AppID, error) {
	if app := kefu.AppID(r.URL.Query().Get("appid")); app != "" {
		if !app.Valid() {
			return "", kefu.OfficialAccountUnknown
		}
		o, err := s.Desk.PushAccount(ctx, app)
		if err != nil {
			return "", err
		}
		return o.AppID, nil
	}
	if owner := account.Suffix(); owner.ValidForAccount() {
		o, err := s.Desk.OfficialAccountByWeChatID(ctx, owner)
		if err == nil {
			return o.AppID, nil
		}
		if !errors.Is(err, kefu.OfficialAccountUnknown) {
			return "", err
		}
	}
	return s.Demo.Account.AppID, nil
}
