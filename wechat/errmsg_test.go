package wechat

import (
	"encoding/json"
	"net/netip"
	"testing"
)

func TestSplitErrmsg(t *testing.T) {
	var doc struct {
		Cases []struct {
			Errmsg, Base string
			Hint, RID    *string
		} `json:"cases"`
	}
	readJSON(t, "18_errmsg_format.json", &doc)
	if len(doc.Cases) < 5 {
		t.Fatalf("got %d cases", len(doc.Cases))
	}
	for _, c := range doc.Cases {
		t.Run(c.Errmsg, func(t *testing.T) {
			base, hint, rid := SplitErrmsg(c.Errmsg)
			if base != c.Base || hint != deref(c.Hint) || rid != deref(c.RID) {
				t.Errorf("got %q, %q, %q, want %q, %q, %q", base, hint, rid, c.Base, deref(c.Hint), deref(c.RID))
			}
		})
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestStatusOfVectors(t *testing.T) {
	const rid = "65f0c2a1-1a2b3c4d-0badf00d"
	tried := 0
	for _, file := range []string{"09_credentials.json", "10_accounts.json", "12_sessions.json", "14_custom_messages.json"} {
		for _, v := range readVectors(t, file) {
			var want Status
			if err := json.Unmarshal(v.Response, &want); err != nil {
				t.Fatal(err)
			}
			if want.Errmsg == "" {
				continue
			}
			tried++
			got := NewStatus(want.Errcode, rid)
			switch {
			case want.Errcode == AddressNotAllowed:
				got = NewStatusText(want.Errcode, AddressNotAllowedText(netip.MustParseAddr("203.0.113.9")), rid)
			case want.Errcode == InvalidCredential:
				got = NewStatusText(want.Errcode, want.Errcode.LongText(), rid)
			}
			if got != want {
				t.Errorf("%s: got %+v, want %+v", v.Name, got, want)
			}
		}
	}
	if tried < 40 {
		t.Errorf("got only %d statuses to try", tried)
	}
}
