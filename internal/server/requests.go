package server

import (
	"bufio"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/openkefu/kefu/internal/api"
)

// behindProxies sets a request's RemoteAddr and URL.Scheme to what the client
// used, also when a proxy stands between. Only proxies that the operator named
// are believed; from anybody else the headers are just text.
func (s *Server) behindProxies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// What a client writes into its request line says nothing about the
		// connection.
		r.URL.Scheme = "http"
		if r.TLS != nil {
			r.URL.Scheme = "https"
		}
		if len(s.parts.TrustedProxies) > 0 && s.trusted(hostAddr(r.RemoteAddr)) {
			if forwarded := r.Header.Values("X-Forwarded-For"); len(forwarded) > 0 {
				r.RemoteAddr = netip.AddrPortFrom(s.clientOf(forwarded), 0).String()
			}
			if strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
				r.URL.Scheme = "https"
			}
		}
		next.ServeHTTP(w, r)
	})
}

// clientOf reads a chain of forwarders from its end, where the nearest proxy
// wrote, to the first address that is not a proxy of ours. When that cannot be
// read, nobody can say who the client is: it is 0.0.0.0, which no allow-list
// contains.
func (s *Server) clientOf(forwarded []string) (client netip.Addr) {
	chain := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(chain) - 1; i >= 0; i-- {
		entry := strings.TrimSpace(chain[i])
		addr, err := netip.ParseAddr(strings.Trim(entry, "[]"))
		if err != nil {
			// Some proxies add the port.
			addrPort, err := netip.ParseAddrPort(entry)
			if err != nil {
				return netip.IPv4Unspecified()
			}
			addr = addrPort.Addr()
		}
		if client = addr.Unmap(); !s.trusted(client) {
			return client
		}
	}
	return client
}

func (s *Server) trusted(addr netip.Addr) bool {
	for _, prefix := range s.parts.TrustedProxies {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

func hostAddr(hostPort string) netip.Addr {
	addrPort, err := netip.ParseAddrPort(hostPort)
	if err != nil {
		return netip.Addr{}
	}
	return addrPort.Addr().Unmap()
}

// logged writes one line about every request of a door that does not write its
// own, and turns a panic into an answer. The query is left out: it can carry
// secrets.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		noted := &notedWriter{ResponseWriter: w}
		noted.Header().Set("X-Content-Type-Options", "nosniff")
		defer func() {
			p := recover()
			if p == http.ErrAbortHandler {
				// An answer that broke off must not look whole: the server closes the
				// connection.
				defer panic(p)
			} else if p != nil {
				s.parts.Log.Error("a request panicked", "path", shownPath(r.URL.Path), "panic", p, "stack", string(debug.Stack()))
				if noted.status == 0 {
					http.Error(noted, "internal error", http.StatusInternalServerError)
				}
			}
			level := slog.LevelInfo
			if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" || r.URL.Path == "/metrics" {
				// Machines ask these every few seconds.
				level = slog.LevelDebug
			}
			s.parts.Log.LogAttrs(r.Context(), level, "http",
				slog.String("method", r.Method),
				slog.String("path", shownPath(r.URL.Path)),
				slog.Int("status", noted.status),
				slog.Int64("took_us", time.Since(started).Microseconds()),
				slog.String("from", hostAddr(r.RemoteAddr).String()))
		}()
		next.ServeHTTP(noted, r)
	})
}

// invitationPaths are followed by the token of an invitation, which whoever reads a log
// must not have.
var invitationPaths = []string{"/auth/v1/invitations/", "/invitation/"}

// shownPath is a path as logs show it.
func shownPath(path string) string {
	for _, before := range invitationPaths {
		if rest, found := strings.CutPrefix(path, before); found {
			_, after, more := strings.Cut(rest, "/")
			if path = before + "…"; more {
				path += "/" + after
			}
		}
	}
	return api.ShownPath(path)
}

// notedWriter remembers the status of an answer.
type notedWriter struct {
	http.ResponseWriter
	status int
}

func (w *notedWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *notedWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Hijack implements [http.Hijacker] for connections that become sockets.
func (w *notedWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		w.status = http.StatusSwitchingProtocols
	}
	return conn, buffers, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *notedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
