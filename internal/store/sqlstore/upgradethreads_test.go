package sqlstore_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// TestUpgradeOfThreads: conversations of before there was a workbench are in its
// lists, read and answered, and their sessions count.
func TestUpgradeOfThreads(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "kefu.db")
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		beforeWorkbench(t, db, "sqlite")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		threaded(t, openSQLite(t, path, sqlstore.Options{Logger: logger(t)}))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		dsn := newSchema(t)
		beforeWorkbench(t, postgresDB(t, dsn), "postgres")
		threaded(t, openPostgres(t, dsn, sqlstore.Options{Logger: logger(t)}))
	})
}

// beforeWorkbench makes the schema before migration 0005, with a customer who said
// something and was served twice, and one who only follows.
func beforeWorkbench(t *testing.T, db *sql.DB, name string) {
	t.Helper()
	firstRelease(t, db, name)
	blob := "x''"
	if name == "postgres" {
		blob = `''`
	}
	statements := []string{}
	for _, m := range []string{"0002_conversations", "0003_facts", "0004_people"} {
		text, err := os.ReadFile(filepath.Join("migrations", m+"."+name+".sql"))
		if err != nil {
			t.Fatal(err)
		}
		statements = append(statements, string(text))
	}
	const customer = `insert into customer (appid, openid, nickname, subscribed, subscribed_at, scene, qr_scene, qr_scene_str, remark,
		blocked, grants, last_in_at, last_out_at, typing_until, last_served_by, courier, courier_until, created_at) values ('wx5d3c0ffee1234567', `
	const message = `insert into message (appid, msgid, openid, sender, kf_id, kf_account, content, sent_at, delivery, refused, own_id)
		values ('wx5d3c0ffee1234567', `
	const record = `insert into record (appid, msgid, happened_at, openid, what, worker, body, why) values ('wx5d3c0ffee1234567', `
	rest := blob + `, 1, 0, ` + blob + `, 0, ` + blob + `, ` + blob + `, 0, '', 0, 0, 0, 0, '', 0, 0)`
	statements = append(
		statements,
		`insert into migration values (2, '0002_conversations', 0)`, `insert into migration values (3, '0003_facts', 0)`,
		`insert into migration values (4, '0004_people', 0)`,
		customer+`'o1', `+rest, customer+`'o2', `+rest,
		message+`47, 'o1', 'customer', 0, '', '{"type":"text","text":"first"}', 0, 'delivered', `+blob+`, 0)`,
		message+`60, 'o1', 'agent', 1001, 'alice@demo_shop', '{"type":"text","text":"last"}', 0, 'delivered', `+blob+`, 0)`,
		record+`48, 5, 'o1', 1000, '', `+blob+`, '')`, record+`49, 9, 'o1', 1001, 'bob@demo_shop', `+blob+`, '')`,
		message+`50, 'o1', 'agent', 1001, 'alice@demo_shop', '{"type":"text","text":"hello"}', 11, 'delivered', `+blob+`, 0)`,
		record+`51, 12, 'o1', 1004, 'alice@demo_shop', `+blob+`, '')`, record+`52, 0, 'o1', 1004, '', `+blob+`, '')`, record+`53, 0, 'o1', 2003, '', `+blob+`, '')`,
	)
	for _, q := range statements {
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: got %v, want nil", q, err)
		}
	}
}

func threaded(t *testing.T, s store.Store) {
	t.Helper()
	const app = "wx5d3c0ffee1234567"
	err := s.View(t.Context(), func(r store.Reader) error {
		list, err := r.Conversations(app, 0, 10)
		if err != nil {
			return err
		}
		if len(list) != 1 || list[0].Last == nil || list[0].Last.ID != 60 || list[0].Last.ClientID != "" {
			t.Errorf("Conversations: got %+v, want the one of o1 with its last message", list)
		}
		for id, want := range map[kefu.OpenID]kefu.Thread{"o1": {Last: 60, Read: 60, Visits: 2}, "o2": {}} {
			c, err := r.Customer(app, id)
			if err != nil {
				return err
			}
			if c.Thread != want {
				t.Errorf("the thread of %s: got %+v, want %+v", id, c.Thread, want)
			}
		}
		receptions, err := r.Receptions(app, store.ReceptionQuery{Limit: 10})
		want := []kefu.Reception{{
			ID: 48, Customer: "o1", From: 48, Until: 51, WaitedSince: time.UnixMilli(5).UTC(), OpenedAt: time.UnixMilli(9).UTC(),
			FirstReplyAt: time.UnixMilli(11).UTC(), EndedAt: time.UnixMilli(12).UTC(),
			Agent: "alice@demo_shop", Agents: []kefu.KFAccount{"bob@demo_shop", "alice@demo_shop"},
		}}
		if err != nil || !reflect.DeepEqual(receptions, want) {
			t.Errorf("the receptions from the chat records: got %+v, %v, want %+v", receptions, err, want)
		}
		a, err := r.Agent(app, "alice@demo_shop")
		if a.Presence.Wish != kefu.Online || a.Presence.Away {
			t.Errorf("the presence of alice, who was online: got %+v, want that to be its wish", a.Presence)
		}
		return err
	})
	if err != nil {
		t.Fatalf("View: got %v, want nil", err)
	}
}
