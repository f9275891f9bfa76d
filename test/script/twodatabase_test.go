package script

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// databasePatience bounds what a database is asked outside of the houses.
const databasePatience = 30 * time.Second

// newDatabase makes a PostgreSQL database that goes with the test.
func newDatabase(t *testing.T) string {
	t.Helper()
	at := os.Getenv(postgresVariable)
	if at == "" {
		t.Skip(postgresVariable + " is not set: nothing is tried on PostgreSQL")
	}
	u, err := url.Parse(at)
	if err != nil {
		t.Fatalf("%s is not a URL", postgresVariable)
	}
	name := "kefu_" + strings.ToLower(rand.Text())
	statement(t, at, "create database "+name)
	t.Cleanup(func() { statement(t, at, "drop database "+name+" with (force)") })
	u.Path = "/" + name
	return u.String()
}

// statement runs one statement on a connection of its own.
func statement(t *testing.T, at, text string, args ...any) {
	t.Helper()
	db, err := sql.Open("pgx", at)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), databasePatience)
	defer cancel()
	if _, err := db.ExecContext(ctx, text, args...); err != nil {
		t.Fatal(err)
	}
}

// listeners counts the connections of a database that listen.
func listeners(t *testing.T, at string) (n int) {
	t.Helper()
	db, err := sql.Open("pgx", at)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), databasePatience)
	defer cancel()
	row := db.QueryRowContext(ctx, `select count(*) from pg_stat_activity where datname = current_database() and query like 'listen%'`)
	if err := row.Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
