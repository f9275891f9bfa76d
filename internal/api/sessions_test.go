package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// sessionOf is a body that names a pair.
func sessionOf(agent kefu.KFAccount, customer kefu.OpenID) string {
	return `{"kf_account":"` + string(agent) + `","openid":"` + string(customer) + `"}`
}

func TestSessionVectors(t *testing.T) {
	var doc struct {
		Cases []struct {
			vector
			SideEffectPush json.RawMessage `json:"side_effect_push"`
		} `json:"cases"`
	}
	readVector(t, "12_sessions.json", &doc)
	if len(doc.Cases) < 14 {
		t.Fatalf("got %d cases, want at least 14", len(doc.Cases))
	}
	served := func(t *testing.T, s *shop) { s.serve(t, alice, a1) }
	// What happens before each case, and the request of those that have none.
	worlds := map[string]struct {
		before     func(t *testing.T, s *shop)
		path, body string
	}{
		"create":                 {},
		"create-again-same-pair": {before: served},
		"create-held-by-other":   {before: served},
		"create-offline": {
			before: func(t *testing.T, s *shop) { s.do(t, s.desk.SetPresence(t.Context(), s.app, alice, false, 0)) },
			path:   wechat.PathSessionCreate, body: sessionOf(alice, a1),
		},
		"create-unbound":    {path: wechat.PathSessionCreate, body: sessionOf(carol, a1)},
		"create-bad-openid": {path: wechat.PathSessionCreate, body: sessionOf(alice, "oNobody")},
		"close":             {before: served},
		"close-none":        {path: wechat.PathSessionClose, body: sessionOf(alice, a1)},
		"getsession-active": {before: served},
		"getsession-none":   {},
		"getsessionlist": {before: func(t *testing.T, s *shop) {
			s.serve(t, alice, a1)
			s.advance(20 * time.Second)
			s.serve(t, alice, b2)
			s.serve(t, bob, c3)
		}},
		"getsessionlist-empty": {path: wechat.PathSessionList + "?kf_account=" + string(alice)},
		"getwaitcase": {before: func(t *testing.T, s *shop) {
			s.at(time.Unix(1710277200, 0))
			s.wait(t, b2)
			s.at(time.Unix(1710277210, 0))
			s.wait(t, c3)
			for i := range 148 {
				customer := kefu.OpenID(fmt.Sprintf("oWaits%03d", i))
				s.follow(t, customer)
				s.wait(t, customer)
			}
		}},
		"getwaitcase-empty": {path: wechat.PathWaitList},
	}
	for _, v := range doc.Cases {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			world, known := worlds[v.Name]
			if !known {
				t.Fatal("the test does not know the world of the case")
			}
			s := openShop(t)
			s.at(clockOfVectors)
			if world.before != nil {
				world.before(t, s)
			}
			s.advance(time.Second)
			asked := s.now()
			target, body := world.path, world.body
			if v.Request != nil {
				query := url.Values{}
				for name, value := range v.Request.Query {
					query.Set(name, value)
				}
				target, body = v.Request.Path+"?"+query.Encode(), string(v.Request.JSON)
			}
			method := http.MethodPost
			if body == "" {
				method = http.MethodGet
			}
			got := s.ask(t, method, target, body)
			if v.Name == "getwaitcase" {
				var list wechat.WaitList
				if err := json.Unmarshal(got, &list); err != nil {
					t.Fatal(err)
				}
				if len(list.WaitCaseList) != 100 {
					t.Fatalf("got %d of those who wait, want the first 100", len(list.WaitCaseList))
				}
				list.WaitCaseList = list.WaitCaseList[:2] // the example shows two
				got = []byte(mustJSON(t, list))
			}
			sameAnswer(t, got, v.Response)

			var event *string
			if len(v.SideEffectPush) > 0 {
				if err := json.Unmarshal(v.SideEffectPush, &event); err != nil {
					t.Fatal(err)
				}
			}
			want := []string{}
			if event != nil {
				want = append(want, *event)
			}
			if got := s.events(t, asked); !slices.Equal(got, want) {
				t.Errorf("got pushes %v, want %v", got, want)
			}
		})
	}
}

// The refusals of each call, the earlier check first where two apply.
func TestSessionRefusals(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.serve(t, bob, b2)
	s.do(t, s.desk.Unfollow(t.Context(), s.app, c3))
	for _, tt := range []struct {
		name, path, body string
		want             wechat.Errcode
	}{
		{"create with nobody's openid and no agent", wechat.PathSessionCreate, sessionOf("nobody@demo_shop", "oNobody"), wechat.InvalidOpenID},
		{"create without openid", wechat.PathSessionCreate, `{"kf_account":"alice@demo_shop"}`, wechat.InvalidOpenID},
		{"create with an openid that none can be", wechat.PathSessionCreate, `{"kf_account":"alice@demo_shop","openid":"\u0000"}`, wechat.InvalidOpenID},
		{"create for who unfollowed", wechat.PathSessionCreate, sessionOf(alice, c3), wechat.InvalidOpenID},
		{"create with an unknown agent", wechat.PathSessionCreate, sessionOf("nobody@demo_shop", a1), wechat.InvalidAgent},
		{"create without an agent", wechat.PathSessionCreate, `{"openid":"` + string(a1) + `"}`, wechat.InvalidAgent},
		{"create with an agent that none can be", wechat.PathSessionCreate, `{"kf_account":"\u0000","openid":"` + string(a1) + `"}`, wechat.InvalidAgent},
		{"create with an unbound agent for who is served", wechat.PathSessionCreate, sessionOf(carol, b2), wechat.AgentUnbound},
		{"create with another agent", wechat.PathSessionCreate, sessionOf(alice, b2), wechat.SessionOfAnotherWorker},
		{"create with a wrong type", wechat.PathSessionCreate, `{"kf_account":5,"openid":"x"}`, wechat.DataFormatError},
		{"create without a body", wechat.PathSessionCreate, ` `, wechat.EmptyPostData},
		{"create with early clients' text", wechat.PathSessionCreate, `{"kf_account":"alice@demo_shop","openid":"` + string(a1) + `","text":"a note"}`, wechat.OK},
		{"close of nobody", wechat.PathSessionClose, sessionOf(alice, "oNobody"), wechat.InvalidOpenID},
		{"close of an unknown agent", wechat.PathSessionClose, sessionOf("nobody@demo_shop", a1), wechat.InvalidAgent},
		{"close of another's", wechat.PathSessionClose, sessionOf(alice, b2), wechat.SessionOfAnotherWorker},
		{"close with early clients' text", wechat.PathSessionClose, `{"kf_account":"alice@demo_shop","openid":"` + string(a1) + `","text":5}`, wechat.OK},
		{"close once more", wechat.PathSessionClose, sessionOf(alice, a1), wechat.NoSession},
		{"getsession of nobody", wechat.PathSession + "?openid=oNobody", "", wechat.InvalidOpenID},
		{"getsession without openid", wechat.PathSession, "", wechat.InvalidOpenID},
		{"getsession with an openid that none can be", wechat.PathSession + "?openid=%00", "", wechat.InvalidOpenID},
		{"getsessionlist of nobody", wechat.PathSessionList + "?kf_account=nobody@demo_shop", "", wechat.InvalidAgent},
		{"getsessionlist without an agent", wechat.PathSessionList, "", wechat.InvalidAgent},
		{"getsessionlist with an agent that none can be", wechat.PathSessionList + "?kf_account=%00", "", wechat.InvalidAgent},
		{"getsessionlist of an unbound agent", wechat.PathSessionList + "?kf_account=carol%40demo_shop", "", wechat.AgentUnbound},
	} {
		t.Run(tt.name, func(t *testing.T) { s.post(t, tt.path, tt.body, tt.want) })
	}
	s.book.check(t, []string{fuzzedSecret})
}

// Reading with POST is tolerated, and its body is not looked at.
func TestSessionsAreReadWithPOST(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for _, target := range []string{
		wechat.PathSession + "?openid=" + string(a1), wechat.PathSessionList + "?kf_account=" + string(alice), wechat.PathWaitList,
	} {
		get, post := s.post(t, target, "", wechat.OK), s.post(t, target, "not JSON", wechat.OK)
		if string(get) != string(post) {
			t.Errorf("%s: got %s with POST, want %s as with GET", target, post, get)
		}
	}
}

// Of two agents who race for a customer one has it and the other is told so.
func TestRaceForASession(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for i := range 20 {
		customer := kefu.OpenID(fmt.Sprintf("oRaced%02d", i))
		s.follow(t, customer)
		codes := make([]wechat.Errcode, 2)
		var racing sync.WaitGroup
		for n, agent := range []kefu.KFAccount{alice, bob} {
			racing.Go(func() {
				codes[n] = errcodeIn(t, s.ask(t, http.MethodPost, wechat.PathSessionCreate, sessionOf(agent, customer)))
			})
		}
		racing.Wait()
		slices.Sort(codes)
		if !slices.Equal(codes, []wechat.Errcode{wechat.OK, wechat.SessionOfAnotherWorker}) {
			t.Fatalf("got %v, want one session", codes)
		}
	}
}

// The customer service feature switches sessions and records off, and leaves
// messages as they are.
func TestFeatureOff(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.say(t, a1, "hi")
	s.change(t, func(o *kefu.OfficialAccount) { o.Standing.ServiceEnabled = false })
	window := `{"starttime":1710277200,"endtime":1710277300,"msgid":1,"number":1,"pagesize":1,"pageindex":1}`
	for path, body := range map[string]string{
		wechat.PathSessionCreate: sessionOf(alice, a1),
		wechat.PathSessionClose:  sessionOf(alice, a1),
		wechat.PathSession:       "",
		wechat.PathSessionList:   "",
		wechat.PathWaitList:      "",
		wechat.PathRecordList:    window,
		wechat.PathLegacyRecords: window,
		wechat.PathOldestRecords: window,
	} {
		s.post(t, path, body, wechat.AgentFeatureOff)
	}
	s.post(t, wechat.PathSessionCreate, `{`, wechat.DataFormatError) // the body is looked at first
	s.post(t, wechat.PathCustomTyping, `{"touser":"`+string(a1)+`","command":"Typing"}`, wechat.OK)
	s.post(t, wechat.PathCustomSend, `{"touser":"`+string(a1)+`","msgtype":"text","text":{"content":"hello"}}`, wechat.OK)
}
