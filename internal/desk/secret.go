package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"

	"github.com/openkefu/kefu/internal/store"
)

// secretSetting holds the secret of the house: made once, known to all its processes,
// and another one when the sandbox starts afresh.
const secretSetting = "secret"

// Secret is a key for one purpose, such as signing what a browser keeps. It is the
// same in every process, and says nothing about the keys of other purposes.
func (d *Desk) Secret(ctx context.Context, purpose string) ([]byte, error) {
	secret, err := d.Setting(ctx, secretSetting)
	if err != nil {
		return nil, err
	}
	if secret == "" {
		fresh := rand.Text()
		err := d.ledger.Update(ctx, store.House, func(tx store.Tx) (err error) {
			if secret, err = tx.Setting(secretSetting); err != nil || secret != "" {
				return err
			}
			secret = fresh
			return tx.SetSetting(secretSetting, fresh)
		})
		if err != nil {
			return nil, err
		}
	}
	key := hmac.New(sha256.New, []byte(secret))
	key.Write([]byte(purpose)) // never fails
	return key.Sum(nil), nil
}
