package apidoc_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/openkefu/kefu/internal/apidoc/apidoctest"
)

// vector is one case of the vectors of package wechat.
type vector struct {
	Name    string         `json:"name"`
	Request *vectorRequest `json:"request"`
	// Response is the answer as the wire has it.
	Response json.RawMessage `json:"response"`
}

type vectorRequest struct {
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
}

func readTestdata(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "wechat", "testdata", "vectors", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func readVectors(t *testing.T) []vector {
	t.Helper()
	var all []vector
	for _, name := range []string{"09_credentials.json", "10_accounts.json", "12_sessions.json", "14_custom_messages.json"} {
		var file struct {
			Cases []vector `json:"cases"`
		}
		readTestdata(t, name, &file)
		if len(file.Cases) < 14 {
			t.Fatalf("%s: got %d cases, want at least 14", name, len(file.Cases))
		}
		all = append(all, file.Cases...)
	}
	return all
}

// withoutRequest says which call the vectors belong to that only give an answer.
var withoutRequest = map[string]vectorRequest{
	"api-expired-token":          {Method: "GET", Path: "/cgi-bin/customservice/getkflist"},
	"getonlinekflist-empty":      {Method: "GET", Path: "/cgi-bin/customservice/getonlinekflist"},
	"add-101st":                  {Method: "POST", Path: "/customservice/kfaccount/add"},
	"uploadheadimg-not-an-image": {Method: "POST", Path: "/customservice/kfaccount/uploadheadimg"},
	"not-enabled":                {Method: "GET", Path: "/cgi-bin/customservice/getkflist"},

	"create-offline":       {Method: "POST", Path: "/customservice/kfsession/create"},
	"create-unbound":       {Method: "POST", Path: "/customservice/kfsession/create"},
	"create-bad-openid":    {Method: "POST", Path: "/customservice/kfsession/create"},
	"close-none":           {Method: "POST", Path: "/customservice/kfsession/close"},
	"getsessionlist-empty": {Method: "GET", Path: "/customservice/kfsession/getsessionlist", Query: map[string]string{"kf_account": "alice@demo_shop"}},
	"getwaitcase-empty":    {Method: "GET", Path: "/customservice/kfsession/getwaitcase"},

	"typing-again":             {Method: "POST", Path: "/cgi-bin/message/custom/typing"},
	"typing-no-recent-contact": {Method: "POST", Path: "/cgi-bin/message/custom/typing"},
	"unknown-media":            {Method: "POST", Path: "/cgi-bin/message/custom/send"},
	"two-articles":             {Method: "POST", Path: "/cgi-bin/message/custom/send"},
	"window-closed":            {Method: "POST", Path: "/cgi-bin/message/custom/send"},
	"quota-used-up":            {Method: "POST", Path: "/cgi-bin/message/custom/send"},
	"malformed-json":           {Method: "POST", Path: "/cgi-bin/message/custom/send"},
	"empty-body":               {Method: "POST", Path: "/cgi-bin/message/custom/send"},
	"get-instead-of-post":      {Method: "POST", Path: "/cgi-bin/message/custom/send"},
}

// http makes the request that a vector stands for. Vectors leave the access
// token out.
func (r *vectorRequest) http(t *testing.T) (req *http.Request, body []byte) {
	t.Helper()
	query, err := url.ParseQuery(r.RawQuery)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range r.Query {
		query.Set(name, value)
	}
	if !query.Has("access_token") && !query.Has("grant_type") {
		query.Set("access_token", "85_token")
	}
	header := "application/json"
	body = r.JSON
	if len(r.Multipart) > 0 {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		for _, part := range r.Multipart {
			h := textproto.MIMEHeader{}
			h.Set("Content-Disposition", multipart.FileContentDisposition(part.Field, part.Filename))
			h.Set("Content-Type", part.ContentType)
			if _, err := w.CreatePart(h); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		header, body = w.FormDataContentType(), form.Bytes()
	}
	req = httptest.NewRequest(r.Method, r.Path+"?"+query.Encode(), bytes.NewReader(body))
	req.Header.Set("Content-Type", header)
	return req, body
}

func answer(body []byte) (*http.Response, []byte) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, body); err != nil {
		panic(err) // testdata was decoded already
	}
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/json; encoding=utf-8"}},
	}, compact.Bytes()
}

func TestVectorsAreDescribed(t *testing.T) {
	for _, v := range readVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			request := v.Request
			if request == nil {
				known, ok := withoutRequest[v.Name]
				if !ok {
					t.Fatal("the vector has no request and the test does not know which call it belongs to")
				}
				request = &known
			}
			req, body := request.http(t)
			res, resBody := answer(v.Response)
			apidoctest.Validate(t, req, body, res, resBody)
		})
	}
}

// unfit are the vectors whose request breaks a rule of form that the schema
// states. A foreign suffix or a missing account cannot be seen by a schema.
var unfit = map[string]bool{
	"add-bad-prefix":           true,
	"add-long-nickname":        true,
	"invite-unknown-wechat-id": true,
	"typing-bad-command":       true,
	"bad-msgtype":              true,
}

func TestVectorRequestsFit(t *testing.T) {
	_, doc := describe(t, scopes["sandbox"])
	for _, v := range readVectors(t) {
		if v.Request == nil || len(v.Request.JSON) == 0 {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			o := doc.Paths.Value(v.Request.Path).GetOperation(v.Request.Method)
			err := fits(o.RequestBody.Value.Content["application/json"].Schema, plain(t, v.Request.JSON))
			if got, want := err == nil, !unfit[v.Name]; got != want {
				t.Errorf("got fits %t, want %t: %v", got, want, err)
			}
		})
	}
}

func TestNameRules(t *testing.T) {
	var file struct {
		Cases []struct {
			KFAccount string `json:"kf_account"`
			OK        bool   `json:"ok"`
			Note      string `json:"note"`
		} `json:"cases"`
		Nicknames []struct {
			Nickname string `json:"nickname"`
			OK       bool   `json:"ok"`
		} `json:"nicknames"`
	}
	readTestdata(t, "11_kf_account_names.json", &file)
	if len(file.Cases) == 0 || len(file.Nicknames) == 0 {
		t.Fatal("the file has no cases")
	}
	_, doc := describe(t, scopes["production"])
	for _, c := range file.Cases {
		t.Run(c.KFAccount, func(t *testing.T) {
			// Whose suffix it is depends on the official account, not on the form.
			want := c.OK || c.Note == "suffix is not this account"
			if got := fits(doc.Components.Schemas["KfAccount"], c.KFAccount) == nil; got != want {
				t.Errorf("got fits %t, want %t", got, want)
			}
		})
	}
	for _, c := range file.Nicknames {
		t.Run("nickname "+c.Nickname, func(t *testing.T) {
			if got := fits(doc.Components.Schemas["Nickname"], c.Nickname) == nil; got != c.OK {
				t.Errorf("got fits %t, want %t", got, c.OK)
			}
		})
	}
}

// The pattern of errmsg takes every form of a refusal that ends in a rid, and
// nothing else.
func TestErrmsgPattern(t *testing.T) {
	var file struct {
		Cases []struct {
			Errmsg string  `json:"errmsg"`
			RID    *string `json:"rid"`
		} `json:"cases"`
	}
	readTestdata(t, "18_errmsg_format.json", &file)
	if len(file.Cases) == 0 {
		t.Fatal("the file has no cases")
	}
	_, doc := describe(t, scopes["production"])
	pattern := regexp.MustCompile(doc.Components.Schemas["Refusal"].Value.Properties["errmsg"].Value.Pattern)
	for _, c := range file.Cases {
		t.Run(c.Errmsg, func(t *testing.T) {
			if got, want := pattern.MatchString(c.Errmsg), c.RID != nil; got != want {
				t.Errorf("got matches %t, want %t", got, want)
			}
		})
	}
}
