package apidoc_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/openkefu/kefu/wechat"
)

// The texts in the description are those that the wire has.
func TestErrcodeTexts(t *testing.T) {
	d, _ := describe(t, scopes["production"])
	for _, o := range d.Operations() {
		for _, e := range o.Errcodes {
			text := wechat.Errcode(e.Code).Text()
			if e.Code == int(wechat.AddressNotAllowed) {
				text = wechat.AddressNotAllowedText(netip.MustParseAddr("203.0.113.9"))
			}
			if want, _, _ := strings.Cut(e.Text, "{"); !strings.HasPrefix(text, want) {
				t.Errorf("%s %s: errcode %d: got %q in the description, want %q", o.Method, o.Path, e.Code, e.Text, text)
			}
		}
	}
}
