package script

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	"github.com/rogpeppe/go-internal/testscript"
)

// postgresVariable names the database for the scripts about PostgreSQL; they
// are skipped without it.
const postgresVariable = "KEFU_TEST_POSTGRES_URL"

// preparePostgres gives every script a schema of its own, which goes with it, as
// $POSTGRES_URL.
func preparePostgres(env *testscript.Env) error {
	at := os.Getenv(postgresVariable)
	if at == "" {
		return nil
	}
	u, err := url.Parse(at)
	if err != nil {
		return fmt.Errorf("%s is not a URL", postgresVariable)
	}
	db, err := sql.Open("pgx", at)
	if err != nil {
		return err
	}
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails
	schema := "kefu_script_" + hex.EncodeToString(random)
	run := func(statement string) error {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		_, err := db.ExecContext(ctx, statement)
		return err
	}
	if err := run("create schema " + schema); err != nil {
		return err
	}
	env.Defer(func() {
		if err := run("drop schema " + schema + " cascade"); err != nil {
			panic(fmt.Sprintf("drop the schema of the test: %v", err))
		}
		if err := db.Close(); err != nil {
			panic(err)
		}
	})
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	env.Setenv("POSTGRES_URL", u.String())
	return nil
}
