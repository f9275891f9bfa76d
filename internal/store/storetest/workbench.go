package storetest

import (
	"fmt"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// conversationLists: lists of conversations have everything of each, in their
// order, and nothing of anybody else.
func conversationLists(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	agents := addAgents(t, s, o, "alice", "bob")
	alice, bob := agents[0], agents[1]
	addAgents(t, s, other, "alice")
	last := func(id kefu.OpenID, m kefu.MsgID) *kefu.Customer {
		c := fullCustomer(id)
		c.Thread = kefu.Thread{Last: m, Read: 3, Unread: int(m), UnansweredSince: at(int(m))}
		return c
	}
	served, later, waits, past := last("served", 11), last("later", 13), last("waits", 12), last("past", 10)
	silent := follower("silent")
	words := map[kefu.OpenID]*kefu.Message{
		"served": said(11, "served", "one"), "later": said(13, "later", "two"), "waits": said(12, "waits", "three"), "past": said(10, "past", "four"),
	}
	words["past"].Content = fullContent()
	put(t, s, o, served, later, waits, past, silent)
	put(t, s, other, last("served", 14))
	for _, m := range words {
		addMessages(t, s, o, m)
	}
	addMessages(t, s, other, said(14, "served", "elsewhere"))
	queued := kefu.Waiting{Customer: "waits", Arrived: 7, Since: at(2), LatestAt: at(3), Named: bob.ID}
	update(t, s, o.AppID, func(tx store.Tx) error {
		if err := tx.OpenSession(o.AppID, "served", alice.ID, at(1)); err != nil {
			return err
		}
		if err := tx.OpenSession(o.AppID, "later", alice.ID, at(4)); err != nil {
			return err
		}
		if err := tx.Enqueue(o.AppID, kefu.Waiting{Customer: "silent", Arrived: 8, Since: at(1), LatestAt: at(1)}); err != nil {
			return err
		}
		return tx.Enqueue(o.AppID, queued)
	})
	update(t, s, other.AppID, func(tx store.Tx) error {
		return tx.OpenSession(other.AppID, "served", kefu.FirstKFID, at(1))
	})
	queued.LastServedBy = waits.LastServedBy
	row := func(c *kefu.Customer) kefu.Conversation {
		row := kefu.Conversation{Customer: *c, Last: words[c.OpenID]}
		switch c.OpenID {
		case "served":
			row.Session = &kefu.Session{Customer: c.OpenID, Agent: alice.ID, Account: alice.Account, OpenedAt: at(1), ActiveAt: at(1)}
		case "later":
			row.Session = &kefu.Session{Customer: c.OpenID, Agent: alice.ID, Account: alice.Account, OpenedAt: at(4), ActiveAt: at(4)}
		case "waits":
			row.Waiting = &queued
		case "silent":
			row.Waiting = &kefu.Waiting{Customer: c.OpenID, Arrived: 8, Since: at(1), LatestAt: at(1)}
		}
		return row
	}
	rows := func(customers ...*kefu.Customer) (all []kefu.Conversation) {
		for _, c := range customers {
			all = append(all, row(c))
		}
		return all
	}
	view(t, s, func(r store.Reader) error {
		for _, c := range []struct {
			name string
			ask  func() ([]kefu.Conversation, error)
			want []kefu.Conversation
		}{
			{"ConversationsOf", func() ([]kefu.Conversation, error) { return r.ConversationsOf(o.AppID, alice.ID, 10) }, rows(served, later)},
			{"ConversationsOf, the first", func() ([]kefu.Conversation, error) { return r.ConversationsOf(o.AppID, alice.ID, 1) }, rows(served)},
			{"ConversationsOf nobody", func() ([]kefu.Conversation, error) { return r.ConversationsOf(o.AppID, bob.ID, 10) }, nil},
			{"ConversationsWaiting", func() ([]kefu.Conversation, error) { return r.ConversationsWaiting(o.AppID, 10) }, rows(waits, silent)},
			{"ConversationsWaiting, the first", func() ([]kefu.Conversation, error) { return r.ConversationsWaiting(o.AppID, 1) }, rows(waits)},
			{"Conversations", func() ([]kefu.Conversation, error) { return r.Conversations(o.AppID, 0, 10) }, rows(later, waits, served, past)},
			{"Conversations, a page", func() ([]kefu.Conversation, error) { return r.Conversations(o.AppID, 13, 2) }, rows(waits, served)},
			{"Conversations before the first", func() ([]kefu.Conversation, error) { return r.Conversations(o.AppID, 10, 2) }, nil},
			{"ConversationsWith", func() ([]kefu.Conversation, error) {
				return r.ConversationsWith(o.AppID, []kefu.OpenID{"past", "nobody", "silent", "served", ""})
			}, rows(served, past, silent)},
			{"ConversationsWith nobody", func() ([]kefu.Conversation, error) { return r.ConversationsWith(o.AppID, nil) }, nil},
		} {
			got, err := c.ask()
			if err != nil {
				return err
			}
			same(t, c.name, got, c.want)
		}
		for _, customer := range []*kefu.Customer{served, silent} {
			got, err := r.Customer(o.AppID, customer.OpenID)
			if err != nil {
				return err
			}
			same(t, "Customer", got, *customer)
		}
		names, err := r.ConversationNames(o.AppID, 13, 2)
		if err != nil {
			return err
		}
		same(t, "ConversationNames", names, []store.CustomerName{
			{OpenID: "waits", Nickname: "小明 🙂", Remark: "老客户", Last: 12}, {OpenID: "served", Nickname: "小明 🙂", Remark: "老客户", Last: 11},
		})
		total, longest, err := r.QueueState(o.AppID)
		if total != 2 || !longest.Equal(at(1)) {
			t.Errorf("QueueState: got %d since %v, want 2 since %v", total, longest, at(1))
		}
		if err != nil {
			return err
		}
		total, longest, err = r.QueueState(other.AppID)
		if total != 0 || !longest.IsZero() {
			t.Errorf("QueueState of nobody: got %d since %v, want none", total, longest)
		}
		return err
	})
}

func agentOfWorker(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	alice := addAgents(t, s, o, "unbound", "alice")[1]
	addAgents(t, s, other, "alice")
	alice.Worker = "alice_wx"
	alice.Presence = kefu.Presence{Away: true, Wish: kefu.Online, AutoAccept: 3, Since: at(5)}
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetAgent(o.AppID, &alice) })
	view(t, s, func(r store.Reader) error {
		got, err := r.AgentOf(o.AppID, "alice_wx")
		same(t, "AgentOf", got, alice)
		for _, nobody := range []struct {
			app    kefu.AppID
			worker kefu.WeChatID
		}{{other.AppID, "alice_wx"}, {o.AppID, "bob_wx"}, {o.AppID, ""}} {
			if _, err := r.AgentOf(nobody.app, nobody.worker); err != kefu.AgentUnknown {
				t.Errorf("AgentOf %+v: got %v, want %v", nobody, err, kefu.AgentUnknown)
			}
		}
		return err
	})
	// Who is away keeps its customers; who is offline does not.
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.OpenSession(o.AppID, "one", alice.ID, at(1)) })
	stranded := func(want int) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.Stranded(o.AppID, at(9), 10)
			if len(got) != want {
				t.Errorf("Stranded: got %v, want %d", got, want)
			}
			return err
		})
	}
	stranded(0)
	alice.Presence.Away = false
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetAgent(o.AppID, &alice) })
	stranded(1)
}

func readingBack(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	mine := said(5, "one", "from a page")
	mine.ClientID = "c-1"
	answer := &kefu.Message{
		ID: 6, Customer: "one", From: kefu.FromAgent, Agent: 1001, Account: "alice@shop_1", ClientID: "c-1",
		Content: kefu.Content{Type: kefu.MsgText, Text: "answer"}, At: at(6), State: kefu.DeliveryDelivered,
	}
	addMessages(t, s, o, said(3, "one", "a"), said(4, "two", "b"), mine, answer, said(7, "one", "c"), said(9, "one", "d"))
	twice := *answer
	twice.ID = 8
	if err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error { return tx.AddMessage(o.AppID, &twice) }); err == nil {
		t.Error("AddMessage with the ClientID of another: got nil, want an error")
	}
	view(t, s, func(r store.Reader) error {
		for _, c := range []struct {
			before kefu.MsgID
			limit  int
			want   []kefu.MsgID
		}{{0, 10, []kefu.MsgID{9, 7, 6, 5, 3}}, {0, 2, []kefu.MsgID{9, 7}}, {7, 2, []kefu.MsgID{6, 5}}, {3, 2, nil}} {
			all, err := r.ConversationBefore(o.AppID, "one", c.before, c.limit)
			if err != nil {
				return err
			}
			var got []kefu.MsgID
			for _, m := range all {
				got = append(got, m.ID)
			}
			same(t, fmt.Sprintf("ConversationBefore %d", c.before), got, c.want)
		}
		some, err := r.MessagesByID(o.AppID, []kefu.MsgID{6, 5, 8, -1, 6})
		if err != nil {
			return err
		}
		same(t, "MessagesByID", some, []kefu.Message{*mine, *answer})
		for _, c := range []struct {
			customer kefu.OpenID
			agent    kefu.KFID
			id       kefu.ClientID
			want     *kefu.Message
		}{{"one", 0, "c-1", mine}, {"one", 1001, "c-1", answer}, {"one", 1002, "c-1", nil}, {"two", 0, "c-1", nil}, {"one", 0, "c-2", nil}, {"one", 0, "", nil}} {
			got, ok, err := r.MessageOfClient(o.AppID, c.customer, c.agent, c.id)
			if err != nil {
				return err
			}
			if ok != (c.want != nil) {
				t.Errorf("MessageOfClient %s %d %q: got %v, want %v", c.customer, c.agent, c.id, ok, c.want != nil)
			} else if ok {
				same(t, "MessageOfClient", got, *c.want)
			}
		}
		for _, c := range []struct {
			after kefu.MsgID
			most  int
			want  int
		}{{0, 10, 4}, {0, 3, 3}, {5, 10, 2}, {9, 10, 0}} {
			if n, err := r.UnreadAfter(o.AppID, "one", c.after, c.most); n != c.want || err != nil {
				t.Errorf("UnreadAfter %d to %d: got %d (%v), want %d", c.after, c.most, n, err, c.want)
			}
		}
		return nil
	})
}

func history(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	lines := []kefu.Record{
		{Customer: "one", What: kefu.Queued},
		{Customer: "one", What: kefu.Accepted, Worker: "alice@shop_1", Why: "by hand"},
		{Customer: "two", What: kefu.Closed, Worker: "alice@shop_1", Why: "agent"},
		{Customer: "one", What: kefu.CustomerSaid, Worker: "alice@shop_1", Text: "hello"},
		{Customer: "one", What: kefu.Transferred, Worker: "bob@shop_1", Why: "alice@shop_1", Text: "any\x00bytes\xff"},
		{Customer: "one", What: kefu.Closed, Worker: "bob@shop_1", Why: "agent"},
	}
	update(t, s, o.AppID, func(tx store.Tx) error {
		for i := range lines {
			id, err := tx.NextID(o.AppID, at(i))
			if err != nil {
				return err
			}
			lines[i].ID, lines[i].At = id, at(i)
			if err := tx.AddRecord(o.AppID, &lines[i]); err != nil {
				return err
			}
		}
		return nil
	})
	view(t, s, func(r store.Reader) error {
		for _, c := range []struct {
			name         string
			from, before kefu.MsgID
			limit        int
			want         []int
		}{
			{"all", 0, 0, 10, []int{5, 4, 1, 0}},
			{"the newest", 0, 0, 2, []int{5, 4}},
			{"a range", lines[1].ID, lines[5].ID, 10, []int{4, 1}},
			{"a range without any", lines[2].ID, lines[4].ID, 10, nil},
		} {
			got, err := r.History(o.AppID, "one", c.from, c.before, c.limit)
			if err != nil {
				return err
			}
			var want []kefu.Record
			for _, i := range c.want {
				want = append(want, lines[i])
			}
			same(t, "History, "+c.name, got, want)
		}
		return nil
	})
	view(t, s, func(r store.Reader) error {
		got, err := r.RecordsByID(o.AppID, []kefu.MsgID{lines[4].ID, lines[2].ID, 7})
		same(t, "RecordsByID", got, []kefu.Record{lines[2], lines[4]})
		return err
	})
	answer := said(24, "one", "an answer")
	answer.From = kefu.FromAccount
	addMessages(t, s, o, said(20, "one", "long ago"), said(22, "one", "my question"), said(25, "one", "in it"), answer, said(23, "two", "another"))
	view(t, s, func(r store.Reader) error {
		for _, c := range []struct {
			name                  string
			earlier, began, ended kefu.MsgID
			most, messages        int
			first                 string
		}{
			{"came with a question", 21, 23, 30, 10, 2, "my question"},
			{"to a bound", 21, 23, 30, 1, 1, "my question"},
			{"said it in the session", 23, 24, 30, 10, 2, "in it"},
			{"said nothing", 26, 27, 30, 10, 0, ""},
		} {
			n, first, err := r.SaidBetween(o.AppID, "one", c.earlier, c.began, c.ended, c.most)
			if n != c.messages || first.Text != c.first || err != nil {
				t.Errorf("SaidBetween, %s: got %d, %q (%v), want %d, %q", c.name, n, first.Text, err, c.messages, c.first)
			}
		}
		return nil
	})
}

// heard: words are found where a person reads them, and nowhere else.
func heard(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	for i, words := range []string{"Where is my ORDER?", "订单 <12> & \"50%\"", "nothing to see", `back\slash_and`} {
		addMessages(t, s, o, said(kefu.MsgID(10+i), kefu.OpenID(fmt.Sprint("c", i)), words))
	}
	card := said(20, "card", "")
	card.Content = kefu.Content{Type: kefu.MsgLink, Title: "Summer sale", URL: "https://hidden.example/", Articles: []kefu.Article{{Title: "Inner"}}}
	addMessages(t, s, o, card, said(21, "c0", "order again"))
	addMessages(t, s, other, said(22, "stranger", "order"))
	view(t, s, func(r store.Reader) error {
		for _, c := range []struct {
			words  string
			newest int
			want   []kefu.OpenID
		}{
			{"order", 100, []kefu.OpenID{"c0"}},
			{"Order Again", 100, []kefu.OpenID{"c0"}},
			{"is my order", 1, nil},
			{"order", 1, []kefu.OpenID{"c0"}},
			{"订单", 100, []kefu.OpenID{"c1"}},
			{"<12> & \"50%\"", 100, []kefu.OpenID{"c1"}},
			{"50_", 100, nil},
			{"%", 100, []kefu.OpenID{"c1"}},
			{`\slash_`, 100, []kefu.OpenID{"c3"}},
			{"SALE", 100, []kefu.OpenID{"card"}},
			{"inner", 100, []kefu.OpenID{"card"}},
			{"hidden", 100, nil},
			{"text", 100, nil},
		} {
			got, err := r.Heard(o.AppID, c.words, c.newest)
			if err != nil {
				return err
			}
			same(t, fmt.Sprintf("Heard %q in %d", c.words, c.newest), got, c.want)
		}
		return nil
	})
}

func notes(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	first := kefu.Note{ID: 5, Customer: "one", Author: kefu.Author{ID: "alice_wx", Name: "Alice 李"}, Text: "prefers\nmornings 🙂", At: noon}
	second := kefu.Note{ID: 7, Customer: "one", Author: kefu.Author{ID: "bob_wx", Name: "Bob"}, Text: "b", At: at(1)}
	others := kefu.Note{ID: 6, Customer: "two", Author: kefu.Author{ID: "bob_wx"}, Text: "c", At: at(1)}
	update(t, s, o.AppID, func(tx store.Tx) error {
		for _, n := range []kefu.Note{first, second, others} {
			if err := tx.AddNote(o.AppID, &n); err != nil {
				return err
			}
		}
		return nil
	})
	list := func(limit int, want ...kefu.Note) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.Notes(o.AppID, "one", limit)
			same(t, "Notes", got, want)
			return err
		})
	}
	list(10, second, first)
	list(1, second)
	view(t, s, func(r store.Reader) error {
		some, err := r.NotesByID(o.AppID, []kefu.MsgID{7, 5, 9, -1})
		if err != nil {
			return err
		}
		same(t, "NotesByID", some, []kefu.Note{first, second})
		got, err := r.Note(o.AppID, 5)
		same(t, "Note", got, first)
		if _, err := r.Note(o.AppID, 8); err != kefu.NoteUnknown {
			t.Errorf("Note that there is not: got %v, want %v", err, kefu.NoteUnknown)
		}
		return err
	})
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveNote(o.AppID, 7) })
	refused(t, s, o.AppID, kefu.NoteUnknown, func(tx store.Tx) error { return tx.RemoveNote(o.AppID, 7) })
	list(10, first)
}

func quickReplies(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	shared := kefu.QuickReply{ID: 5, Code: "hi", Title: "问候", Text: "您好\n🙂", Used: 3, Author: kefu.Author{ID: "alice_wx", Name: "顾青"}, UpdatedAt: noon}
	own := kefu.QuickReply{ID: 6, Owner: "alice_wx", Text: "mine"}
	next := kefu.QuickReply{ID: 7, Text: "shared too"}
	update(t, s, o.AppID, func(tx store.Tx) error {
		for _, q := range []kefu.QuickReply{next, own, shared} {
			if err := tx.AddQuickReply(o.AppID, &q); err != nil {
				return err
			}
		}
		return nil
	})
	list := func(owner kefu.WeChatID, limit int, want ...kefu.QuickReply) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.QuickReplies(o.AppID, owner, limit)
			same(t, fmt.Sprintf("QuickReplies of %q", owner), got, want)
			return err
		})
	}
	list("", 10, shared, next)
	list("", 1, shared)
	list("alice_wx", 10, own)
	list("bob_wx", 10)
	shared.Owner, shared.Code, shared.Title, shared.Text, shared.Used = "bob_wx", "c", "t", "x", 4
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetQuickReply(o.AppID, &shared) })
	list("bob_wx", 10, shared)
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveQuickReply(o.AppID, 7) })
	list("", 10)
	refused(t, s, o.AppID, kefu.QuickReplyUnknown, func(tx store.Tx) error { return tx.RemoveQuickReply(o.AppID, 7) })
	refused(t, s, o.AppID, kefu.QuickReplyUnknown, func(tx store.Tx) error { return tx.SetQuickReply(o.AppID, &next) })
	view(t, s, func(r store.Reader) error {
		got, err := r.QuickReply(o.AppID, 6)
		same(t, "QuickReply", got, own)
		if _, err := r.QuickReply(o.AppID, 7); err != kefu.QuickReplyUnknown {
			t.Errorf("QuickReply that there is not: got %v, want %v", err, kefu.QuickReplyUnknown)
		}
		return err
	})
}
