package script

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// halfThings are questions to the ledger itself, each of which must be answered
// with no row: what no door would show.
var halfThings = []struct{ what, question string }{
	{"a push whose message is not there", `select push_id from push where msgid <> 0 and not exists (
		select 1 from message where message.appid = push.appid and message.msgid = push.msgid)`},
	{"a push of nobody", `select push_id from push where not exists (
		select 1 from customer where customer.appid = push.appid and customer.openid = push.openid)`},
	{"a push without an outcome", `select push_id from push where outcome = 'due'`},
	{"somebody who waits and is served", `select waiting.openid from waiting join kf_session
		on kf_session.appid = waiting.appid and kf_session.openid = waiting.openid`},
	{"an agent who serves others than it counts", `select kf_account from agent where serving <> (
		select count(*) from kf_session where kf_session.appid = agent.appid and kf_session.kf_id = agent.kf_id)`},
	{"an id that was given twice", `select id from (
		select appid, msgid as id from message union all select appid, msgid from record union all select appid, push_id from push)
		as given group by appid, id having count(*) > 1`},
	{"a tag of nobody", `select customer_tag.openid from customer_tag where not exists (
		select 1 from customer where customer.appid = customer_tag.appid and customer.openid = customer_tag.openid)`},
}

// checkLedger looks into the ledger of a house that has ended, and lists the media
// that it names.
func checkLedger(t *testing.T, folder, database string) (media []string) {
	t.Helper()
	driver, at := "pgx", database
	if database == "" {
		driver, at = "sqlite", filepath.Join(folder, "kefu-data", "kefu.db")
	}
	db, err := sql.Open(driver, at)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ask := func(question string) []string {
		ctx, cancel := context.WithTimeout(context.Background(), databasePatience)
		defer cancel()
		rows, err := db.QueryContext(ctx, question)
		if err != nil {
			t.Fatalf("%v: %s", err, question)
		}
		defer rows.Close()
		var all []string
		for rows.Next() {
			var row string
			if err := rows.Scan(&row); err != nil {
				t.Fatal(err)
			}
			all = append(all, row)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return all
	}
	for _, half := range halfThings {
		if rows := ask(half.question); len(rows) > 0 {
			t.Errorf("the ledger has %s, %d times: %.10q", half.what, len(rows), rows)
		}
	}
	if database == "" {
		if got := ask("pragma integrity_check"); len(got) != 1 || got[0] != "ok" {
			t.Errorf("the database file is damaged: %q", got)
		}
	}
	return ask("select media_id from media")
}
