package workbench_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// watched is a ledger that counts the questions asked in views.
type watched struct {
	store.Store
	lists, lines atomic.Int64
}

func (w *watched) View(ctx context.Context, read func(store.Reader) error) error {
	return w.Store.View(ctx, func(r store.Reader) error { return read(&watchedReader{r, w}) })
}

// watchedReader counts the questions about one customer, message or session, and
// those for lists of them.
type watchedReader struct {
	store.Reader
	w *watched
}

func (r *watchedReader) Customer(app kefu.AppID, id kefu.OpenID) (kefu.Customer, error) {
	r.w.lines.Add(1)
	return r.Reader.Customer(app, id)
}

func (r *watchedReader) Session(app kefu.AppID, id kefu.OpenID) (kefu.Session, bool, error) {
	r.w.lines.Add(1)
	return r.Reader.Session(app, id)
}

func (r *watchedReader) Waiting(app kefu.AppID, id kefu.OpenID) (kefu.Waiting, bool, error) {
	r.w.lines.Add(1)
	return r.Reader.Waiting(app, id)
}

func (r *watchedReader) Message(app kefu.AppID, id kefu.MsgID) (kefu.Message, error) {
	r.w.lines.Add(1)
	return r.Reader.Message(app, id)
}

func (r *watchedReader) ConversationsOf(app kefu.AppID, a kefu.KFID, limit int) ([]kefu.Conversation, error) {
	r.w.lists.Add(1)
	return r.Reader.ConversationsOf(app, a, limit)
}

func (r *watchedReader) ConversationsWaiting(app kefu.AppID, limit int) ([]kefu.Conversation, error) {
	r.w.lists.Add(1)
	return r.Reader.ConversationsWaiting(app, limit)
}

func (r *watchedReader) ConversationsWith(app kefu.AppID, ids []kefu.OpenID) ([]kefu.Conversation, error) {
	r.w.lists.Add(1)
	return r.Reader.ConversationsWith(app, ids)
}

// Lists are asked for as lists, however long they are, and bounded.
func TestListsAreQuestionsForLists(t *testing.T) {
	t.Parallel()
	ledger, err := sqlstore.OpenSQLite(t.Context(), "sqlite", filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{Store: ledger}
	h := newHouseOver(t, w)
	h.online(alice)
	p := h.signIn("alice_wx")
	for i := range 130 {
		openid := kefu.OpenID(fmt.Sprint("o", i))
		h.writes(openid, "hello")
		if i < 20 {
			h.must(h.AcceptCustomer(t.Context(), app, alice, openid))
		}
	}
	p.state() // the first one ever draws the epoch
	for _, ask := range []struct {
		path  string
		lists int64
	}{{"/state", 2}, {"/conversations?limit=50", 0}, {"/conversations?q=hello", 1}} {
		w.lists.Store(0)
		w.lines.Store(0)
		got := p.get(ask.path)
		if got.status != 200 || w.lists.Load() != ask.lists || w.lines.Load() != 0 {
			t.Errorf("%s: got HTTP %d with %d questions for lists and %d for lines, want %d and none", ask.path, got.status, w.lists.Load(), w.lines.Load(), ask.lists)
		}
	}
	s := p.state()
	if len(s.Sessions) != 20 || s.Queue.Total != 110 || len(s.Queue.Waiting) != 100 {
		t.Errorf("state: got %d sessions, %d waiting, %d of them listed, want 20, 110, 100", len(s.Sessions), s.Queue.Total, len(s.Queue.Waiting))
	}
}
