package workbench

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/internal/realtime"
)

// Parts are what the door works with. All are needed but Guard.
type Parts struct {
	Desk   *desk.Desk
	People *auth.People
	// Sockets holds those of the workbench's pages.
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

// New makes the door, before the sockets run.
func New(p Parts) *Door {
	if p.Guard == nil {
		p.Guard = func(next http.Handler) http.Handler { return next }
	}
	d := &Door{Parts: p, ended: p.People.Ended(), maker: exchange.Maker{Door: "workbench", Now: p.Now, Log: p.Log, Refusal: refusal, MaxBody: maxBody}}
	d.sockets = p.Sockets.Door(realtime.DoorParts{
		Name: "workbench", Source: source{d}, Watch: watch, Presence: presence{d},
	})
	return d
}

// paths is where the calls of the door are, by the appid of the official account.
const paths = "/workbench/v1/{appid}"

// Mount serves the calls of the door.
func (d *Door) Mount(mux *http.ServeMux) {
	routes := http.NewServeMux()
	for pattern, do := range map[string]verb{
		"GET /state":                        d.state,
		"PUT /presence":                     d.choosePresence,
		"GET /conversations":                d.conversations,
		"POST /accept-next":                 d.acceptNext,
		"GET /customers/{openid}":           d.customer,
		"GET /customers/{openid}/messages":  d.messages,
		"POST /customers/{openid}/messages": d.say,
		"POST /customers/{openid}/accept":   d.accept,
		"POST /customers/{openid}/close":    d.close,
		"POST /customers/{openid}/transfer": d.transfer,
		"POST /customers/{openid}/take":     d.take,
		"POST /customers/{openid}/typing":   d.typing,
		"POST /customers/{openid}/read":     d.read,
		"PUT /customers/{openid}/remark":    d.setRemark,
		"PUT /customers/{openid}/tags":      d.setTags,
		"POST /customers/{openid}/notes":    d.addNote,
		"DELETE /notes/{id}":                d.removeNote,
		"GET /tags":                         d.tags,
		"POST /tags":                        d.addTag,
		"GET /replies":                      d.replies,
		"POST /replies":                     d.addReply,
		"PUT /replies/{id}":                 d.setReply,
		"DELETE /replies/{id}":              d.removeReply,
		"POST /replies/{id}/used":           d.useReply,
		"POST /media":                       d.uploadMedia,
	} {
		method, path := cut(pattern)
		routes.Handle(method+" "+paths+path, d.call(do))
	}
	routes.Handle("GET "+paths+"/media/{media_id}", d.raw(d.media))
	routes.Handle("GET "+paths+"/socket", d.raw(d.socket))
	routes.Handle("/", d.maker.Verb(func(context.Context, *exchange.Exchange) (any, error) { return nil, exchange.ErrNoSuchCall }))
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(d.maker.Verb(func(context.Context, *exchange.Exchange) (any, error) { return nil, exchange.ErrCrossOrigin }))
	mux.Handle("/workbench/v1/", d.Guard(protection.Handler(routes)))
}

// verb is one call, made by somebody who may make it.
type verb func(context.Context, *call, desk.Hand) (any, error)

// hand is who calls, at the official account that the path names.
func (d *Door) hand(ctx context.Context, x *call) (desk.Hand, error) {
	return d.handOf(ctx, x.Token(), kefu.AppID(x.R.PathValue("appid")))
}

func (d *Door) handOf(ctx context.Context, token string, app kefu.AppID) (desk.Hand, error) {
	person, err := d.People.Signed(ctx, token)
	if err != nil {
		return desk.Hand{}, err
	}
	return d.Desk.HandOf(ctx, app, person)
}
