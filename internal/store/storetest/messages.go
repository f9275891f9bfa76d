package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// fullContent has a value in every field.
func fullContent() kefu.Content {
	return kefu.Content{
		Type: kefu.MsgNews, Text: "你好 <a href=\"https://x.example/?a&b\">🙂</a>", MenuID: "1", AI: true,
		MediaID: "media", ThumbMediaID: "thumb", PicURL: "https://pic.example/", Format: "amr", MediaID16K: "16k", Recognition: "词",
		Title: "t", Description: "d", URL: "u", MusicURL: "m", HQMusicURL: "hq",
		Latitude: "23.134521", Longitude: "113.358803", Scale: "20", Label: "l", AppID: "wx1", PagePath: "p",
		Articles:  []kefu.Article{{Title: "t", Description: "d", URL: "u", PicURL: "p"}},
		ArticleID: "a", CardID: "c", Head: "h", Menu: []kefu.MenuItem{{ID: "1", Content: "一"}, {ID: "", Content: ""}}, Tail: "t",
	}
}

func said(id kefu.MsgID, customer kefu.OpenID, text string) *kefu.Message {
	return &kefu.Message{
		ID: id, Customer: customer, From: kefu.FromCustomer, Content: kefu.Content{Type: kefu.MsgText, Text: text},
		At: noon, State: kefu.DeliveryDelivered,
	}
}

// addMessages adds messages under the ids they have.
func addMessages(t *testing.T, s store.Store, o *kefu.OfficialAccount, all ...*kefu.Message) {
	t.Helper()
	update(t, s, o.AppID, func(tx store.Tx) error {
		for _, m := range all {
			if err := tx.AddMessage(o.AppID, m); err != nil {
				return err
			}
		}
		return nil
	})
}

func messages(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	full := &kefu.Message{
		ID: 7, Customer: "one", From: kefu.FromAgent, Agent: kefu.FirstKFID, Account: "alice@shop_1", Content: fullContent(),
		At: noon, State: kefu.DeliveryRefused, Refused: "the customer left\x00", OwnID: 1<<63 - 1,
	}
	queued := &kefu.Message{ID: 9, Customer: "one", From: kefu.FromAccount, Content: kefu.Content{Type: kefu.MsgImage, MediaID: "m"}, At: at(1), State: kefu.DeliveryQueued}
	mine := said(8, "two", "hello")
	mine.OwnID = 4711
	addMessages(t, s, o, full, mine, queued, said(12, "one", "a"), said(11, "one", "b"))
	another := said(13, "one", "the same OwnID of another customer")
	another.OwnID = 4711
	addMessages(t, s, o, another)

	conversation := func(what string, customer kefu.OpenID, after kefu.MsgID, limit int, want ...kefu.MsgID) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			all, err := r.Conversation(o.AppID, customer, after, limit)
			var got []kefu.MsgID
			for _, m := range all {
				got = append(got, m.ID)
				one, err := r.Message(o.AppID, m.ID)
				same(t, "a message of "+what, m, one)
				if err != nil {
					return err
				}
			}
			same(t, what, got, want)
			return err
		})
	}
	conversation("Conversation", "one", 0, 10, 7, 9, 11, 12, 13)
	conversation("Conversation after one", "one", 9, 10, 11, 12, 13)
	conversation("Conversation, the first two", "one", 0, 2, 7, 9)
	conversation("Conversation after the last", "one", 13, 10)
	conversation("Conversation of nobody", "nobody", 0, 10)
	view(t, s, func(r store.Reader) error {
		for _, want := range []*kefu.Message{full, mine, queued} {
			got, err := r.Message(o.AppID, want.ID)
			same(t, "Message", got, *want)
			if err != nil {
				return err
			}
		}
		if _, err := r.Message(o.AppID, 10); err != kefu.MessageUnknown {
			t.Errorf("Message of an id between: got %v, want %v", err, kefu.MessageUnknown)
		}
		got, ok, err := r.OwnMessage(o.AppID, "two", 4711)
		same(t, "OwnMessage", got, *mine)
		if !ok || err != nil {
			t.Errorf("OwnMessage: got %v (%v), want one", ok, err)
		}
		// Messages without an OwnID do not share the one of 0.
		for _, own := range []int64{0, 4712} {
			if _, ok, err := r.OwnMessage(o.AppID, "one", own); ok || err != nil {
				t.Errorf("OwnMessage %d: got %v (%v), want none", own, ok, err)
			}
		}
		return nil
	})

	outgoing := func(when string, limit int, want ...kefu.MsgID) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			all, err := r.Outgoing(o.AppID, 0, limit)
			var got []kefu.MsgID
			for _, m := range all {
				got = append(got, m.ID)
			}
			same(t, "Outgoing "+when, got, want)
			return err
		})
	}
	later := *queued
	later.ID, later.Customer = 20, "two"
	addMessages(t, s, o, &later)
	outgoing("of two", 10, 9, 20)
	outgoing("of the first", 1, 9)
	deliver := func(id kefu.MsgID, state kefu.Delivery, refused string) error {
		return s.Update(t.Context(), o.AppID, func(tx store.Tx) error { return tx.SetDelivery(o.AppID, id, state, refused) })
	}
	if err := deliver(9, kefu.DeliveryRefused, "no\x00pe"); err != nil {
		t.Errorf("SetDelivery: got %v, want nil", err)
	}
	outgoing("after one was refused", 10, 20)
	queued.State, queued.Refused = kefu.DeliveryRefused, "no\x00pe"
	view(t, s, func(r store.Reader) error {
		got, err := r.Message(o.AppID, 9)
		same(t, "Message that was refused", got, *queued)
		return err
	})
	if err := deliver(10, kefu.DeliveryDelivered, ""); err != kefu.MessageUnknown {
		t.Errorf("SetDelivery of nothing: got %v, want %v", err, kefu.MessageUnknown)
	}

	for name, m := range map[string]*kefu.Message{"the same id": said(8, "two", "again"), "the same OwnID": {ID: 30, Customer: "two", OwnID: 4711}} {
		err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error { return tx.AddMessage(o.AppID, m) })
		var refusal kefu.Reason
		if err == nil || errors.As(err, &refusal) {
			t.Errorf("AddMessage with %s: got %v, want an error of the ledger", name, err)
		}
	}
}

// anyText: what a person can type comes back as it was, in messages, pushes and
// records.
func anyText(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	put(t, s, o, follower("one"))
	texts := []string{
		"\x00", "a\x00b", "\\u0000", `\`, `"`, "'; drop table message; --", "?", "$1", "<&>\u2028\u2029", "\ufeff", "\uffff",
		"\ufffd", "\u202e", "👨\u200d👩\u200d👧", "\U0010ffff", "\x01\x1f\x7f\u0080", strings.Repeat("界", 2000), "",
	}
	for i, text := range texts {
		id := kefu.FirstMsgID(noon) + kefu.MsgID(i)
		m := said(id, "one", text)
		m.Content.Label, m.Content.Menu = text, []kefu.MenuItem{{ID: text, Content: text}}
		event := &kefu.Event{Type: kefu.EventClick, Key: text, SessionFrom: text}
		attempts := []kefu.Attempt{{At: noon, Took: time.Second, URL: text, Answer: []byte(text + "\xff"), Failure: text}}
		update(t, s, o.AppID, func(tx store.Tx) error {
			if err := tx.AddMessage(o.AppID, m); err != nil {
				return err
			}
			if err := tx.AddPush(o.AppID, &kefu.Push{ID: id, Customer: "one", At: noon, Event: event, Outcome: kefu.OutcomeDue, Attempts: attempts}); err != nil {
				return err
			}
			return tx.AddRecord(o.AppID, &kefu.Record{ID: id, At: noon, Customer: "one", What: kefu.CustomerSaid, Text: text + "\xff"})
		})
		view(t, s, func(r store.Reader) error {
			got, err := r.Message(o.AppID, id)
			same(t, fmt.Sprintf("Message of %q", text), got, *m)
			if err != nil {
				return err
			}
			push, err := r.Push(o.AppID, id)
			same(t, fmt.Sprintf("Event of %q", text), push.Event, event)
			same(t, fmt.Sprintf("Attempts of %q", text), push.Attempts, attempts)
			if err != nil {
				return err
			}
			records, err := r.Records(o.AppID, store.RecordQuery{From: noon, To: noon, Least: id, Limit: 1})
			if len(records) != 1 || records[0].Text != text+"\xff" {
				t.Errorf("Records of %q: got %+v, want the text", text, records)
			}
			return err
		})
	}
}
