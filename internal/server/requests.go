package server

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"
)

// behindProxies sets a request's RemoteAddr and URL.Scheme to what the client
// used, also when a proxy stands between. Only proxies that the operator named
// are believed; from anybody else the headers are just text.
func (s *Server) behindProxies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS != nil {
			r.URL.Scheme = "https"
		}
		if len(s.parts.TrustedProxies) > 0 && s.trusted(hostAddr(r.RemoteAddr)) {
			if client, found := s.clientOf(r.Header.Values("X-Forwarded-For")); found {
				r.RemoteAddr = net.JoinHostPort(client.String(), "0")
			}
			if strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
				r.URL.Scheme = "https"
			}
		}
		next.ServeHTTP(w, r)
	})
}

// clientOf reads a chain of forwarders from its end, where the nearest proxy
// wrote, to the first address that is not a proxy of ours.
func (s *Server) clientOf(forwarded []string) (client netip.Addr, found bool) {
	chain := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(chain) - 1; i >= 0; i-- {
		addr, err := netip.ParseAddr(strings.TrimSpace(chain[i]))
		if err != nil {
			return client, found
		}
		client, found = addr.Unmap(), true
		if !s.trusted(client) {
			return client, true
		}
	}
	return client, found
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
			if p := recover(); p != nil {
				s.parts.Log.Error("a request panicked", "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
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
				slog.String("path", r.URL.Path),
				slog.Int("status", noted.status),
				slog.Duration("took", time.Since(started)),
				slog.String("from", hostAddr(r.RemoteAddr).String()))
		}()
		next.ServeHTTP(noted, r)
	})
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

// Unwrap lets http.ResponseController reach the connection.
func (w *notedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
