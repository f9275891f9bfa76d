package desk_test

import (
	"fmt"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

// Who ends leaves its customers to others at once, and nobody else's.
func TestLeavePushes(t *testing.T) {
	here := newHouse(t)
	parts := here.parts
	parts.Courier = "there"
	there := desk.New(parts)
	const many = 600 // more than one change looks at
	for i := range many {
		customer := kefu.OpenID(fmt.Sprintf("c%d", i%7))
		if i < 7 {
			here.follow(customer)
		}
		here.says(customer, "hi")
	}
	here.follow("theirs")
	for _, p := range here.due("here") {
		if p.Customer == "theirs" {
			here.settles(p.ID, nil)
		}
	}
	_, err := there.Receive(t.Context(), app, "theirs", kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: "hi"}})
	here.must(err)

	take := func(by *desk.Desk, name string) {
		t.Helper()
		_, err := by.TakePushes(t.Context(), name, false)
		here.must(err)
	}
	take(there, "there")
	if got := len(here.due("there")); got != 1 {
		t.Fatalf("before the other leaves: got %d pushes to deliver, want one's own", got)
	}
	here.must(here.LeavePushes(t.Context()))
	take(there, "there")
	if got, want := len(here.due("there")), many+7+1; got != want {
		t.Errorf("after the other left: got %d pushes to deliver, want %d", got, want)
	}
	if got := len(here.due("here")); got != 0 {
		t.Errorf("who left has %d pushes to deliver, want none", got)
	}
	// Nor does leaving touch what is another one's.
	here.must(here.LeavePushes(t.Context()))
	take(here.Desk, "here")
	if got := len(here.due("here")); got != 0 {
		t.Errorf("got %d pushes of another, want none", got)
	}
}

// due lists what a courier has to deliver.
func (h *house) due(courier string) []kefu.Push {
	h.t.Helper()
	list, err := h.DuePushes(h.t.Context(), app, courier, 0, 1000)
	h.must(err)
	return list
}
