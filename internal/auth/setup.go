package auth

import (
	"context"
	"crypto/subtle"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// setupSetting holds the token of the link by which somebody becomes the first
// administrator. It is kept as it is, so that it can be printed at every start and
// by every process, and is gone when there is an administrator.
const setupSetting = "setup token"

// SetupToken is what the link for the first administrator carries; empty when there
// is an administrator already.
func (p *People) SetupToken(ctx context.Context) (token string, err error) {
	fresh := newToken()
	err = p.ledger.Update(ctx, store.House, func(tx store.Tx) error {
		token = ""
		n, err := tx.Administrators()
		if err != nil || n > 0 {
			return err
		}
		if token, err = tx.Setting(setupSetting); err != nil || token != "" {
			return err
		}
		token = fresh
		return tx.SetSetting(setupSetting, fresh)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// SetUp adds the first administrator, who followed the link with [People.SetupToken].
// It refuses with [kefu.SetupOver] or as [People.Add] does.
func (p *People) SetUp(ctx context.Context, token string, person kefu.Person, password string, by By) error {
	if password == "" {
		return kefu.PasswordIllegal
	}
	person.Role = kefu.RoleAdministrator
	if err := p.ledger.View(ctx, func(r store.Reader) error { return maySetUp(r, token) }); err != nil {
		return err
	}
	return p.add(ctx, person, password, by, kefu.ActPersonAdded, func(tx store.Tx) error { return maySetUp(tx, token) })
}

// maySetUp refuses with [kefu.SetupOver] whoever does not become the first
// administrator.
func maySetUp(r store.Reader, token string) error {
	n, err := r.Administrators()
	if err != nil {
		return err
	}
	right, err := r.Setting(setupSetting)
	if err != nil {
		return err
	}
	if n > 0 || right == "" || subtle.ConstantTimeCompare([]byte(right), []byte(token)) != 1 {
		return kefu.SetupOver
	}
	return nil
}

// endSetup ends the link for the first administrator when there is one.
func endSetup(tx store.Tx, person *kefu.Person) error {
	if person.Role != kefu.RoleAdministrator || person.Disabled {
		return nil
	}
	return tx.SetSetting(setupSetting, "")
}
