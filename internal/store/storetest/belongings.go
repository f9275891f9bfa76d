package storetest

import (
	"slices"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// furnish gives an account one of everything that conversations leave behind.
func furnish(t *testing.T, s store.Store, o *kefu.OfficialAccount) {
	t.Helper()
	update(t, s, o.AppID, func(tx store.Tx) error {
		id, err := tx.NextID(o.AppID, noon)
		if err != nil {
			return err
		}
		blocked := follower("blocked")
		blocked.Blocked = true
		m := said(id, "one", "hello")
		m.OwnID = 5
		m.State = kefu.DeliveryQueued
		tag, err := tx.AddTag(o.AppID, "vip")
		if err != nil {
			return err
		}
		for _, do := range []func() error{
			func() error { return tx.PutCustomer(o.AppID, follower("one")) },
			func() error { return tx.PutCustomer(o.AppID, blocked) },
			func() error { return tx.TagCustomer(o.AppID, "one", tag.ID) },
			func() error { return tx.Enqueue(o.AppID, kefu.Waiting{Customer: "one", Arrived: 1}) },
			func() error { return tx.AddMessage(o.AppID, m) },
			func() error {
				return tx.AddPush(o.AppID, &kefu.Push{ID: id, Customer: "one", At: noon, Message: m, Outcome: kefu.OutcomeDue})
			},
			func() error {
				return tx.AddRecord(o.AppID, &kefu.Record{ID: id, At: noon, Customer: "one", What: kefu.CustomerSaid})
			},
			func() error { return tx.AddMedia(o.AppID, media("media", "f/"+string(o.AppID), noon)) },
			func() error { return tx.AddNote(o.AppID, &kefu.Note{ID: id, Customer: "one", Text: "note"}) },
			func() error { return tx.AddQuickReply(o.AppID, &kefu.QuickReply{ID: id, Text: "reply"}) },
		} {
			if err := do(); err != nil {
				return err
			}
		}
		return nil
	})
}

// belongings names what of it is there.
func belongings(t *testing.T, s store.Store, app kefu.AppID) (there []string) {
	t.Helper()
	view(t, s, func(r store.Reader) error {
		// The id that furnish was given, if it was; else one that nothing has.
		id := kefu.MsgID(1)
		if log, err := r.PushLog(app, 0, 1); err != nil {
			return err
		} else if len(log) > 0 {
			id = log[0].ID
		}
		note := func(what string, is bool, err error) {
			t.Helper()
			if err != nil {
				t.Errorf("%s of %s: got %v, want nil", what, app, err)
			}
			if is {
				there = append(there, what)
			}
		}
		known := func(err, unknown error) (bool, error) {
			if err == unknown {
				return false, nil
			}
			return err == nil, err
		}
		is, err := known(second(r.Customer(app, "one")), kefu.CustomerUnknown)
		note("Customer", is, err)
		customers, err := r.Customers(app, store.CustomerFilter{}, "", 10)
		note("Customers", len(customers) > 0, err)
		n, err := r.CustomerCount(app, store.CustomerFilter{Blocked: true})
		note("CustomerCount", n > 0, err)
		tags, err := r.Tags(app)
		note("Tags", len(tags) > 0, err)
		names, err := r.TagNames(app)
		note("TagNames", len(names) > 0, err)
		of, err := r.TagsOf(app, "one")
		note("TagsOf", len(of) > 0, err)
		waiting, err := r.Queue(app, 10)
		note("Queue", len(waiting) > 0, err)
		_, is, err = r.Waiting(app, "one")
		note("Waiting", is, err)
		is, err = known(second(r.Message(app, id)), kefu.MessageUnknown)
		note("Message", is, err)
		_, is, err = r.OwnMessage(app, "one", 5)
		note("OwnMessage", is, err)
		messages, err := r.Conversation(app, "one", 0, 10)
		note("Conversation", len(messages) > 0, err)
		messages, err = r.Outgoing(app, 0, 10)
		note("Outgoing", len(messages) > 0, err)
		records, err := r.Records(app, store.RecordQuery{From: noon, To: noon, History: true, Limit: 10})
		note("Records", len(records) > 0, err)
		is, err = known(second(r.Push(app, id)), kefu.PushUnknown)
		note("Push", is, err)
		pushes, err := r.PushLog(app, 0, 10)
		note("PushLog", len(pushes) > 0, err)
		pushes, err = r.DuePushes(app, "", 0, 10)
		note("DuePushes", len(pushes) > 0, err)
		is, err = r.PushesPending(app, "one")
		note("PushesPending", is, err)
		accounts, err := r.AccountsWithDuePushes()
		note("AccountsWithDuePushes", slices.Contains(accounts, app), err)
		is, err = known(second(r.Media(app, "media")), kefu.MediaUnknown)
		note("Media", is, err)
		written, err := r.Notes(app, "one", 10)
		note("Notes", len(written) > 0, err)
		replies, err := r.QuickReplies(app, "", 10)
		note("QuickReplies", len(replies) > 0, err)
		return nil
	})
	return there
}

var allBelongings = []string{
	"Customer", "Customers", "CustomerCount", "Tags", "TagNames", "TagsOf", "Queue", "Waiting", "Message", "OwnMessage", "Conversation",
	"Outgoing", "Records", "Push", "PushLog", "DuePushes", "PushesPending", "AccountsWithDuePushes", "Media", "Notes", "QuickReplies",
}

// conversationsAreTheirOwners: nothing of one account is seen by another, and
// everything goes with its account.
func conversationsAreTheirOwners(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	furnish(t, s, o)
	same(t, "what the first account has", belongings(t, s, o.AppID), allBelongings)
	same(t, "what the other account has", belongings(t, s, other.AppID), []string{})
	furnish(t, s, other)
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveOfficialAccount(o.AppID) })
	same(t, "what the removed account has", belongings(t, s, o.AppID), []string{})
	same(t, "what the other account has after it", belongings(t, s, other.AppID), allBelongings)
	// It can come back, even in the change that removes it, and begins anew.
	update(t, s, other.AppID, func(tx store.Tx) error {
		if _, err := tx.NextID(other.AppID, noon); err != nil {
			return err
		}
		if err := tx.RemoveOfficialAccount(other.AppID); err != nil {
			return err
		}
		if _, err := tx.NextID(other.AppID, noon); err != kefu.OfficialAccountUnknown {
			t.Errorf("NextID of a removed account: got %v, want %v", err, kefu.OfficialAccountUnknown)
		}
		return tx.AddOfficialAccount(other)
	})
	same(t, "what the new account has", belongings(t, s, other.AppID), []string{})
	furnish(t, s, other)
	same(t, "what it has then", belongings(t, s, other.AppID), allBelongings)
	update(t, s, store.House, func(tx store.Tx) error { return tx.Erase() })
	same(t, "what is left after Erase", belongings(t, s, other.AppID), []string{})
	add(t, s, other)
	same(t, "what the account of the new world has", belongings(t, s, other.AppID), []string{})
}
