package sqlstore_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// TestUpgrade: data of the first release is what it was, with the new settings at
// their defaults, and can be talked with at once.
func TestUpgrade(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "kefu.db")
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		firstRelease(t, db, "sqlite")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		upgraded(t, openSQLite(t, path, sqlstore.Options{Logger: logger(t)}))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		dsn := newSchema(t)
		firstRelease(t, postgresDB(t, dsn), "postgres")
		upgraded(t, openPostgres(t, dsn, sqlstore.Options{Logger: logger(t)}))
	})
}

// firstRelease makes the schema of the first release, with an account, an agent
// and a session.
func firstRelease(t *testing.T, db *sql.DB, name string) {
	t.Helper()
	schema, err := os.ReadFile(filepath.Join("migrations", "0001_accounts."+name+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	secret := "x'2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'"
	if name == "postgres" {
		secret = `'\x2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'`
	}
	for _, q := range []string{
		string(schema),
		`create table migration (number integer not null primary key, name text not null, applied_at bigint not null)`,
		`insert into migration values (1, '0001_accounts', 1710244800000)`,
		`insert into official_account values ('wx5d3c0ffee1234567', ` + secret + `, 'demo_shop', 'gh_0123456789ab', '',
			'', '', '', '', 'string', 1, 1, 0, 0, '', 100, 5, 86400000, '', 0, 1001, 0, 7, 8)`,
		`insert into agent values ('wx5d3c0ffee1234567', 1001, 'alice@demo_shop', 'alice', '', '', 'alice_wx', '', 0, 0,
			1, 3, 1710244800345, 1, 1710244800000)`,
		`insert into worker values ('alice_wx', 1)`,
		`insert into kf_session values ('wx5d3c0ffee1234567', 'o1', 1001, 1710244801345)`,
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: got %v, want nil", q, err)
		}
	}
}

func upgraded(t *testing.T, s store.Store) {
	t.Helper()
	noon := time.UnixMilli(1710244800345).UTC()
	want := shop()
	ask := func(r store.Reader) error {
		o, err := r.OfficialAccount(want.AppID)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(want, o); diff != "" {
			t.Errorf("OfficialAccount: got the + lines, want the - lines:\n%s", diff)
		}
		a, err := r.Agent(want.AppID, "alice@demo_shop")
		if !a.IdleSince.Equal(noon) || a.Serving != 1 || a.Presence.AutoAccept != 3 {
			t.Errorf("Agent: got %+v, want it serving one and idle since %v", a, noon)
		}
		if err != nil {
			return err
		}
		session, ok, err := r.Session(want.AppID, "o1")
		if opened := noon.Add(time.Second); !ok || !session.ActiveAt.Equal(opened) || !session.OpenedAt.Equal(opened) {
			t.Errorf("Session: got %+v, want it open and active since %v", session, opened)
		}
		return err
	}
	if err := s.View(t.Context(), ask); err != nil {
		t.Fatalf("View: got %v, want nil", err)
	}
	err := s.Update(t.Context(), want.AppID, func(tx store.Tx) error {
		id, err := tx.NextID(want.AppID, noon)
		if err != nil {
			return err
		}
		if want := kefu.FirstMsgID(noon); id != want {
			t.Errorf("NextID: got %d, want %d", id, want)
		}
		tag, err := tx.AddTag(want.AppID, "vip")
		if tag.ID != kefu.FirstTagID {
			t.Errorf("AddTag: got number %d, want %d", tag.ID, kefu.FirstTagID)
		}
		if err != nil {
			return err
		}
		return tx.CloseSession(want.AppID, "o1", noon)
	})
	if err != nil {
		t.Errorf("Update: got %v, want nil", err)
	}
}
