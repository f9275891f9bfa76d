// Package admin is the door of the console: the calls with which administrators run
// the house, and supervisors look at how it goes. What concerns one official account is
// below /admin/v1/accounts/{appid}/, what concerns the whole house beside it. Every act
// that changes something stands in the audit.
package admin

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/calls"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/internal/realtime"
)

// Parts are what the door works with. All are needed but PublicURL and Guard.
type Parts struct {
	Desk   *desk.Desk
	People *auth.People
	// Calls remembers what the developers' API refused.
	Calls *calls.Journal
	// Preview writes the request with which a push would go out now.
	Preview func(*kefu.OfficialAccount, *kefu.Push, time.Time) (*http.Request, error)
	// Handshake tries a developer's server.
	Handshake func(context.Context, kefu.Callback) kefu.Handshake
	// PublicURL is how the world reaches the house, without a slash at the end: links
	// of invitations begin with it. Empty when pages know better.
	PublicURL string
	// Sockets holds those of the console's pages.
	Sockets *realtime.Hub
	// Now is the time of the house.
	Now func() time.Time
	Log *slog.Logger
	// Guard refuses requests that must not reach the door, such as those for a host
	// name that a stranger's page leads to a sandbox; nil for none.
	Guard func(http.Handler) http.Handler
}

// Door is the door.
type Door struct {
	Parts
	maker   exchange.Maker
	sockets *realtime.Door
	// ended wakes the door when people were signed out.
	ended <-chan struct{}
}

// maxBody bounds a request that is no upload: the largest are the automatic texts of
// an account, every character of them written as an escape.
const maxBody = 64 << 10

// New makes the door, before the sockets run.
func New(p Parts) *Door {
	if p.Guard == nil {
		p.Guard = func(next http.Handler) http.Handler { return next }
	}
	d := &Door{Parts: p, ended: p.People.Ended(), maker: exchange.Maker{Door: "admin", Now: p.Now, Log: p.Log, Refusal: refusal, MaxBody: maxBody}}
	d.sockets = p.Sockets.Door(realtime.DoorParts{Name: "admin", Source: watched{d}})
	return d
}

// Where the calls are: those about the house, and those about one official account.
const (
	housePaths   = "/admin/v1"
	accountPaths = "/admin/v1/accounts/{appid}"
)

// call is one request by somebody who may make it.
type call struct {
	*exchange.Exchange
	// who asks, and app for which official account; empty for calls about the house.
	who kefu.Person
	app kefu.AppID
}

// verb serves one call.
type verb func(context.Context, *call) (any, error)

// routes are handlers by pattern, as http.ServeMux reads them.
type routes map[string]http.Handler

// Mount serves the calls of the door.
func (d *Door) Mount(mux *http.ServeMux) {
	all := make(routes)
	for _, area := range []func() routes{
		d.overviewRoutes, d.boardRoutes, d.conversationRoutes, d.auditRoutes,
		d.accountRoutes, d.agentRoutes, d.peopleRoutes,
		d.pushRoutes, d.callRoutes, d.settingRoutes, d.replyRoutes,
	} {
		maps.Copy(all, area())
	}
	table := http.NewServeMux()
	for pattern, handler := range all {
		table.Handle(pattern, handler)
	}
	table.Handle("/", d.maker.Verb(func(context.Context, *exchange.Exchange) (any, error) { return nil, exchange.ErrNoSuchCall }))
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(d.maker.Verb(func(context.Context, *exchange.Exchange) (any, error) { return nil, exchange.ErrCrossOrigin }))
	mux.Handle("/admin/v1/", d.Guard(protection.Handler(table)))
}

// house adds a call about the house, for people of at least a role.
func (rs routes) house(d *Door, pattern string, least kefu.Role, do verb) {
	method, path, _ := strings.Cut(pattern, " ")
	rs[method+" "+housePaths+path] = d.verb(least, do)
}

// account adds a call about an official account, for people of at least a role.
func (rs routes) account(d *Door, pattern string, least kefu.Role, do verb) {
	method, path, _ := strings.Cut(pattern, " ")
	rs[method+" "+accountPaths+path] = d.verb(least, do)
}

func (d *Door) verb(least kefu.Role, do verb) http.Handler {
	return d.maker.Verb(func(ctx context.Context, x *exchange.Exchange) (any, error) {
		c, err := d.admit(ctx, x, least)
		if err != nil {
			return nil, err
		}
		return do(ctx, c)
	})
}

// raw is like verb for calls that write their own answer, such as files.
func (d *Door) raw(least kefu.Role, do func(context.Context, *call) error) http.Handler {
	return d.maker.Raw(func(x *exchange.Exchange) error {
		c, err := d.admit(x.R.Context(), x, least)
		if err != nil {
			return err
		}
		return do(x.R.Context(), c)
	})
}

// admit finds out who asks, and refuses who may not: [kefu.NotSignedIn],
// [kefu.NotAllowed].
func (d *Door) admit(ctx context.Context, x *exchange.Exchange, least kefu.Role) (*call, error) {
	who, err := d.People.Signed(ctx, x.Token())
	if err != nil {
		return nil, err
	}
	if !who.Role.AtLeast(least) {
		return nil, kefu.NotAllowed
	}
	c := &call{Exchange: x, who: who, app: kefu.AppID(x.R.PathValue("appid"))}
	if c.app != "" && !c.app.Valid() {
		return nil, kefu.OfficialAccountUnknown
	}
	return c, nil
}

// noted adds what was done to the audit.
func (d *Door) noted(ctx context.Context, c *call, what kefu.ActKind, object, before, after string) error {
	return d.Desk.Audited(ctx, c.act(what, object, before, after))
}

// act is what the caller did, for the audit.
func (c *call) act(what kefu.ActKind, object, before, after string) kefu.Act {
	act := kefu.Act{Who: string(c.who.ID), What: what, Object: object, Before: before, After: after, RID: c.RID}
	if from := c.From(); from.IsValid() {
		act.IP = from.String()
	}
	return act
}
