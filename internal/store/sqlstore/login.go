package sqlstore

import (
	"fmt"
	"time"

	"github.com/openkefu/kefu"
)

// Login implements [store.People].
func (r *reader) Login(digest kefu.LoginDigest) (kefu.Login, error) {
	const method = "Login"
	var l kefu.Login
	var kept []byte
	var born, seen, expires int64
	ok, err := r.one(method, `select digest, person, created_at, seen_at, expires_at from login where digest = ?`,
		[]any{digest[:]}, &kept, &l.Person, &born, &seen, &expires)
	if err != nil {
		return kefu.Login{}, err
	}
	if !ok {
		return kefu.Login{}, kefu.NotSignedIn
	}
	if copy(l.Digest[:], kept) != len(l.Digest) {
		return kefu.Login{}, r.fail(method, fmt.Errorf("a login of %s has a damaged digest", l.Person))
	}
	l.CreatedAt, l.SeenAt, l.ExpiresAt = moment(born), moment(seen), moment(expires)
	return l, nil
}

// AddLogin implements [store.PeopleTx].
func (t *tx) AddLogin(l *kefu.Login, keep int) error {
	const method = "AddLogin"
	if _, err := t.exec(method, `insert into login (digest, person, created_at, seen_at, expires_at) values (?, ?, ?, ?, ?)`,
		l.Digest[:], string(l.Person), millis(l.CreatedAt), millis(l.SeenAt), millis(l.ExpiresAt)); err != nil {
		return err
	}
	_, err := t.exec(method, `delete from login where person = ? and digest <> ? and digest not in (
		select digest from login where person = ? and digest <> ? order by created_at desc limit ?)`,
		string(l.Person), l.Digest[:], string(l.Person), l.Digest[:], atMost(keep-1))
	return err
}

// SeeLogin implements [store.PeopleTx].
func (t *tx) SeeLogin(digest kefu.LoginDigest, seen, expires time.Time) error {
	_, err := t.exec("SeeLogin", `update login set seen_at = ?, expires_at = ? where digest = ?`,
		millis(seen), millis(expires), digest[:])
	return err
}

// EndLogin implements [store.PeopleTx].
func (t *tx) EndLogin(digest kefu.LoginDigest) error {
	_, err := t.exec("EndLogin", `delete from login where digest = ?`, digest[:])
	return err
}

// EndLogins implements [store.PeopleTx].
func (t *tx) EndLogins(person kefu.WeChatID, but kefu.LoginDigest) error {
	_, err := t.exec("EndLogins", `delete from login where person = ? and digest <> ?`, string(person), but[:])
	return err
}
