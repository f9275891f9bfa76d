package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/metrics"
	"github.com/openkefu/kefu/internal/server"
	"github.com/openkefu/kefu/internal/store/sqlstore"
	"github.com/openkefu/kefu/wechat"
)

// inProcess is a production house without sockets and loops: what a fuzz
// target needs some thousand times a second.
type inProcess struct {
	handler http.Handler
	book    *logbook
	token   string
}

const (
	fuzzedAppID  = "wx5d3c0ffee1234567"
	fuzzedSecret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
)

func newInProcess(tb testing.TB) *inProcess {
	tb.Helper()
	folder := tb.TempDir()
	ledger, err := sqlstore.OpenSQLite(tb.Context(), "sqlite", filepath.Join(folder, "kefu.db"), sqlstore.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	pictures, err := media.NewDisk(filepath.Join(folder, "media"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := ledger.Close(); err != nil {
			tb.Error(err)
		}
		if err := pictures.Close(); err != nil {
			tb.Error(err)
		}
	})
	err = desk.New(desk.Parts{Ledger: ledger, Now: time.Now}).AddOfficialAccount(tb.Context(), &kefu.OfficialAccount{
		AppID: fuzzedAppID, Secret: kefu.DigestSecret(fuzzedSecret), WeChatID: "demo_shop", OriginalID: "gh_a1b2c3d4e5f6",
		KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	})
	if err != nil {
		tb.Fatal(err)
	}
	p := &inProcess{book: new(logbook)}
	house := server.New(server.Parts{Ledger: ledger, Media: pictures, Metrics: metrics.New("fuzz"), Log: p.book.logger()})
	p.handler = house.Handler()
	answer := p.post(wechat.PathStableToken, "", []byte(`{"grant_type":"client_credential","appid":"`+fuzzedAppID+`","secret":"`+fuzzedSecret+`"}`))
	var token wechat.Token
	if err := json.Unmarshal(answer.Body.Bytes(), &token); err != nil || token.AccessToken == "" {
		tb.Fatalf("got %s, want a token", answer.Body)
	}
	p.token = token.AccessToken
	if answer := p.post(withToken(wechat.PathAgentAdd, p.token), "", []byte(`{"kf_account":"alice@demo_shop","nickname":"Alice"}`)); answer.Body.String() != `{"errcode":0,"errmsg":"ok"}` {
		tb.Fatalf("got %s, want an agent added", answer.Body)
	}
	return p
}

func (p *inProcess) post(target, contentType string, body []byte) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, target, bytes.NewReader(body))
	request.Header.Set("Content-Type", contentType)
	answer := httptest.NewRecorder()
	p.handler.ServeHTTP(answer, request)
	return answer
}

// check holds an answer against what must be true of every one.
func (p *inProcess) check(t *testing.T, answer *httptest.ResponseRecorder) {
	t.Helper()
	if answer.Code != http.StatusOK {
		t.Errorf("got HTTP %d, want 200", answer.Code)
	}
	if got, want := answer.Header().Get("Content-Type"), "application/json; encoding=utf-8"; got != want {
		t.Errorf("got Content-Type %q, want %q", got, want)
	}
	if problem := notOneObject(answer.Body.Bytes()); problem != "" {
		t.Fatalf("%s: %q", problem, answer.Body)
	}
	var said struct {
		Errcode *wechat.Errcode `json:"errcode"`
		Errmsg  string          `json:"errmsg"`
		Token   string          `json:"access_token"`
		DNS     *[]any          `json:"dns"`
		Ping    *[]any          `json:"ping"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	// Of all that is fuzzed, only a token and a callback check have an answer
	// without errcode.
	if said.Errcode == nil && said.Token == "" && said.DNS == nil && said.Ping == nil {
		t.Errorf("got %s, want an errcode", answer.Body)
	}
	if said.Errcode != nil && *said.Errcode == wechat.SystemError {
		t.Errorf("got %s: no request may break something inside", answer.Body)
	}
	p.book.check(t, []string{fuzzedSecret, p.token})
	p.book.clear()
}

// clear forgets the lines so far.
func (l *logbook) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Reset()
}

var fuzzedPaths = []string{
	wechat.PathStableToken, wechat.PathCallbackCheck, wechat.PathClearQuota, wechat.PathClearQuotaV2,
	wechat.PathQuotaGet, wechat.PathQuotaClear, wechat.PathRIDGet,
	wechat.PathAgentAdd, wechat.PathAgentInvite, wechat.PathAgentUpdate, wechat.PathAgentDelete,
}

// FuzzJSON sends bodies to the endpoints that read JSON.
func FuzzJSON(f *testing.F) {
	for i := range fuzzedPaths {
		for _, body := range []string{
			``, ` `, `{}`, `[]`, `null`, `{"`, `{"a":{"a":[[]]}}`,
			`{"kf_account":"alice@demo_shop","nickname":"小美","invite_wx":"alice_wx"}`,
			`{"kf_account":"alice@demo_shop","nickname":"\u0000\ud83d\ude00"}`,
			`{"grant_type":"client_credential","appid":"` + fuzzedAppID + `","secret":"x","force_refresh":true}`,
			`{"appid":"` + fuzzedAppID + `","appsecret":"x","cgi_path":"/cgi-bin/token","rid":"65f0c2a1-1a2b3c4d-0badf00d"}`,
			`{"action":"ping","check_operator":"CAP","kf_account":5,"kf_account":6}`,
			"{\"kf_account\":\"\xff\"}",
		} {
			f.Add(uint8(i), []byte(body))
		}
	}
	p := newInProcess(f)
	f.Fuzz(func(t *testing.T, endpoint uint8, body []byte) {
		path := fuzzedPaths[int(endpoint)%len(fuzzedPaths)]
		p.check(t, p.post(withToken(path, p.token), "application/json", body))
	})
}

// FuzzUpload sends multipart bodies to the endpoint that takes pictures.
func FuzzUpload(f *testing.F) {
	picture := string(pictureFile(f, "png", 4, 4))
	part := "--x\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"
	for _, seed := range []struct{ contentType, body string }{
		{"multipart/form-data; boundary=x", part + picture + "\r\n--x--\r\n"},
		{"multipart/form-data", part + picture + "\r\n--x--\r\n"},
		{"", strings.ReplaceAll(part, "\r\n", "\n") + picture + "\n--x--\n"},
		{"multipart/form-data; boundary=x", part + string(pictureFile(f, "jpeg", 4, 4)) + "\r\n--x--"},
		{"multipart/form-data; boundary=x", part + string(bomb(30000, 30000)) + "\r\n--x--\r\n"},
		{"multipart/form-data; boundary=x", part + "\r\n--x--\r\n"},
		{"multipart/form-data; boundary=x", "--x--\r\n"},
		{"multipart/form-data; boundary=x", strings.Replace(part, "a.png", `..\\..\\a".png`, 1) + "GIF89a\r\n--x--\r\n"},
		{"multipart/form-data; boundary=", part},
		{"text/plain", ""},
	} {
		f.Add(seed.contentType, []byte(seed.body), "alice@demo_shop")
	}
	f.Add("multipart/form-data; boundary=x", []byte(part), "\x00")
	p := newInProcess(f)
	f.Fuzz(func(t *testing.T, contentType string, body []byte, account string) {
		request := httptest.NewRequest(http.MethodPost, withToken(wechat.PathAgentAvatar, p.token), bytes.NewReader(body))
		query := request.URL.Query()
		query.Set("kf_account", account)
		request.URL.RawQuery = query.Encode()
		request.Header["Content-Type"] = []string{contentType}
		answer := httptest.NewRecorder()
		p.handler.ServeHTTP(answer, request)
		p.check(t, answer)
	})
}

// FuzzQuery sends queries and methods to every endpoint, without a valid token
// among them.
func FuzzQuery(f *testing.F) {
	paths := append(allPaths(), "/cgi-bin/", "/customservice/x")
	for i := range paths {
		f.Add(uint8(i), uint8(i), "access_token=nonsense")
	}
	for _, query := range []string{
		"", "access_token=", "access_token=%00", "access_token=a&access_token=b", "%zz", "a;b", "=&=",
		"grant_type=client_credential&appid=" + fuzzedAppID + "&secret=x", "appid=wx_nope&secret=%ff", "kf_account=a@b",
	} {
		f.Add(uint8(1), uint8(0), query)
	}
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, "X"}
	p := newInProcess(f)
	f.Fuzz(func(t *testing.T, endpoint, method uint8, query string) {
		request := httptest.NewRequest(methods[int(method)%len(methods)], paths[int(endpoint)%len(paths)], strings.NewReader("{}"))
		request.URL.RawQuery = query
		answer := httptest.NewRecorder()
		p.handler.ServeHTTP(answer, request)
		p.check(t, answer)
	})
}
