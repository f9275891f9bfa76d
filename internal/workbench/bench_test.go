package workbench_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/openkefu/kefu"
)

// BenchmarkState is the first thing that a page asks for, by an agent with 50
// sessions while 100 customers wait: a handful of questions to the ledger. The
// budget is 10 ms.
func BenchmarkState(b *testing.B) {
	h := newHouse(b)
	h.online(alice)
	p := h.signIn("alice_wx")
	for i := range 150 {
		openid := kefu.OpenID(fmt.Sprint("o", i))
		h.writes(openid, "a question of some length, as people ask them: 我的订单什么时候发货？")
		if i < 50 {
			h.must(h.AcceptCustomer(b.Context(), app, alice, openid))
		}
	}
	b.Run("state", func(b *testing.B) {
		for b.Loop() {
			if got := p.get("/state"); got.status != http.StatusOK {
				b.Fatalf("got HTTP %d %s, want 200", got.status, got.body)
			}
		}
	})
	b.Run("page of conversations", func(b *testing.B) {
		for b.Loop() {
			p.get("/conversations?limit=50")
		}
	})
	b.Run("panel", func(b *testing.B) {
		for b.Loop() {
			p.get("/customers/o1")
		}
	})
	// Most houses have more to look through than this one; a search reads 20,000
	// messages at most.
	for range 20_000/150 - 1 {
		for i := range 150 {
			_, err := h.Receive(b.Context(), app, kefu.OpenID(fmt.Sprint("o", i)), kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: "another question of some length, as people ask them"}})
			h.must(err)
		}
	}
	b.Run("search of 20,000 messages", func(b *testing.B) {
		for b.Loop() {
			p.get("/conversations?q=nothing+like+it")
		}
	})
}
