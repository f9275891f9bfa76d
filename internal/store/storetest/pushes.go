package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// fullEvent has a value in every field.
func fullEvent() *kefu.Event {
	return &kefu.Event{
		Type: kefu.EventScanCodeWait, Key: "键", Ticket: "t", MenuID: "m", ScanType: "qrcode", ScanResult: "r",
		Latitude: "1", Longitude: "2", Precision: "3", SessionFrom: "s", Account: "alice@shop_1", To: "bob@shop_1",
	}
}

// due is a push of an event that has no outcome.
func due(id kefu.MsgID, customer kefu.OpenID) *kefu.Push {
	return &kefu.Push{
		ID: id, Customer: customer, At: noon, Event: &kefu.Event{Type: kefu.EventClick, Key: fmt.Sprint(id)},
		Outcome: kefu.OutcomeDue, DueAt: noon,
	}
}

func addPushes(t *testing.T, s store.Store, o *kefu.OfficialAccount, all ...*kefu.Push) {
	t.Helper()
	update(t, s, o.AppID, func(tx store.Tx) error {
		for _, p := range all {
			if err := tx.AddPush(o.AppID, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// pushIDs are the ids of a list of pushes, each of which must be what Push says.
func pushIDs(t *testing.T, r store.Reader, app kefu.AppID, all []kefu.Push) (ids []kefu.MsgID) {
	t.Helper()
	for _, p := range all {
		ids = append(ids, p.ID)
		one, err := r.Push(app, p.ID)
		if err != nil {
			t.Errorf("Push %d: got %v, want nil", p.ID, err)
		}
		same(t, "a push of a list", p, one)
	}
	return ids
}

func pushes(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	put(t, s, o, follower("one"))
	m := &kefu.Message{ID: 6, Customer: "one", From: kefu.FromCustomer, Content: fullContent(), At: noon, State: kefu.DeliveryDelivered, OwnID: 99}
	message := &kefu.Push{ID: 7, Customer: "one", At: noon, Message: m, Outcome: kefu.OutcomeDue, DueAt: at(1)}
	event := &kefu.Push{
		ID: 9, Customer: "one", At: at(1), Event: fullEvent(), Outcome: kefu.OutcomeFailed, DueAt: at(2), EndedAt: at(20),
		Attempts: []kefu.Attempt{
			{At: at(2), Took: 1234567 * time.Nanosecond, URL: "https://dev.example/", Status: 500, Answer: []byte("\x00oops\xff"), Failure: "status 500"},
			{At: at(7), Took: 5 * time.Second, URL: "https://dev.example/", Failure: "timeout"},
		},
	}
	addMessages(t, s, o, m)
	// In the change that causes it, and with what was added there.
	update(t, s, o.AppID, func(tx store.Tx) error {
		if err := tx.AddPush(o.AppID, message); err != nil {
			return err
		}
		got, err := tx.Push(o.AppID, 7)
		same(t, "Push inside its change", got, *message)
		return err
	})
	addPushes(t, s, o, event, due(8, "one"))
	check := func(want *kefu.Push) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.Push(o.AppID, want.ID)
			same(t, "Push", got, *want)
			return err
		})
	}
	check(message)
	check(event)

	// SetPush replaces outcome, attempts and times, and nothing else.
	changed := *message
	changed.Outcome, changed.DueAt, changed.EndedAt, changed.Attempts = kefu.OutcomeReplied, at(5), at(6), event.Attempts[:1]
	set := changed
	set.Customer, set.At, set.Message, set.Event = "other", at(99), nil, fullEvent()
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetPush(o.AppID, &set) })
	check(&changed)
	again := *event
	again.Outcome, again.EndedAt, again.DueAt, again.Attempts = kefu.OutcomeDue, time.Time{}, at(30), nil
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetPush(o.AppID, &again) })
	check(&again)

	refused(t, s, o.AppID, kefu.PushUnknown, func(tx store.Tx) error { return tx.SetPush(o.AppID, due(4711, "one")) })
	view(t, s, func(r store.Reader) error {
		if _, err := r.Push(o.AppID, 4711); err != kefu.PushUnknown {
			t.Errorf("Push of nothing: got %v, want %v", err, kefu.PushUnknown)
		}
		for _, c := range []struct {
			after kefu.MsgID
			limit int
			want  []kefu.MsgID
		}{{0, 10, []kefu.MsgID{7, 8, 9}}, {7, 10, []kefu.MsgID{8, 9}}, {0, 2, []kefu.MsgID{7, 8}}, {9, 10, nil}} {
			all, err := r.PushLog(o.AppID, c.after, c.limit)
			same(t, fmt.Sprintf("PushLog after %d, at most %d", c.after, c.limit), pushIDs(t, r, o.AppID, all), c.want)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func duePushes(t *testing.T, s store.Store) {
	o, other, quiet := account(1), account(2), account(3)
	add(t, s, o, other, quiet)
	delivered := func(id kefu.OpenID, courier string, until time.Time) *kefu.Customer {
		c := follower(id)
		c.Courier, c.CourierUntil = courier, until
		return c
	}
	put(t, s, o, delivered("a", "red", at(15)), delivered("b", "blue", at(5)), follower("c"), delivered("d", "blue", at(5)), delivered("e", "red", at(5)))
	put(t, s, other, delivered("a", "red", at(5)))
	put(t, s, quiet, delivered("a", "red", at(5)))
	ended := due(13, "d")
	ended.Outcome, ended.EndedAt = kefu.OutcomeAcknowledged, at(1)
	// It is not due yet, which is for the caller to see.
	later := due(14, "a")
	later.DueAt = at(3600)
	addPushes(t, s, o, due(10, "a"), due(11, "b"), due(12, "a"), ended, later, due(15, "c"), due(16, "e"))
	addPushes(t, s, other, due(10, "a"))
	quietly := *ended
	quietly.Customer = "a"
	addPushes(t, s, quiet, &quietly)

	check := func(when, courier string, after kefu.MsgID, limit int, want ...kefu.MsgID) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			all, err := r.DuePushes(o.AppID, courier, after, limit)
			same(t, "DuePushes of "+courier+" "+when, pushIDs(t, r, o.AppID, all), want)
			return err
		})
	}
	check("at first", "red", 0, 10, 10, 12, 14, 16)
	check("after one", "red", 10, 10, 12, 14, 16)
	check("at most one", "red", 10, 1, 12)
	check("at first", "blue", 0, 10, 11)
	check("at first", "green", 0, 10)
	view(t, s, func(r store.Reader) error {
		for id, want := range map[kefu.OpenID]bool{"a": true, "b": true, "c": true, "d": false, "nobody": false, "\x00": false} {
			got, err := r.PushesPending(o.AppID, id)
			if got != want || err != nil {
				t.Errorf("PushesPending of %q: got %v (%v), want %v", id, got, err, want)
			}
		}
		accounts, err := r.AccountsWithDuePushes()
		same(t, "AccountsWithDuePushes", accounts, []kefu.AppID{o.AppID, other.AppID})
		return err
	})

	take := func(courier string, now time.Time, all bool, want int) {
		t.Helper()
		update(t, s, o.AppID, func(tx store.Tx) error {
			n, err := tx.TakePushes(o.AppID, courier, now, now.Add(15*time.Second), all)
			if n != want {
				t.Errorf("TakePushes of %s: got %d, want %d", courier, n, want)
			}
			return err
		})
	}
	// The one without a courier only; d has nothing due.
	take("green", at(5).Add(-time.Millisecond), false, 1)
	check("before others' time is over", "green", 0, 10, 15)
	take("green", at(5), false, 2)
	check("when others' time is over", "green", 0, 10, 11, 15, 16)
	check("when its time is over", "red", 0, 10, 10, 12, 14)
	check("when its time is over", "blue", 0, 10)
	// The time of another is not over because its clock is a little ahead, or because
	// it was renewed while this one waited for the pen.
	take("red", at(4), false, 0)
	take("blue", at(6), false, 0)
	take("blue", at(6), true, 4)
	check("after it took all", "blue", 0, 10, 10, 11, 12, 14, 15, 16)
	view(t, s, func(r store.Reader) error {
		for id, want := range map[kefu.OpenID]*kefu.Customer{"a": delivered("a", "blue", at(21)), "d": delivered("d", "blue", at(5))} {
			got, err := r.Customer(o.AppID, id)
			same(t, "Customer after TakePushes", got, *want)
			if err != nil {
				return err
			}
		}
		// Nobody's of another account.
		got, err := r.Customer(other.AppID, "a")
		same(t, "Customer of the other account", got, *delivered("a", "red", at(5)))
		return err
	})
	// An outcome takes a push off the list.
	settled := due(11, "b")
	settled.Outcome, settled.EndedAt = kefu.OutcomeNone, at(7)
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetPush(o.AppID, settled) })
	check("after one ended", "blue", 0, 10, 10, 12, 14, 15, 16)
}
