package server

import (
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/openkefu/kefu/internal/metrics"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/realtime"
)

// newSockets makes the hub of all pages' sockets.
func newSockets(signals *pubsub.Hub, publicURL string, now func() time.Time, counts *metrics.Metrics, log *slog.Logger) *realtime.Hub {
	h := realtime.New(realtime.Parts{
		Signals: signals, Log: log, Now: now,
		Sockets: currentOpenings().sockets, PublicHost: hostPort(publicURL),
	})
	counts.Count("kefu_sockets_refused_total", "Pages that were told to come again, because there were more than fit.", h.Refused)
	counts.Count("kefu_sockets_slow_total", "Pages whose sockets were closed because they read too slowly.", h.Slow)
	return h
}

// settled makes room for another connection when one has become a socket, of which
// there is a bound of its own.
func settled(conn net.Conn, state http.ConnState) {
	if state != http.StateHijacked {
		return
	}
	if place, ok := conn.(interface{ giveBack() }); ok {
		place.giveBack()
	}
}
