package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

func (t *terminal) migrate() *cobra.Command {
	var status bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to this version's schema",
		Long: `Applies the migrations that the database lacks. Servers do the same when they
start, so this is for those who want it done, or want to know, before that. Data
that a later version wrote is never touched. Make a backup first: there is no way
back to an earlier schema.

A SQLite file must not be served meanwhile.`,
		Example: "  kefu migrate --status\n  kefu migrate --data /srv/kefu\n  KEFU_DATABASE_URL=postgres://kefu:…@db/kefu kefu migrate",
		Args:    cobra.NoArgs,
	}
	read := t.declare(cmd, config.Storage)
	cmd.Flags().BoolVar(&status, "status", false, "only say what is applied and what is pending")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := read()
		if err != nil {
			return err
		}
		if status {
			return t.printMigrationStatus(cmd.Context(), s)
		}
		applied, err := migrateData(cmd.Context(), s)
		for _, name := range applied {
			fmt.Fprintln(t.out, "applied", name)
		}
		if err != nil {
			return err
		}
		if len(applied) == 0 {
			fmt.Fprintln(t.out, "nothing to do: the schema is up to date")
		}
		return nil
	}
	return cmd
}

// migrateData applies what is pending and names what it applied.
func migrateData(ctx context.Context, s *config.Settings) (applied []string, err error) {
	if s.DatabaseURL == "" {
		if err := makeData(s); err != nil {
			return nil, err
		}
		unlock, err := lockFolder(s.Data)
		if err != nil {
			return nil, err
		}
		defer unlock() // Its error says nothing: the pid was written long ago.
		return sqlstore.MigrateSQLite(ctx, sqliteDriver, filepath.Join(s.Data, databaseFile), sqlstore.Options{})
	}
	db, err := postgres(s)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return sqlstore.MigratePostgres(ctx, db, sqlstore.Options{})
}

func (t *terminal) printMigrationStatus(ctx context.Context, s *config.Settings) error {
	status, err := migrationStatus(ctx, s)
	if err != nil {
		return err
	}
	writeMigrationStatus(t.out, status)
	return nil
}

func migrationStatus(ctx context.Context, s *config.Settings) (_ sqlstore.Status, err error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	if s.DatabaseURL == "" {
		return sqlstore.StatusSQLite(ctx, sqliteDriver, filepath.Join(s.Data, databaseFile))
	}
	db, err := postgres(s)
	if err != nil {
		return sqlstore.Status{}, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return sqlstore.StatusPostgres(ctx, db)
}

func writeMigrationStatus(w io.Writer, s sqlstore.Status) {
	fmt.Fprintf(w, "the data is at migration %d; this version knows up to %d\n", s.Current, s.Known)
	for _, name := range s.Pending {
		fmt.Fprintln(w, "pending", name)
	}
	switch {
	case s.Current > s.Known:
		fmt.Fprintln(w, "a later version wrote the data: this one cannot use it")
	case len(s.Pending) == 0:
		fmt.Fprintln(w, "nothing is pending")
	}
}
