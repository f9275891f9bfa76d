package script

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// mostConnections is how many connections the tests' own server takes, beside the
// three that it keeps for its administrator: a house and its wire have room.
const mostConnections = 40

// postgresServer is a PostgreSQL of a test's own, which it can stop.
type postgresServer struct {
	t      *testing.T
	bin    string
	folder string
	port   int
	as     *syscall.Credential
}

// newPostgres makes a server and starts it. Only the programs must be installed;
// nothing of them runs already.
func newPostgres(t *testing.T) *postgresServer {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		if at, err := exec.LookPath("initdb"); err == nil {
			found = append(found, at)
		}
	}
	if len(found) == 0 {
		why := "the programs of a PostgreSQL server are not installed"
		if os.Getenv(postgresVariable) == "" {
			why += ", and " + postgresVariable + " is not set"
		}
		t.Skip(why)
	}
	slices.Sort(found)
	p := &postgresServer{t: t, bin: filepath.Dir(found[len(found)-1]), folder: t.TempDir()}
	if os.Geteuid() == 0 {
		p.becomePostgres()
	}
	data := p.data()
	p.run("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--pgdata="+data)
	// What a stopped server has written is safe with the system, so syncing would
	// only make the test slow.
	settings := fmt.Sprintf("listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\nmax_connections = %d\nsuperuser_reserved_connections = 3\n", mostConnections+3)
	f, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(settings); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	p.port = freePort(t)
	p.start()
	t.Cleanup(func() {
		p.signal(syscall.SIGCONT)
		p.stop()
	})
	statement(t, p.url("postgres", "postgres"), "create role kefu login")
	statement(t, p.url("postgres", "postgres"), "create database kefu owner kefu")
	return p
}

// becomePostgres gives the folder to the user that such servers run as: they do
// not run as root.
func (p *postgresServer) becomePostgres() {
	p.t.Helper()
	u, err := user.Lookup("postgres")
	if err != nil {
		p.t.Fatal(err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		p.t.Fatal(err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		p.t.Fatal(err)
	}
	p.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	if err := os.Chown(p.folder, int(uid), int(gid)); err != nil {
		p.t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(p.folder), 0o755); err != nil {
		p.t.Fatal(err)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (p *postgresServer) data() string { return filepath.Join(p.folder, "data") }

// run runs one of the server's programs.
func (p *postgresServer) run(name string, args ...string) {
	p.t.Helper()
	c := exec.Command(filepath.Join(p.bin, name), args...)
	c.Dir = p.folder
	c.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	if out, err := c.CombinedOutput(); err != nil {
		p.t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

func (p *postgresServer) start() {
	p.t.Helper()
	p.run("pg_ctl", "--pgdata="+p.data(), "--wait", "--log="+filepath.Join(p.folder, "log"),
		"--options=-p "+strconv.Itoa(p.port), "start")
}

// stop ends the server without a word to those who are connected.
func (p *postgresServer) stop() {
	p.t.Helper()
	p.run("pg_ctl", "--pgdata="+p.data(), "--wait", "--mode=immediate", "stop")
}

// url is how a user reaches a database.
func (p *postgresServer) url(user, database string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", user, p.port, database)
}

// house is the URL that a house is given.
func (p *postgresServer) house() string { return p.url("kefu", "kefu") }

// signal sends a signal to the server and all its processes.
func (p *postgresServer) signal(s syscall.Signal) {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.data(), "postmaster.pid"))
	if err != nil {
		p.t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	server, err := strconv.Atoi(first)
	if err != nil {
		p.t.Fatal(err)
	}
	until(p.t, fmt.Sprintf("every process of the server has heard of %s", s), func() bool {
		heard := true
		for pid, state := range family(p.t, server) {
			// It may just be making another one.
			heard = heard && (state == "T") == (s == syscall.SIGSTOP)
			if err := syscall.Kill(pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
				p.t.Fatal(err)
			}
		}
		return heard
	})
}

// family finds a process and those that it has started, with their states.
func family(t *testing.T, parent int) map[int]string {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	states := make(map[int]string)
	for _, file := range all {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // It has ended.
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			t.Fatal(err)
		}
		// The fields after the name, which may have spaces in it.
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) > 1 && (pid == parent || fields[1] == strconv.Itoa(parent)) {
			states[pid] = fields[0]
		}
	}
	return states
}

// holds runs statements on a connection of its own in a transaction that goes on
// until letGo is called.
func (p *postgresServer) holds(statements ...string) (letGo func()) {
	p.t.Helper()
	db, err := sql.Open("pgx", p.url("postgres", "kefu"))
	if err != nil {
		p.t.Fatal(err)
	}
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, q := range statements {
		if _, err := tx.Exec(q); err != nil {
			p.t.Fatal(err)
		}
	}
	return func() {
		_ = tx.Rollback() // The server may have been stopped meanwhile.
		_ = db.Close()
	}
}
