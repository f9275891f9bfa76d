package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/api"
	"github.com/openkefu/kefu/internal/apidoc/apidoctest"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/calls"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/metrics"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
	"github.com/openkefu/kefu/wechat"
)

// The people of the specification's examples.
const (
	alice = kefu.KFAccount("alice@demo_shop")
	bob   = kefu.KFAccount("bob_02@demo_shop")
	carol = kefu.KFAccount("carol@demo_shop")

	a1 = kefu.OpenID("oDemoKfCustomer_0000000000A1")
	b2 = kefu.OpenID("oDemoKfCustomer_0000000000B2")
	c3 = kefu.OpenID("oDemoKfCustomer_0000000000C3")
)

// shop is the developers' door with a desk and a ledger behind it and a clock
// that stands still unless it is moved. Nobody delivers its pushes: a test that
// wants an answer to one gives it. Alice and Bob are online and accept nobody by
// themselves; nobody is bound to Carol. A1, B2 and C3 followed an hour ago.
type shop struct {
	app    kefu.AppID
	desk   *desk.Desk
	ledger store.Store
	door   http.Handler
	clock  atomic.Int64
	book   *logbook
}

// opening is the time at which a shop opens.
var opening = time.Unix(1710277200, 0)

func openShop(tb testing.TB, change ...func(*kefu.OfficialAccount)) *shop {
	tb.Helper()
	ledger, err := sqlstore.OpenSQLite(tb.Context(), "sqlite", filepath.Join(tb.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	bytes, err := media.NewDisk(filepath.Join(tb.TempDir(), "media"))
	if err != nil {
		tb.Fatal(err)
	}
	s := &shop{app: fuzzedAppID, ledger: ledger, book: new(logbook)}
	tb.Cleanup(func() {
		if err := ledger.Close(); err != nil {
			tb.Error(err)
		}
		if err := bytes.Close(); err != nil {
			tb.Error(err)
		}
	})
	log := s.book.logger()
	s.desk = desk.New(desk.Parts{
		Ledger: ledger, Media: bytes, Pictures: picture.NewScaler(1), Now: s.now, Log: log, Signals: pubsub.New(), Courier: "nobody",
	})
	s.door = api.New(api.Parts{
		Desk: s.desk, Gate: auth.New(ledger, s.now, log), Calls: calls.New(ledger, log), Observer: metrics.New("test"), Log: log, Now: s.now,
	})
	s.at(opening.Add(-time.Hour))
	o := &kefu.OfficialAccount{
		AppID: s.app, Secret: kefu.DigestSecret(fuzzedSecret), WeChatID: "demo_shop", OriginalID: "gh_a1b2c3d4e5f6",
		KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
		Callback: kefu.Callback{URL: "http://127.0.0.1:1/", Token: "KfSpecToken2024"},
	}
	for _, change := range change {
		change(o)
	}
	s.do(tb, s.desk.AddOfficialAccount(tb.Context(), o))
	for _, agent := range []struct {
		account kefu.KFAccount
		worker  kefu.WeChatID
	}{{alice, "alice_wx"}, {bob, "bob_02_wx"}, {carol, ""}} {
		_, err := s.desk.AddAgent(tb.Context(), s.app, agent.account, string(agent.account.Suffix()))
		s.do(tb, err)
		if agent.worker != "" {
			s.do(tb, s.desk.Invite(tb.Context(), s.app, agent.account, agent.worker))
			s.do(tb, s.desk.AcceptInvitation(tb.Context(), s.app, agent.account))
			s.do(tb, s.desk.SetPresence(tb.Context(), s.app, agent.account, true, 0))
		}
	}
	for _, customer := range []kefu.OpenID{a1, b2, c3} {
		s.follow(tb, customer)
	}
	s.at(opening)
	return s
}

func (s *shop) now() time.Time { return time.UnixMilli(s.clock.Load()) }

func (s *shop) at(t time.Time) { s.clock.Store(t.UnixMilli()) }

func (s *shop) advance(d time.Duration) { s.at(s.now().Add(d)) }

// do ends the test when something that must succeed did not.
func (s *shop) do(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func (s *shop) follow(tb testing.TB, customer kefu.OpenID) {
	tb.Helper()
	_, err := s.desk.Follow(tb.Context(), s.app, desk.Follower{OpenID: customer})
	s.do(tb, err)
}

// write has a customer write something.
func (s *shop) write(tb testing.TB, customer kefu.OpenID, content kefu.Content) desk.Received {
	tb.Helper()
	got, err := s.desk.Receive(tb.Context(), s.app, customer, kefu.Inbound{Content: &content})
	s.do(tb, err)
	return got
}

func (s *shop) say(tb testing.TB, customer kefu.OpenID, words string) desk.Received {
	tb.Helper()
	return s.write(tb, customer, kefu.Content{Type: kefu.MsgText, Text: words})
}

// wait has a customer write, and the developer's server hand it over.
func (s *shop) wait(tb testing.TB, customer kefu.OpenID) {
	tb.Helper()
	got := s.say(tb, customer, "hi")
	_, err := s.desk.SettlePush(tb.Context(), s.app, got.Push, kefu.Attempt{At: s.now()}, &kefu.Reply{Transfer: true})
	s.do(tb, err)
}

// serve puts a customer in session.
func (s *shop) serve(tb testing.TB, agent kefu.KFAccount, customer kefu.OpenID) {
	tb.Helper()
	s.do(tb, s.desk.CreateSession(tb.Context(), s.app, agent, customer))
}

// mediaOf adds media to the ledger and returns its id, which begins with a name.
func (s *shop) mediaOf(tb testing.TB, name string, kind kefu.MediaType) string {
	tb.Helper()
	id := name + strings.Repeat("0", 64-len(name))
	s.do(tb, s.ledger.Update(tb.Context(), s.app, func(tx store.Tx) error {
		return tx.AddMedia(s.app, &kefu.Media{
			ID: kefu.MediaID(id), Type: kind, Format: "bin", Key: "media/x", Size: 1, CreatedAt: s.now(), ExpiresAt: s.now().Add(kefu.MediaLife),
		})
	}))
	return id
}

// events lists the events that the developer's server is told of, from a time on.
func (s *shop) events(tb testing.TB, from time.Time) []string {
	tb.Helper()
	pushes, err := s.desk.PushLog(tb.Context(), s.app, kefu.FirstMsgID(from)-1, 1000)
	s.do(tb, err)
	names := []string{}
	for _, p := range pushes {
		if p.Event != nil {
			names = append(names, string(p.Event.Type))
		}
	}
	return names
}

// token is an access token that is good now.
func (s *shop) token(tb testing.TB) string {
	tb.Helper()
	request := httptest.NewRequest(http.MethodPost, wechat.PathStableToken, strings.NewReader(
		`{"grant_type":"client_credential","appid":"`+fuzzedAppID+`","secret":"`+fuzzedSecret+`"}`))
	answer := httptest.NewRecorder()
	s.door.ServeHTTP(answer, request)
	var token wechat.Token
	if err := json.Unmarshal(answer.Body.Bytes(), &token); err != nil || token.AccessToken == "" {
		tb.Fatalf("got %s, want a token", answer.Body)
	}
	return token.AccessToken
}

// ask makes a call with a good token, and holds it against the wire's rules and
// the description.
func (s *shop) ask(t *testing.T, method, target, body string) []byte {
	t.Helper()
	request := httptest.NewRequest(method, withToken(target, s.token(t)), strings.NewReader(body))
	recorder := httptest.NewRecorder()
	s.door.ServeHTTP(recorder, request)
	answer := recorder.Body.Bytes()
	checkWire(t, request, recorder.Result(), answer)
	apidoctest.Validate(t, request, []byte(body), recorder.Result(), answer)
	return answer
}

// post asks with POST, or with GET when there is no body, and wants an errcode.
func (s *shop) post(t *testing.T, path, body string, want wechat.Errcode) []byte {
	t.Helper()
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	answer := s.ask(t, method, path, body)
	if got := errcodeIn(t, answer); got != want {
		t.Errorf("%s %s: got %d in %s, want %d", path, body, int(got), answer, int(want))
	}
	return answer
}

func errcodeIn(t *testing.T, answer []byte) wechat.Errcode {
	t.Helper()
	var status struct{ Errcode wechat.Errcode }
	if err := json.Unmarshal(answer, &status); err != nil {
		t.Fatalf("%v in %s", err, answer)
	}
	return status.Errcode
}

// change changes the official account.
func (s *shop) change(tb testing.TB, change func(*kefu.OfficialAccount)) {
	tb.Helper()
	s.do(tb, s.desk.ChangeOfficialAccount(context.Background(), s.app, func(o *kefu.OfficialAccount) error {
		change(o)
		return nil
	}))
}

// sameAnswer compares an answer with an expected one. Of an errmsg the text
// counts; its rid is another each time.
func sameAnswer(t *testing.T, got []byte, want map[string]any) {
	t.Helper()
	var have map[string]any
	if err := json.Unmarshal(got, &have); err != nil {
		t.Fatalf("%v in %s", err, got)
	}
	for _, values := range []map[string]any{have, want} {
		if errmsg, ok := values["errmsg"].(string); ok {
			values["errmsg"], _, _ = wechat.SplitErrmsg(errmsg)
		}
	}
	if mustJSON(t, have) != mustJSON(t, want) {
		t.Errorf("got  %s\nwant %s", mustJSON(t, have), mustJSON(t, want))
	}
}
