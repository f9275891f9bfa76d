package wechat

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type vector struct {
	Name    string `json:"name"`
	Request struct {
		Path string          `json:"path"`
		JSON json.RawMessage `json:"json"`
	} `json:"request"`
	Response json.RawMessage `json:"response"`
}

func readVectors(t *testing.T, file string) []vector {
	t.Helper()
	var doc struct {
		Cases []vector `json:"cases"`
	}
	readJSON(t, file, &doc)
	if len(doc.Cases) == 0 {
		t.Fatalf("%s has no cases", file)
	}
	return doc.Cases
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "vectors", file))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// responseOf makes the type that answers a case; cases without a path are told
// apart by name.
func responseOf(t *testing.T, v vector) any {
	t.Helper()
	var probe map[string]any
	if err := json.Unmarshal(v.Response, &probe); err != nil {
		t.Fatal(err)
	}
	if code, ok := probe["errcode"]; ok && (code != 0.0 || len(probe) == 2) {
		return new(Status)
	}
	path := v.Request.Path
	if path == "" && v.Name == "getonlinekflist-empty" {
		path = PathOnlineAgentList
	}
	switch path {
	case PathToken, PathStableToken:
		return new(Token)
	case PathCallbackIP, PathAPIDomainIP:
		return new(IPList)
	case PathCallbackCheck:
		return new(CallbackCheckResponse)
	case PathQuotaGet:
		return new(QuotaResponse)
	case PathRIDGet:
		return new(RIDResponse)
	case PathAgentList:
		return new(AgentList)
	case PathOnlineAgentList:
		return new(OnlineAgentList)
	}
	t.Fatalf("no response type for case %s, path %q", v.Name, path)
	return nil
}

func values(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// keysAscend tells whether all objects have their members in alphabetical order.
func keysAscend(t *testing.T, text []byte) bool {
	t.Helper()
	// A map is written in alphabetical order.
	sorted, err := Marshal(values(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return string(sorted) == string(text)
}

func TestResponsesRoundTrip(t *testing.T) {
	for _, file := range []string{"09_credentials.json", "10_accounts.json"} {
		for _, v := range readVectors(t, file) {
			for _, form := range []string{"string", "number"} {
				t.Run(v.Name+"/kf_id "+form, func(t *testing.T) {
					want := []byte(v.Response)
					if form == "number" {
						want = kfIDsAsNumbers(want)
					}
					response := responseOf(t, v)
					if err := json.Unmarshal(want, response); err != nil {
						t.Fatal(err)
					}
					got, err := Marshal(response)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(values(t, want), values(t, got)); diff != "" {
						t.Errorf("written again (-want +got):\n%s", diff)
					}
					if !keysAscend(t, got) {
						t.Errorf("got members out of alphabetical order in %s", got)
					}
				})
			}
		}
	}
}

func kfIDsAsNumbers(text []byte) []byte {
	s := string(text)
	for _, id := range []string{"1001", "1002", "1003"} {
		s = strings.ReplaceAll(s, `"`+id+`"`, id)
	}
	return []byte(s)
}

func TestRequestsRoundTrip(t *testing.T) {
	parsers := map[string]func([]byte) (any, error){
		PathStableToken:   func(b []byte) (any, error) { return ParseStableTokenRequest(b) },
		PathCallbackCheck: func(b []byte) (any, error) { return ParseCallbackCheckRequest(b) },
		PathClearQuota:    func(b []byte) (any, error) { return ParseClearQuotaRequest(b) },
		PathQuotaGet:      func(b []byte) (any, error) { return ParseQuotaRequest(b) },
		PathRIDGet:        func(b []byte) (any, error) { return ParseRIDRequest(b) },
		PathAgentAdd:      func(b []byte) (any, error) { return ParseAddAgent(b) },
		PathAgentInvite:   func(b []byte) (any, error) { return ParseInviteWorker(b) },
		PathAgentUpdate:   func(b []byte) (any, error) { return ParseUpdateAgent(b) },
		PathAgentDelete:   func(b []byte) (any, error) { return ParseDeleteAgent(b) },
		PathClearQuotaV2:  func(b []byte) (any, error) { return ParseClearQuotaV2Request(b) },
	}
	cases := append(readVectors(t, "09_credentials.json"), readVectors(t, "10_accounts.json")...)
	v2 := vector{Name: "clear-quota-v2"}
	v2.Request.Path = PathClearQuotaV2
	v2.Request.JSON = json.RawMessage(`{"appid":"wx5d3c0ffee1234567","appsecret":"0f1e2d3c4b5a69788796a5b4c3d2e1f0"}`)
	seen := map[string]bool{}
	for _, v := range append(cases, v2) {
		if v.Request.JSON == nil {
			continue
		}
		seen[v.Request.Path] = true
		t.Run(v.Name, func(t *testing.T) {
			parse := parsers[v.Request.Path]
			if parse == nil {
				t.Fatalf("no parser for %s", v.Request.Path)
			}
			request, err := parse(append([]byte(v.Request.JSON), '\n'))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Marshal(request)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(values(t, v.Request.JSON), values(t, got)); diff != "" {
				t.Errorf("written again (-want +got):\n%s", diff)
			}
			if !keysAscend(t, got) {
				t.Errorf("got members out of alphabetical order in %s", got)
			}
			if _, err := parse(nil); err == nil {
				t.Error("got an empty body accepted")
			}
			wrong := make(map[string]any)
			for name := range values(t, v.Request.JSON).(map[string]any) {
				wrong[name] = []any{}
			}
			body, err := Marshal(wrong)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parse(body); err == nil {
				t.Errorf("got wrong types accepted in %s", body)
			}
		})
	}
	for path := range parsers {
		if !seen[path] {
			t.Errorf("no case for %s", path)
		}
	}
}

func TestAgentNamesPassUnchanged(t *testing.T) {
	var doc struct {
		Cases []struct {
			KFAccount string `json:"kf_account"`
		} `json:"cases"`
		Nicknames []struct {
			Nickname string `json:"nickname"`
		} `json:"nicknames"`
	}
	readJSON(t, "11_kf_account_names.json", &doc)
	if len(doc.Cases) == 0 || len(doc.Nicknames) == 0 {
		t.Fatal("no names to try")
	}
	var requests []AddAgent
	for _, c := range doc.Cases {
		requests = append(requests, AddAgent{KFAccount: c.KFAccount, Nickname: "n"})
	}
	for _, n := range doc.Nicknames {
		requests = append(requests, AddAgent{KFAccount: "a@demo_shop", Nickname: n.Nickname})
	}
	for _, want := range requests {
		body, err := Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseAddAgent(body); err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", body, got, err, want)
		}
	}
}

// A response type that is added without thought for nil lists is found here.
func TestEmptyListsAreNeverNull(t *testing.T) {
	for _, v := range []any{AgentList{}, OnlineAgentList{}, IPList{}, QuotaResponse{}, RIDResponse{}, Token{}, CallbackCheckResponse{},
		CallbackCheckResponse{DNS: List[DNSCheck]{}, Ping: nil}, AgentList{KFList: []Agent{}}} {
		got, err := Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(got), "null") {
			t.Errorf("%s: got %s", reflect.TypeOf(v), got)
		}
	}
	for want, v := range map[string]any{
		`{"kf_list":[]}`:        AgentList{},
		`{"kf_online_list":[]}`: OnlineAgentList{},
		`{"ip_list":[]}`:        IPList{},
		`{}`:                    CallbackCheckResponse{},
		`{"dns":[]}`:            CallbackCheckResponse{DNS: []DNSCheck{}},
	} {
		if got, err := Marshal(v); err != nil || string(got) != want {
			t.Errorf("%T: got %s, %v, want %s", v, got, err, want)
		}
	}
}
