package workbench_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
)

// Past and present, page by page, each once and the latest first; and a search finds
// what it says it finds.
func TestConversations(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		h.online(alice)
		p := h.signIn("bob_wx")
		var want []string
		for i := range 7 {
			openid := kefu.OpenID(fmt.Sprint("o_", i))
			h.writes(openid, fmt.Sprint("word ", i))
			want = append([]string{string(openid)}, want...)
		}
		// Who never said anything is in no list.
		h.must(h.Unfollow(t.Context(), app, "o_0"))
		h.signIn("alice_wx").post("/customers/o_3/accept", "{}").done()

		list := func(query string) (openids []string, next int64) {
			t.Helper()
			var got conversations
			p.get("/conversations" + query).into(&got)
			openids = []string{}
			for _, c := range got.Conversations {
				openids = append(openids, c.Customer.OpenID)
			}
			if got.More != (got.Next != 0) {
				t.Errorf("%s: got more %v and next %d", query, got.More, got.Next)
			}
			return openids, got.Next
		}
		same := func(what string, got, want []string) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: got the + lines, want the - lines:\n%s", what, diff)
			}
		}
		all, _ := list("")
		same("all", all, want)
		var paged []string
		for next, pages := int64(0), 0; ; pages++ {
			var some []string
			some, next = list(fmt.Sprintf("?limit=3&before=%d", next))
			paged = append(paged, some...)
			if next == 0 {
				break
			}
			if pages > 5 {
				t.Fatal("got pages without end")
			}
		}
		same("page by page", paged, want)
		// A word brings its conversation to the front.
		h.writes("o_2", "Again, PLEASE 订单")
		all, _ = list("?limit=2")
		same("after a word", all, []string{"o_2", "o_6"})
		var got conversations
		p.get("/conversations").into(&got)
		for _, c := range got.Conversations {
			switch want := map[string]string{"o_3": "served", "o_0": "none"}[c.Customer.OpenID]; {
			case want == "" && c.Standing != "waiting", want != "" && c.Standing != want:
				t.Errorf("%s: got %s", c.Customer.OpenID, c.Standing)
			}
		}

		h.must(h.SetRemark(t.Context(), app, "o_4", "VIP 张"))
		for _, q := range []struct {
			words string
			want  []string
		}{
			{"vip", []string{"o_4"}},
			{" 张 ", []string{"o_4"}},
			{"NICK of o_5", []string{"o_5"}},
			{"again, please", []string{"o_2"}},
			{"订单", []string{"o_2"}},
			{"word", []string{"o_2", "o_6", "o_5", "o_4", "o_3", "o_1", "o_0"}},
			{"o_1", []string{"o_1"}},
			{"nothing like it", []string{}},
			{"%", []string{}},
			{"msgtype", []string{}},
		} {
			found, _ := list("?q=" + url.QueryEscape(q.words))
			same("search for "+q.words, found, q.want)
		}
		found, next := list("?q=word&limit=4")
		same("the first found", found, []string{"o_2", "o_6", "o_5", "o_4"})
		found, next = list(fmt.Sprintf("?q=word&limit=4&before=%d", next))
		same("the rest found", found, []string{"o_3", "o_1", "o_0"})
		if next != 0 {
			t.Errorf("after the rest: got next %d, want none", next)
		}
		p.get("/conversations?q="+strings.Repeat("x", 65)).refused(http.StatusBadRequest, "argument_illegal")
		p.get("/conversations?q=%ff").refused(http.StatusBadRequest, "argument_illegal")
		for _, bad := range []string{"?limit=51", "?limit=-1", "?limit=x", "?before=-1", "?before=99999999999999999999"} {
			p.get("/conversations"+bad).refused(http.StatusBadRequest, "bad_request")
		}
	})
}

// A conversation is read backwards to its beginning and on to its end; every message
// and every happening comes once, whatever the size of the pages.
func TestMessages(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		h.online(alice, bob)
		p := h.signIn("alice_wx")
		for round := range 3 {
			h.writes("o1", fmt.Sprint("hello ", round))
			p.post("/customers/o1/accept", "{}").done()
			p.says("o1", fmt.Sprint("c", round), "yes?").into(&said{})
			h.writes("o1", "bye")
			p.post("/customers/o1/close", "{}").done()
			h.advance(time.Hour)
		}
		whole := p.messages("o1", "?limit=200")
		if len(whole.Messages) != 9 || len(whole.Happenings) != 9 || whole.More {
			t.Fatalf("got %d messages, %d happenings, more %v, want 9, 9 and no more", len(whole.Messages), len(whole.Happenings), whole.More)
		}
		for limit := 1; limit <= 10; limit++ {
			var back talk
			for before := int64(0); ; {
				k := p.messages("o1", fmt.Sprintf("?limit=%d&before=%d", limit, before))
				back.Messages = append(k.Messages, back.Messages...)
				back.Happenings = append(k.Happenings, back.Happenings...)
				if !k.More {
					break
				}
				before = k.Messages[0].ID
			}
			if diff := cmp.Diff(whole, back); diff != "" {
				t.Errorf("backwards by %d: got the + lines, want the - lines:\n%s", limit, diff)
			}
			var on talk
			for after := whole.Messages[0].ID; ; {
				k := p.messages("o1", fmt.Sprintf("?limit=%d&after=%d", limit, after))
				on.Messages = append(on.Messages, k.Messages...)
				on.Happenings = append(on.Happenings, k.Happenings...)
				if !k.More {
					break
				}
				after = k.Messages[len(k.Messages)-1].ID
			}
			rest := talk{Messages: whole.Messages[1:], Happenings: whole.Happenings}
			if diff := cmp.Diff(rest, on); diff != "" {
				t.Errorf("on by %d: got the + lines, want the - lines:\n%s", limit, diff)
			}
		}
		v := p.panel("o1").Visits
		if len(v) != 3 || v[0].First != "hello 2" || v[2].First != "hello 0" || v[0].Messages != 2 {
			t.Errorf("visits: got %+v, want three, the newest first", v)
		}
		for _, bad := range []string{"?limit=201", "?before=x", "?before=1&after=1", "?after=-1"} {
			p.get("/customers/o1/messages"+bad).refused(http.StatusBadRequest, "bad_request")
		}
		p.get("/customers/nobody/messages").refused(http.StatusNotFound, "customer_unknown")
		p.get("/customers/no%20one/messages").refused(http.StatusNotFound, "customer_unknown")
		p.get("/customers/nobody").refused(http.StatusNotFound, "customer_unknown")
	})
}
