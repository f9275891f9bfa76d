package sqlstore

import (
	"sync"

	"github.com/openkefu/kefu"
)

// accounts keeps official accounts as they were read at a revision. Only reads of
// what is committed may add to it: the revision of a change that is undone is
// given to another one.
type accounts struct {
	// kept holds a keptAccount by appid, one for each account that was ever asked
	// for.
	kept sync.Map
}

type keptAccount struct {
	revision int64
	// account is not modified.
	account *kefu.OfficialAccount
}

// lookup is the accounts as a reader uses them.
type lookup struct {
	accounts *accounts
	// committed tells that the reader sees nothing else.
	committed bool
}

func (l lookup) find(app kefu.AppID) (keptAccount, bool) {
	if l.accounts == nil {
		return keptAccount{}, false
	}
	kept, ok := l.accounts.kept.Load(app)
	if !ok {
		return keptAccount{}, false
	}
	return kept.(keptAccount), true
}

func (l lookup) keep(o *kefu.OfficialAccount, revision int64) {
	if l.accounts != nil && l.committed {
		l.accounts.kept.Store(o.AppID, keptAccount{revision, o.Clone()})
	}
}
