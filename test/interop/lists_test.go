package interop

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/chanxuehong/wechat/mp/core"
)

// row is one entry of a list, every member of it, as decoded from JSON.
type row = map[string]any

// list asks for the agents through the SDK's client, without the SDK's struct,
// which does not know the members about binding.
func (s *story) list(t *testing.T) []row {
	t.Helper()
	var answer struct {
		core.Error
		Agents []row `json:"kf_list"`
	}
	s.get(t, "https://api.weixin.qq.com/cgi-bin/customservice/getkflist?access_token=", &answer)
	s.checkMembers(t, "kf_list")
	return answer.Agents
}

func (s *story) checkList(t *testing.T, want ...row) {
	t.Helper()
	checkRows(t, s.list(t), want)
}

func (s *story) checkOnline(t *testing.T, want ...row) {
	t.Helper()
	var answer struct {
		core.Error
		Agents []row `json:"kf_online_list"`
	}
	s.get(t, "https://api.weixin.qq.com/cgi-bin/customservice/getonlinekflist?access_token=", &answer)
	s.checkMembers(t, "kf_online_list")
	checkRows(t, answer.Agents, want)
}

func (s *story) get(t *testing.T, incompleteURL string, answer any) {
	t.Helper()
	if err := s.client.GetJSON(incompleteURL, answer); err != nil {
		t.Fatal(err)
	}
}

// checkMembers checks that the last answer has one member and nothing beside
// it: a list that was read carries no errcode.
func (s *story) checkMembers(t *testing.T, only string) {
	t.Helper()
	var answer map[string]json.RawMessage
	if err := json.Unmarshal([]byte(s.wire.lastAnswer()), &answer); err != nil {
		t.Fatal(err)
	}
	if _, found := answer[only]; !found || len(answer) != 1 {
		t.Fatalf("got %s, want the member %s alone", s.wire.lastAnswer(), only)
	}
}

func checkRows(t *testing.T, got, want []row) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d rows %v, want %d", len(got), got, len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("row %d: got %v, want %v", i, got[i], want[i])
		}
	}
}
