package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// SignIn checks a password and opens a login, whose token it returns. It refuses with
// [kefu.CredentialsWrong] whatever is wrong, with a [TooManyTries], or fails with
// [ErrBusy]. A person who does not exist costs what a wrong password costs.
func (p *People) SignIn(ctx context.Context, id kefu.WeChatID, password string, by By) (kefu.Person, string, error) {
	person, weak, err := p.check(ctx, id, password, by)
	if err != nil {
		return kefu.Person{}, "", err
	}
	before := person.Password
	if weak {
		if person.Password, err = p.passwords.hash(ctx, password); err != nil {
			return kefu.Person{}, "", err
		}
	}
	return p.open(ctx, id, func(tx store.Tx, now *kefu.Person) error {
		// It may have been changed since it was checked.
		if now.Disabled || now.Password != before {
			return kefu.CredentialsWrong
		}
		if !weak {
			return nil
		}
		now.Password = person.Password
		return tx.SetPerson(now)
	})
}

// check finds the person whose password this is.
func (p *People) check(ctx context.Context, id kefu.WeChatID, password string, by By) (person kefu.Person, weak bool, err error) {
	try, err := p.tries.begin(id, by.From)
	if err != nil {
		return kefu.Person{}, false, err
	}
	// What can be no one's id or password is not asked about, but counted.
	if !id.ValidForPerson() || len(password) > kefu.MaxPasswordBytes {
		return kefu.Person{}, false, kefu.CredentialsWrong
	}
	person, err = p.Person(ctx, id)
	unknown := errors.Is(err, kefu.PersonUnknown)
	if err != nil && !unknown {
		try.withdraw()
		return kefu.Person{}, false, err
	}
	ok, weak, err := p.passwords.match(ctx, person.Password, password)
	if err != nil {
		try.withdraw()
		return kefu.Person{}, false, err
	}
	if !ok || person.Disabled {
		if try.locks && !unknown {
			p.noteLock(ctx, id, by)
		}
		return kefu.Person{}, false, kefu.CredentialsWrong
	}
	try.succeeded()
	return person, weak, nil
}

// noteLock adds to the audit that somebody keeps guessing at a person's password.
func (p *People) noteLock(ctx context.Context, id kefu.WeChatID, by By) {
	by.Who = kefu.ByHouse
	act := by.act(p.now(), kefu.ActSignInLocked, id)
	p.log.WarnContext(ctx, "a password was tried too often: further tries have to wait", "person", id, "from", act.IP)
	err := p.ledger.Update(ctx, store.House, func(tx store.Tx) error { return tx.AddAct(act) })
	if err != nil && ctx.Err() == nil {
		p.log.WarnContext(ctx, "a locked sign-in could not be added to the audit", "person", id, "error", err)
	}
}

// Welcome opens a login for a person without a password. Only those ask for it who
// know who it is: in the sandbox, where everybody may be anybody, and where the
// person was just added. It refuses with [kefu.PersonUnknown], or with
// [kefu.CredentialsWrong] when the person is disabled.
func (p *People) Welcome(ctx context.Context, id kefu.WeChatID) (kefu.Person, string, error) {
	return p.open(ctx, id, func(_ store.Tx, now *kefu.Person) error {
		if now.Disabled {
			return kefu.CredentialsWrong
		}
		return nil
	})
}

// open opens a login, if allow lets it be when the person is read once more.
func (p *People) open(ctx context.Context, id kefu.WeChatID, allow func(store.Tx, *kefu.Person) error) (kefu.Person, string, error) {
	token := newToken()
	login := kefu.NewLogin(kefu.DigestLogin(token), id, p.now())
	var person kefu.Person
	err := p.ledger.Update(ctx, store.House, func(tx store.Tx) (err error) {
		if person, err = tx.Person(id); err != nil {
			return err
		}
		if err := allow(tx, &person); err != nil {
			return err
		}
		return tx.AddLogin(&login, loginsKept)
	})
	if err != nil {
		return kefu.Person{}, "", err
	}
	return person, token, nil
}

// newToken makes a text that nobody can guess.
func newToken() string {
	random := make([]byte, loginToken)
	rand.Read(random) // never fails
	return tokenText.EncodeToString(random)
}

// SignOut ends the login of a token, if there is one.
func (p *People) SignOut(ctx context.Context, token string) error {
	if !wellFormedLogin(token) {
		return nil
	}
	digest := kefu.DigestLogin(token)
	err := p.ledger.Update(ctx, store.House, func(tx store.Tx) error { return tx.EndLogin(digest) })
	p.forget(func(d kefu.LoginDigest, _ keptLogin) bool { return d == digest })
	return err
}

// SignOutEverywhere ends all logins of a person.
func (p *People) SignOutEverywhere(ctx context.Context, id kefu.WeChatID) error {
	err := p.ledger.Update(ctx, store.House, func(tx store.Tx) error { return tx.EndLogins(id, kefu.LoginDigest{}) })
	p.forgetPerson(id)
	return err
}

// ChangePassword replaces a person's own password and ends the other logins. It
// refuses with [kefu.PasswordIllegal] or as [People.SignIn] does.
func (p *People) ChangePassword(ctx context.Context, token string, old, next string, from netip.Addr, rid kefu.RID) error {
	person, err := p.Signed(ctx, token)
	if err != nil {
		return err
	}
	if err := kefu.ValidatePassword(next, person.ID); err != nil {
		return err
	}
	by := By{Who: string(person.ID), From: from, RID: rid}
	checked, _, err := p.check(ctx, person.ID, old, by)
	if err != nil {
		return err
	}
	hash, err := p.passwords.hash(ctx, next)
	if err != nil {
		return err
	}
	act := by.act(p.now(), kefu.ActPasswordSet, person.ID)
	err = p.ledger.Update(ctx, store.House, func(tx store.Tx) error {
		now, err := tx.Person(person.ID)
		if err != nil {
			return err
		}
		if now.Disabled || now.Password != checked.Password {
			return kefu.CredentialsWrong
		}
		now.Password = hash
		return errors.Join(tx.SetPerson(&now), tx.EndLogins(person.ID, kefu.DigestLogin(token)), tx.AddAct(act))
	})
	p.forgetPerson(person.ID)
	return err
}
