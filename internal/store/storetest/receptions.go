package storetest

import (
	"reflect"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// receptions: each customer has one that has not ended, which remembers who had it and
// the first word only; they are listed the newest first and counted by their times.
func receptions(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	change := func(do func(tx store.Tx) error) { t.Helper(); update(t, s, o.AppID, do) }
	change(func(tx store.Tx) error {
		return tx.BeginReception(o.AppID, &kefu.Reception{ID: 10, Customer: "one", From: 9, WaitedSince: at(0)})
	})
	change(func(tx store.Tx) error {
		return tx.BeginReception(o.AppID, &kefu.Reception{ID: 11, Customer: "one", From: 11, WaitedSince: at(1)})
	})
	change(func(tx store.Tx) error {
		return tx.OpenReception(o.AppID, &kefu.Reception{ID: 12, Customer: "one", From: 12, WaitedSince: at(2), OpenedAt: at(2), Agent: "alice@shop_1"})
	})
	change(func(tx store.Tx) error { return tx.AnswerReception(o.AppID, "one", at(3)) })
	change(func(tx store.Tx) error { return tx.AnswerReception(o.AppID, "one", at(4)) })
	change(func(tx store.Tx) error { return tx.MoveReception(o.AppID, "one", "bob@shop_1") })
	change(func(tx store.Tx) error { return tx.EndReception(o.AppID, "one", 20, at(5), "agent") })
	change(func(tx store.Tx) error { return tx.EndReception(o.AppID, "one", 21, at(6), "again") })
	change(func(tx store.Tx) error {
		return tx.OpenReception(o.AppID, &kefu.Reception{ID: 30, Customer: "two", From: 30, WaitedSince: at(7), OpenedAt: at(7), Agent: "alice@shop_1"})
	})
	want := []kefu.Reception{
		{ID: 30, Customer: "two", From: 30, WaitedSince: at(7), OpenedAt: at(7), Agent: "alice@shop_1", Agents: []kefu.KFAccount{"alice@shop_1"}},
		{
			ID: 10, Customer: "one", From: 9, Until: 20, WaitedSince: at(0), OpenedAt: at(2), FirstReplyAt: at(3), EndedAt: at(5),
			Agent: "bob@shop_1", Agents: []kefu.KFAccount{"alice@shop_1", "bob@shop_1"}, How: "agent",
		},
	}
	err := s.View(t.Context(), func(r store.Reader) error {
		for _, c := range []struct {
			q    store.ReceptionQuery
			want []kefu.Reception
		}{
			{store.ReceptionQuery{Limit: 10}, want},
			{store.ReceptionQuery{Limit: 1}, want[:1]},
			{store.ReceptionQuery{Before: 30, Limit: 10}, want[1:]},
			{store.ReceptionQuery{From: 11, Limit: 10}, want[:1]},
			{store.ReceptionQuery{Customer: "one", Limit: 10}, want[1:]},
		} {
			if got, err := r.Receptions(o.AppID, c.q); err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("Receptions(%+v): got %+v, %v, want %+v", c.q, got, err, c.want)
			}
		}
		if got, err := r.Opened(o.AppID, at(2), at(7), 10); err != nil || !reflect.DeepEqual(got, want[1:]) {
			t.Errorf("Opened: got %+v, %v, want the first", got, err)
		}
		if got, err := r.EndedCounts(o.AppID, at(5), at(6)); err != nil || !reflect.DeepEqual(got, map[kefu.KFAccount]int{"bob@shop_1": 1}) {
			t.Errorf("EndedCounts: got %v, %v, want one of bob", got, err)
		}
		if n, err := r.OpenedCount(o.AppID, "alice@shop_1", at(0), at(8)); err != nil || n != 1 {
			t.Errorf("OpenedCount of alice: got %d, %v, want 1", n, err)
		}
		if _, ok, err := r.Reception(o.AppID, 11); ok || err != nil {
			t.Errorf("Reception that was not begun: got %v, %v, want none", ok, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wordsHeard: messages are found by any of some words, each with those that are in it,
// among the newest that are looked at; and counted by who said them.
func wordsHeard(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	update(t, s, o.AppID, func(tx store.Tx) error {
		for i, m := range []kefu.Message{
			{Customer: "one", From: kefu.FromCustomer, Content: kefu.Content{Type: kefu.MsgText, Text: "压扁 OLD"}},
			{Customer: "one", From: kefu.FromCustomer, Content: kefu.Content{Type: kefu.MsgText, Text: "龙井 100% 压扁"}},
			{Customer: "two", From: kefu.FromAgent, Content: kefu.Content{Type: kefu.MsgText, Text: "text"}},
			{Customer: "two", From: kefu.FromAgent, Content: kefu.Content{Type: kefu.MsgText, Text: "压扁了 old"}},
		} {
			m.ID, m.At, m.State = kefu.MsgID(i+1), noon, kefu.DeliveryDelivered
			if err := tx.AddMessage(o.AppID, &m); err != nil {
				return err
			}
		}
		return nil
	})
	err := s.View(t.Context(), func(r store.Reader) error {
		words := []string{"压扁", "Old", "100%"}
		hits, searched, err := r.HeardWords(o.AppID, words, 0, 0, 10)
		want := []store.Hit{{ID: 4, Customer: "two", Words: 3}, {ID: 2, Customer: "one", Words: 5}, {ID: 1, Customer: "one", Words: 3}}
		for i := range hits {
			hits[i].Text = ""
		}
		if err != nil || searched != 0 || !reflect.DeepEqual(hits, want) {
			t.Errorf("HeardWords: got %+v, %d, %v, want %+v and all looked at", hits, searched, err, want)
		}
		hits, searched, err = r.HeardWords(o.AppID, words, 0, 0, 3)
		if err != nil || searched != 2 || len(hits) != 2 {
			t.Errorf("HeardWords among 3: got %+v, %d, %v, want two hits and message 2 as the oldest", hits, searched, err)
		}
		// The name of a type is no word that was said.
		if hits, _, err := r.HeardWords(o.AppID, []string{"text"}, 1, 3, 10); err != nil || len(hits) != 0 {
			t.Errorf("HeardWords of a type: got %+v, %v, want none", hits, err)
		}
		if c, a, err := r.SaidCounts(o.AppID, 2, 5, 10); err != nil || c != 1 || a != 2 {
			t.Errorf("SaidCounts: got %d and %d, %v, want 1 and 2", c, a, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
