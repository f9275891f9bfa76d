// Package signin is the door through which people come in: agents, supervisors and
// administrators. They sign in and out here, change their passwords, follow the link of
// an invitation, and become the first administrator. What they may do then is for the
// doors behind to ask; this one only says who somebody is.
//
// Pages of the house call it, with JSON and ordinary HTTP status codes. The login is in
// a cookie that scripts cannot read and that other sites cannot make a browser use: it
// is SameSite=Lax, and requests that change something are refused when the browser says
// that a page of another origin sent them.
package signin

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

// Parts are what the door works with. All are needed but Guard.
type Parts struct {
	Desk   *desk.Desk
	People *auth.People
	// Now is the time of the house.
	Now func() time.Time
	Log *slog.Logger
	// Sandbox lets everybody sign in as anybody, with one click.
	Sandbox bool
	// Guard refuses requests that must not reach the door, such as those for a host
	// name that a stranger's page leads to a sandbox; nil for none.
	Guard func(http.Handler) http.Handler
}

// Door is the door.
type Door struct {
	Parts
	maker exchange.Maker
}

// New makes the door.
func New(p Parts) *Door {
	if p.Guard == nil {
		p.Guard = func(next http.Handler) http.Handler { return next }
	}
	return &Door{p, exchange.Maker{Door: "signin", Now: p.Now, Log: p.Log, Refusal: refusal, MaxBody: maxBody}}
}

// Mount serves the calls of the door.
func (d *Door) Mount(mux *http.ServeMux) {
	routes := http.NewServeMux()
	routes.Handle("POST /auth/v1/login", d.maker.Verb(d.login))
	routes.Handle("POST /auth/v1/logout", d.maker.Verb(d.logout))
	routes.Handle("POST /auth/v1/logout-everywhere", d.signed(d.logoutEverywhere))
	routes.Handle("GET /auth/v1/me", d.maker.Verb(d.me))
	routes.Handle("POST /auth/v1/password", d.signed(d.password))
	routes.Handle("POST /auth/v1/setup", d.maker.Verb(d.setUp))
	routes.Handle("GET /auth/v1/invitations/{token}", d.maker.Verb(d.invitation))
	routes.Handle("POST /auth/v1/invitations/{token}/register", d.maker.Verb(d.register))
	routes.Handle("POST /auth/v1/invitations/{token}/accept", d.signed(d.accept))
	routes.Handle("POST /auth/v1/invitations/{token}/reject", d.signed(d.reject))
	if d.Sandbox {
		routes.Handle("POST /auth/v1/demo", d.maker.Verb(d.demo))
	}
	routes.Handle("/", d.maker.Verb(func(context.Context, *exchange.Exchange) (any, error) { return nil, exchange.ErrNoSuchCall }))
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(d.maker.Verb(func(context.Context, *exchange.Exchange) (any, error) { return nil, exchange.ErrCrossOrigin }))
	mux.Handle("/auth/v1/", d.Guard(protection.Handler(routes)))
}

// signed serves a call to somebody who is signed in.
func (d *Door) signed(do func(context.Context, *exchange.Exchange, kefu.Person) (any, error)) http.Handler {
	return d.maker.Verb(func(ctx context.Context, x *exchange.Exchange) (any, error) {
		person, err := d.People.Signed(ctx, x.Token())
		if err != nil {
			return nil, err
		}
		return do(ctx, x, person)
	})
}
