package sqlstore_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// FuzzStrangers: whatever a stranger writes into a call, looking it up is an
// answer and remembering it loses nothing.
func FuzzStrangers(f *testing.F) {
	for _, seed := range []struct{ app, path, query, body string }{
		{"wx5d3c0ffee1234567", "/cgi-bin/token", "grant_type=client_credential&appid=wx5d3c0ffee1234567", `{"a":"客服"}`},
		{"", "", "", ""},
		{"a\x00b", "/\x00", "%00=\x00", "{\"\\u0000\":\x00}"},
		{"\xff\xfe", "/\xc3\x28", "\xed\xa0\x80", "\xf4\x90\x80\x80"},
		{"'; drop table agent; --", "/?$1", "?&?", "$1 ? \\ \""},
		{strings.Repeat("w", 5000), strings.Repeat("/", 5000), "", strings.Repeat("界", 5000)},
	} {
		f.Add(seed.app, seed.path, seed.query, seed.body)
	}
	s := openSQLite(f, filepath.Join(f.TempDir(), "kefu.db"), sqlstore.Options{})
	addShop(f, s)
	at := time.Date(2024, 3, 12, 12, 0, 0, 0, time.UTC)
	var n uint32
	f.Fuzz(func(t *testing.T, app, path, query, body string) {
		n++
		want := kefu.Call{
			RID: kefu.NewRID(at, n, 1), AppID: kefu.AppID(app), At: at, Path: path, Query: query,
			Request: body, Response: body, Errcode: 40013, ClientIP: "203.0.113.9",
		}
		err := s.Update(t.Context(), store.House, func(tx store.Tx) error { return tx.AddCalls([]kefu.Call{want}) })
		if err != nil {
			t.Fatalf("AddCalls: got %v, want nil", err)
		}
		if !utf8.ValidString(app) || strings.Contains(app, "\x00") {
			want.AppID = ""
		}
		known := kefu.AppID(app) == shop().AppID
		err = s.View(t.Context(), func(r store.Reader) error {
			if got, err := r.Call(want.RID); err != nil || got != want {
				t.Errorf("Call: got %+v (%v), want %+v", got, err, want)
			}
			if _, err := r.OfficialAccount(kefu.AppID(app)); !known && err != kefu.OfficialAccountUnknown {
				t.Errorf("OfficialAccount: got %v, want %v", err, kefu.OfficialAccountUnknown)
			}
			if _, err := r.OfficialAccountByWeChatID(kefu.WeChatID(app)); app != "demo_shop" && err != kefu.OfficialAccountUnknown {
				t.Errorf("OfficialAccountByWeChatID: got %v, want %v", err, kefu.OfficialAccountUnknown)
			}
			if _, err := r.Agent(shop().AppID, kefu.KFAccount(body)); err != kefu.AgentUnknown {
				t.Errorf("Agent: got %v, want %v", err, kefu.AgentUnknown)
			}
			if _, err := r.Token(kefu.DigestToken(query)); err != kefu.TokenInvalid {
				t.Errorf("Token: got %v, want %v", err, kefu.TokenInvalid)
			}
			shop, openid := shop().AppID, kefu.OpenID(body)
			if _, err := r.Customer(shop, openid); err != kefu.CustomerUnknown {
				t.Errorf("Customer: got %v, want %v", err, kefu.CustomerUnknown)
			}
			if _, err := r.Media(shop, kefu.MediaID(query)); err != kefu.MediaUnknown {
				t.Errorf("Media: got %v, want %v", err, kefu.MediaUnknown)
			}
			if _, ok, err := r.Session(shop, openid); ok || err != nil {
				t.Errorf("Session: got %v (%v), want none", ok, err)
			}
			if all, err := r.Customers(shop, store.CustomerFilter{}, openid, 10); len(all) != 0 || err != nil {
				t.Errorf("Customers: got %v (%v), want none", all, err)
			}
			asked := store.RecordQuery{From: at, To: at, Customer: openid, Limit: 10}
			if all, err := r.Records(shop, asked); len(all) != 0 || err != nil {
				t.Errorf("Records: got %v (%v), want none", all, err)
			}
			return nil
		})
		if err != nil {
			t.Fatalf("View: got %v, want nil", err)
		}
	})
}
