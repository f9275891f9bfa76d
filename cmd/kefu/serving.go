package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"

	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/metrics"
	"github.com/openkefu/kefu/internal/sandbox"
	"github.com/openkefu/kefu/internal/server"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// announcement prints what somebody needs to know of a house that can serve at url,
// before the ready line.
type announcement func(ctx context.Context, house *server.Server, url string) error

// serveUntilSignal opens everything, serves, prints what announce says and the
// ready line, and returns when a signal came and the requests that had begun
// are answered. demo is the world of a sandbox; nil in production.
func (t *terminal) serveUntilSignal(ctx context.Context, s *config.Settings, demo *sandbox.Demo, announce announcement) (err error) {
	ctx, stop := t.untilSignal(ctx)
	defer stop()

	log, flush := t.logger(s)
	defer flush()
	if err := makeData(s); err != nil {
		return err
	}
	if s.DatabaseURL == "" {
		unlock, err := lockFolder(s.Data)
		if err != nil {
			return err
		}
		defer unlock() // Its error says nothing: the pid was written long ago.
	}
	counts := metrics.New(thisBuild().Version)
	ledger, err := openLedger(ctx, s, sqlstore.Options{Logger: log, Committed: counts.ObserveCommit})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ledger.Close()) }()
	pictures, err := openMedia(s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pictures.Close()) }()

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("setting addr from %s: %w", s.Origin("addr"), err)
	}
	if demo != nil && !config.OnlyLocal(listener.Addr()) {
		log.Warn("the sandbox can be reached from other machines: whoever reaches it can do everything", "listening", listener.Addr().String())
	}
	parts := server.Parts{Ledger: ledger, Media: pictures, Metrics: counts, Log: log, Demo: demo, Alone: s.DatabaseURL == ""}
	if s.DatabaseURL != "" {
		others, cannot := openNotices(s)
		if cannot != nil {
			return errors.Join(cannot, listener.Close())
		}
		defer func() { err = errors.Join(err, others.close()) }()
		parts.Wire = others
	}
	if err := present(&parts, s, listener.Addr()); err != nil {
		return errors.Join(err, listener.Close())
	}
	return t.runHouse(ctx, server.New(parts), listener, log, announce)
}

// present fills in how the house shows itself and whom it speaks to.
func present(p *server.Parts, s *config.Settings, listening net.Addr) error {
	interfaces, err := net.InterfaceAddrs()
	if err != nil {
		return fmt.Errorf("find the addresses of this host: %w", err)
	}
	own := config.OwnAddresses(listening, interfaces)
	p.PublicURL = s.ServerURL(listening)
	if s.PublicURL == "" && !config.OnlyLocal(listening) {
		p.Log.Warn("pictures get addresses that only this machine can reach: name the server's own with --public-url", "address", p.PublicURL)
	}
	p.TrustedProxies = s.TrustedProxies
	p.RequireHTTPS = s.RequireHTTPS
	p.PhoneFrames = s.PhoneFrames
	p.CallbackIPs = orOwn(s.CallbackSourceIPs, own)
	p.APIIPs = orOwn(s.APIIPs, own)
	p.Callbacks = callback.Policy{
		// A developer's own server is usually on the same machine.
		AllowLoopback: p.Demo != nil,
		AllowPrivate:  s.AllowPrivateCallbacks,
	}
	return nil
}

// runHouse runs a server until ctx ends, and says so once it is ready.
func (t *terminal) runHouse(ctx context.Context, house *server.Server, listener net.Listener, log *slog.Logger, announce announcement) error {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	url := config.LocalURL(listener.Addr())
	var failed error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		failed = house.Run(running, listener)
	}()

	err := awaitReady(running, url, ended)
	if err == nil {
		err = announce(running, house, url)
	}
	if err == nil {
		_, err = fmt.Fprintln(t.out, "ready "+url)
	}
	if err != nil {
		cancel()
	} else {
		log.Info("serving", "listening", listener.Addr().String(), "version", thisBuild().Version)
	}
	<-ended
	switch {
	case ctx.Err() != nil && (failed == nil || errors.Is(failed, context.Canceled)):
		// A signal, perhaps before the server was ready: this is how it ends.
		return nil
	case failed != nil:
		return failed
	}
	return err
}

func orOwn(chosen, own []string) []string {
	if len(chosen) > 0 {
		return chosen
	}
	return own
}
