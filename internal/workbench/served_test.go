package workbench_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/openkefu/kefu/kefutest"
)

// The whole house serves the door: a demo person signs in with one click and answers.
func TestServed(t *testing.T) {
	t.Parallel()
	h := kefutest.Start(t, kefutest.WithDemoAgents())
	base := "/workbench/v1/" + h.AppID
	if got := h.Call(t, http.MethodGet, base+"/state", ""); got.Status != http.StatusUnauthorized {
		t.Errorf("without a login: got HTTP %d %s, want 401", got.Status, got.Body)
	}
	in := h.Call(t, http.MethodPost, "/auth/v1/demo", `{"wechat_id":"alice_wx"}`)
	if in.Status != http.StatusOK {
		t.Fatalf("sign in: got HTTP %d %s, want 200", in.Status, in.Body)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+base+"/state", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", in.Header.Get("Set-Cookie"))
	got := h.Do(t, r)
	var s state
	if err := json.Unmarshal(got.Body, &s); err != nil || s.Me.KFAccount != "alice@demo_shop" || s.Epoch == "" {
		t.Errorf("state: got HTTP %d %s (%v), want alice's", got.Status, got.Body, err)
	}
	// A name that anybody's page could lead here is not ours.
	r.Host = "evil.example"
	if got := h.Do(t, r); got.Status != http.StatusForbidden {
		t.Errorf("under another name: got HTTP %d %s, want 403", got.Status, got.Body)
	}
}
