package workbench_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/realtime"
)

// patience bounds every wait: longer than the grace of presence, on a loaded machine.
const patience = realtime.Grace + 30*time.Second

// frame is what comes over a socket, as far as tests look at it.
type frame struct {
	T            string
	ID           int64
	What         string
	OpenID       string
	Epoch        string
	Offset       int64
	Resumed      bool
	Message      message
	MessageID    int64 `json:"message_id"`
	State        string
	Conversation *conversation
	Waiting      *waiting
	Happening    *happening
	Customer     customer
	Agent        agent
	KFAccount    string `json:"kf_account"`
	Queue        struct {
		Total        int
		LongestSince int64 `json:"longest_since"`
	}
}

// socket is a page that hears what happens.
type socket struct {
	t    testing.TB
	conn *websocket.Conn
}

func (p *page) dial(query string) (*websocket.Conn, *http.Response, error) {
	header := http.Header{}
	if p.cookie != "" {
		header.Set("Cookie", auth.LoginCookie+"="+p.cookie)
	}
	dialer := websocket.Dialer{Subprotocols: []string{realtime.Protocol}, HandshakeTimeout: patience}
	return dialer.Dial("ws"+strings.TrimPrefix(p.h.url, "http")+"/workbench/v1/"+string(p.app)+"/socket"+query, header)
}

// open opens a socket and reads its first frame.
func (p *page) open(query string) (*socket, frame) {
	p.h.t.Helper()
	conn, response, err := p.dial(query)
	if err != nil {
		p.h.t.Fatalf("open a socket: got %v (%+v), want one", err, response)
	}
	s := &socket{t: p.h.t, conn: conn}
	p.h.t.Cleanup(func() { _ = conn.Close() }) // closed before, perhaps
	return s, s.next()
}

func (s *socket) next() (f frame) {
	s.t.Helper()
	if err := s.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		s.t.Fatal(err)
	}
	_, body, err := s.conn.ReadMessage()
	if err != nil {
		s.t.Fatalf("read a frame: got %v, want one", err)
	}
	if err := json.Unmarshal(body, &f); err != nil {
		s.t.Fatalf("a frame: got %s, want JSON: %v", body, err)
	}
	return f
}

// until reads on to a frame that matches, and fails when another one that must not
// come is read.
func (s *socket) until(what string, match func(frame) bool, never func(frame) bool) frame {
	s.t.Helper()
	for {
		f := s.next()
		if never != nil && never(f) {
			s.t.Fatalf("waiting for %s: got %+v, which was not for this page", what, f)
		}
		if match(f) {
			return f
		}
	}
}

func fact(what, openid string) func(frame) bool {
	return func(f frame) bool { return f.What == what && (openid == "" || f.OpenID == openid) }
}

// What happens is heard by those whom it concerns, as it concerns them.
func TestSocketsHear(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		h.online(alice, bob)
		pa, pb, ps := h.signIn("alice_wx"), h.signIn("bob_wx"), h.signIn("sue_wx")
		at, first := pa.open("")
		if first.T != "hello" || first.Epoch == "" || first.Resumed {
			t.Errorf("hello: got %+v", first)
		}
		bt, _ := pb.open("")
		st, _ := ps.open("")
		all := []*socket{at, bt, st}

		h.writes("o1", "hello")
		for _, s := range all {
			f := s.until("who waits", fact("standing", "o1"), nil)
			if f.Waiting == nil || f.Waiting.Last == nil || f.Waiting.Last.Text.Content != "hello" || f.Conversation != nil ||
				f.Happening == nil || f.Happening.What != "queued" || f.Queue.Total != 1 || f.Queue.LongestSince != noon.UnixMilli() {
				t.Errorf("who waits: got %+v", f)
			}
		}
		h.writes("o1", "anybody?")
		for _, s := range all {
			// Who waits is shown to everybody, with its last words.
			f := s.until("words of who waits", fact("said", "o1"), nil)
			if f.Message.Text.Content != "anybody?" && s.until("more words", fact("said", "o1"), nil).Message.Text.Content != "anybody?" {
				t.Errorf("words of who waits: got %+v", f)
			}
		}
		pa.post("/customers/o1/accept", "{}").done()
		for i, s := range all {
			f := s.until("who was taken", fact("standing", "o1"), nil)
			want := "served"
			if i == 0 {
				want = "mine"
			}
			if f.Waiting != nil || f.Conversation == nil || f.Conversation.Standing != want || f.Happening == nil || f.Happening.What != "accepted" || f.Queue.Total != 0 {
				t.Errorf("who was taken: got %+v, want it %s", f, want)
			}
			if f = s.until("who serves more", fact("agent", ""), nil); f.Agent.KFAccount != string(alice) || f.Agent.Serving != 1 {
				t.Errorf("who serves more: got %+v, want alice with one", f.Agent)
			}
		}
		// Words between the two are heard by alice, and by sue who shows them.
		if err := st.conn.WriteMessage(websocket.TextMessage, []byte(`{"t":"watch","openids":["o1"]}`)); err != nil {
			t.Fatal(err)
		}
		st.until("that it watches", func(f frame) bool { return f.T == "watching" }, nil)
		id := h.writes("o1", "where is it?")
		for i, s := range []*socket{at, st} {
			f := s.until("the question", fact("said", "o1"), nil)
			want := []string{"mine", "served"}[i]
			if f.Message.ID != int64(id) || f.Conversation == nil || f.Conversation.Standing != want || f.Conversation.Unread != 3 || f.Conversation.Allowance.Left == 0 {
				t.Errorf("the question: got %+v, want it %s with three unread", f, want)
			}
		}
		pa.post("/customers/o1/read", fmt.Sprintf(`{"id":%d}`, id)).done()
		if f := at.until("what was read", fact("customer", "o1"), nil); f.Conversation == nil || f.Conversation.Unread != 0 {
			t.Errorf("what was read: got %+v, want nothing unread", f.Conversation)
		}
		var sent said
		pa.says("o1", "c-1", "here").into(&sent)
		if f := at.until("the answer", fact("said", "o1"), nil); f.Message.ID != sent.Message.ID || f.Message.ClientID != "c-1" || f.Message.Nickname != "Alice" {
			t.Errorf("the answer: got %+v, want it by the name that the page gave it", f.Message)
		}
		pa.post("/customers/o1/notes", `{"text":"x"}`).into(&struct{}{})
		at.until("the note", fact("note", "o1"), nil)
		pa.put("/customers/o1/remark", `{"remark":"老"}`).done()
		if f := at.until("the remark", fact("customer", "o1"), nil); f.Customer.Remark != "老" {
			t.Errorf("the remark: got %+v", f.Customer)
		}
		pa.post("/replies", `{"text":"x"}`).into(&struct{}{})
		at.until("the quick reply", fact("reply", ""), nil)

		pa.post("/customers/o1/transfer", `{"to":"bob_02@demo_shop","note":"please"}`).done()
		// Nothing of what alice and her customer said was for bob.
		f := bt.until("what is handed over", fact("standing", "o1"), func(f frame) bool { return f.What == "said" })
		if f.Conversation == nil || f.Conversation.Standing != "mine" || f.Happening.What != "transferred" || f.Happening.Note != "please" || f.Happening.From != string(alice) {
			t.Errorf("what is handed over: got %+v, want it bob's with a note", f)
		}
		if f = at.until("what was handed over", fact("standing", "o1"), nil); f.Conversation == nil || f.Conversation.Standing != "served" || f.Conversation.KFAccount != string(bob) {
			t.Errorf("what was handed over: got %+v, want it served by bob", f)
		}
		pb.post("/customers/o1/close", "{}").done()
		if f = at.until("the end", fact("standing", "o1"), nil); f.Conversation != nil || f.Waiting != nil || f.Happening.What != "closed" {
			t.Errorf("the end: got %+v", f)
		}
		h.must(h.RemoveAgent(t.Context(), app, bob))
		if f = st.until("who was removed", fact("agent_gone", ""), nil); f.KFAccount != string(bob) {
			t.Errorf("who was removed: got %+v, want bob", f)
		}
	})
}

// A page that comes back hears what it missed, once and in order; its state and its
// socket fit together.
func TestSocketsResume(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.online(alice)
	p := h.signIn("alice_wx")
	h.writes("o1", "hello")
	p.post("/customers/o1/accept", "{}").done()
	s := p.state()
	var want []int64
	for i := range 5 {
		want = append(want, int64(h.writes("o1", fmt.Sprint("missed ", i))))
	}
	at, first := p.open(fmt.Sprintf("?epoch=%s&offset=%d", s.Epoch, s.Offset))
	if !first.Resumed || first.Epoch != s.Epoch {
		t.Errorf("hello: got %+v, want it resumed", first)
	}
	want = append(want, int64(h.writes("o1", "live")))
	for i, id := range want {
		if f := at.until("a message", fact("said", "o1"), nil); f.Message.ID != id {
			t.Fatalf("message %d: got %d, want %d", i, f.Message.ID, id)
		}
	}
	if _, first := p.open("?epoch=other&offset=1"); first.Resumed {
		t.Errorf("hello of another epoch: got %+v, want it not resumed", first)
	}
}

// An agent is what it chose to be while its page is open, and again when it is opened
// again; away takes nobody and keeps its customers.
func TestPresence(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p, watching := h.signIn("alice_wx"), h.signIn("sue_wx")
	st, _ := watching.open("")
	turns := func(status string) func(frame) bool {
		return func(f frame) bool {
			return f.What == "agent" && f.Agent.KFAccount == string(alice) && f.Agent.Status == status
		}
	}
	var me agent
	p.put("/presence", `{"status":"online","auto_accept":2}`).into(&me)
	if me.Status != "offline" || me.AutoAccept != 2 {
		t.Errorf("online without a page: got %+v, want it offline until a page is open", me)
	}
	h.writes("o1", "hello")
	if s := p.state(); s.Queue.Total != 1 {
		t.Errorf("queue: got %+v, want who wrote in it", s.Queue)
	}
	at, _ := p.open("")
	st.until("alice online", turns("online"), nil)
	at.until("who was given", fact("standing", "o1"), nil)
	p.put("/presence", `{"status":"away","auto_accept":2}`).into(&me)
	if me.Status != "away" || me.Serving != 1 {
		t.Errorf("away: got %+v, want it away with its customer", me)
	}
	st.until("alice away", turns("away"), nil)
	h.writes("o2", "hello")
	h.advance(time.Hour)
	h.must(h.Tend(t.Context()))
	if s := p.state(); len(s.Sessions) != 1 || s.Queue.Total != 1 {
		t.Errorf("away for an hour: got %d sessions, %d waiting, want one and one", len(s.Sessions), s.Queue.Total)
	}
	p.post("/accept-next", "{}").refused(http.StatusConflict, "agent_offline")
	p.put("/presence", `{"status":"online","auto_accept":2}`).into(&me)
	if me.Status != "online" || me.Serving != 2 {
		t.Errorf("online again: got %+v, want it given who waited", me)
	}
	p.put("/presence", `{"status":"busy","auto_accept":2}`).refused(http.StatusBadRequest, "argument_illegal")
	p.put("/presence", `{"status":"online","auto_accept":-1}`).refused(http.StatusBadRequest, "argument_illegal")
	if err := at.conn.Close(); err != nil {
		t.Fatal(err)
	}
	// The grace is real time; meanwhile alice is online for all.
	if s := watching.state(); s.Agents[0].Status != "online" {
		t.Errorf("within the grace: got %+v, want alice online", s.Agents[0])
	}
	closed := time.Now()
	st.until("alice gone", turns("offline"), nil)
	if took := time.Since(closed); took < realtime.Grace-time.Second {
		t.Errorf("gone after %v, want not before %v", took, realtime.Grace)
	}
	if s := watching.state(); s.Agents[0].Status != "offline" {
		t.Errorf("after the grace: got %+v, want alice offline", s.Agents[0])
	}
	p.open("")
	st.until("alice back", turns("online"), nil)
}

// Who may not look hears nothing: no socket is opened for it, and one that is open is
// closed when its login ends.
func TestSocketsOfThoseWhoMayNot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, c := range map[string]struct {
		who  kefu.WeChatID
		want int
	}{"nobody": {"", http.StatusUnauthorized}, "another account's": {"carol_wx", http.StatusForbidden}} {
		conn, response, err := h.signIn(c.who).dial("")
		if err == nil {
			_ = conn.Close() // it should not be there
			t.Fatalf("%s: got a socket, want HTTP %d", name, c.want)
		}
		if response == nil || response.StatusCode != c.want {
			t.Errorf("%s: got %+v, want HTTP %d", name, response, c.want)
		}
	}
	p, stays := h.signIn("alice_wx"), h.signIn("bob_wx")
	s, _ := p.open("")
	other, _ := stays.open("")
	h.must(h.people.SignOut(t.Context(), p.cookie))
	h.door.CloseStale(t.Context())
	closed(t, s, int(realtime.SignedOut))
	h.must(h.RemoveAgent(t.Context(), app, bob))
	h.door.CloseStale(t.Context())
	closed(t, other, int(realtime.Policy))
}

// Who signs out hears no more at once, not when logins are looked at anyway.
func TestSignedOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { h.door.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	p := h.signIn("alice_wx")
	s, _ := p.open("")
	began := time.Now()
	h.must(h.people.SignOut(t.Context(), p.cookie))
	closed(t, s, int(realtime.SignedOut))
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the page was closed after %v, want at once", took)
	}
}

// closed reads on to the end of a socket, which must have a code.
func closed(t *testing.T, s *socket, code int) {
	t.Helper()
	for {
		if err := s.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		_, _, err := s.conn.ReadMessage()
		var end *websocket.CloseError
		switch {
		case errors.As(err, &end):
			if end.Code != code {
				t.Errorf("closed: got code %d, want %d", end.Code, code)
			}
			return
		case err != nil:
			t.Fatalf("closed: got %v, want the code %d", err, code)
		}
	}
}
