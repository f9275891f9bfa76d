package signin_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/signin"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// FuzzDoor: whatever a stranger sends, the answer is an object of ours, nobody is
// signed in, and nothing breaks.
func FuzzDoor(f *testing.F) {
	ledger, err := sqlstore.OpenSQLite(f.Context(), "sqlite", filepath.Join(f.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := ledger.Close(); err != nil {
			f.Error(err)
		}
	})
	log := slog.New(slog.DiscardHandler)
	house := desk.New(desk.Parts{Ledger: ledger, Now: time.Now, Log: log})
	o := account()
	if err := house.AddOfficialAccount(f.Context(), &o); err != nil {
		f.Fatal(err)
	}
	// Cheap hashes: it is not they that are tried here.
	people := auth.NewPeople(auth.PeopleParts{Ledger: ledger, Now: time.Now, Log: log, Cost: auth.PasswordCost{Memory: 8, Passes: 1, Lanes: 1}})
	person := kefu.Person{ID: "amy_wx", Name: "Amy", Role: kefu.RoleAgent}
	if err := people.Add(f.Context(), person, "of no one else 7f2c", auth.By{Who: kefu.ByCommand}); err != nil {
		f.Fatal(err)
	}
	mux := http.NewServeMux()
	signin.New(signin.Parts{Desk: house, People: people, Now: time.Now, Log: log}).Mount(mux)

	const token = "wx5d3c0ffee1234567.carol.sapvk1.AAAAAAAAAAAAAAAAAAAAAA"
	f.Add("login", `{"wechat_id":"amy_wx","password":"x"}`, "kefu_login=x")
	f.Add("login", `{"wechat_id":"a\u0000","password":"\ud800"}`, "kefu_login="+strings.Repeat("A", 43))
	f.Add("logout", "", "kefu_login=; kefu_login=y")
	f.Add("setup", `{"token":"","wechat_id":"zhang_wei","name":"n","password":"12345678"}`, "")
	f.Add("password", `{"old":"x","new":"12345678"}`, "kefu_login=\"")
	f.Add("invitations/"+token+"/register", `{"name":"n","password":"12345678"}`, "")
	f.Add("invitations/wx5d3c0ffee1234567..-1./accept", "", "")
	f.Fuzz(func(t *testing.T, path, body, cookie string) {
		request := httptest.NewRequest(http.MethodPost, "/auth/v1/", strings.NewReader(body))
		request.URL.Path = "/auth/v1/" + path
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Cookie", cookie)
		// Tries need not wait for each other.
		people.Forget()
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, request)
		switch answer.Code {
		case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
			return // a path that is written otherwise
		case http.StatusOK:
			if path == "logout" && answer.Body.String() == "{}" {
				return
			}
		case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict:
			var got struct{ Error struct{ Code string } }
			if err := json.Unmarshal(answer.Body.Bytes(), &got); err == nil && got.Error.Code != "" {
				return
			}
		}
		t.Errorf("%q %q %q: got HTTP %d %s, want a refusal", path, body, cookie, answer.Code, answer.Body)
	})
}
