package sqlstore

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// TestPlans: what is asked for every message is answered from an index, in its
// order, and reads no more than it answers.
func TestPlans(t *testing.T) {
	s, err := OpenSQLite(t.Context(), "sqlite", filepath.Join(t.TempDir(), "kefu.db"), Options{})
	if err != nil {
		t.Fatalf("OpenSQLite: got %v, want nil", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: got %v, want nil", err)
		}
	})
	now := time.Unix(86400, 0)
	day := store.RecordQuery{From: time.Unix(0, 0), To: now, Limit: 10}
	ofOne := day
	ofOne.Customer, ofOne.History = "o", true
	for _, c := range []struct {
		name string
		// use is the index that answers, with the columns it is searched by; several
		// with "; " between them.
		use   string
		order order
		ask   func(t store.Tx) error
	}{
		{"Customer", "c USING PRIMARY KEY (appid=? AND openid=?)", inOrder, func(t store.Tx) error { return refusal(second(t.Customer(app, "o"))) }},
		{"Customers", "customer_following (appid=? AND openid>?)", inOrder, func(t store.Tx) error { return second(t.Customers(app, store.CustomerFilter{}, "", 10)) }},
		{"Customers on the blacklist", "customer_blocked (appid=? AND openid>?)", inOrder, func(t store.Tx) error { return second(t.Customers(app, store.CustomerFilter{Blocked: true}, "", 10)) }},
		{"Customers with a tag", "customer_tag USING PRIMARY KEY (appid=? AND tag_id=? AND openid>?)", inOrder, func(t store.Tx) error { return second(t.Customers(app, store.CustomerFilter{Tag: 100}, "", 10)) }},
		{"CustomerCount", "COVERING INDEX customer_following (appid=?)", inOrder, func(t store.Tx) error { return second(t.CustomerCount(app, store.CustomerFilter{})) }},
		{"Tags", "customer_tag USING PRIMARY KEY (appid=? AND tag_id=?)", sorted, func(t store.Tx) error { return second(t.Tags(app)) }},
		{"TagNames", "tag_2 (appid=?)", sorted, func(t store.Tx) error { return second(t.TagNames(app)) }},
		{"TagsOf", "customer_tag_customer (appid=? AND openid=?)", sorted, func(t store.Tx) error { return second(t.TagsOf(app, "o")) }},
		{"Session", "s USING PRIMARY KEY (appid=? AND openid=?)", inOrder, func(t store.Tx) error { return third(t.Session(app, "o")) }},
		{"SessionsOf", "kf_session_agent (appid=? AND kf_id=?)", sorted, func(t store.Tx) error { return second(t.SessionsOf(app, 1001)) }},
		{"Stranded", "kf_session_agent (appid=? AND kf_id=?)", sorted, func(t store.Tx) error { return second(t.Stranded(app, now, 10)) }},
		{"Agents", "a USING PRIMARY KEY (appid=?)", inOrder, func(t store.Tx) error { return second(t.Agents(app)) }},
		{"ReadyAgents", "a USING PRIMARY KEY (appid=?)", inOrder, func(t store.Tx) error { return second(t.ReadyAgents(app)) }},
		{"Queue", "waiting_order (appid=?)", inOrder, func(t store.Tx) error { return second(t.Queue(app, 10)) }},
		{"HeadOfQueue", "COVERING INDEX waiting_order (appid=?)", inOrder, func(t store.Tx) error { return second(t.HeadOfQueue(app)) }},
		{"Assignable", "waiting_named (appid=? AND named=?)", sorted, func(t store.Tx) error { return second(t.Assignable(app, 10)) }},
		{"OwnMessage", "message_own (appid=? AND openid=? AND own_id=?)", inOrder, func(t store.Tx) error { return third(t.OwnMessage(app, "o", 1)) }},
		{"Conversation", "message_customer (appid=? AND openid=? AND msgid>?)", inOrder, func(t store.Tx) error { return second(t.Conversation(app, "o", 0, 10)) }},
		{"Outgoing", "message_outgoing (appid=? AND msgid>?)", inOrder, func(t store.Tx) error { return second(t.Outgoing(app, 0, 10)) }},
		{"Records", "record USING PRIMARY KEY (appid=? AND msgid>? AND msgid<?)", inOrder, func(t store.Tx) error { return second(t.Records(app, day)) }},
		{"Records of a customer", "record USING PRIMARY KEY (appid=? AND msgid>? AND msgid<?)", inOrder, func(t store.Tx) error { return second(t.Records(app, ofOne)) }},
		{"AgentOf", "agent_worker (appid=? AND worker=?)", inOrder, func(t store.Tx) error { return refusal(second(t.AgentOf(app, "alice_wx"))) }},
		{"ConversationsOf", "kf_session_agent (appid=? AND kf_id=?)", sorted, func(t store.Tx) error { return second(t.ConversationsOf(app, 1001, 10)) }},
		{"ConversationsWaiting", "waiting_order (appid=?)", inOrder, func(t store.Tx) error { return second(t.ConversationsWaiting(app, 10)) }},
		{"Conversations", "customer_active (appid=? AND last_msgid>? AND last_msgid<?)", inOrder, func(t store.Tx) error { return second(t.Conversations(app, 7, 10)) }},
		{"ConversationsWith", "c USING PRIMARY KEY (appid=? AND openid=?)", sorted, func(t store.Tx) error { return second(t.ConversationsWith(app, []kefu.OpenID{"o"})) }},
		{"QueueState", "waiting USING PRIMARY KEY (appid=?)", inOrder, func(t store.Tx) error { return third(t.QueueState(app)) }},
		{"ConversationNames", "customer_active (appid=? AND last_msgid>? AND last_msgid<?)", inOrder, func(t store.Tx) error { return second(t.ConversationNames(app, 7, 10)) }},
		{"Heard", "message USING PRIMARY KEY (appid=?)", inOrder, func(t store.Tx) error { return second(t.Heard(app, "words", 10)) }},
		{"MessagesByID", "m USING PRIMARY KEY (appid=? AND msgid=?)", inOrder, func(t store.Tx) error { return second(t.MessagesByID(app, []kefu.MsgID{7})) }},
		{"RecordsByID", "record USING PRIMARY KEY (appid=? AND msgid=?)", inOrder, func(t store.Tx) error { return second(t.RecordsByID(app, []kefu.MsgID{7})) }},
		{"NotesByID", "note USING PRIMARY KEY (appid=? AND note_id=?)", inOrder, func(t store.Tx) error { return second(t.NotesByID(app, []kefu.MsgID{7})) }},
		{"ConversationBefore", "message_customer (appid=? AND openid=? AND msgid<?)", inOrder, func(t store.Tx) error { return second(t.ConversationBefore(app, "o", 7, 10)) }},
		{"MessageOfClient", "message_client (appid=? AND openid=? AND kf_id=? AND client_id=?)", inOrder, func(t store.Tx) error { return third(t.MessageOfClient(app, "o", 1001, "c")) }},
		{"UnreadAfter", "message_customer (appid=? AND openid=? AND msgid>?)", inOrder, func(t store.Tx) error { return second(t.UnreadAfter(app, "o", 7, 10)) }},
		{"History", "record_history (appid=? AND openid=? AND msgid>? AND msgid<?)", inOrder, func(t store.Tx) error { return second(t.History(app, "o", 7, 9, 10)) }},
		{"SaidBetween", "message_customer (appid=? AND openid=? AND msgid>? AND msgid<?)", inOrder, func(t store.Tx) error { return third(t.SaidBetween(app, "o", 1, 2, 3, 10)) }},
		{"Notes", "note_customer (appid=? AND openid=?)", inOrder, func(t store.Tx) error { return second(t.Notes(app, "o", 10)) }},
		{"QuickReplies", "quick_reply_owner (appid=? AND owner=?)", inOrder, func(t store.Tx) error { return second(t.QuickReplies(app, "alice_wx", 10)) }},
		{"Reception", "reception USING PRIMARY KEY (appid=? AND reception_id=?)", inOrder, func(t store.Tx) error { return third(t.Reception(app, 7)) }},
		{"Receptions", "reception USING PRIMARY KEY (appid=? AND reception_id>? AND reception_id<?)", inOrder, func(t store.Tx) error { return second(t.Receptions(app, store.ReceptionQuery{Limit: 10})) }},
		{"Receptions of a customer", "reception_customer (appid=? AND openid=? AND reception_id>? AND reception_id<?)", inOrder, func(t store.Tx) error {
			return second(t.Receptions(app, store.ReceptionQuery{Customer: "o", Limit: 10}))
		}},
		{"Opened", "reception_opened (appid=? AND opened_at>? AND opened_at<?)", inOrder, func(t store.Tx) error { return second(t.Opened(app, now, now, 10)) }},
		{"EndedCounts", "COVERING INDEX reception_ended (appid=? AND ended_at>? AND ended_at<?)", sorted, func(t store.Tx) error { return second(t.EndedCounts(app, now, now)) }},
		{"OpenedCount", "reception_opened (appid=? AND opened_at>? AND opened_at<?)", inOrder, func(t store.Tx) error { return second(t.OpenedCount(app, "a", now, now)) }},
		{"SaidCounts", "message USING PRIMARY KEY (appid=? AND msgid>? AND msgid<?)", inOrder, func(t store.Tx) error { return third(t.SaidCounts(app, 1, 2, 10)) }},
		{"HeardWords", "message USING PRIMARY KEY (appid=? AND msgid>? AND msgid<?)", inOrder, func(t store.Tx) error { return third(t.HeardWords(app, []string{"a", "b"}, 1, 2, 10)) }},
		{"AnswerReception", "reception_present (appid=? AND openid=?)", inOrder, func(t store.Tx) error { return t.AnswerReception(app, "o", now) }},
		{"PushLog", "p USING PRIMARY KEY (appid=? AND push_id>?)", inOrder, func(t store.Tx) error { return second(t.PushLog(app, 0, 10)) }},
		{"PushesBefore", "p USING PRIMARY KEY (appid=? AND push_id<?)", inOrder, func(t store.Tx) error { return second(t.PushesBefore(app, 7, 10)) }},
		{"PushEnds", "push USING PRIMARY KEY (appid=? AND push_id>?)", inOrder, func(t store.Tx) error { return second(t.PushEnds(app, 7, 10)) }},
		{"CallsBefore", "api_call_account (appid=? AND rid<?)", inOrder, func(t store.Tx) error { return second(t.CallsBefore(app, "", 10)) }},
		{"DuePushes", "push_due (appid=? AND push_id>?)", inOrder, func(t store.Tx) error { return second(t.DuePushes(app, "courier", 0, 10)) }},
		{"PushesPending", "push_due_customer (appid=? AND openid=?)", inOrder, func(t store.Tx) error { return second(t.PushesPending(app, "o")) }},
		{"AccountsWithDuePushes", "push_due (appid=?)", inOrder, func(t store.Tx) error { return second(t.AccountsWithDuePushes()) }},
		{"TakePushes", "push_due_customer (appid=?)", inOrder, func(t store.Tx) error { return second(t.TakePushes(app, "courier", now, now, false)) }},
		{"TakePushes of all", "push_due_customer (appid=?)", inOrder, func(t store.Tx) error { return second(t.TakePushes(app, "courier", now, now, true)) }},
		{"Person", "person USING PRIMARY KEY (wechat_id=?)", inOrder, func(t store.Tx) error { return refusal(second(t.Person("p"))) }},
		{"People", "person USING PRIMARY KEY (wechat_id>?)", inOrder, func(t store.Tx) error { return second(t.People("", 10)) }},
		{"SeatsOf", "agent_seat (worker=?)", inOrder, func(t store.Tx) error { return second(t.SeatsOf("p", 10)) }},
		{"Login", "login USING PRIMARY KEY (digest=?)", inOrder, func(t store.Tx) error { return refusal(second(t.Login(kefu.LoginDigest{}))) }},
		{"EndLogins", "login_person (person=?)", inOrder, func(t store.Tx) error { return t.EndLogins("p", kefu.LoginDigest{}) }},
		{"Acts", "audit USING INTEGER PRIMARY KEY (rowid<?)", inOrder, func(t store.Tx) error { return second(t.Acts(0, 10)) }},
		{"Facts", "fact USING PRIMARY KEY (appid=? AND fact_id>?)", inOrder, func(t store.Tx) error { return second(t.Facts(app, 7, 10)) }},
		{"LastID", "official_account USING PRIMARY KEY (appid=?)", inOrder, func(t store.Tx) error { return refusal(second(t.LastID(app))) }},
		{"SeatsHeld", "seat_lease USING PRIMARY KEY (appid=?)", inOrder, func(t store.Tx) error { return second(t.SeatsHeld(app)) }},
		{"SweepMedia", "media_expiry (expires_at<?)", inOrder, func(t store.Tx) error { return third(t.SweepMedia(now, 10)) }},
		{"Sweep", "push_ended (ended_at<?); login_expiry (expires_at<?); audit_at (at<?); f USING PRIMARY KEY (appid=? AND fact_id<?)", inOrder, func(t store.Tx) error { return second(t.Sweep(now, 10)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(plan(t, s, c.ask), "\n")
			for use := range strings.SplitSeq(c.use, "; ") {
				if !strings.Contains(got, use) {
					t.Errorf("plan: got\n%s\nwant it to use %s", got, use)
				}
			}
			if is := order(strings.Contains(got, "TEMP B-TREE")); is != c.order {
				t.Errorf("plan: got\n%s\nwant sorting %v", got, c.order)
			}
			// The few accounts, and what bounded subqueries answer, may be read from
			// end to end.
			for _, step := range whole.FindAllString(got, -1) {
				if !slices.Contains([]string{"SCAN official_account", "SCAN anybody", "SCAN somebody", "SCAN said", "SCAN unread", "SCAN CONSTANT"}, step) {
					t.Errorf("plan: got\n%s\nwant no %s", got, step)
				}
			}
		})
	}
}

// order tells whether rows come sorted from the index, or are few and are sorted.
type order bool

const inOrder, sorted order = false, true

// whole finds what is read from end to end, or indexed for one question.
var whole = regexp.MustCompile(`SCAN \w+|AUTOMATIC`)

// app is the account that is asked about. It need not be there.
const app kefu.AppID = "wx5d3c0ffee1234567"

// plan is how SQLite answers what a question asks.
func plan(t *testing.T, s *Store, ask func(store.Tx) error) (steps []string) {
	t.Helper()
	err := s.Update(t.Context(), app, func(r store.Tx) error {
		on := r.(*tx).on
		var before []string
		for q := range on.prepared {
			before = append(before, q)
		}
		if err := ask(r); err != nil {
			return err
		}
		for q := range on.prepared {
			if slices.Contains(before, q) {
				continue
			}
			rows, err := on.conn.QueryContext(t.Context(), "explain query plan "+q, make([]any, strings.Count(q, "?"))...)
			if err != nil {
				return err
			}
			for rows.Next() {
				var id, parent, unused int
				var step string
				if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
					return err
				}
				steps = append(steps, step)
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Update: got %v, want nil", err)
	}
	return steps
}

func second[T any](_ T, err error) error { return err }

func third[T, U any](_ T, _ U, err error) error { return err }

// refusal takes an answer that says no for an answer.
func refusal(err error) error {
	if _, refused := err.(kefu.Reason); refused {
		return nil
	}
	return err
}
