package auth

import (
	"context"
	"errors"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Person finds somebody who can sign in, or [kefu.PersonUnknown].
func (p *People) Person(ctx context.Context, id kefu.WeChatID) (person kefu.Person, err error) {
	if !id.ValidForPerson() {
		return kefu.Person{}, kefu.PersonUnknown
	}
	err = p.ledger.View(ctx, func(r store.Reader) (err error) {
		person, err = r.Person(id)
		return err
	})
	return person, err
}

// List lists people by WeChat id, from the one after the given; at most limit.
func (p *People) List(ctx context.Context, after kefu.WeChatID, limit int) (all []kefu.Person, err error) {
	err = p.ledger.View(ctx, func(r store.Reader) (err error) {
		all, err = r.People(after, limit)
		return err
	})
	return all, err
}

// Add adds a person; with an empty password it cannot sign in with one. It refuses
// as [kefu.Person.Validate] does, with [kefu.PasswordIllegal] or [kefu.PersonExists].
func (p *People) Add(ctx context.Context, person kefu.Person, password string, by By) error {
	return p.add(ctx, person, password, by, kefu.ActPersonAdded, func(store.Tx) error { return nil })
}

// LetIn adds a person without a password, whom the house lets in all the same; who is
// there already stays as it is. The sandbox fills its world with it.
func (p *People) LetIn(ctx context.Context, person kefu.Person) error {
	if _, err := p.Person(ctx, person.ID); !errors.Is(err, kefu.PersonUnknown) {
		return err
	}
	err := p.Add(ctx, person, "", By{Who: kefu.ByHouse})
	if errors.Is(err, kefu.PersonExists) {
		return nil
	}
	return err
}

// Register is [People.Add] for somebody who adds itself, being invited.
func (p *People) Register(ctx context.Context, person kefu.Person, password string, by By) error {
	if password == "" {
		return kefu.PasswordIllegal
	}
	return p.add(ctx, person, password, by, kefu.ActPersonRegistered, func(store.Tx) error { return nil })
}

// add adds a person if allow lets it be.
func (p *People) add(ctx context.Context, person kefu.Person, password string, by By, what kefu.ActKind, allow func(store.Tx) error) error {
	person.CreatedAt = p.now()
	if err := person.Validate(); err != nil {
		return err
	}
	person.Password = ""
	if password != "" {
		if err := kefu.ValidatePassword(password, person.ID); err != nil {
			return err
		}
		hash, err := p.passwords.hash(ctx, password)
		if err != nil {
			return err
		}
		person.Password = hash
	}
	act := by.act(p.now(), what, person.ID)
	act.After = string(person.Role)
	return p.ledger.Update(ctx, store.House, func(tx store.Tx) error {
		if err := allow(tx); err != nil {
			return err
		}
		if err := tx.AddPerson(&person); err != nil {
			return err
		}
		return errors.Join(endSetup(tx, &person), tx.AddAct(act))
	})
}

// SetPassword gives a person another password and ends all its logins. It refuses with
// [kefu.PasswordIllegal] or [kefu.PersonUnknown].
func (p *People) SetPassword(ctx context.Context, id kefu.WeChatID, password string, by By) error {
	if err := kefu.ValidatePassword(password, id); err != nil {
		return err
	}
	if _, err := p.Person(ctx, id); err != nil {
		return err
	}
	hash, err := p.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	act := by.act(p.now(), kefu.ActPasswordSet, id)
	err = p.ledger.Update(ctx, store.House, func(tx store.Tx) error {
		person, err := tx.Person(id)
		if err != nil {
			return err
		}
		person.Password = hash
		return errors.Join(tx.SetPerson(&person), tx.EndLogins(id, kefu.LoginDigest{}), tx.AddAct(act))
	})
	p.forgetPerson(id)
	return err
}

// Change lets change edit a person's name, role, and whether it is disabled, which
// ends all its logins. It refuses as [kefu.Person.Validate] does, or with
// [kefu.PersonUnknown], or with [kefu.LastAdministrator]. change may run twice.
func (p *People) Change(ctx context.Context, id kefu.WeChatID, by By, change func(*kefu.Person)) error {
	if !id.ValidForPerson() {
		return kefu.PersonUnknown
	}
	now := p.now()
	err := p.ledger.Update(ctx, store.House, func(tx store.Tx) error {
		before, err := tx.Person(id)
		if err != nil {
			return err
		}
		after := before
		change(&after)
		after.ID, after.Password, after.CreatedAt = before.ID, before.Password, before.CreatedAt
		if err := after.Validate(); err != nil {
			return err
		}
		if err := keepsOne(tx, &before, &after); err != nil {
			return err
		}
		if err := tx.SetPerson(&after); err != nil {
			return err
		}
		if after.Disabled {
			if err := tx.EndLogins(id, kefu.LoginDigest{}); err != nil {
				return err
			}
		}
		if err := endSetup(tx, &after); err != nil {
			return err
		}
		for _, act := range differences(&before, &after) {
			act.At, act.Who, act.Object, act.RID = now, by.Who, string(id), by.RID
			if by.From.IsValid() {
				act.IP = by.From.String()
			}
			if err := tx.AddAct(&act); err != nil {
				return err
			}
		}
		return nil
	})
	p.forgetPerson(id)
	return err
}

// keepsOne refuses to take the last administrator away.
func keepsOne(r store.Reader, before, after *kefu.Person) error {
	rules := func(p *kefu.Person) bool { return p.Role == kefu.RoleAdministrator && !p.Disabled }
	if !rules(before) || rules(after) {
		return nil
	}
	n, err := r.Administrators()
	if err == nil && n <= 1 {
		err = kefu.LastAdministrator
	}
	return err
}

// differences are what was done to a person, one act for each.
func differences(before, after *kefu.Person) (acts []kefu.Act) {
	if before.Role != after.Role {
		acts = append(acts, kefu.Act{What: kefu.ActRoleChanged, Before: string(before.Role), After: string(after.Role)})
	}
	if before.Name != after.Name {
		acts = append(acts, kefu.Act{What: kefu.ActPersonRenamed, Before: before.Name, After: after.Name})
	}
	if before.Disabled != after.Disabled {
		what := kefu.ActPersonEnabled
		if after.Disabled {
			what = kefu.ActPersonDisabled
		}
		acts = append(acts, kefu.Act{What: what})
	}
	return acts
}
