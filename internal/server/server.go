// Package server assembles the parts of a house and runs it: doors on one
// listener, loops beside them, health and metrics. It is handed the drivers'
// work (a ledger, a media store) and knows neither drivers nor configuration.
package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/admin"
	"github.com/openkefu/kefu/internal/api"
	"github.com/openkefu/kefu/internal/apidoc"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/internal/calls"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/metrics"
	"github.com/openkefu/kefu/internal/mmbiz"
	"github.com/openkefu/kefu/internal/phone"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/realtime"
	"github.com/openkefu/kefu/internal/sandbox"
	"github.com/openkefu/kefu/internal/signin"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/workbench"
	"github.com/openkefu/kefu/web"
)

// Parts are what a house is made of. Ledger, Media, Metrics and Log are needed.
type Parts struct {
	Ledger  store.Store
	Media   media.Store
	Metrics *metrics.Metrics
	Log     *slog.Logger

	// PublicURL is how the world reaches the house, such as
	// https://kefu.example.com, without a slash at the end. Pictures are served
	// under it.
	PublicURL string
	// TrustedProxies are believed about whom they forward for.
	TrustedProxies []netip.Prefix
	// RequireHTTPS refuses API calls over plain HTTP.
	RequireHTTPS bool
	// PhoneFrames are the origins whose pages may show the phone in a frame.
	PhoneFrames []string
	// CallbackIPs and APIIPs are answered by getcallbackip and
	// get_api_domain_ip.
	CallbackIPs, APIIPs []string
	// Callbacks says which addresses callback URLs may point to.
	Callbacks callback.Policy
	// Dial takes the place of TCP to developers' servers, in tests without a
	// network. Callbacks is then not asked.
	Dial callback.Dial
	// Signals are those of this process; nil for signals of its own. Wire carries
	// them to and from other processes on the same ledger; nil when there are none.
	Signals *pubsub.Hub
	Wire    pubsub.Wire
	// Alone says that no other process works on this ledger, so that what an
	// earlier one left undone is taken up at once.
	Alone bool
	// Demo makes the house a sandbox with this world; nil in production.
	Demo *sandbox.Demo
}

const (
	// graceful is how long requests in flight have to finish at a shutdown. With
	// what the loops need after it, the process ends within ten seconds.
	graceful = 8 * time.Second

	// maxHeaders bounds the headers of a request; an access token has room in it
	// many times.
	maxHeaders = 64 << 10
)

// Server is a house.
type Server struct {
	parts   Parts
	desk    *desk.Desk
	gate    *auth.Gate
	people  *auth.People
	signin  *signin.Door
	calls   *calls.Journal
	api     *api.API
	courier *callback.Courier
	signals *pubsub.Hub
	sockets *realtime.Hub
	phone   *phone.Door
	// workbench is the door of those who answer.
	workbench *workbench.Door
	// admin is the door of those who run the house.
	admin   *admin.Door
	sandbox *sandbox.Sandbox
	health  *health
	crowd   *crowd
	handler http.Handler
	// busy is the handler of those for whom there is no room.
	busy http.Handler
}

// New assembles a house.
func New(p Parts) *Server {
	troubles := newTroubles(p.Log)
	p.Ledger, p.Media = &ledger{p.Ledger, troubles}, &album{p.Media, troubles}
	p.Log = slog.New(discreet{p.Log.Handler(), troubles})
	description := apidoc.New(apidoc.Options{Sandbox: p.Demo != nil})
	now := time.Now
	clock := new(sandbox.Clock)
	if p.Demo != nil {
		now = clock.Now
	}
	signals, courier := p.Signals, rand.Text()
	if signals == nil {
		signals = pubsub.New()
	}
	s := &Server{
		parts: p,
		desk: desk.New(desk.Parts{
			Ledger:   p.Ledger,
			Media:    p.Media,
			Pictures: picture.NewScaler(picture.Decodes),
			Now:      now,
			Log:      p.Log,
			Signals:  signals,
			Courier:  courier,

			PublicURL: p.PublicURL,
		}),
		signals: signals,
		gate:    auth.New(p.Ledger, now, p.Log),
		people:  auth.NewPeople(auth.PeopleParts{Ledger: p.Ledger, Now: now, Log: p.Log}),
		calls:   calls.New(p.Ledger, p.Log),
		health:  newHealth(p.Ledger, troubles),
		crowd:   newCrowd(p.Log),
	}
	p.Metrics.Count("kefu_api_calls_not_remembered_total",
		"Refused API calls that could not be kept for rid look-ups.", s.calls.Dropped)
	p.Metrics.Count("kefu_requests_refused_total",
		"Requests that were told to come again, because there was more to do than fits.", s.crowd.refused.Load)
	p.Metrics.Count("kefu_connections_refused_total",
		"Connections that were told to come again, because there were more than fit.", s.crowd.connections.Load)
	parts := api.Parts{
		Crowd:        s.crowd,
		Desk:         s.desk,
		Gate:         s.gate,
		Calls:        s.calls,
		Prober:       callback.NewProber(p.Callbacks),
		Observer:     p.Metrics,
		Log:          p.Log,
		Now:          now,
		PictureURL:   p.PublicURL,
		CallbackIPs:  p.CallbackIPs,
		APIIPs:       p.APIIPs,
		RequireHTTPS: p.RequireHTTPS,
	}
	deliveries := callback.Parts{
		Desk:     s.desk,
		Policy:   p.Callbacks,
		Now:      now,
		Log:      p.Log,
		Name:     courier,
		Alone:    p.Alone,
		Signals:  signals,
		Observer: p.Metrics,
		Dial:     p.Dial,
		AtOnce:   currentOpenings().pushes,
	}
	if p.Demo != nil {
		s.sandbox = sandbox.New(sandbox.Parts{
			Desk:   s.desk,
			Guests: s.people,
			Clock:  clock,
			Demo:   *p.Demo,
			Log:    p.Log,
			Tend:   s.catchUp,
			Host:   hostName(p.PublicURL),
		})
		parts.Faults = &s.sandbox.Faults
		deliveries.Faults = pushFaults{&s.sandbox.Faults}
		parts.Witness, deliveries.Witness = s.sandbox.Activity, s.sandbox.Activity
	}
	s.courier = callback.NewCourier(deliveries)
	s.sockets = newSockets(signals, p.PublicURL, now, p.Metrics, p.Log)
	if s.sandbox != nil {
		s.sandbox.Forget = []sandbox.Forgetter{s.gate, s.people, s.calls, s.courier, s.sockets, s.sandbox.Activity}
	}
	entrance := signin.Parts{Desk: s.desk, People: s.people, Now: now, Log: p.Log}
	phones := phone.Parts{Desk: s.desk, Sockets: s.sockets, Now: now, Log: p.Log}
	bench := workbench.Parts{Desk: s.desk, People: s.people, Sockets: s.sockets, Now: now, Log: p.Log}
	console := admin.Parts{Desk: s.desk, People: s.people, Sockets: s.sockets, Calls: s.calls, Preview: callback.Preview, Now: now, Log: p.Log}
	console.PublicURL = p.PublicURL
	console.Handshake = func(ctx context.Context, c kefu.Callback) kefu.Handshake {
		return callback.Try(ctx, p.Callbacks, p.Dial, c)
	}
	if s.sandbox != nil {
		entrance.Sandbox, entrance.Guard = true, s.sandbox.OwnHost
		phones.Sandbox, phones.Guard = true, s.sandbox.OwnHost
		bench.Guard = s.sandbox.OwnHost
		console.Guard = s.sandbox.OwnHost
	}
	s.signin = signin.New(entrance)
	s.phone = phone.New(phones)
	s.workbench = workbench.New(bench)
	s.admin = admin.New(console)
	s.api = api.New(parts)
	s.route(description)
	return s
}

// route makes the handlers: for those who are served and for those who are not.
func (s *Server) route(description *apidoc.Description) {
	mux := http.NewServeMux()
	s.health.mount(mux)
	mux.Handle("GET /metrics", s.parts.Metrics.Handler())
	mmbiz.New(s.parts.Media, s.parts.Log).Mount(mux)
	description.Mount(mux)
	if s.sandbox != nil {
		s.sandbox.Mount(mux)
	}
	s.signin.Mount(mux)
	s.phone.Mount(mux)
	s.workbench.Mount(mux)
	s.admin.Mount(mux)
	web.New(web.Options{Sandbox: s.sandbox != nil, PhoneFrames: s.parts.PhoneFrames}).Mount(mux)

	// The API is busier than everything else together and finds its paths in a
	// table of its own; it is spared the mux.
	busy := http.HandlerFunc(s.refuse)
	s.handler = s.doors(s.api.ServeHTTP, s.logged(s.crowd.admit(mux, busy)).ServeHTTP)
	s.busy = s.doors(s.api.Refuse, s.logged(unlessWatching(mux, busy)).ServeHTTP)
}

// doors leads to the API and to the others.
func (s *Server) doors(toAPI, toOthers http.HandlerFunc) http.Handler {
	return s.behindProxies(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// An SDK whose base URL ends in a slash sends two.
		if strings.HasPrefix(r.URL.Path, "//") {
			r.URL.Path = "/" + strings.TrimLeft(r.URL.Path, "/")
		}
		if api.Serves(r.URL.Path) {
			toAPI(w, r)
			return
		}
		toOthers(w, r)
	}))
}

// Handler is all the doors, for whoever brings a listener of their own. The
// loops of [Server.Run] do not run.
func (s *Server) Handler() http.Handler { return s.handler }

// Run serves on a listener until ctx ends, lets requests in flight finish, and
// returns when everything that it started has ended. It closes the listener and
// leaves the ledger and the media store open.
func (s *Server) Run(ctx context.Context, listener net.Listener) error {
	if err := s.begin(ctx); err != nil {
		_ = listener.Close()
		return err
	}
	places := newArrivals(listener, currentOpenings(), s.crowd)
	connections := &patience{crowded: places.crowded}
	porch := places.porch.server(s.busy, s.parts.Log)
	httpServer := &http.Server{
		Handler: s.handler,
		ConnState: func(conn net.Conn, state http.ConnState) {
			connections.observe(conn, state)
			settled(conn, state)
		},
		MaxHeaderBytes: maxHeaders,
		ErrorLog:       slog.NewLogLogger(s.parts.Log.Handler(), slog.LevelDebug),
	}

	// The loops outlive the listener: the last requests still count and leave
	// records.
	loops, stopLoops := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLoops()
	var running sync.WaitGroup
	// Deliveries begin no more as soon as the end is asked for, so that those in
	// flight are over when the last requests are.
	delivering, stopDelivering := context.WithCancel(ctx)
	defer stopDelivering()
	running.Go(func() { s.courier.Run(delivering) })
	running.Go(func() { s.sockets.Run(delivering) })
	<-s.sockets.Ready()
	for _, loop := range []func(context.Context){s.hearOthers, s.gate.Run, s.calls.Run, s.desk.Carry, s.tend, s.sweep, s.workbench.Run, s.admin.Run, s.health.follow, connections.run} {
		running.Go(func() { loop(loops) })
	}

	served := make(chan error, 1)
	go func() { served <- httpServer.Serve(places) }()
	running.Go(func() { _ = porch.Serve(places.porch) }) // It ends when it is closed below.
	s.health.open()

	var failed error
	select {
	case err := <-served:
		failed = fmt.Errorf("serve %s: %w", listener.Addr(), err)
	case <-ctx.Done():
		s.parts.Log.Info("stopping: requests in flight may finish", "within", graceful)
		s.health.close()
		if s.sandbox != nil {
			s.sandbox.Activity.Leave()
		}
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
		err := httpServer.Shutdown(grace)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			s.parts.Log.Warn("some requests did not finish in time and were cut off")
			err = httpServer.Close()
		}
		if err != nil {
			failed = fmt.Errorf("stop serving: %w", err)
		}
		<-served
	}
	if err := porch.Close(); err != nil {
		failed = errors.Join(failed, fmt.Errorf("stop refusing: %w", err))
	}
	stopDelivering()
	stopLoops()
	running.Wait()
	s.leave(context.WithoutCancel(ctx))
	return failed
}

// begin looks at the data before anybody else does: a sandbox lays out its
// world, and neither kind of server opens the other's.
func (s *Server) begin(ctx context.Context) error {
	if s.sandbox != nil {
		return s.sandbox.Begin(ctx)
	}
	return sandbox.ClaimForProduction(ctx, s.desk)
}

// SetupLink is the address at which somebody becomes the first administrator; empty
// when there is one.
func (s *Server) SetupLink(ctx context.Context) (string, error) {
	token, err := s.people.SetupToken(ctx)
	if err != nil || token == "" {
		return "", err
	}
	return s.parts.PublicURL + "/sign-in?setup=" + token, nil
}

// hostPort is the host of a URL, with the port if it names one; empty when there is
// none.
func hostPort(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// hostName is the host of a URL without its port; empty when there is none.
func hostName(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
