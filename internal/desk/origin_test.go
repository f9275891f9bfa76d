package desk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Why somebody waits is known as long as it does, and the latest reason counts.
func TestOriginOfWaiting(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	origin := func(want kefu.Origin) {
		t.Helper()
		h.must(h.ledger.View(t.Context(), func(r store.Reader) error {
			w, ok, err := r.Waiting(app, "c1")
			if !ok || w.Origin != want {
				t.Errorf("origin: got %+v (waits %t), want %+v", w.Origin, ok, want)
			}
			return err
		}))
	}
	h.transfers("c1", "")
	origin(kefu.Origin{Kind: kefu.OriginDeveloper})

	tapped, err := h.Receive(t.Context(), app, "c1", kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: strings.Repeat("售 后", 20), MenuID: "2"}})
	h.must(err)
	h.settles(tapped.Push, &kefu.Reply{Transfer: true})
	origin(kefu.Origin{Kind: kefu.OriginMenu, Words: strings.Repeat("售 后", 13) + "售"})

	h.transfers("c1", alice)
	origin(kefu.Origin{Kind: kefu.OriginNamed})

	h.online(alice, 1)
	if got := h.servedBy("c1"); got != alice {
		t.Fatalf("served by: got %q, want %q", got, alice)
	}
	h.offline(alice)
	h.pass(6 * time.Minute)
	h.must(h.Tend(t.Context()))
	origin(kefu.Origin{Kind: kefu.OriginAgentGone})
}
