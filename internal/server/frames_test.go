package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/openkefu/kefu/internal/server"
)

// TestFrames: the pages that settings name may show the phone and nothing else; in a
// sandbox the house shows its own pages to itself.
func TestFrames(t *testing.T) {
	t.Parallel()
	plain := func(p *server.Parts) { p.Demo = nil }
	shop := func(p *server.Parts) { p.Demo, p.PhoneFrames = nil, []string{"https://shop.example.com"} }
	for _, tt := range []struct {
		name, path string
		change     func(*server.Parts)
		ancestors  string
	}{
		{"phone, nobody named", "/phone/" + appID, plain, "'none'"},
		{"phone, a shop named", "/phone/" + appID, shop, "'self' https://shop.example.com"},
		{"workbench beside it", "/workbench/", shop, "'none'"},
		{"sign-in beside it", "/sign-in", shop, "'none'"},
		{"phone in a sandbox", "/phone/" + appID, nil, "'self'"},
		{"workbench in a sandbox", "/workbench/", nil, "'self'"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer := build(t, tt.change).ask(http.MethodGet, tt.path, "")
			policy := answer.Header().Get("Content-Security-Policy")
			if want := "; frame-ancestors " + tt.ancestors + ";"; !strings.Contains(policy, want) {
				t.Errorf("got policy %q, want %q in it", policy, want)
			}
		})
	}
}
