package api_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

type vector struct {
	Name     string `json:"name"`
	ClientIP string `json:"client_ip"`
	Request  *struct {
		Method    string            `json:"method"`
		Path      string            `json:"path"`
		Query     map[string]string `json:"query"`
		RawQuery  string            `json:"raw_query"`
		JSON      json.RawMessage   `json:"json"`
		Multipart []struct {
			Field       string `json:"field"`
			Filename    string `json:"filename"`
			ContentType string `json:"content_type"`
		} `json:"multipart"`
	} `json:"request"`
	Response map[string]any `json:"response"`
}

// readVector reads a file of the specification's examples.
func readVector(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "wechat", "testdata", "vectors", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func TestVectors(t *testing.T) {
	for _, file := range []string{"09_credentials.json", "10_accounts.json"} {
		var doc struct {
			Cases []vector `json:"cases"`
		}
		readVector(t, file, &doc)
		if len(doc.Cases) < 15 {
			t.Fatalf("%s: got %d cases, want at least 15", file, len(doc.Cases))
		}
		for _, v := range doc.Cases {
			forms := []kefu.KFIDForm{kefu.KFIDString}
			if strings.Contains(mustJSON(t, v.Response), `"kf_id"`) {
				forms = append(forms, kefu.KFIDNumber)
			}
			for _, form := range forms {
				t.Run(v.Name+"/kf_id "+string(form), func(t *testing.T) {
					t.Parallel()
					v.run(t, form)
				})
			}
		}
	}
}

func (v vector) run(t *testing.T, form kefu.KFIDForm) {
	world := worlds[v.Name]
	opts := append([]kefutest.Option{kefutest.WithAccount(func(o *kefu.OfficialAccount) { o.KFIDForm = form })}, world.options...)
	house := start(t, opts...)
	answer := v.ask(t, house, world)

	var got map[string]any
	if err := json.Unmarshal(answer.Body, &got); err != nil {
		t.Fatal(err)
	}
	expected := expectedAnswer(t, v.Response, form)
	if world.say != nil {
		world.say(t, got, expected)
	}
	// Of an errmsg the text counts; its rid is another each time.
	for _, values := range []map[string]any{got, expected} {
		if errmsg, ok := values["errmsg"].(string); ok {
			values["errmsg"], _, _ = wechat.SplitErrmsg(errmsg)
		}
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("the answer differs (-want +got):\n%s", diff)
	}
}

// ask lays out the world and makes the request.
func (v vector) ask(t *testing.T, house *kefutest.House, world laid) *kefutest.Answer {
	if world.also != nil {
		return world.also(t, house)
	}
	if v.Request == nil {
		t.Fatal("the case has no request, and the test does not know which it belongs to")
	}
	target := ""
	if world.before != nil {
		target = world.before(t, house)
	}
	if target == "" {
		query := url.Values{}
		for name, value := range v.Request.Query {
			query.Set(name, value)
		}
		if v.carriesToken() {
			query.Set("access_token", house.Token(t))
		}
		target = v.Request.Path + "?" + query.Encode()
	}
	body, contentType := []byte(v.Request.JSON), "application/json"
	if len(v.Request.Multipart) > 0 {
		part := v.Request.Multipart[0]
		body, contentType = form(t, part.Field, part.Filename, part.ContentType, pictureFile(t, "jpeg", 8, 8))
	}
	request, err := http.NewRequest(v.Request.Method, house.URL+target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	if v.ClientIP != "" {
		request.Header.Set("X-Forwarded-For", v.ClientIP)
	}
	return house.Do(t, request)
}

// carriesToken tells whether the files leave out a token that the request has.
func (v vector) carriesToken() bool {
	switch {
	case v.Request.Path == wechat.PathToken || v.Request.Path == wechat.PathStableToken:
		return false
	case v.Request.Query["access_token"] != "":
		return false
	}
	return v.Name != "api-without-token"
}

// expectedAnswer copies the expected answer, with kf_id in the account's form.
func expectedAnswer(t *testing.T, response map[string]any, form kefu.KFIDForm) (expected map[string]any) {
	t.Helper()
	text := mustJSON(t, response)
	if form == kefu.KFIDNumber {
		for _, id := range []string{"1001", "1002", "1003"} {
			text = strings.ReplaceAll(text, `"kf_id":"`+id+`"`, `"kf_id":`+id)
		}
	}
	if err := json.Unmarshal([]byte(text), &expected); err != nil {
		t.Fatal(err)
	}
	return expected
}

// form is a multipart form with one file.
func form(t *testing.T, field, filename, contentType string, content []byte) (body []byte, header string) {
	t.Helper()
	var text bytes.Buffer
	w := multipart.NewWriter(&text)
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", multipart.FileContentDisposition(field, filename))
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	part, err := w.CreatePart(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return text.Bytes(), w.FormDataContentType()
}

func TestNameVectors(t *testing.T) {
	t.Parallel()
	var doc struct {
		Cases []struct {
			KFAccount string         `json:"kf_account"`
			OK        bool           `json:"ok"`
			Errcode   wechat.Errcode `json:"errcode"`
		} `json:"cases"`
		Nicknames []struct {
			Nickname string         `json:"nickname"`
			OK       bool           `json:"ok"`
			Errcode  wechat.Errcode `json:"errcode"`
		} `json:"nicknames"`
	}
	readVector(t, "11_kf_account_names.json", &doc)
	if len(doc.Cases) < 10 || len(doc.Nicknames) < 4 {
		t.Fatalf("got %d names and %d nicknames, want at least 10 and 4", len(doc.Cases), len(doc.Nicknames))
	}
	house := start(t)
	accepted := 0
	for _, c := range doc.Cases {
		t.Run(c.KFAccount, func(t *testing.T) {
			want(t, call(t, house, wechat.PathAgentAdd, mustJSON(t, wechat.AddAgent{KFAccount: c.KFAccount, Nickname: "n"})), c.Errcode)
		})
		if c.OK {
			accepted++
		}
	}
	if got := len(agents(t, house)); got != accepted {
		t.Errorf("got %d agents, want the %d whose names are legal", got, accepted)
	}
	for _, c := range doc.Nicknames {
		t.Run("nickname "+c.Nickname, func(t *testing.T) {
			want(t, call(t, house, wechat.PathAgentUpdate, mustJSON(t, wechat.UpdateAgent{KFAccount: house.KFAccount("a"), Nickname: c.Nickname})), c.Errcode)
			if c.OK && !strings.Contains(list(t, house), `"kf_nick":"`+c.Nickname+`"`) {
				t.Errorf("got %s, want the nickname in it, unescaped", list(t, house))
			}
		})
	}
}
