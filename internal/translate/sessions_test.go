package translate_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

func TestSessions(t *testing.T) {
	session := kefu.Session{Customer: "oA1", Agent: 1001, Account: "alice@demo_shop", OpenedAt: noon.Add(900 * time.Millisecond), ActiveAt: noon.Add(time.Hour)}
	if got, want := translate.Session(&session), (wechat.Session{CreateTime: 1710277281, KFAccount: "alice@demo_shop"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := translate.Session(nil), (wechat.Session{}); got != want {
		t.Errorf("nobody: got %+v, want %+v", got, want)
	}
	list := translate.SessionList([]kefu.Session{session})
	if diff := cmp.Diff(wechat.SessionList{SessionList: []wechat.CustomerInSession{{CreateTime: 1710277281, OpenID: "oA1"}}}, list); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	waiting := translate.WaitList([]kefu.Waiting{{Customer: "oB2", Arrived: 7, Since: noon.Add(-time.Hour), LatestAt: noon}}, 150)
	if diff := cmp.Diff(wechat.WaitList{Count: 150, WaitCaseList: []wechat.WaitCase{{LatestTime: 1710277281, OpenID: "oB2"}}}, waiting); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRecords(t *testing.T) {
	records := []kefu.Record{
		{ID: 100, At: noon, Customer: "oA1", What: kefu.Accepted, Worker: "alice@demo_shop", Why: "api"},
		{ID: 107, At: noon.Add(4 * time.Second), Customer: "oA1", What: kefu.AgentSaid, Worker: "alice@demo_shop", Text: "hello"},
	}
	wire := wechat.List[wechat.Record]{
		{OpenID: "oA1", OperCode: wechat.OperCodeAccepted, Time: 1710277281, Worker: "alice@demo_shop"},
		{OpenID: "oA1", OperCode: wechat.OperCodeAgentSaid, Time: 1710277285, Worker: "alice@demo_shop", Text: "hello"},
	}
	if diff := cmp.Diff(wechat.RecordList{MsgID: 108, Number: 2, RecordList: wire}, translate.RecordList(records, 5)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wechat.RecordList{MsgID: 5, RecordList: wechat.List[wechat.Record]{}}, translate.RecordList(nil, 5)); diff != "" {
		t.Errorf("an empty page (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wechat.LegacyRecords{Status: wechat.Status{Errmsg: "ok"}, RecordList: wire}, translate.LegacyRecords(records)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The two languages have the same numbers for what happens.
func TestOperCodes(t *testing.T) {
	for what, want := range map[kefu.Happening]int{
		kefu.Queued: wechat.OperCodeQueued, kefu.Accepted: wechat.OperCodeAccepted, kefu.Started: wechat.OperCodeStarted,
		kefu.Transferred: wechat.OperCodeTransferred, kefu.Closed: wechat.OperCodeClosed, kefu.Grabbed: wechat.OperCodeGrabbed,
		kefu.AccountHeard: wechat.OperCodeAccountHeard, kefu.AgentSaid: wechat.OperCodeAgentSaid, kefu.CustomerSaid: wechat.OperCodeCustomerSaid,
	} {
		got := translate.LegacyRecords([]kefu.Record{{What: what}}).RecordList[0].OperCode
		if got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
}
