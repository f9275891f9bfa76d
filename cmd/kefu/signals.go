package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

const (
	// listenWithin bounds the time to connect and begin to listen. Until then
	// readers look by themselves, so there is no hurry.
	listenWithin = 5 * time.Second
	// quietFor is how long nothing is heard before the connection is asked whether it
	// is still there: one that broke without a word would stay silent for ever.
	quietFor = 15 * time.Second
)

// notices carries signals between processes on one PostgreSQL database, with its
// LISTEN and NOTIFY. It has two connections of its own, so that a busy ledger does
// not keep signals waiting, nor they it.
type notices struct {
	// self tells the notices of this process from those of others.
	self string
	tell *sql.DB
	hear *pgx.ConnConfig
	// ear is of Receive alone; nil while it does not listen.
	ear *pgx.Conn
	// quiet is quietFor, or less in tests.
	quiet time.Duration
}

var _ pubsub.Wire = (*notices)(nil)

// openNotices prepares the wire to the processes that share the database of the
// settings. Nothing is connected before it is used.
func openNotices(s *config.Settings) (*notices, error) {
	tell, err := postgres(s)
	if err != nil {
		return nil, err
	}
	// What waits meanwhile is collected and sent together.
	tell.SetMaxOpenConns(1)
	hear, err := pgx.ParseConfig(s.DatabaseURL.Reveal())
	if err != nil {
		return nil, errors.New("the PostgreSQL driver cannot read the database's URL a second time")
	}
	return &notices{self: rand.Text(), tell: tell, hear: hear, quiet: quietFor}, nil
}

// close lets go of the connections. Nothing may be sent or received meanwhile.
func (n *notices) close() error {
	return errors.Join(n.deafen(), n.tell.Close())
}

// Send implements [pubsub.Wire] with one statement.
func (n *notices) Send(ctx context.Context, signals []pubsub.Signal) error {
	if _, err := n.tell.ExecContext(ctx, sqlstore.Notify, pack(n.self, signals, sqlstore.MaxNotice)); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	return nil
}

// Receive implements [pubsub.Wire].
func (n *notices) Receive(ctx context.Context) ([]pubsub.Signal, error) {
	if n.ear == nil {
		return nil, n.listen(ctx)
	}
	for {
		notice, err := n.next(ctx)
		if err != nil {
			return nil, errors.Join(err, n.deafen())
		}
		if signals := unpack(n.self, notice); len(signals) > 0 {
			return signals, nil
		}
	}
}

// listen connects and begins to listen.
func (n *notices) listen(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, listenWithin)
	defer cancel()
	ear, err := pgx.ConnectConfig(ctx, n.hear)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	n.ear = ear
	var channel string
	if err = ear.QueryRow(ctx, sqlstore.NoticeChannel).Scan(&channel); err == nil {
		_, err = ear.Exec(ctx, sqlstore.Listen(channel))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("listen: %w", err), n.deafen())
	}
	return nil
}

// next waits for a notice, however long, as long as the connection is there.
func (n *notices) next(ctx context.Context) (string, error) {
	for {
		waiting, cancel := context.WithTimeout(ctx, n.quiet)
		notice, err := n.ear.WaitForNotification(waiting)
		silent := waiting.Err() != nil && ctx.Err() == nil
		cancel()
		switch {
		case notice != nil:
			return notice.Payload, nil
		case !silent || n.ear.IsClosed():
			return "", fmt.Errorf("wait for a notice: %w", err)
		}
		asking, cancel := context.WithTimeout(ctx, listenWithin)
		err = n.ear.Ping(asking)
		cancel()
		if err != nil {
			return "", fmt.Errorf("ask the connection that listens: %w", err)
		}
	}
}

// deafen closes the connection that listens, if there is one.
func (n *notices) deafen() error {
	if n.ear == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), listenWithin)
	defer cancel()
	err := n.ear.Close(ctx)
	n.ear = nil
	return err
}

// pack writes signals into notices of at most most bytes: in the first line who
// sends them, then one a line. One that is too long by itself is left out, and its
// readers look by themselves. Topics that go to others have no space in them, and
// neither they nor keys have lines.
func pack(self string, signals []pubsub.Signal, most int) []string {
	var all []string
	var b strings.Builder
	for _, s := range signals {
		line := "\n" + s.Topic + " " + s.Key
		if len(self)+len(line) > most {
			continue
		}
		if b.Len()+len(line) > most {
			all = append(all, b.String())
			b.Reset()
		}
		if b.Len() == 0 {
			b.WriteString(self)
		}
		b.WriteString(line)
	}
	if b.Len() > 0 {
		all = append(all, b.String())
	}
	return all
}

// unpack reads the signals of a notice; there are none in one's own, nor in what
// somebody else may have written to the channel.
func unpack(self, notice string) []pubsub.Signal {
	from, rest, _ := strings.Cut(notice, "\n")
	if from == self {
		return nil
	}
	var signals []pubsub.Signal
	for line := range strings.Lines(rest) {
		topic, key, found := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if found {
			signals = append(signals, pubsub.Signal{Topic: topic, Key: key})
		}
	}
	return signals
}
