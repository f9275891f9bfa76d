package interop

import (
	"reflect"
	"testing"
	"time"

	"github.com/chanxuehong/wechat/mp/core"
	"github.com/chanxuehong/wechat/mp/dkf"
	"github.com/chanxuehong/wechat/mp/dkf/record"
	"github.com/chanxuehong/wechat/mp/dkf/session"
)

// checkWaitingCustomers checks who waits for an agent, the first first.
func (c *conversation) checkWaitingCustomers(t *testing.T, want ...string) {
	t.Helper()
	waiting, err := session.WaitCaseList(c.client)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, w := range waiting.Items {
		got = append(got, w.OpenId)
	}
	if waiting.TotalCount != len(want) || !reflect.DeepEqual(got, append([]string{}, want...)) {
		t.Errorf("got %d waiting %v, want %v", waiting.TotalCount, got, want)
	}
}

// checkServed checks whom an agent serves, and that each of them knows it.
func (c *conversation) checkServed(t *testing.T, agent string, want ...string) {
	t.Helper()
	list, err := session.List(c.client, agent)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, s := range list {
		got = append(got, s.OpenId)
		one, err := session.Get(c.client, s.OpenId)
		if err != nil {
			t.Fatal(err)
		}
		if *one != s || s.CreateTime < c.began.Unix() || s.CreateTime > c.kefu.now(t) {
			t.Errorf("the customer knows of %+v, the agent of %+v, want the same of this day", *one, s)
		}
	}
	if !reflect.DeepEqual(got, append([]string{}, want...)) {
		t.Errorf("%s serves %v, want %v", agent, got, want)
	}
}

func (c *conversation) checkUnserved(t *testing.T, openid string) {
	t.Helper()
	got, err := session.Get(c.client, openid)
	if err != nil {
		t.Fatal(err)
	}
	if want := (session.Session{OpenId: openid}); *got != want {
		t.Errorf("got session %+v, want %+v", *got, want)
	}
	if got, want := c.wire.lastAnswer(), `{"createtime":0,"kf_account":""}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// checkAccepted checks how many customers each of the two online agents serves,
// as the list of them has it.
func (c *conversation) checkAccepted(t *testing.T, byAlice, byBob int) {
	t.Helper()
	online, err := dkf.OnlineKfList(c.client)
	if err != nil {
		t.Fatal(err)
	}
	if len(online) != 2 || online[0].AcceptingNumber != byAlice || online[1].AcceptingNumber != byBob {
		t.Errorf("got %+v, want %s with %d customers and %s with %d", online, alice, byAlice, bob, byBob)
	}
}

func (c *conversation) sessions(t *testing.T) {
	// Anna wrote in the chapters before, and has waited since.
	c.kefu.write(t, boris, text("Is there anybody?"))
	c.checkWaitingCustomers(t, anna, boris)
	c.checkUnserved(t, anna)
	checkRefused(t, session.Create(c.client, anna, alice, ""), agentOffline)

	c.kefu.presence(t, alice, true, 0)
	c.kefu.presence(t, bob, true, 0)
	c.checkWaitingCustomers(t, anna, boris)
	// The note for the agent is an old member of the request.
	for range 2 { // the same once more changes nothing
		if err := session.Create(c.client, anna, alice, "a regular"); err != nil {
			t.Fatal(err)
		}
	}
	c.kefu.takeOn(t, alice, boris)
	c.checkWaitingCustomers(t)
	c.checkServed(t, alice, anna, boris)
	c.checkAccepted(t, 2, 0)

	c.kefu.write(t, anna, text("Hello Alice"))
	c.kefu.agentWrites(t, alice, anna, "Hello Anna")
	c.kefu.checkShown(t, anna, saidBy(alice, "Alice", "Hello Anna"))
	c.kefu.write(t, anna, row{"msgtype": "image", "image": row{"media_id": c.media.image}})
	c.kefu.handOver(t, alice, anna, bob)
	c.checkServed(t, bob, anna)
	c.checkServed(t, alice, boris)
	c.kefu.agentWrites(t, bob, anna, "Bob here")
	c.kefu.checkShown(t, anna, saidBy(bob, "Bob", "Bob here"))
}

func (c *conversation) refuseSessions(t *testing.T) {
	for _, r := range []struct {
		name string
		err  error
		want refusal
	}{
		{"create: customer unknown", session.Create(c.client, "oNobody", alice, ""), openidIllegal},
		{"create: agent unknown", session.Create(c.client, anna, "nobody@demo_shop", ""), agentUnknown},
		{"create: served by another", session.Create(c.client, anna, alice, ""), sessionOfAnother},
		{"close: customer unknown", session.Close(c.client, "oNobody", alice, ""), openidIllegal},
		{"close: agent unknown", session.Close(c.client, anna, "nobody@demo_shop", ""), agentUnknown},
		{"close: served by another", session.Close(c.client, anna, alice, ""), sessionOfAnother},
	} {
		t.Run(r.name, func(t *testing.T) { checkRefused(t, r.err, r.want) })
	}
	_, err := session.Get(c.client, "oNobody")
	checkRefused(t, err, openidIllegal)
	_, err = session.List(c.client, "nobody@demo_shop")
	checkRefused(t, err, agentUnknown)

	if err := session.Close(c.client, anna, bob, "done"); err != nil {
		t.Fatal(err)
	}
	c.checkServed(t, bob)
	c.checkUnserved(t, anna)
	checkRefused(t, session.Close(c.client, anna, bob, ""), sessionNone)
}

// recordPage is an answer of getmsglist, which is newer than the SDK.
type recordPage struct {
	core.Error
	Records []record.Record `json:"recordlist"`
	Number  int             `json:"number"`
	MsgID   int64           `json:"msgid"`
}

// spoken is what the chapter about sessions left in the chat records, without
// the times.
func (c *conversation) spoken() []record.Record {
	return []record.Record{
		{Worker: alice, OpenId: anna, OperCode: 2002, Text: "Alice here"},
		{Worker: bob, OpenId: anna, OperCode: 2002, Text: "[msgmenu]"},
		{Worker: alice, OpenId: anna, OperCode: 2003, Text: "Hello Alice"},
		{Worker: alice, OpenId: anna, OperCode: 2002, Text: "Hello Anna"},
		{Worker: alice, OpenId: anna, OperCode: 2003, Text: "[image]"},
		{Worker: bob, OpenId: anna, OperCode: 2002, Text: "Bob here"},
	}
}

// checkRecords compares chat records but for their times, which it checks to be
// in order and of this story.
func (c *conversation) checkRecords(t *testing.T, got, want []record.Record) {
	t.Helper()
	last := c.began.Unix()
	for i := range got {
		if got[i].Timestamp < last || got[i].Timestamp > c.kefu.now(t) {
			t.Errorf("record %d: got time %d, want one from %d", i, got[i].Timestamp, last)
		}
		last = got[i].Timestamp
		got[i].Timestamp = 0
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got records\n%+v, want\n%+v", got, want)
	}
}

func (c *conversation) records(t *testing.T) {
	const path = "https://api.weixin.qq.com/customservice/msgrecord/getmsglist?access_token="
	from, to := c.began.Unix(), c.began.Add(24*time.Hour).Unix()
	want := c.spoken()
	for _, size := range []int{1, 2, 4, len(want), 10_000} {
		var all []record.Record
		next := int64(1)
		// One page more than there are records would be an endless loop.
		for range len(want) + 2 {
			var page recordPage
			if err := c.client.PostJSON(path, row{"starttime": from, "endtime": to, "msgid": next, "number": size}, &page); err != nil {
				t.Fatal(err)
			}
			if page.ErrCode != core.ErrCodeOK || page.Number != len(page.Records) || page.Number > size {
				t.Fatalf("got %+v, want a page of at most %d", page, size)
			}
			all, next = append(all, page.Records...), page.MsgID
			if page.Number < size {
				break
			}
		}
		c.checkRecords(t, all, want)
	}
	for _, r := range []struct {
		name    string
		request row
		want    refusal
	}{
		{"longer than a day", row{"starttime": from, "endtime": to + 1, "msgid": 1, "number": 10}, spanTooLong},
		{"ends before it begins", row{"starttime": to, "endtime": from, "msgid": 1, "number": 10}, paramIllegal},
		{"number too large", row{"starttime": from, "endtime": to, "msgid": 1, "number": 10_001}, paramIllegal},
		{"msgid of 0", row{"starttime": from, "endtime": to, "msgid": 0, "number": 10}, paramIllegal},
	} {
		t.Run(r.name, func(t *testing.T) {
			checkRefused(t, c.post("/customservice/msgrecord/getmsglist", r.request), r.want)
		})
	}
}

// oldRecords reads with the call of before 2016, which the SDK knows, and which
// tells of the sessions as well.
func (c *conversation) oldRecords(t *testing.T) {
	pages, err := record.NewRecordIterator(c.client, &record.GetRequest{
		StartTime: c.began.Unix(), EndTime: c.kefu.now(t), PageIndex: 1, PageSize: 3, OpenId: anna,
	})
	if err != nil {
		t.Fatal(err)
	}
	var said []record.Record
	var happened []int
	for range 20 {
		if !pages.HasNext() {
			break
		}
		page, err := pages.NextPage()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page {
			if r.OperCode < 2000 {
				happened = append(happened, r.OperCode)
			} else {
				said = append(said, r)
			}
		}
	}
	c.checkRecords(t, said, c.spoken())
	// Waits, is given to Alice by the API, handed over to Bob, closed.
	if want := []int{1000, 1002, 1003, 1004}; !reflect.DeepEqual(happened, want) {
		t.Errorf("got opercodes %v, want %v", happened, want)
	}
}
