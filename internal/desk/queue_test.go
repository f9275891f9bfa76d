package desk_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

func wantList[T ~string](t *testing.T, what string, got []T, want ...T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s: got %q, want %q", what, got, want)
	}
}

// Where a customer's message goes depends on who serves the customer.
func TestWhereMessagesGo(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	h.online(alice, 0)

	if got := h.says("c1", "idle"); got.Push == 0 {
		t.Error("idle: got no push, want the developer's server told")
	}
	h.transfers("c1", "")
	wantList(t, "queue", h.waits(), "c1")
	if got := h.says("c1", "waiting"); got.Push == 0 {
		t.Error("waiting: got no push, want the developer's server told")
	}
	h.must(h.AcceptCustomer(t.Context(), app, alice, "c1"))
	wantList(t, "queue", h.waits())
	if got := h.says("c1", "served"); got.Push != 0 {
		t.Error("served: got a push, want the agent alone told")
	}
	h.pass(30 * time.Minute)
	if got := h.says("c1", "30 minutes later"); got.Push != 0 {
		t.Error("after 30 minutes: got a push, want the agent alone told")
	}
	h.pass(30*time.Minute + time.Second)
	got := h.says("c1", "silent")
	if got.Push == 0 {
		t.Error("silent: got no push, want the developer's server told")
	}
	if by := h.servedBy("c1"); by != alice {
		t.Errorf("silent: served by %q, want %q: the session stays open", by, alice)
	}
	h.settles(got.Push, &kefu.Reply{Transfer: true})
	if got := h.says("c1", "awake"); got.Push != 0 {
		t.Error("after a transfer: got a push, want the session awake")
	}
	records := h.records()
	wantList(t, "records", records, "2003 alice@demo_shop served", "2003 alice@demo_shop 30 minutes later",
		"2003 alice@demo_shop silent", "2003 alice@demo_shop awake")
}

// records lists what getmsglist would, as "opercode worker text".
func (h *house) records() []string {
	h.t.Helper()
	list, err := h.Records(h.t.Context(), app, recordsOf(h))
	h.must(err)
	lines := make([]string, len(list))
	for i, r := range list {
		lines[i] = fmt.Sprintf("%d %s %s", r.What, r.Worker, r.Text)
	}
	return lines
}

func TestWithoutCallback(t *testing.T) {
	h := newHouse(t)
	h.must(h.ChangeOfficialAccount(t.Context(), app, func(o *kefu.OfficialAccount) error {
		o.Callback = kefu.Callback{}
		return nil
	}))
	h.follow("c1", "c2")
	if got := h.says("c1", "hello"); got.Push != 0 {
		t.Error("got a push without a callback URL")
	}
	wantList(t, "queue", h.waits(), "c1")
	h.online(alice, 1)
	if by := h.servedBy("c1"); by != alice {
		t.Errorf("got c1 served by %q, want %q", by, alice)
	}
	h.says("c2", "hello")
	wantList(t, "queue", h.waits(), "c2")
	h.pass(2 * time.Hour)
	h.says("c1", "still there?")
	wantList(t, "queue", h.waits(), "c2")
	wantList(t, "records", h.records(), "2003 alice@demo_shop still there?")
	if pushes := h.told(0); len(pushes) != 0 {
		t.Errorf("got %q told to nobody", pushes)
	}
}

func TestAssignment(t *testing.T) {
	for name, tt := range map[string]func(*testing.T, *house){
		"the least busy": func(t *testing.T, h *house) {
			h.online(alice, 5)
			h.transfers("c1", "")
			h.online(bob, 5)
			h.transfers("c2", "")
			if got := h.servedBy("c2"); got != bob {
				t.Errorf("got %q, want bob, who has nobody", got)
			}
		},
		"the longest idle": func(t *testing.T, h *house) {
			h.online(alice, 5)
			h.pass(time.Second)
			h.online(bob, 5)
			h.pass(time.Second)
			h.transfers("c1", "")
			if got := h.servedBy("c1"); got != alice {
				t.Errorf("got %q, want alice, who came first", got)
			}
			h.must(h.CloseSession(t.Context(), app, alice, "c1"))
			h.pass(time.Second)
			h.transfers("c2", "")
			if got := h.servedBy("c2"); got != bob {
				t.Errorf("got %q, want bob, who has been idle since before", got)
			}
		},
		"the one who knows the customer": func(t *testing.T, h *house) {
			h.online(bob, 5)
			h.transfers("c1", "")
			h.must(h.CloseSession(t.Context(), app, bob, "c1"))
			h.transfers("c2", "")
			h.online(alice, 5)
			h.transfers("c1", "")
			if got := h.servedBy("c1"); got != bob {
				t.Errorf("got %q, want bob, who served the customer last", got)
			}
		},
		"nobody above what it takes": func(t *testing.T, h *house) {
			h.online(alice, 1)
			h.transfers("c1", "")
			h.transfers("c2", "")
			h.transfers("c3", "")
			wantList(t, "queue", h.waits(), "c2", "c3")
			h.must(h.CloseSession(t.Context(), app, alice, "c1"))
			wantList(t, "queue", h.waits(), "c3")
			if got := h.servedBy("c2"); got != alice {
				t.Errorf("got %q, want alice: first come, first served", got)
			}
		},
		"the named agent and nobody else": func(t *testing.T, h *house) {
			h.online(alice, 5)
			h.transfers("c1", bob)
			wantList(t, "queue", h.waits(), "c1")
			h.refuses(h.AcceptCustomer(t.Context(), app, alice, "c1"), kefu.WaitingForAnother)
			h.refuses(h.AcceptCustomer(t.Context(), app, alice, "c2"), kefu.NotWaiting)
			h.says("c1", "still here")
			wantList(t, "queue", h.waits(), "c1")
			h.online(bob, 1)
			if got := h.servedBy("c1"); got != bob {
				t.Errorf("got %q, want bob", got)
			}
		},
		"the latest transfer counts": func(t *testing.T, h *house) {
			h.online(alice, 5)
			h.transfers("c1", bob)
			h.transfers("c1", "")
			if got := h.servedBy("c1"); got != alice {
				t.Errorf("got %q, want alice: the customer no longer waits for bob", got)
			}
		},
		"nobody while the feature is off": func(t *testing.T, h *house) {
			h.online(alice, 5)
			h.must(h.ChangeOfficialAccount(t.Context(), app, func(o *kefu.OfficialAccount) error {
				o.Standing.ServiceEnabled = false
				return nil
			}))
			h.transfers("c1", "")
			wantList(t, "queue", h.waits())
			if got := h.servedBy("c1"); got != "" {
				t.Errorf("got c1 served by %q", got)
			}
		},
		"an unknown name counts as none": func(t *testing.T, h *house) {
			h.online(alice, 5)
			h.transfers("c1", "nobody@demo_shop")
			if got := h.servedBy("c1"); got != alice {
				t.Errorf("got %q, want alice", got)
			}
		},
		"a removed agent's customers": func(t *testing.T, h *house) {
			h.online(alice, 5)
			h.transfers("c1", "")
			h.transfers("c2", "")
			h.transfers("c3", bob)
			before := h.latestPush()
			h.must(h.RemoveAgent(t.Context(), app, alice))
			wantList(t, "queue", h.waits(), "c1", "c2", "c3")
			wantList(t, "pushes", h.told(before), "kf_close_session alice@demo_shop", "kf_close_session alice@demo_shop")
			h.must(h.RemoveAgent(t.Context(), app, bob))
			h.online(carol, 5)
			wantList(t, "queue", h.waits())
			if got := h.servedBy("c3"); got != carol {
				t.Errorf("got c3 served by %q, want carol: bob is gone", got)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.follow("c1", "c2", "c3")
			tt(t, h)
		})
	}
}

// An agent who goes keeps its customers for a while, in case it returns.
func TestOfflineGrace(t *testing.T) {
	h := newHouse(t)
	h.follow("c1", "c2", "c3", "c4")
	h.online(alice, 3)
	h.transfers("c4", "")
	h.pass(40 * time.Minute) // c4 fell silent
	h.transfers("c1", "")
	h.pass(time.Second)
	h.transfers("c2", "")
	h.offline(alice)
	h.transfers("c3", "")
	wantList(t, "queue", h.waits(), "c3")

	h.pass(5*time.Minute - time.Second)
	h.must(h.Tend(t.Context()))
	if got := h.servedBy("c1"); got != alice {
		t.Errorf("within the grace: got c1 served by %q, want alice", got)
	}
	h.pass(time.Second)
	before := h.latestPush()
	h.must(h.Tend(t.Context()))
	wantList(t, "queue", h.waits(), "c1", "c2", "c3")
	wantList(t, "pushes", h.told(before), "kf_close_session alice@demo_shop", "kf_close_session alice@demo_shop", "kf_close_session alice@demo_shop")
	h.must(h.Tend(t.Context()))
	wantList(t, "queue after another look", h.waits(), "c1", "c2", "c3")

	h.online(bob, 1)
	if got := h.servedBy("c1"); got != bob {
		t.Errorf("got c1 served by %q, want bob: who returned stands first", got)
	}
}

func TestUnfollow(t *testing.T) {
	h := newHouse(t)
	h.follow("c1", "c2")
	h.online(alice, 1)
	h.transfers("c1", "")
	h.transfers("c2", "")
	before := h.latestPush()
	h.must(h.Unfollow(t.Context(), app, "c1"))
	wantList(t, "pushes", h.told(before), "unsubscribe", "kf_close_session alice@demo_shop", "kf_create_session alice@demo_shop")
	if got := h.servedBy("c2"); got != alice {
		t.Errorf("got c2 served by %q, want alice: there is room now", got)
	}
	before = h.latestPush()
	h.must(h.Unfollow(t.Context(), app, "c1"))
	wantList(t, "pushes of one who left already", h.told(before))
	_, err := h.Receive(t.Context(), app, "c1", kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: "hi"}})
	h.refuses(err, kefu.NotFollowing)
	_, err = h.Send(t.Context(), app, "c1", kefu.Content{Type: kefu.MsgText, Text: "hi"}, "")
	h.refuses(err, kefu.ReplyTimeOver)
	h.must(h.Unfollow(t.Context(), app, "c2"))
	h.follow("c2")
	wantList(t, "queue", h.waits())
}
