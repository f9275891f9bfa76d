package main

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/pubsub"
)

// wirePatience bounds what one test waits for, on a busy machine.
const wirePatience = 20 * time.Second

// newSchema makes a schema that goes with the test, and is the URL that looks at
// it.
func newSchema(t *testing.T) string {
	t.Helper()
	at := os.Getenv("KEFU_TEST_POSTGRES_URL")
	if at == "" {
		t.Skip("KEFU_TEST_POSTGRES_URL is not set: signals between processes are not tested")
	}
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal("KEFU_TEST_POSTGRES_URL is not a URL")
	}
	schema := "kefu_signals_" + strings.ToLower(rand.Text())
	postgresDo(t, at, "create schema "+schema)
	t.Cleanup(func() { postgresDo(t, at, "drop schema "+schema+" cascade") })
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String()
}

func postgresDo(t *testing.T, at, statement string, args ...any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), wirePatience)
	defer cancel()
	conn, err := pgx.Connect(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement, args...); err != nil {
		t.Fatal(err)
	}
}

// newNotices is one process's wire, which listens.
func newNotices(t *testing.T, at string) *notices {
	t.Helper()
	s, err := config.Read(config.Storage, config.Sources{
		Flag: func(name string) (string, bool) { return at, name == "database-url" },
		Env:  func(string) (string, bool) { return "", false },
	})
	if err != nil {
		t.Fatal(err)
	}
	n, err := openNotices(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.close(); err != nil {
			t.Error(err)
		}
	})
	if signals := receive(t, n); len(signals) != 0 {
		t.Fatalf("a wire that begins to listen: got %v, want nothing", signals)
	}
	return n
}

func receive(t *testing.T, n *notices) []pubsub.Signal {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), wirePatience)
	defer cancel()
	signals, err := n.Receive(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return signals
}

func send(t *testing.T, n *notices, signals ...pubsub.Signal) {
	t.Helper()
	if err := n.Send(t.Context(), signals); err != nil {
		t.Fatal(err)
	}
}

func news(key string) pubsub.Signal { return pubsub.Signal{Topic: pubsub.Pushes, Key: key} }

// Others hear what one says; it does not hear itself, nor do other houses.
func TestNotices(t *testing.T) {
	house := newSchema(t)
	a, b, stranger := newNotices(t, house), newNotices(t, house), newNotices(t, newSchema(t))
	send(t, stranger, news("stranger"))
	send(t, a, news("a"))
	send(t, b, news("b"))
	if got, want := receive(t, a), []pubsub.Signal{news("b")}; !slices.Equal(got, want) {
		t.Errorf("a heard %v, want %v", got, want)
	}
	if got, want := receive(t, b), []pubsub.Signal{news("a")}; !slices.Equal(got, want) {
		t.Errorf("b heard %v, want %v", got, want)
	}
}

// A notice of PostgreSQL is short; many signals take several, in one statement.
func TestManyNotices(t *testing.T) {
	house := newSchema(t)
	a, b := newNotices(t, house), newNotices(t, house)
	var all []pubsub.Signal
	for i := range 1024 {
		all = append(all, news("wx"+strconv.Itoa(1_000_000_000_000_000+i)))
	}
	send(t, a, all...)
	var got []pubsub.Signal
	for len(got) < len(all) {
		got = append(got, receive(t, b)...)
	}
	if !slices.Equal(got, all) {
		t.Errorf("got %d signals, want the %d that were sent", len(got), len(all))
	}
}

// A connection that dies is told as an error, and the next Receive listens anew.
func TestNoticesAfterABreak(t *testing.T) {
	house := newSchema(t)
	a, b := newNotices(t, house), newNotices(t, house)
	b.quiet = 100 * time.Millisecond // Being asked whether it is there harms nothing.
	postgresDo(t, house, "select pg_terminate_backend($1)", int64(b.ear.PgConn().PID()))
	ctx, cancel := context.WithTimeout(t.Context(), wirePatience)
	defer cancel()
	if signals, err := b.Receive(ctx); err == nil || ctx.Err() != nil {
		t.Fatalf("on a connection that was ended: got %v, %v, want an error", signals, err)
	}
	if signals := receive(t, b); len(signals) != 0 {
		t.Fatalf("a wire that begins to listen again: got %v, want nothing", signals)
	}
	// Quiet for longer than it takes to be asked whether it is there.
	sent := make(chan struct{})
	time.AfterFunc(3*b.quiet, func() {
		defer close(sent)
		send(t, a, news("x"))
	})
	// It is heard before its sender is told so.
	defer func() { <-sent }()
	if got, want := receive(t, b), []pubsub.Signal{news("x")}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestPackNotices(t *testing.T) {
	long := strings.Repeat("x", 60)
	signals := []pubsub.Signal{news("a"), news("b"), news(long), news("c")}
	for _, row := range []struct {
		name string
		most int
		want []string
	}{
		{"in one", 200, []string{"me\npushes a\npushes b\npushes " + long + "\npushes c"}},
		{"in two", 80, []string{"me\npushes a\npushes b", "me\npushes " + long + "\npushes c"}},
		{"without the one that is too long", 30, []string{"me\npushes a\npushes b\npushes c"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := pack("me", signals, row.most)
			if !slices.Equal(got, row.want) {
				t.Errorf("got %q, want %q", got, row.want)
			}
			for _, notice := range got {
				if len(notice) > row.most {
					t.Errorf("got a notice of %d bytes, want at most %d", len(notice), row.most)
				}
				if got := unpack("me", notice); len(got) != 0 {
					t.Errorf("heard oneself: %v", got)
				}
			}
		})
	}
	for _, notice := range []string{"", "nonsense", "them\n", "them\n\n"} {
		if got := unpack("me", notice); len(got) != 0 {
			t.Errorf("%q: got %v, want nothing", notice, got)
		}
	}
}
