package api

import (
	"context"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// The two lists are asked for far more often than they change, so each is kept
// as the bytes of its answer until the account's revision moves or an
// invitation in it expires.

// maxLists bounds how many accounts' lists are kept: 8,000 full ones are some
// hundred megabytes, far above what one process serves.
const maxLists = 8192

type lists struct {
	mu    sync.RWMutex
	byApp map[kefu.AppID]keptLists
}

// keptLists is both lists of one account, made from one reading.
type keptLists struct {
	revision    desk.Revision
	from, until time.Time
	all, online []byte
}

func (k *keptLists) holds(revision desk.Revision, now time.Time) bool {
	return k.all != nil && k.revision == revision &&
		!now.Before(k.from) && (k.until.IsZero() || now.Before(k.until))
}

func (a *API) listAgents(ctx context.Context, c *call) (any, error) {
	k, err := a.listsOf(ctx, c)
	return k.all, err
}

func (a *API) listOnlineAgents(ctx context.Context, c *call) (any, error) {
	k, err := a.listsOf(ctx, c)
	return k.online, err
}

func (a *API) listsOf(ctx context.Context, c *call) (keptLists, error) {
	if !c.owner.Standing.ServiceEnabled {
		return keptLists{}, kefu.ServiceDisabled
	}
	app := c.owner.AppID
	a.lists.mu.RLock()
	kept := a.lists.byApp[app]
	a.lists.mu.RUnlock()
	if kept.holds(c.caller.Revision, c.at) {
		return kept, nil
	}

	directory, err := a.Desk.Directory(ctx, app)
	if err != nil {
		return keptLists{}, err
	}
	made := keptLists{revision: directory.Revision}
	made.from, made.until = translate.Lasts(directory.Agents, c.at)
	if made.all, err = wechat.Marshal(translate.AgentList(c.owner, directory.Agents, a.PictureURL, c.at)); err != nil {
		return keptLists{}, err
	}
	if made.online, err = wechat.Marshal(translate.OnlineAgentList(c.owner, directory.Agents)); err != nil {
		return keptLists{}, err
	}
	// The account was read before the directory. If it changed in between, the
	// answer is right for this call, but must not be kept for the next.
	if directory.Revision.Credentials == c.caller.Revision.Credentials {
		a.lists.keep(app, made)
	}
	return made, nil
}

func (l *lists) keep(app kefu.AppID, made keptLists) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byApp == nil || len(l.byApp) >= maxLists {
		l.byApp = make(map[kefu.AppID]keptLists)
	}
	l.byApp[app] = made
}
