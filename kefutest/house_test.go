package kefutest_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// Every house of these tests must be gone at the end, with its goroutines.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The whole story of an agent, on every ledger.
func TestStory(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { story(t) })
	t.Run("PostgreSQL", func(t *testing.T) {
		url := os.Getenv("KEFU_TEST_POSTGRES_URL")
		if url == "" {
			t.Skip("KEFU_TEST_POSTGRES_URL is not set")
		}
		story(t, kefutest.WithPostgres(url))
	})
}

func story(t *testing.T, opts ...kefutest.Option) {
	house := kefutest.Start(t, opts...)
	c := house.Client()
	carol := house.KFAccount("carol")
	if err := c.AddAgent(t.Context(), carol, "Carol"); err != nil {
		t.Fatal(err)
	}
	status := func() string {
		t.Helper()
		agents, err := c.Agents(t.Context())
		if err != nil || len(agents) != 1 {
			t.Fatalf("got %+v, %v, want one agent", agents, err)
		}
		return agents[0].InviteStatus + agents[0].KFWX
	}
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() { invite(t, house, carol) }, "waiting"},
		{func() { house.RejectInvitation(t, carol) }, "rejected"},
		{func() { invite(t, house, carol) }, "waiting"},
		{func() { house.Advance(t, 24*time.Hour) }, "expired"},
		{func() { invite(t, house, carol) }, "waiting"},
		{func() { house.AcceptInvitation(t, carol) }, "carol_wx"},
	} {
		if step.do(); status() != step.want {
			t.Fatalf("got %s, want %s", status(), step.want)
		}
	}

	house.Online(t, carol, 3)
	house.OpenSession(t, carol, "oDemoKfCustomer_0000000000A1")
	online, err := c.OnlineAgents(t.Context())
	if err != nil || len(online) != 1 || online[0].AcceptedCase != 1 {
		t.Errorf("in session: got %+v, %v, want carol serving one", online, err)
	}
	house.CloseSession(t, "oDemoKfCustomer_0000000000A1")
	house.Offline(t, carol)
	if online, err = c.OnlineAgents(t.Context()); err != nil || len(online) != 0 {
		t.Errorf("offline: got %+v, %v, want nobody", online, err)
	}

	if ahead := time.Until(house.Now(t)); ahead < 23*time.Hour {
		t.Errorf("got a clock %s ahead, want 24h", ahead)
	}
	house.Reset(t)
	if agents, err := house.Client().Agents(t.Context()); err != nil || len(agents) != 0 {
		t.Errorf("after the reset: got %+v, %v, want no agents", agents, err)
	}
}

func invite(t *testing.T, house *kefutest.House, account string) {
	t.Helper()
	if err := house.Client().InviteWorker(t.Context(), account, "carol_wx"); err != nil {
		t.Fatal(err)
	}
}

func TestOptions(t *testing.T) {
	var log bytes.Buffer
	var told []string
	house := kefutest.Start(t,
		kefutest.WithDemoAgents(),
		kefutest.WithAccount(func(o *kefu.OfficialAccount) { o.WeChatID, o.KFIDForm = "tea_house", kefu.KFIDNumber }),
		kefutest.WithLogger(slog.New(slog.NewTextHandler(&log, nil))),
		kefutest.WithRequiredHTTPS(),
		kefutest.WithTrustedProxies(netip.MustParsePrefix("127.0.0.1/32")),
		kefutest.WithCallbackIPs("192.0.2.1"),
		kefutest.WithExchanges(func(r *http.Request, body []byte, answer *http.Response, answerBody []byte) {
			told = append(told, r.Method+" "+r.URL.Path+" "+string(body)+" "+answer.Status+" "+string(answerBody))
		}),
	)
	if got := house.Call(t, http.MethodGet, wechat.PathCallbackIP, "").Errcode(); got != wechat.RequireHTTPS {
		t.Fatalf("plain HTTP: got %d, want %d", got, wechat.RequireHTTPS)
	}
	secure := func(method, target, body string) *kefutest.Answer {
		request, err := http.NewRequest(method, house.URL+target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Forwarded-Proto", "https")
		return house.Do(t, request)
	}
	var token wechat.Token
	answer := secure(http.MethodGet, wechat.PathToken+"?grant_type=client_credential&appid="+house.AppID+"&secret="+house.Secret, "")
	if err := json.Unmarshal(answer.Body, &token); err != nil {
		t.Fatal(err)
	}
	if got := string(secure(http.MethodGet, wechat.PathCallbackIP+"?access_token="+token.AccessToken, "").Body); got != `{"ip_list":["192.0.2.1"]}` {
		t.Errorf("callback addresses: got %s", got)
	}
	list := string(secure(http.MethodGet, wechat.PathAgentList+"?access_token="+token.AccessToken, "").Body)
	for _, want := range []string{`"alice@tea_house"`, `"kf_id":1002`} {
		if !strings.Contains(list, want) {
			t.Errorf("got %s, want %s in it", list, want)
		}
	}
	if base, rid := secure(http.MethodPost, wechat.PathAgentAdd+"?access_token="+token.AccessToken, "{}\n").Errmsg(); base == "" || rid == "" {
		t.Errorf("refusal: got text %q and rid %q, want both", base, rid)
	}
	house.Stop(t)
	house.Stop(t)
	if want := 5; len(told) != want {
		t.Fatalf("got %d exchanges told, want %d: %q", len(told), want, told)
	}
	if last := told[4]; !strings.HasPrefix(last, "POST "+wechat.PathAgentAdd+" {}\n 200 OK {\"errcode\":65404") {
		t.Errorf("got %q told, want the add that was refused", last)
	}
	if !strings.Contains(log.String(), "path="+wechat.PathAgentAdd) {
		t.Errorf("got no line about the call in the log: %s", log.String())
	}
}

func TestSeveralAccounts(t *testing.T) {
	house := kefutest.Start(t, kefutest.WithDemoAgents())
	other := house.AddAccount(t, func(o *kefu.OfficialAccount) { o.Limits.Agents = 1 })
	if err := other.Client().AddAgent(t.Context(), other.KFAccount("dora"), "Dora"); err != nil {
		t.Fatal(err)
	}
	if err := other.Client().InviteWorker(t.Context(), other.KFAccount("dora"), "dora_wx"); err != nil {
		t.Fatal(err)
	}
	other.AcceptInvitation(t, other.KFAccount("dora"))
	other.Online(t, other.KFAccount("dora"), 0)
	for name, view := range map[string]struct {
		house  *kefutest.House
		agents int
		online int
	}{"first": {house, 2, 0}, "second": {other, 1, 1}} {
		agents, err := view.house.Client().Agents(t.Context())
		if err != nil || len(agents) != view.agents {
			t.Errorf("%s: got %+v, %v, want %d agents", name, agents, err, view.agents)
		}
		online, err := view.house.Client().OnlineAgents(t.Context())
		if err != nil || len(online) != view.online {
			t.Errorf("%s: got %+v, %v, want %d online", name, online, err, view.online)
		}
	}
	other.ChangeAccount(t, func(o *kefu.OfficialAccount) { o.Standing.ServiceEnabled = false })
	if got := other.Call(t, http.MethodGet, wechat.PathAgentList+"?access_token="+other.Token(t), "").Errcode(); got != wechat.AgentFeatureOff {
		t.Errorf("switched off: got %d, want %d", got, wechat.AgentFeatureOff)
	}
}

// A house that is started on what another left goes on where that ended.
func TestData(t *testing.T) {
	folder := t.TempDir()
	first := kefutest.Start(t, kefutest.WithData(folder), kefutest.WithDemoAgents())
	token := first.Token(t)
	first.SetClock(t, time.Unix(1710277281, 0))
	first.Stop(t)
	second := kefutest.Start(t, kefutest.WithData(folder), kefutest.WithDemoAgents())
	if late := second.Now(t).Sub(time.Unix(1710277281, 0)); late < 0 || late > time.Minute {
		t.Errorf("got a clock %s after where it was set, want it to go on", late)
	}
	if got := second.Token(t); got != token {
		t.Error("got another token, want the one before the restart")
	}
}

func TestFaults(t *testing.T) {
	house := kefutest.Start(t)
	token := house.Token(t)
	house.SetFaults(t, kefutest.Fault{Path: "*", Errcode: -1, Times: 1, Delay: time.Millisecond, Probability: 1})
	list := wechat.PathAgentList + "?access_token=" + token
	if got := house.Call(t, http.MethodGet, list, "").Errcode(); got != wechat.SystemError {
		t.Errorf("got %d, want %d", got, wechat.SystemError)
	}
	if got := house.Call(t, http.MethodGet, list, "").Errcode(); got != wechat.OK {
		t.Errorf("after it: got %d, want %d", got, wechat.OK)
	}
}

func TestAnswerThatIsNoObject(t *testing.T) {
	a := kefutest.Answer{Body: []byte("<html>")}
	if got := a.Errcode(); got != wechat.SystemError {
		t.Errorf("got %d, want %d", got, wechat.SystemError)
	}
	if base, rid := a.Errmsg(); base+rid != "" {
		t.Errorf("got %q, %q, want nothing", base, rid)
	}
}
