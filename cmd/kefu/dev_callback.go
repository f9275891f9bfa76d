package main

import (
	"context"
	"errors"
	"sync"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/internal/config"
)

// callbackLook asks the developer's server once, beside a sandbox that serves
// already, whether it knows the token. Its word changes nothing: a developer may
// start the two in any order.
type callbackLook struct {
	terminal *terminal
	settings *config.Settings
	of       kefu.Callback

	running sync.WaitGroup
	stop    context.CancelFunc
}

func (t *terminal) lookAtCallback(s *config.Settings, of kefu.Callback) *callbackLook {
	return &callbackLook{terminal: t, settings: s, of: of, stop: func() {}}
}

// begin asks in the background; without a callback URL there is nobody to ask.
func (l *callbackLook) begin(ctx context.Context) {
	if l.of.URL == "" {
		return
	}
	ctx, l.stop = context.WithCancel(ctx)
	l.running.Go(func() {
		policy := callback.Policy{AllowLoopback: true, AllowPrivate: l.settings.AllowPrivateCallbacks}
		err := callback.Handshake(ctx, policy, l.of)
		if err == nil || ctx.Err() != nil && !errors.Is(err, kefu.CallbackRefused) {
			return
		}
		log, flush := l.terminal.logger(l.settings)
		defer flush()
		log.Warn("pushes will fail until the server at the callback URL answers as it must", "error", err)
	})
}

// end gives up, and waits until nothing runs any more.
func (l *callbackLook) end() {
	l.stop()
	l.running.Wait()
}
