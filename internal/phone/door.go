// Package phone is the customer's side: the calls of the page on which somebody
// writes to an official account, in a browser instead of in WeChat. The first hello of
// a browser makes a follower of it; a signed cookie that scripts cannot read keeps who
// it is. In the sandbox a page may play any follower instead, by its openid.
//
// What customers may do is the same as everywhere: the door asks the desk. It is open
// to everybody, so it bounds how often anybody may ask; see [pace].
package phone

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/internal/realtime"
)

// Parts are what the door works with. All are needed but Guard.
type Parts struct {
	Desk *desk.Desk
	// Sockets holds those of the phones.
	Sockets *realtime.Hub
	// Now is the time of the house.
	Now func() time.Time
	Log *slog.Logger
	// Sandbox lets a page play any follower.
	Sandbox bool
	// Guard refuses requests that must not reach the door, such as those for a host
	// name that a stranger's page leads to a sandbox; nil for none.
	Guard func(http.Handler) http.Handler
}

// Door is the door.
type Door struct {
	Parts
	maker   exchange.Maker
	sockets *realtime.Door
	paces   paces
}

// New makes the door, before the sockets run.
func New(p Parts) *Door {
	if p.Guard == nil {
		p.Guard = func(next http.Handler) http.Handler { return next }
	}
	d := &Door{
		Parts: p, paces: newPaces(),
		maker: exchange.Maker{Door: "phone", Now: p.Now, Log: p.Log, Refusal: refusal, MaxBody: maxBody},
	}
	d.sockets = p.Sockets.Door(realtime.DoorParts{Name: "phone", Source: source{p.Desk, p.Now}, Each: maxWindows})
	return d
}

// maxWindows bounds the sockets of one customer, who has one phone and perhaps a
// window on a desk.
const maxWindows = 8

// paths is where the calls of the door are, by the appid of the official account.
const paths = "/phone/v1/{appid}"

// Mount serves the calls of the door.
func (d *Door) Mount(mux *http.ServeMux) {
	routes := http.NewServeMux()
	routes.Handle("POST "+paths+"/hello", d.verb(d.hello))
	routes.Handle("GET "+paths+"/messages", d.verb(d.messages))
	routes.Handle("POST "+paths+"/messages", d.verb(d.say))
	routes.Handle("POST "+paths+"/media", d.verb(d.uploadMedia))
	routes.Handle("GET "+paths+"/media/{media_id}", d.raw(d.media))
	routes.Handle("GET "+paths+"/socket", d.raw(d.socket))
	routes.Handle("/", d.verb(func(context.Context, *call) (any, error) { return nil, exchange.ErrNoSuchCall }))
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(d.verb(func(context.Context, *call) (any, error) { return nil, exchange.ErrCrossOrigin }))
	mux.Handle("/phone/v1/", d.Guard(protection.Handler(routes)))
}
