package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/openkefu/kefu/internal/store"
)

// Every migration is a pair of files, one for each database, whose names begin
// with the same number. Numbers start at 1 and leave no gap.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema. A migration that was released is never
// edited; the next one corrects it.
type migration struct {
	number int
	name   string
	text   string
}

// Status tells how the schema of some data stands to this program.
type Status struct {
	// Current is the last migration that was applied, 0 for empty data; Known
	// is the last one of this program. Current is larger when a later program
	// wrote the data.
	Current, Known int
	// Pending names the migrations to be applied, in their order.
	Pending []string
}

// StatusSQLite reads the status of a SQLite file and changes nothing; a file
// that is not there has no migration.
func StatusSQLite(ctx context.Context, driver, path string) (_ Status, err error) {
	d := sqliteDialect()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		known, err := migrations(d)
		return statusOf(known, 0), err
	}
	db, err := sqliteDB(driver, path)
	if err != nil {
		return Status{}, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return status(ctx, db, d)
}

// StatusPostgres reads the status of a PostgreSQL database and changes nothing.
func StatusPostgres(ctx context.Context, db *sql.DB) (Status, error) {
	return status(ctx, db, postgresDialect())
}

// MigrateSQLite brings the schema of a SQLite file up to date, as OpenSQLite
// does, and returns the names of the migrations it applied.
func MigrateSQLite(ctx context.Context, driver, path string, o Options) (applied []string, err error) {
	if err := makeFile(path); err != nil {
		return nil, fmt.Errorf("sqlstore: %w", err)
	}
	db, err := sqliteDB(driver, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return migrate(ctx, db, sqliteDialect(), o.logger())
}

// MigratePostgres brings the schema of a PostgreSQL database up to date, as
// OpenPostgres does, and returns the names of the migrations it applied.
func MigratePostgres(ctx context.Context, db *sql.DB, o Options) (applied []string, err error) {
	return migrate(ctx, db, postgresDialect(), o.logger())
}

// migrations lists those of a database in their order.
func migrations(d *dialect) ([]migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*."+d.name+".sql")
	if err != nil {
		return nil, err
	}
	var all []migration
	for i, file := range names {
		text, err := fs.ReadFile(migrationFiles, file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(path.Base(file), "."+d.name+".sql")
		digits, _, _ := strings.Cut(name, "_")
		number, err := strconv.Atoi(digits)
		if err != nil || number != i+1 {
			return nil, fmt.Errorf("sqlstore: %s should have the number %04d", file, i+1)
		}
		all = append(all, migration{number: number, name: name, text: string(text)})
	}
	return all, nil
}

func status(ctx context.Context, db *sql.DB, d *dialect) (_ Status, err error) {
	known, err := migrations(d)
	if err != nil {
		return Status{}, err
	}
	on, err := d.migrator(db).acquire(ctx)
	if err != nil {
		return Status{}, err
	}
	defer func() { err = errors.Join(err, on.discard()) }()
	current, err := on.migration(ctx)
	if err != nil {
		return Status{}, err
	}
	return statusOf(known, current), nil
}

func statusOf(known []migration, current int) Status {
	s := Status{Current: current, Known: len(known)}
	for _, m := range known[min(current, len(known)):] {
		s.Pending = append(s.Pending, m.name)
	}
	return s
}

// migrator lends the connection to migrate on.
func (d *dialect) migrator(db *sql.DB) *pool {
	return newPool(db, d, 1, d.migrationSetup)
}

// migration is the last one that was applied.
func (s *session) migration(ctx context.Context) (current int, err error) {
	var exists int
	err = s.one(ctx, s.dialect.tableExists, []any{"migration"}, &exists)
	if err == nil && exists != 0 {
		err = s.one(ctx, `select coalesce(max(number), 0) from migration`, nil, &current)
	}
	if err != nil {
		return 0, fmt.Errorf("sqlstore: read the version of the schema: %w", err)
	}
	return current, nil
}

// migrate applies what is pending, all of it or nothing, so that data never stands
// between two releases. One transaction also spares an empty disk most of its syncs.
func migrate(ctx context.Context, db *sql.DB, d *dialect, log *slog.Logger) (applied []string, err error) {
	known, err := migrations(d)
	if err != nil {
		return nil, err
	}
	on, err := d.migrator(db).acquire(ctx)
	if err != nil {
		return nil, err
	}
	// Closing it also rolls back what failed halfway.
	defer func() { err = errors.Join(err, on.discard()) }()
	current, err := on.applied(ctx, known)
	if err != nil || current == len(known) {
		return nil, err
	}
	if err := on.script(ctx, d.beginChange, d.guardMigration); err != nil {
		return nil, fmt.Errorf("sqlstore: begin to migrate: %w", err)
	}
	// Another process may have applied some, or all, while this one waited.
	if current, err = on.applied(ctx, known); err != nil {
		return nil, err
	}
	for _, m := range known[current:] {
		if err := on.apply(ctx, m); err != nil {
			return nil, fmt.Errorf("sqlstore: migration %s: %w", m.name, err)
		}
		applied = append(applied, m.name)
	}
	if err := on.script(ctx, "commit"); err != nil {
		return nil, fmt.Errorf("sqlstore: commit the migrations: %w", err)
	}
	for _, name := range applied {
		log.Info("migration applied", "migration", name)
	}
	return applied, nil
}

// applied is how many of the known migrations are applied. It refuses data of a later
// program with a [store.NewerError].
func (s *session) applied(ctx context.Context, known []migration) (current int, err error) {
	current, err = s.migration(ctx)
	if err == nil && current > len(known) {
		err = &store.NewerError{Data: current, Program: len(known)}
	}
	return current, err
}

// apply applies one migration, in the transaction that has begun.
func (s *session) apply(ctx context.Context, m migration) error {
	err := s.script(ctx, `create table if not exists migration (
		number integer not null primary key, name text not null, applied_at bigint not null)`, m.text)
	if err != nil {
		return err
	}
	_, err = s.exec(ctx, `insert into migration (number, name, applied_at) values (?, ?, ?)`,
		m.number, m.name, millis(time.Now()))
	return err
}

// script executes texts of any number of statements, which cannot be prepared;
// an empty one is passed over.
func (s *session) script(ctx context.Context, texts ...string) error {
	for _, text := range texts {
		if text == "" {
			continue
		}
		if _, err := s.conn.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
