package sqlstore

import (
	"fmt"
	"time"

	"github.com/openkefu/kefu"
)

const selectToken = `select digest, appid, chain, salt, issued_at, expires_at, forced, superseded_at, cut from token`

// token reads one token; ok is false when there is none.
func (r *reader) token(method, where string, args ...any) (t kefu.Token, ok bool, err error) {
	var digest []byte
	var issued, expires, forced, superseded, cut int64
	ok, err = r.one(method, selectToken+where, args,
		&digest, &t.AppID, &t.Chain, &t.Salt, &issued, &expires, &forced, &superseded, &cut)
	if err != nil || !ok {
		return kefu.Token{}, false, err
	}
	if copy(t.Digest[:], digest) != len(t.Digest) {
		return kefu.Token{}, false, r.fail(method, fmt.Errorf("a token of %s has a damaged digest", t.AppID))
	}
	t.IssuedAt, t.ExpiresAt, t.Superseded = moment(issued), moment(expires), moment(superseded)
	t.Forced, t.Cut = forced != 0, cut != 0
	return t, true, nil
}

// Token implements [store.Reader].
func (r *reader) Token(digest kefu.TokenDigest) (kefu.Token, error) {
	t, ok, err := r.token("Token", ` where digest = ?`, digest[:])
	if err == nil && !ok {
		err = kefu.TokenInvalid
	}
	return t, err
}

// LatestToken implements [store.Reader].
func (r *reader) LatestToken(app kefu.AppID, chain kefu.TokenChain) (kefu.Token, bool, error) {
	return r.token("LatestToken", ` where appid = ? and chain = ? and superseded_at = 0`, string(app), string(chain))
}

// AddToken implements [store.Tx]. It refuses with kefu.OfficialAccountUnknown
// when the account is not there. A chain has one latest token, so it fails when
// the one before was not superseded.
func (t *tx) AddToken(n kefu.Token) error {
	const method = "AddToken"
	if err := t.touch(method, n.AppID, credentials); err != nil {
		return err
	}
	_, err := t.exec(method, `insert into token (digest, appid, chain, salt, issued_at, expires_at, forced, superseded_at, cut)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		n.Digest[:], string(n.AppID), string(n.Chain), octets(n.Salt), millis(n.IssuedAt), millis(n.ExpiresAt),
		flag(n.Forced), millis(n.Superseded), flag(n.Cut))
	return err
}

// SupersedeTokens implements [store.Tx].
func (t *tx) SupersedeTokens(app kefu.AppID, chain kefu.TokenChain, now time.Time, cut bool) error {
	const method = "SupersedeTokens"
	changed, err := t.exec(method, `update token set superseded_at = ?, cut = ?
		where appid = ? and chain = ? and superseded_at = 0`, millis(now), flag(cut), string(app), string(chain))
	if err != nil {
		return err
	}
	if cut {
		n, err := t.exec(method, `update token set cut = 1
			where appid = ? and chain = ? and superseded_at > ? and cut = 0`,
			string(app), string(chain), millis(now.Add(-kefu.TokenOverlap)))
		if err != nil {
			return err
		}
		changed += n
	}
	if changed == 0 {
		return nil
	}
	return t.touch(method, app, credentials)
}
