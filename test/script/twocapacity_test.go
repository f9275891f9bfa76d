package script

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// Forty customers who ask for an agent at the same moment, at two processes, are
// each served once, and no agent ever serves more than it takes, however the calls
// fall.
func TestTwoKeepCapacity(t *testing.T) {
	t.Parallel()
	const (
		customers = 40
		takes     = 5
	)
	dev := newCounting(t)
	p := startPair(t, newDatabase(t), "dev", "--callback-url", dev.URL, "--callback-token", "KfSpecToken2024")
	d := p.either()
	since := time.Now()
	token, err := d.newToken()
	if err != nil {
		t.Fatal(err)
	}
	for _, agent := range staff {
		if err := d.online(agent, true, takes); err != nil {
			t.Fatal(err)
		}
	}

	var over atomic.Bool
	var watching, acting sync.WaitGroup
	var looks atomic.Int64
	for range 2 {
		watching.Go(func() {
			for !over.Load() {
				for _, agent := range staff {
					var list wechat.SessionList
					if err := d.api(token, wechat.PathSessionList+"?kf_account="+agent, nil, &list); err != nil {
						t.Errorf("look at the sessions of %s: %v", agent, err)
						return
					}
					if n := len(list.SessionList); n > takes {
						t.Errorf("%s serves %d customers, and takes %d", agent, n, takes)
					}
					looks.Add(1)
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	var served sync.Map
	for i := range customers {
		customer := fmt.Sprintf("customer_%d", i)
		acting.Go(func() {
			if err := d.follow(customer); err != nil {
				t.Errorf("%s cannot follow: %v", customer, err)
			}
			if _, err := d.write(customer, customer+wantsTransfer, 0); err != nil {
				t.Errorf("%s cannot write: %v", customer, err)
			}
		})
	}
	// Agents serve whom they get, until there has been everybody.
	for _, agent := range staff {
		acting.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(len(agent))))
			for deadline := time.Now().Add(readyWithin); count(&served) < customers; {
				var list wechat.SessionList
				if err := d.api(token, wechat.PathSessionList+"?kf_account="+agent, nil, &list); err != nil {
					t.Errorf("look at the sessions of %s: %v", agent, err)
					return
				}
				if len(list.SessionList) == 0 {
					if time.Now().After(deadline) {
						t.Errorf("%d customers were served, want %d", count(&served), customers)
						return
					}
					time.Sleep(5 * time.Millisecond)
					continue
				}
				customer := list.SessionList[r.IntN(len(list.SessionList))].OpenID
				if err := d.answerCustomer(agent, customer, "hello from "+agent); err != nil {
					t.Errorf("%s cannot answer %s: %v", agent, customer, err)
				}
				if err := d.byAgent("close", agent, customer); err != nil {
					t.Errorf("%s cannot close the session with %s: %v", agent, customer, err)
				}
				if _, twice := served.LoadOrStore(customer, agent); twice {
					t.Errorf("%s was served twice", customer)
				}
			}
		})
	}
	acting.Wait()
	over.Store(true)
	watching.Wait()

	// The records tell the same, in the order in which it happened.
	records, err := d.records(token, "", since)
	if err != nil {
		t.Fatal(err)
	}
	serving, most := make(map[string]int), 0
	begun := make(map[string]int)
	for _, r := range records {
		switch r.OperCode {
		case wechat.OperCodeAccepted:
			begun[r.OpenID]++
			serving[r.Worker]++
			most = max(most, serving[r.Worker])
		case wechat.OperCodeClosed:
			serving[r.Worker]--
		}
	}
	if most > takes {
		t.Errorf("by the records an agent served %d customers, and takes %d", most, takes)
	}
	for i := range customers {
		if customer := fmt.Sprintf("customer_%d", i); begun[customer] != 1 {
			t.Errorf("%s: got %d sessions, want 1", customer, begun[customer])
		}
	}
	t.Logf("%d customers at two processes, %d looks: at most %d with an agent who takes %d; lost: 0", customers, looks.Load(), most, takes)
}

func count(m *sync.Map) (n int) {
	m.Range(func(any, any) bool { n++; return true })
	return n
}
