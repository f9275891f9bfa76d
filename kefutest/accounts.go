package kefutest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// AddAccount adds another official account to the house and returns the house
// as that account sees it. It gets ids of its own; change, which may be nil,
// edits it before. It goes with the next [House.Reset].
func (h *House) AddAccount(t testing.TB, change func(*kefu.OfficialAccount)) *House {
	t.Helper()
	secret := randomHex(16)
	o := kefu.OfficialAccount{
		AppID:      kefu.AppID("wx" + randomHex(8)),
		Secret:     kefu.DigestSecret(secret),
		WeChatID:   kefu.WeChatID("shop_" + randomHex(6)),
		OriginalID: kefu.OriginalID("gh_" + randomHex(6)),
		KFIDForm:   kefu.KFIDString,
		Standing:   kefu.GoodStanding(),
		Limits:     kefu.DefaultLimits(),
	}
	if change != nil {
		change(&o)
	}
	if err := h.running.desk.AddOfficialAccount(context.Background(), &o); err != nil {
		t.Fatalf("kefutest: add an official account: %v", err)
	}
	other := *h
	other.AppID, other.Secret, other.Account = string(o.AppID), secret, o
	return &other
}

// ChangeAccount changes the official account while the house runs: freezes it,
// switches customer service off, sets limits, rotates the secret (to
// kefu.DigestSecret of another). The house acts on it from the next call on.
func (h *House) ChangeAccount(t testing.TB, change func(*kefu.OfficialAccount)) {
	t.Helper()
	err := h.running.desk.ChangeOfficialAccount(context.Background(), kefu.AppID(h.AppID), func(o *kefu.OfficialAccount) error {
		change(o)
		return nil
	})
	if err != nil {
		t.Fatalf("kefutest: change the official account: %v", err)
	}
}

// OpenSession puts a customer, who must be in no session, in session with an
// agent, so that the agent's accepted_case goes up by one; one who is not known
// follows the account from now on. It writes to the ledger directly: nothing is
// pushed, and whether the agent is there is not asked. [House.Says] and
// [House.Accept] go through the door.
func (h *House) OpenSession(t testing.TB, kfAccount, openid string) {
	t.Helper()
	app := kefu.AppID(h.AppID)
	err := h.running.ledger.Update(context.Background(), app, func(tx store.Tx) error {
		a, err := tx.Agent(app, kefu.KFAccount(kfAccount))
		if err != nil {
			return err
		}
		_, err = tx.Customer(app, kefu.OpenID(openid))
		if errors.Is(err, kefu.CustomerUnknown) {
			err = tx.PutCustomer(app, &kefu.Customer{OpenID: kefu.OpenID(openid), Subscribed: true, SubscribedAt: time.Now(), Scene: kefu.SceneOthers, CreatedAt: time.Now()})
		}
		if err != nil {
			return err
		}
		return tx.OpenSession(app, kefu.OpenID(openid), a.ID, time.Now())
	})
	if err != nil {
		t.Fatalf("kefutest: open a session of %s with %s: %v", openid, kfAccount, err)
	}
}

// CloseSession ends the session of a customer, if there is one.
func (h *House) CloseSession(t testing.TB, openid string) {
	t.Helper()
	app := kefu.AppID(h.AppID)
	err := h.running.ledger.Update(context.Background(), app, func(tx store.Tx) error {
		return tx.CloseSession(app, kefu.OpenID(openid), time.Now())
	})
	if err != nil {
		t.Fatalf("kefutest: close the session of %s: %v", openid, err)
	}
}

// randomHex is n random bytes in hexadecimal digits.
func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}
