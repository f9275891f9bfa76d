package callback_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openkefu/kefu"
)

// failsSessionEvents is a developer's server that fails at every event of a
// session, as a widely used library does.
func failsSessionEvents(w http.ResponseWriter, _ *http.Request, p received) {
	if p.Event != "" {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// Events of sessions that fail disturb nothing else: what the customer writes
// does not wait for their other attempts, and they open no breaker.
func TestSessionEventsStepAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answers(failsSessionEvents)
		w.run()
		event := func(customer kefu.OpenID, kind kefu.EventType) kefu.MsgID {
			return w.add(app, customer, here, true, nil, &kefu.Event{Type: kind, Account: "alice@demo_shop"})
		}
		created, closed := event(ann, kefu.EventCreateSession), event(ann, kefu.EventCloseSession)
		hello := w.says(ann, "hello")
		synctest.Wait()
		w.wants(hello, "acknowledged")
		w.wants(created, "due: status 500 Internal Server Error")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		w.wants(created, "failed: status 500 Internal Server Error")
		again := w.says(ann, "again")
		synctest.Wait()
		w.wants(again, "acknowledged")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		w.wants(closed, "failed: status 500 Internal Server Error")

		for i := range 30 {
			event(kefu.OpenID(fmt.Sprintf("o%d", i)), kefu.EventCreateSession)
		}
		time.Sleep(11 * time.Second)
		late := w.says(bea, "hello")
		synctest.Wait()
		w.wants(late, "acknowledged")
	})
}

// Events that are answered keep their place among what the customer writes.
func TestSessionEventsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var order []string
		w.answers(func(_ http.ResponseWriter, _ *http.Request, p received) { order = append(order, p.Event+p.Content) })
		for i := range 3 {
			w.says(ann, fmt.Sprint(i))
			w.add(app, ann, here, true, nil, &kefu.Event{Type: kefu.EventCreateSession, Account: "alice@demo_shop"})
		}
		w.run()
		synctest.Wait()
		if want := []string{"0", "kf_create_session", "1", "kf_create_session", "2", "kf_create_session"}; !slices.Equal(order, want) {
			t.Errorf("got %q, want %q", order, want)
		}
	})
}

// What stepped aside before a restart stays aside after it.
func TestSessionEventsAfterRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answers(failsSessionEvents)
		w.run()
		created := w.add(app, ann, here, true, nil, &kefu.Event{Type: kefu.EventCreateSession, Account: "alice@demo_shop"})
		synctest.Wait()
		w.stop()
		hello := w.says(ann, "hello")
		w.run()
		synctest.Wait()
		w.wants(hello, "acknowledged")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		w.wants(created, "failed: status 500 Internal Server Error")
	})
}

// Events of one customer's sessions stay in order among themselves, whatever
// fails: a developer must not be told last of what happened first.
func TestSessionEventsStayInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var order []string
		failed := false
		w.answers(func(rw http.ResponseWriter, _ *http.Request, p received) {
			order = append(order, p.Event+p.Content)
			if !failed {
				failed = true
				rw.WriteHeader(http.StatusInternalServerError)
			}
		})
		for _, kind := range []kefu.EventType{kefu.EventCreateSession, kefu.EventCloseSession} {
			w.add(app, ann, here, true, nil, &kefu.Event{Type: kind, Account: "alice@demo_shop"})
			w.says(ann, "hi")
		}
		w.run()
		time.Sleep(2 * time.Second)
		w.add(app, ann, here, true, nil, &kefu.Event{Type: kefu.EventSwitchSession, Account: "alice@demo_shop", To: "bob@demo_shop"})
		time.Sleep(9 * time.Second)
		synctest.Wait()
		want := []string{"kf_create_session", "hi", "hi", "kf_create_session", "kf_close_session", "kf_switch_session"}
		if !slices.Equal(order, want) {
			t.Errorf("got %q, want %q", order, want)
		}
	})
}

// An event that is sent once more goes beside what waits, and what happened since
// does not overtake the events that wait.
func TestRepeatedSessionEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var mu sync.Mutex
		var order []string
		w.answers(func(rw http.ResponseWriter, _ *http.Request, p received) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, p.Event+p.Content)
			if p.Content == "hi" && len(order) < 4 {
				rw.WriteHeader(http.StatusInternalServerError)
			}
		})
		event := func(kind kefu.EventType) kefu.MsgID {
			return w.add(app, ann, here, true, nil, &kefu.Event{Type: kind, Account: "alice@demo_shop"})
		}
		w.run()
		first := event(kefu.EventCreateSession)
		synctest.Wait()
		w.says(ann, "hi")
		event(kefu.EventCloseSession)
		synctest.Wait()
		// No signal tells of the two: they are read together.
		w.mu.Lock()
		p, err := w.find(app, first)
		if err != nil {
			t.Fatal(err)
		}
		p.Again(w.now())
		w.mu.Unlock()
		w.add(app, ann, here, false, nil, &kefu.Event{Type: kefu.EventSwitchSession, Account: "alice@demo_shop"})
		time.Sleep(20 * time.Second)
		want := []string{"kf_create_session", "hi", "kf_create_session", "hi", "kf_close_session", "kf_switch_session"}
		mu.Lock()
		defer mu.Unlock()
		if !slices.Equal(order, want) {
			t.Errorf("got %q, want %q", order, want)
		}
	})
}
