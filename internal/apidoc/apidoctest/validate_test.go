package apidoctest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// recorder is a testing.TB that only notes what was reported to it.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...) }

const (
	done    = `{"errcode":0,"errmsg":"ok"}`
	rid     = ` rid: 65f0c2a1-1a2b3c4d-0badf00d"}`
	noToken = `{"errcode":41001,"errmsg":"access_token missing` + rid
	exists  = `{"errcode":65406,"errmsg":"custom service account exists` + rid
	add     = "/customservice/kfaccount/add?access_token=85_t"
	addBody = `{"kf_account":"alice@demo_shop","nickname":"Alice"}`
	list    = "/cgi-bin/customservice/getkflist?access_token=85_t"
	form    = "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\r\nx\r\n--b--\r\n"
	upload  = "/customservice/kfaccount/uploadheadimg?access_token=85_t&kf_account=alice%40demo_shop"
)

func TestValidate(t *testing.T) {
	for _, row := range []struct {
		name, method, target, body string
		status                     int
		contentType, answer        string
		// want is a part of the failure; empty when there must be none.
		want string
	}{
		{"served", "POST", add, addBody, 200, "application/json; encoding=utf-8", done, ""},
		{"refused", "POST", add, addBody, 200, "application/json; encoding=utf-8", exists, ""},
		{"refused for what is no request", "POST", add, `{"kf_account":7`, 200, "application/json", `{"errcode":47001,"errmsg":"data format error` + rid, ""},
		{"an alias", "GET", "/customservice/getkflist?access_token=85_t", "", 200, "application/json", `{"kf_list":[]}`, ""},
		{"tolerated POST", "POST", list, "{}", 200, "application/json", `{"kf_list":[]}`, ""},
		{"HEAD", "HEAD", list, "", 200, "application/json", "", ""},
		{"wrong method", "GET", add, "", 200, "application/json", `{"errcode":43002,"errmsg":"require POST method` + rid, ""},
		{"wrong method without a token", "PUT", list, "", 200, "application/json", noToken, ""},
		{"neither of two methods", "PATCH", "/customservice/kfaccount/del?access_token=85_t", "", 200, "application/json", `{"errcode":43002,"errmsg":"require POST method` + rid, ""},
		{"upload", "POST", upload, form, 200, "application/json", done, ""},
		{"path with parameters", "GET", "/mmbiz_png/k/300", "", 200, "image/png", "PNG", ""},
		{"picture of another size", "GET", "/mmbiz_png/k/301", "", 404, "text/plain", "no", ""},
		{"not modified", "GET", "/openapi.json", "", 304, "", "", ""},
		{"sandbox", "POST", "/sandbox/v1/clock", `{"advance":"48h"}`, 200, "application/json", `{"now":1}`, ""},
		{"sandbox refuses", "POST", "/sandbox/v1/agents/online", `{`, 400, "application/json", `{"error":{"code":"bad_request","message":"no"}}`, ""},
		{"sandbox, any status", "POST", "/sandbox/v1/reset", "", 500, "application/json", `{"error":{"code":"internal","message":"no"}}`, ""},
		{"delete by query with POST", "POST", "/customservice/kfaccount/del?access_token=85_t&kf_account=a@b", "", 200, "application/json", done, ""},

		{"unknown path", "GET", "/cgi-bin/other", "", 200, "application/json", done, "no path /cgi-bin/other"},
		{"unknown method", "POST", "/healthz", "", 200, "application/json", `{"alive":true}`, "no POST of /healthz"},
		{"unknown status", "POST", add, addBody, 500, "application/json", done, "status 500 is not described"},
		{"unknown media type", "POST", add, addBody, 200, "text/plain", done, `"text/plain" is not described`},
		{"not JSON", "POST", add, addBody, 200, "application/json", "ok", "is not JSON"},
		{"newline at the end", "POST", add, addBody, 200, "application/json", done + "\n", "compact JSON"},
		{"indented", "GET", list, "", 200, "application/json", "{\n\"kf_list\":[]}", "compact JSON"},
		{"errcode as text", "POST", add, addBody, 200, "application/json", `{"errcode":"0","errmsg":"ok"}`, "does not fit"},
		{"kf_id true", "GET", list, "", 200, "application/json", `{"kf_list":[{"kf_account":"a@b","kf_headimgurl":"","kf_id":true,"kf_nick":"A"}]}`, "as AgentList"},
		{"errcode not listed", "POST", add, addBody, 200, "application/json", `{"errcode":65411,"errmsg":"x` + rid, "65411 (x rid: 65f0c2a1-1a2b3c4d-0badf00d) is not among"},
		{"wrong method served", "GET", add, "", 200, "application/json", done, "but it was served"},
		{"wrong method, field refused", "GET", add, "", 200, "application/json", exists, "must not be the answer"},
		{"served without a token", "GET", "/cgi-bin/customservice/getkflist", "", 200, "application/json", `{"kf_list":[]}`, "served without access_token"},
		{"served without a parameter", "POST", "/customservice/kfaccount/uploadheadimg?access_token=85_t", form, 200, "application/json", done, "without the parameter kf_account"},
		{"served with a bad parameter", "GET", "/customservice/kfaccount/del?access_token=85_t&kf_account=a", "", 200, "application/json", done, "kf_account was accepted"},
		{"served a picture of another size", "GET", "/mmbiz_png/k/301", "", 200, "image/png", "PNG", "size was accepted"},
		{"served without a body", "POST", add, " \n", 200, "application/json", done, "without a body"},
		{"served what is not JSON", "POST", add, "x", 200, "application/json", done, "accepted but is not JSON"},
		{"served with a member missing", "POST", add, `{"nickname":"Alice"}`, 200, "application/json", done, "kf_account"},
		{"served what is no form", "POST", upload, "x", 200, "application/json", done, "is no form"},
		{"sandbox served a misspelt member", "POST", "/sandbox/v1/agents/online", `{"kf_account":"a@b","online":true,"auto":1}`, 200, "application/json", `{}`, "does not fit"},
		{"sandbox error without a code", "POST", "/sandbox/v1/reset", "", 500, "application/json", `{"error":{"message":"no"}}`, "code"},
		{"empty picture", "GET", "/mmbiz_png/k/300", "", 200, "image/png", "", "answer is empty"},
		{"body with 304", "GET", "/openapi.json", "", 304, "", "x", "no body"},
	} {
		t.Run(row.name, func(t *testing.T) {
			req := httptest.NewRequest(row.method, row.target, strings.NewReader(row.body))
			if strings.HasPrefix(row.body, "--") {
				// A header without a boundary, which some clients send.
				req.Header.Set("Content-Type", "multipart/form-data")
			}
			res := &http.Response{StatusCode: row.status, Header: http.Header{"Content-Type": {row.contentType}}}
			rec := &recorder{TB: t}
			Validate(rec, req, []byte(row.body), res, []byte(row.answer))
			switch {
			case row.want == "" && len(rec.failures) > 0:
				t.Errorf("got failures %q, want none", rec.failures)
			case row.want != "" && (len(rec.failures) != 1 || !strings.Contains(rec.failures[0], row.want)):
				t.Errorf("got failures %q, want one with %q in it", rec.failures, row.want)
			}
		})
	}
}

func TestFailureIsReadable(t *testing.T) {
	req := httptest.NewRequest("GET", list, nil)
	res := &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}}
	rec := &recorder{TB: t}
	Validate(rec, req, nil, res, []byte(`{"kf_list":null,"more":"`+strings.Repeat("x", 20_000)+`"}`))
	if len(rec.failures) != 1 || len(rec.failures[0]) > 2000 {
		t.Fatalf("got failures %.3000q, want one of at most 2,000 bytes", rec.failures)
	}
	for _, want := range []string{
		"GET /cgi-bin/customservice/getkflist is not as the API description says",
		"as AgentList: ", "'/kf_list': got null, want array", "additional properties 'more' not allowed",
		"as Refusal: ", "missing properties 'errcode', 'errmsg'",
		"request body: (none)", "answer: HTTP 200",
	} {
		if !strings.Contains(rec.failures[0], want) {
			t.Errorf("got failure %q, want %q in it", rec.failures[0], want)
		}
	}
}
