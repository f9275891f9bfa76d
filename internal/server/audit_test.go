package server_test

import (
	"net/http"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// What the developer's program does to agents stands in the audit, as what people do in
// the console; what is refused does not.
func TestAuditOfTheAPI(t *testing.T) {
	t.Parallel()
	h := build(t, nil).run(t)
	token := h.token(t)
	for _, c := range []struct{ path, body string }{
		{"/customservice/kfaccount/add", `{"kf_account":"dora@demo_shop","nickname":"Dora"}`},
		{"/customservice/kfaccount/add", `{"kf_account":"dora@demo_shop","nickname":"Again"}`},
		{"/customservice/kfaccount/inviteworker", `{"kf_account":"dora@demo_shop","invite_wx":"dora_wx"}`},
		{"/customservice/kfaccount/update", `{"kf_account":"dora@demo_shop","nickname":"朵拉"}`},
		{"/customservice/kfaccount/del", `{"kf_account":"dora@demo_shop"}`},
	} {
		if status, _ := h.call(t, http.MethodPost, c.path+"?access_token="+token, c.body); status != http.StatusOK {
			t.Fatalf("%s: got HTTP %d", c.path, status)
		}
	}
	var acts []kefu.Act
	if err := h.ledger.View(t.Context(), func(r store.Reader) (err error) {
		acts, err = r.Acts(0, 100)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := len(acts) - 1; i >= 0; i-- {
		a := acts[i]
		if a.Who != kefu.ByAPI {
			continue
		}
		if a.Object != "dora@demo_shop" || a.IP != "127.0.0.1" || a.At.IsZero() {
			t.Errorf("got %+v, want it to tell of whom, from where and when", a)
		}
		got = append(got, string(a.What)+" "+a.Before+" "+a.After)
	}
	want := []string{"agent_added  Dora", "agent_invited  dora_wx", "agent_renamed Dora 朵拉", "agent_removed  "}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}
