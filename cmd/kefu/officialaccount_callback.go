package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/internal/config"
)

// callbackChecker asks the server at a callback URL whether it is the
// developer's.
type callbackChecker func(ctx context.Context, c kefu.Callback) error

// checker makes one that speaks to the addresses that the server may push to.
func checker(read func() (*config.Settings, error)) callbackChecker {
	return func(ctx context.Context, c kefu.Callback) error {
		s, err := read()
		if err != nil {
			return err
		}
		err = callback.Handshake(ctx, callback.Policy{AllowPrivate: s.AllowPrivateCallbacks}, c)
		if errors.Is(err, kefu.CallbackRefused) {
			return fmt.Errorf("%w; nothing was stored: correct it, or store it unchecked with --no-callback-check", err)
		}
		return err
	}
}

// touchesCallback tells whether the flags change something that WeChat checks
// the URL for again.
func touchesCallback(given func(flag string) bool) bool {
	for _, flag := range []string{"callback-url", "callback-token", "encoding-aes-key", "callback-mode", "callback-format"} {
		if given(flag) {
			return true
		}
	}
	return false
}

// checkCallback has the callback of an account checked that flags are about to
// change, unless there is none or they ask not to. An account that is not well
// formed is refused before anybody is spoken to.
func (f *accountFlags) checkCallback(ctx context.Context, check callbackChecker, o *kefu.OfficialAccount, given func(flag string) bool) error {
	if f.noCallbackCheck || !touchesCallback(given) || o.Callback.URL == "" {
		return nil
	}
	if err := o.Validate(); err != nil {
		return err
	}
	return check(ctx, o.Callback)
}
