package apidoc_test

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/openkefu/kefu/internal/apidoc"
)

var scopes = map[string]apidoc.Options{
	"production": {},
	"sandbox":    {Sandbox: true},
}

// describe makes a description and its document as an independent reader of
// OpenAPI sees it.
func describe(t *testing.T, o apidoc.Options) (*apidoc.Description, *openapi3.T) {
	t.Helper()
	d := apidoc.New(o)
	doc, err := openapi3.NewLoader().LoadFromData(d.Document())
	if err != nil {
		t.Fatalf("the document does not load: %v", err)
	}
	return d, doc
}

func TestDocumentIsOpenAPI(t *testing.T) {
	for name, options := range scopes {
		t.Run(name, func(t *testing.T) {
			_, doc := describe(t, options)
			if doc.OpenAPI != "3.1.0" {
				t.Errorf("got OpenAPI version %q, want 3.1.0", doc.OpenAPI)
			}
			if err := doc.Validate(context.Background()); err != nil {
				t.Errorf("the document is not valid: %v", err)
			}
		})
	}
}

// What a production server serves, and what kefu dev serves beside it.
var (
	productionRoutes = []string{
		"GET /cgi-bin/token", "POST /cgi-bin/stable_token",
		"GET /cgi-bin/customservice/getkflist", "GET /customservice/getkflist",
		"GET /cgi-bin/customservice/getonlinekflist", "GET /customservice/getonlinekflist",
		"POST /customservice/kfaccount/add", "POST /customservice/kfaccount/inviteworker",
		"POST /customservice/kfaccount/update", "POST /customservice/kfaccount/uploadheadimg",
		"POST /customservice/kfaccount/del", "GET /customservice/kfaccount/del",
		"POST /customservice/kfsession/create", "POST /customservice/kfsession/close",
		"GET /customservice/kfsession/getsession", "GET /customservice/kfsession/getsessionlist",
		"GET /customservice/kfsession/getwaitcase",
		"POST /cgi-bin/message/custom/send", "POST /cgi-bin/message/custom/business/send",
		"POST /cgi-bin/message/custom/typing", "POST /cgi-bin/message/custom/business/typing",
		"POST /customservice/msgrecord/getmsglist",
		"POST /customservice/msgrecord/getrecord", "POST /cgi-bin/customservice/getrecord",
		"GET /cgi-bin/user/info", "POST /cgi-bin/user/info/batchget", "POST /cgi-bin/user/info/updateremark",
		"GET /cgi-bin/user/get",
		"POST /cgi-bin/tags/create", "GET /cgi-bin/tags/get", "POST /cgi-bin/tags/update", "POST /cgi-bin/tags/delete",
		"POST /cgi-bin/tags/getidlist", "POST /cgi-bin/user/tag/get",
		"POST /cgi-bin/tags/members/batchtagging", "POST /cgi-bin/tags/members/batchuntagging",
		"POST /cgi-bin/tags/members/getblacklist", "POST /cgi-bin/tags/members/batchblacklist",
		"POST /cgi-bin/tags/members/batchunblacklist",
		"POST /cgi-bin/media/upload", "GET /cgi-bin/media/get", "GET /cgi-bin/media/get/jssdk", "POST /cgi-bin/media/uploadimg",
		"GET /cgi-bin/getcallbackip", "GET /cgi-bin/get_api_domain_ip", "POST /cgi-bin/callback/check",
		"POST /cgi-bin/clear_quota", "POST /cgi-bin/clear_quota/v2",
		"POST /cgi-bin/openapi/quota/get", "POST /cgi-bin/openapi/quota/clear", "POST /cgi-bin/openapi/rid/get",
		"GET /mmbiz_png/{key}/{size}", "GET /mmbiz_jpg/{key}/{size}",
		"GET /mmbiz_media/{day}/{file}", "GET /mmbiz_pic/{file}",
		"GET /healthz", "GET /readyz", "GET /metrics", "GET /openapi.json", "GET /docs/api/",
	}
	sandboxRoutes = []string{
		"POST /sandbox/v1/invitations/accept", "POST /sandbox/v1/invitations/reject",
		"POST /sandbox/v1/agents/online",
		"POST /sandbox/v1/agents/accept", "POST /sandbox/v1/agents/close",
		"POST /sandbox/v1/agents/transfer", "POST /sandbox/v1/agents/send",
		"GET /sandbox/v1/followers", "POST /sandbox/v1/followers", "DELETE /sandbox/v1/followers/{openid}",
		"GET /sandbox/v1/followers/{openid}/messages", "POST /sandbox/v1/followers/{openid}/messages",
		"POST /sandbox/v1/media",
		"GET /sandbox/v1/pushes", "POST /sandbox/v1/pushes/{id}/repeat",
		"GET /sandbox/v1/clock", "POST /sandbox/v1/clock",
		"GET /sandbox/v1/activity", "GET /sandbox/v1/room",
		"GET /sandbox/v1/faults", "PUT /sandbox/v1/faults", "POST /sandbox/v1/reset",
	}
)

func TestOperations(t *testing.T) {
	for name, want := range map[string][]string{
		"production": productionRoutes,
		"sandbox":    slices.Concat(productionRoutes, sandboxRoutes),
	} {
		t.Run(name, func(t *testing.T) {
			d, doc := describe(t, scopes[name])
			var got []string
			ids := make(map[string]bool)
			for _, o := range d.Operations() {
				route := o.Method + " " + o.Path
				got = append(got, route)
				if ids[o.ID] || o.ID == "" {
					t.Errorf("%s: got operationId %q, want one of its own", route, o.ID)
				}
				ids[o.ID] = true
				if o.Summary == "" || o.Description == "" || len(o.Answers) == 0 {
					t.Errorf("%s lacks a summary, a description or answers", route)
				}
				if strings.HasPrefix(o.Path, "/sandbox/") != o.Sandbox() {
					t.Errorf("%s: got tag %q, which does not go with its path", route, o.Tag)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("got operations\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			inDocument := 0
			for _, item := range doc.Paths.Map() {
				inDocument += len(item.Operations())
			}
			if inDocument != len(got) {
				t.Errorf("got %d operations of %d in the document: one has no tag, or several", len(got), inDocument)
			}
		})
	}
}

// The API answers HTTP 200 and nothing else, with its own success or a refusal.
func TestWireOperations(t *testing.T) {
	d, _ := describe(t, scopes["sandbox"])
	for _, o := range d.Operations() {
		wire := strings.HasPrefix(o.Path, "/cgi-bin/") || strings.HasPrefix(o.Path, "/customservice/")
		if wire != (len(o.Errcodes) > 0) {
			t.Errorf("%s %s: got %d errcodes", o.Method, o.Path, len(o.Errcodes))
		}
		if !wire {
			continue
		}
		if len(o.Answers) != 1 || o.Answers[0].Status != "200" {
			t.Errorf("%s %s: got answers %v, want one with status 200", o.Method, o.Path, o.Answers)
			continue
		}
		// A file is answered as what it is, and only its refusal as JSON.
		content := o.Answers[0].Content
		last := content[len(content)-1].Shapes
		if len(content) > 1 && len(last) == 1 && last[0].Name == "Refusal" {
			continue
		}
		shapes := content[0].Shapes
		if len(shapes) < 2 || shapes[len(shapes)-1].Name != "Refusal" {
			t.Errorf("%s %s: got answers %v, want a success and Refusal", o.Method, o.Path, shapes)
		}
		needsToken := slices.ContainsFunc(o.Errcodes, func(e apidoc.Errcode) bool { return e.Code == 41001 })
		if needsToken != (o.TokenParameter == "access_token") {
			t.Errorf("%s %s: got token parameter %q although 41001 is listed: %t", o.Method, o.Path, o.TokenParameter, needsToken)
		}
	}
}

func TestProductionLeavesOutTheSandbox(t *testing.T) {
	production, _ := describe(t, scopes["production"])
	sandbox, _ := describe(t, scopes["sandbox"])

	var reduced, whole struct {
		Paths      map[string]any            `json:"paths"`
		Components map[string]map[string]any `json:"components"`
		Tags       []struct{ Name string }   `json:"tags"`
	}
	for _, d := range []struct {
		text []byte
		into any
	}{{production.Document(), &reduced}, {sandbox.Document(), &whole}} {
		if err := json.Unmarshal(d.text, d.into); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := len(whole.Tags)-len(reduced.Tags), 1; got != want {
		t.Errorf("got %d tags left out, want %d", got, want)
	}
	for path := range whole.Paths {
		_, kept := reduced.Paths[path]
		if want := !strings.HasPrefix(path, "/sandbox/"); kept != want {
			t.Errorf("%s: got in the production document %t, want %t", path, kept, want)
		}
	}
	for kind, components := range whole.Components {
		for name := range components {
			_, kept := reduced.Components[kind][name]
			if want := !strings.HasPrefix(name, "Sandbox"); kept != want {
				t.Errorf("components/%s/%s: got in the production document %t, want %t", kind, name, kept, want)
			}
		}
	}
}

var reference = regexp.MustCompile(`"\$ref":\s*"#/components/(\w+)/(\w+)"`)

func TestReferences(t *testing.T) {
	for name, options := range scopes {
		t.Run(name, func(t *testing.T) {
			d, _ := describe(t, options)
			var doc struct {
				Components map[string]map[string]json.RawMessage `json:"components"`
			}
			if err := json.Unmarshal(d.Document(), &doc); err != nil {
				t.Fatal(err)
			}
			used := make(map[string]bool)
			for _, ref := range reference.FindAllSubmatch(d.Document(), -1) {
				kind, name := string(ref[1]), string(ref[2])
				used[kind+"/"+name] = true
				if doc.Components[kind][name] == nil {
					t.Errorf("components/%s/%s is referred to and does not exist", kind, name)
				}
			}
			for kind, components := range doc.Components {
				for name := range components {
					if kind != "securitySchemes" && !used[kind+"/"+name] {
						t.Errorf("components/%s/%s is used by nothing", kind, name)
					}
				}
			}
		})
	}
}
