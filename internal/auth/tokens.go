package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// saltSize makes two tokens of one account alike with a chance of 2⁻¹²⁸.
const saltSize = 16

// Forced refreshes of a day are counted in a period of their own, so that
// clearing the day's quotas leaves them as they are.
const forcesPeriod, forcesCounter = " forced", "refresh"

// TokenRequest is what a caller shows to get an access token.
type TokenRequest struct {
	GrantType string
	AppID     string
	Secret    string
	// From is the caller's address, for the allow-list.
	From netip.Addr
	// Path is the API path, for the quota.
	Path string
}

// Grant is an issued access token.
type Grant struct {
	// Owner is the account that the request named. It is set as soon as it is
	// known, also when the request is refused; it is shared, read only.
	Owner *kefu.OfficialAccount
	Text  string
	// ExpiresIn is the rest of its life.
	ExpiresIn time.Duration
}

// check finds the account that may get a token, or refuses. The order is that
// of WeChat where it was seen, and its errors come with the account as soon as
// one is known, for the record of refused calls.
func (g *Gate) check(ctx context.Context, req TokenRequest) (*kefu.OfficialAccount, error) {
	o, err := g.Identify(ctx, req.AppID, req.Secret)
	switch {
	case o == nil:
		return nil, err
	case req.GrantType != "client_credential":
		return o, kefu.GrantTypeIllegal
	case err != nil:
		return o, err
	case o.Standing.SecretFrozen:
		return o, kefu.SecretFrozen
	case o.Standing.Frozen:
		return o, kefu.OfficialAccountFrozen
	case !o.MayFetchTokens(req.From):
		return o, kefu.AddressNotAllowed
	}
	return o, g.Charge(ctx, o, req.Path, g.now())
}

// IssueToken issues the next token of the plain chain (GET /cgi-bin/token). The
// one before works for five minutes more.
func (g *Gate) IssueToken(ctx context.Context, req TokenRequest) (Grant, error) {
	o, err := g.check(ctx, req)
	if err != nil {
		return Grant{Owner: o}, err
	}
	grant, err := g.issue(ctx, o.AppID, kefu.ChainPlain, req.Secret, nil)
	grant.Owner = o
	return grant, err
}

// IssueStableToken answers the token of the stable chain (POST
// /cgi-bin/stable_token): the present one while more than five minutes of its
// life are left, else the next. With force it cuts off every token of the chain
// and issues a new one, unless it did so less than thirty seconds ago; more than
// twenty forces a day are refused with [kefu.DailyQuotaReached].
func (g *Gate) IssueStableToken(ctx context.Context, req TokenRequest, force bool) (Grant, error) {
	o, err := g.check(ctx, req)
	if err != nil {
		return Grant{Owner: o}, err
	}
	reuse := func(t *kefu.Token, now time.Time) bool { return t.Reusable(now) }
	if force {
		reuse = func(t *kefu.Token, now time.Time) bool {
			// Another process, or a caller who read the clock before, may have
			// forced it a moment after our now.
			return t.Forced && now.Sub(t.IssuedAt).Abs() < kefu.ForceInterval && t.Check(now) == nil
		}
	} else if grant, ok, err := g.present(ctx, o.AppID, req.Secret, reuse); err != nil || ok {
		// The usual answer needs no pen.
		grant.Owner = o
		return grant, err
	}
	grant, err := g.issue(ctx, o.AppID, kefu.ChainStable, req.Secret, &stableRules{force: force, reuse: reuse})
	grant.Owner = o
	return grant, err
}

type stableRules struct {
	force bool
	reuse func(*kefu.Token, time.Time) bool
}

// present answers the latest stable token if the rule lets it be used again.
func (g *Gate) present(ctx context.Context, app kefu.AppID, secret string, reuse func(*kefu.Token, time.Time) bool) (grant Grant, ok bool, err error) {
	now := g.now()
	err = g.ledger.View(ctx, func(r store.Reader) (err error) {
		grant, ok, err = presentIn(r, app, secret, reuse, now)
		return err
	})
	return grant, ok, err
}

func presentIn(r store.Reader, app kefu.AppID, secret string, reuse func(*kefu.Token, time.Time) bool, now time.Time) (Grant, bool, error) {
	latest, ok, err := r.LatestToken(app, kefu.ChainStable)
	if err != nil || !ok || !reuse(&latest, now) {
		return Grant{}, false, err
	}
	text := kefu.TokenText(app, kefu.ChainStable, secret, latest.Salt)
	if kefu.DigestToken(text) != latest.Digest {
		// It was issued for the secret before this one.
		return Grant{}, false, nil
	}
	return Grant{Text: text, ExpiresIn: latest.Remaining(now)}, true, nil
}

func (g *Gate) issue(ctx context.Context, app kefu.AppID, chain kefu.TokenChain, secret string, stable *stableRules) (Grant, error) {
	now := g.now()
	salt := make([]byte, saltSize)
	rand.Read(salt)
	next, text := kefu.NewToken(app, chain, secret, salt, now)
	var grant Grant
	err := g.ledger.Update(ctx, app, func(tx store.Tx) error {
		o, err := tx.OfficialAccount(app)
		if err != nil {
			return err
		}
		if !o.Secret.Is(secret) {
			// It was rotated between the check and the pen.
			return kefu.SecretWrong
		}
		cut := false
		if stable != nil {
			// Another caller may have come first; both get the same token.
			present, ok, err := presentIn(tx, app, secret, stable.reuse, now)
			if err != nil || ok {
				grant = present
				return err
			}
			if stable.force {
				total, err := tx.Count(app, kefu.QuotaDay(now)+forcesPeriod, forcesCounter, 1)
				if err != nil {
					return err
				}
				if total > kefu.ForcesPerDay {
					return kefu.DailyQuotaReached
				}
				cut, next.Forced = true, true
			}
		}
		if err := tx.SupersedeTokens(app, chain, now, cut); err != nil {
			return err
		}
		if err := tx.AddToken(next); err != nil {
			return err
		}
		grant = Grant{Text: text, ExpiresIn: kefu.TokenLife}
		return nil
	})
	if err != nil {
		return Grant{}, err
	}
	return grant, nil
}

// Identify checks an appid with its secret, for the calls that show these
// instead of a token. It refuses with [kefu.AppIDMissing],
// [kefu.OfficialAccountUnknown], [kefu.SecretMissing] or [kefu.SecretWrong], and
// answers the account as soon as it is known.
func (g *Gate) Identify(ctx context.Context, appID, secret string) (*kefu.OfficialAccount, error) {
	if appID == "" {
		return nil, kefu.AppIDMissing
	}
	app := kefu.AppID(appID)
	if !app.Valid() {
		return nil, kefu.OfficialAccountUnknown
	}
	caller, err := g.callerFor(ctx, app)
	switch {
	case err != nil:
		return nil, err
	case secret == "":
		return caller.Account, kefu.SecretMissing
	case !caller.Account.Secret.Is(secret):
		return caller.Account, kefu.SecretWrong
	}
	return caller.Account, nil
}

func isUnknown(err error) bool { return errors.Is(err, kefu.OfficialAccountUnknown) }
