package sqlstore

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// watchInterval is how often a SQLite file is asked whether another connection
// changed it, and so how long a change made by another process, such as the
// command line, can stay unnoticed. The question costs some microseconds.
const watchInterval = 200 * time.Millisecond

// revisions remembers the revisions of official accounts for SQLite, where our
// own writer makes nearly all changes. There are as many as official accounts
// at most, because an account that does not exist is not remembered. A nil
// *revisions remembers nothing.
type revisions struct {
	mu    sync.RWMutex
	known map[kefu.AppID]store.Revision
	// generation counts the changes of known that a reader who began earlier
	// does not know of.
	generation uint64
}

func newRevisions() *revisions {
	return &revisions{known: make(map[kefu.AppID]store.Revision)}
}

func (r *revisions) get(app kefu.AppID) (store.Revision, bool) {
	if r == nil {
		return store.Revision{}, false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	revision, ok := r.known[app]
	return revision, ok
}

// now is the generation to hand to fill. It must be taken before the ledger is
// read.
func (r *revisions) now() uint64 {
	if r == nil {
		return 0
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.generation
}

// fill remembers what was read, unless something was committed meanwhile that
// the read may not have seen, and answers what is remembered then. Of two reads
// that overtake one another while a commit is on its way, the newer stays: who
// saw it must not see the older again.
func (r *revisions) fill(app kefu.AppID, revision store.Revision, generation uint64) (remembered store.Revision, ok bool) {
	if r == nil {
		return revision, true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.generation != generation {
		return store.Revision{}, false
	}
	known := r.known[app]
	remembered = store.Revision{
		Credentials: max(known.Credentials, revision.Credentials),
		Directory:   max(known.Directory, revision.Directory),
	}
	r.known[app] = remembered
	return remembered, true
}

// committed takes over what the good changes of a group moved, in their order.
func (r *revisions) committed(group []*change) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range group {
		if c.err != nil || !c.tx.moved() {
			continue
		}
		r.generation++
		if c.tx.erased {
			clear(r.known)
		}
		for app := range c.tx.removed {
			delete(r.known, app)
		}
		maps.Copy(r.known, c.tx.revisions)
	}
}

// forget drops everything, because somebody else changed the ledger, or because
// it is closed.
func (r *revisions) forget() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.generation++
	clear(r.known)
}

// startWatch begins to watch for other processes that change the file. The
// number that SQLite answers moves with every commit of another connection; our
// own writer is one too, so under load the memory is refilled a few times a
// second, which is cheap.
func (s *Store) startWatch(ctx context.Context) error {
	own := newPool(s.db, s.dialect, 1, sqliteReader[:])
	on, err := own.acquire(ctx)
	if err != nil {
		return err
	}
	last, err := dataVersion(on)
	if err != nil {
		if cerr := own.release(on, false); cerr != nil {
			s.log.Debug("a connection could not be closed", "error", cerr)
		}
		return err
	}
	s.running.Go(func() {
		defer func() {
			if err := own.release(on, false); err != nil {
				s.log.Debug("a connection could not be closed", "error", err)
			}
		}()
		tick := time.NewTicker(watchInterval)
		defer tick.Stop()
		failing := false
		for {
			select {
			case <-s.closing:
				return
			case <-tick.C:
			}
			version, err := dataVersion(on)
			if err != nil || version != last {
				s.revisions.forget()
			}
			last = version
			if err != nil && !failing {
				s.log.Debug("the database file cannot be watched for changes by other processes; revisions are read each time until it can", "error", err)
			}
			failing = err != nil
		}
	})
	return nil
}

func dataVersion(on *session) (version int64, err error) {
	if err := on.one(context.Background(), "pragma data_version", nil, &version); err != nil {
		return 0, fmt.Errorf("sqlstore: pragma data_version: %w", err)
	}
	return version, nil
}
