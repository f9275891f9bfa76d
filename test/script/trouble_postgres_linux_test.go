package script

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// patienceOnPostgres bounds what anybody waits for an answer while the server
// hangs: five seconds for the turn of others, ten for an own attempt, five for the
// fate of a commit, and some for a busy machine.
const patienceOnPostgres = 22 * time.Second

// A server that goes away and comes back, under load.
func TestTroublePostgresStops(t *testing.T) {
	t.Parallel()
	p := newPostgres(t)
	b := besiege(t, 6, "--database-url", p.house())
	p.stop()
	b.fails(50)
	b.isNotReady("the database cannot be read: the database server cannot be reached")
	p.start()
	served, ready := b.goesOn(), b.isReady()
	b.isTold("the database can be read again")
	b.isTold("the database can be written again")
	longest := b.patience(patienceOnPostgres)
	b.check()
	t.Logf("served again after %s, ready after %s, longest answer %s", served, ready, longest)
}

// A server that is restarted while a transaction waits in it.
func TestTroublePostgresRestartsInTransaction(t *testing.T) {
	t.Parallel()
	p := newPostgres(t)
	b := besiege(t, 6, "--database-url", p.house())
	letGo := p.holds("select appid from official_account for update")
	db, err := sql.Open("pgx", p.url("postgres", "kefu"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	until(t, "a change of the house waits in its transaction", func() bool {
		var waiting int
		err := db.QueryRow("select count(*) from pg_stat_activity where usename = 'kefu' and wait_event_type = 'Lock'").Scan(&waiting)
		return err == nil && waiting > 0
	})
	p.stop()
	p.start()
	letGo()
	served, ready := b.goesOn(), b.isReady()
	b.isTold("the database can be written again")
	longest := b.patience(patienceOnPostgres)
	b.check()
	t.Logf("served again after %s, ready after %s, longest answer %s", served, ready, longest)
}

// A server that hangs, as a machine does that has lost its disk: nothing is closed,
// and nothing answers.
func TestTroublePostgresHangs(t *testing.T) {
	t.Parallel()
	p := newPostgres(t)
	b := besiege(t, 6, "--database-url", p.house())
	p.signal(syscall.SIGSTOP)
	began := time.Now()
	b.isNotReady("does not answer in time")
	noticed := time.Since(began)
	b.fails(1)
	b.isNotReady("the database does not answer in time")
	p.signal(syscall.SIGCONT)
	served, ready := b.goesOn(), b.isReady()
	b.isTold("the database can be read again")
	longest := b.patience(patienceOnPostgres)
	b.check()
	t.Logf("/readyz noticed after %s; served again after %s, ready after %s, longest answer %s", noticed, served, ready, longest)
}

// A table that somebody has locked, as a migration or a careless administrator
// does.
func TestTroublePostgresLocked(t *testing.T) {
	t.Parallel()
	p := newPostgres(t)
	b := besiege(t, 6, "--database-url", p.house())
	letGo := p.holds("lock table official_account, customer, message, setting in access exclusive mode")
	b.isNotReady("does not answer in time")
	b.fails(1)
	b.isNotReady("somebody holds a lock in it")
	letGo()
	served, ready := b.goesOn(), b.isReady()
	b.isTold("the database can be read again")
	longest := b.patience(patienceOnPostgres)
	b.check()
	t.Logf("served again after %s, ready after %s, longest answer %s", served, ready, longest)
}

// Others who use up the connections of the server.
func TestTroublePostgresCrowded(t *testing.T) {
	t.Parallel()
	p := newPostgres(t)
	b := besiege(t, 6, "--database-url", p.house())
	others, err := sql.Open("pgx", p.house()+"&application_name=others")
	if err != nil {
		t.Fatal(err)
	}
	defer others.Close()
	var held []*sql.Conn
	until(t, "others have every connection", func() bool {
		statement(t, p.url("postgres", "kefu"), "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kefu' and application_name <> 'others'")
		for {
			conn, err := others.Conn(context.Background())
			if err != nil {
				break
			}
			held = append(held, conn)
		}
		return len(held) == mostConnections
	})
	b.fails(30)
	b.isNotReady("the database server takes no more connections")
	for _, conn := range held {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := others.Close(); err != nil {
		t.Error(err)
	}
	served, ready := b.goesOn(), b.isReady()
	b.isTold("the database can be read again")
	longest := b.patience(patienceOnPostgres)
	b.check()
	t.Logf("served again after %s, ready after %s, longest answer %s", served, ready, longest)
}

// kefu serve, too: what the API acknowledged while its server was restarted twice
// is there once, and what it did not is there at most once.
func TestTroublePostgresUnderServe(t *testing.T) {
	t.Parallel()
	p := newPostgres(t)
	add := exec.Command(program, "official-account", "add", "--database-url", p.house(),
		"--appid", demoAppID, "--secret", demoSecret, "--wechat-id", "demo_shop", "--original-id", "gh_a1b2c3d4e5f6", "--name", "Shop")
	add.Dir, add.Env = t.TempDir(), []string{"PATH=" + os.Getenv("PATH")}
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("official-account add: %v\n%s", err, out)
	}
	h := startForTest(t, "serve", "--database-url", p.house())
	d := newDoor(h.url)
	token, err := d.newToken()
	if err != nil {
		t.Fatal(err)
	}
	const agents = 60
	const pause = 50 * time.Millisecond
	added := make([]error, agents)
	var good, bad atomic.Int64
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for i := range agents {
			added[i] = d.api(token, wechat.PathAgentAdd, map[string]string{
				"kf_account": fmt.Sprintf("agent_%02d@demo_shop", i), "nickname": fmt.Sprintf("Agent %02d", i),
			}, nil)
			if added[i] == nil {
				good.Add(1)
			} else {
				bad.Add(1)
			}
			time.Sleep(pause)
		}
	}()
	for n := int64(1); n <= 2; n++ {
		until(t, "agents are added", func() bool { return good.Load() >= 5*n })
		p.stop()
		until(t, "agents are refused", func() bool { return bad.Load() >= 5*n })
		p.start()
	}
	<-ended
	var list struct {
		Agents []struct {
			Account string `json:"kf_account"`
		} `json:"kf_list"`
	}
	until(t, "the list of agents is answered", func() bool { return d.api(token, wechat.PathAgentList, nil, &list) == nil })
	there := make(map[string]int)
	for _, a := range list.Agents {
		there[a.Account]++
	}
	kept, open := 0, 0
	for i, err := range added {
		n := there[fmt.Sprintf("agent_%02d@demo_shop", i)]
		if n > 1 || n == 0 && err == nil {
			t.Errorf("agent %d (told: %v): got it %d times in the list, want once", i, err, n)
		}
		if err == nil {
			kept++
		} else if n == 1 {
			open++
		}
	}
	if kept == 0 || kept == agents {
		t.Errorf("got %d of %d agents acknowledged, want some and not all", kept, agents)
	}
	errors := strings.Count(h.log(), "level=ERROR")
	if errors == 0 || errors > fewLines {
		t.Errorf("got %d errors in the log, want 1 to %d:\n%s", errors, fewLines, h.log())
	}
	t.Logf("%d of %d agents were acknowledged, %d more are there although the answer was -1, %d errors in the log", kept, agents, open, errors)
}
