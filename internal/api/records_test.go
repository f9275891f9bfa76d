package api_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/wechat"
)

// The records of the example come about as they would: the customer is in
// session and writes, Alice answers. Their ids are ours, so the example's page
// cursors are compared by what they point to.
func TestRecordVectors(t *testing.T) {
	t.Parallel()
	var doc struct {
		Stored []struct {
			ID       int64
			Opercode kefu.Happening
			Text     string
			Time     int64
		}
		Pages []struct {
			Request  wechat.RecordListRequest
			Response wechat.RecordList
		}
		Errors []struct {
			Name     string
			Request  json.RawMessage
			Response map[string]any
			Expect   string
		}
	}
	readVector(t, "13_records_paging.json", &doc)
	if len(doc.Stored) < 5 || len(doc.Pages) < 3 || len(doc.Errors) < 4 {
		t.Fatalf("got %d records, %d pages and %d refusals, want at least 5, 3 and 4", len(doc.Stored), len(doc.Pages), len(doc.Errors))
	}
	s := openShop(t)
	media := map[string]kefu.Content{
		"[image]": {Type: kefu.MsgImage, MediaID: kefu.MediaID(s.mediaOf(t, "IMAGE", kefu.MediaImage))},
		"[voice]": {Type: kefu.MsgVoice, MediaID: kefu.MediaID(s.mediaOf(t, "VOICE", kefu.MediaVoice))},
	}
	s.say(t, a1, "before the session") // is in no records
	s.serve(t, alice, a1)
	for _, r := range doc.Stored {
		s.at(time.Unix(r.Time, 0))
		content, isMedia := media[r.Text]
		if !isMedia {
			content = kefu.Content{Type: kefu.MsgText, Text: r.Text}
		}
		if r.Opercode == kefu.CustomerSaid {
			s.write(t, a1, content)
			continue
		}
		_, err := s.desk.AgentSend(t.Context(), s.app, alice, a1, content)
		s.do(t, err)
	}
	stored, err := s.desk.Records(t.Context(), s.app, desk.RecordQuery{From: opening, To: s.now(), Limit: 10})
	s.do(t, err)
	if len(stored) != len(doc.Stored) {
		t.Fatalf("got %d records, want %d", len(stored), len(doc.Stored))
	}
	// cursor turns the example's into ours: behind the same record.
	cursor := func(examples int64) int64 {
		if examples == 1 {
			return 1
		}
		return int64(stored[examples-doc.Stored[0].ID-1].ID) + 1
	}
	for i, page := range doc.Pages {
		page.Request.MsgID, page.Response.MsgID = cursor(page.Request.MsgID), cursor(page.Response.MsgID)
		got := s.post(t, wechat.PathRecordList, mustJSON(t, page.Request), wechat.OK)
		if want := mustJSON(t, page.Response); string(got) != want {
			t.Errorf("page %d: got  %s\nwant %s", i+1, got, want)
		}
	}
	for _, refusal := range doc.Errors {
		t.Run(refusal.Name, func(t *testing.T) {
			if refusal.Expect == "ok" {
				s.post(t, wechat.PathRecordList, string(refusal.Request), wechat.OK)
				return
			}
			sameAnswer(t, s.post(t, wechat.PathRecordList, string(refusal.Request), wechat.Errcode(refusal.Response["errcode"].(float64))), refusal.Response)
		})
	}
}

func TestLegacyRecordVector(t *testing.T) {
	t.Parallel()
	var doc struct {
		Legacy struct {
			Request struct {
				Path string
				JSON json.RawMessage
			}
			Response map[string]any
		}
	}
	readVector(t, "13_records_paging.json", &doc)
	s := openShop(t)
	s.at(opening.Add(-time.Minute))
	s.wait(t, a1) // before the window
	s.at(clockOfVectors)
	s.do(t, s.desk.AcceptCustomer(t.Context(), s.app, alice, a1))
	sameAnswer(t, s.post(t, doc.Legacy.Request.Path, string(doc.Legacy.Request.JSON), wechat.OK), doc.Legacy.Response)
}

func TestRecordQueries(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	const window = `"starttime":1710277200,"endtime":1710277300,`
	for _, tt := range []struct {
		name, body string
		want       wechat.Errcode
	}{
		{"strings of digits", `{"starttime":"1710277200","endtime":"1710277300","msgid":"1","number":"10"}`, wechat.OK},
		{"the largest page", `{` + window + `"msgid":1,"number":10000}`, wechat.OK},
		{"a page too large", `{` + window + `"msgid":1,"number":10001}`, wechat.InvalidParam},
		{"a page of none", `{` + window + `"msgid":1,"number":0}`, wechat.InvalidParam},
		{"no number", `{` + window + `"msgid":1}`, wechat.InvalidParam},
		{"number a list", `{` + window + `"msgid":1,"number":[]}`, wechat.InvalidParam},
		{"number in words", `{` + window + `"msgid":1,"number":"ten"}`, wechat.InvalidParam},
		{"number a fraction", `{` + window + `"msgid":1,"number":1.5}`, wechat.InvalidParam},
		{"no msgid", `{` + window + `"number":1}`, wechat.InvalidParam},
		{"msgid 0", `{` + window + `"msgid":0,"number":1}`, wechat.InvalidParam},
		{"msgid beyond 64 bits", `{` + window + `"msgid":9223372036854775808,"number":1}`, wechat.InvalidParam},
		{"the highest msgid", `{` + window + `"msgid":9223372036854775807,"number":1}`, wechat.OK},
		{"no starttime", `{"endtime":1710277300,"msgid":1,"number":1}`, wechat.InvalidParam},
		{"no endtime", `{"starttime":1710277200,"msgid":1,"number":1}`, wechat.InvalidParam},
		{"starttime null", `{"starttime":null,"endtime":1710277300,"msgid":1,"number":1}`, wechat.InvalidParam},
		{"times in milliseconds", `{"starttime":1710277200000,"endtime":1710277300000,"msgid":1,"number":1}`, wechat.InvalidParam},
		{"end before start", `{"starttime":1710277300,"endtime":1710277200,"msgid":1,"number":1}`, wechat.InvalidParam},
		{"one second", `{"starttime":1710277200,"endtime":1710277200,"msgid":1,"number":1}`, wechat.OK},
		{"end in the future", `{"starttime":1710277200,"endtime":1710363600,"msgid":1,"number":1}`, wechat.OK},
		{"a second too long", `{"starttime":1710277200,"endtime":1710363601,"msgid":1,"number":1}`, wechat.TimeRangeTooLong},
		{"too long and too large a page", `{"starttime":1710277200,"endtime":1710363601,"msgid":1,"number":10001}`, wechat.InvalidParam},
		{"nothing", `{}`, wechat.InvalidParam},
		{"a list", `[]`, wechat.DataFormatError},
		{"no body", ` `, wechat.EmptyPostData},
	} {
		t.Run(tt.name, func(t *testing.T) { s.post(t, wechat.PathRecordList, tt.body, tt.want) })
	}
	got := s.post(t, wechat.PathRecordList, `{`+window+`"msgid":7,"number":1}`, wechat.OK)
	if want := `{"msgid":7,"number":0,"recordlist":[]}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLegacyRecordQueries(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	const window = `"starttime":1710277200,"endtime":1710277300,`
	// 1710259200 is midnight in Beijing.
	for _, tt := range []struct {
		name, body    string
		later, oldest wechat.Errcode
	}{
		{"a page", `{` + window + `"pagesize":10,"pageindex":1}`, wechat.OK, wechat.OK},
		{"the largest page", `{` + window + `"pagesize":50,"pageindex":1}`, wechat.OK, wechat.OK},
		{"one more", `{` + window + `"pagesize":51,"pageindex":1}`, wechat.LegacyInvalidParam, wechat.OK},
		{"the largest page of old", `{` + window + `"pagesize":1000,"pageindex":1}`, wechat.LegacyInvalidParam, wechat.OK},
		{"one more than of old", `{` + window + `"pagesize":1001,"pageindex":1}`, wechat.LegacyInvalidParam, wechat.LegacyInvalidParam},
		{"page 0", `{` + window + `"pagesize":10,"pageindex":0}`, wechat.LegacyInvalidParam, wechat.LegacyInvalidParam},
		{"no pagesize", `{` + window + `"pageindex":1}`, wechat.LegacyInvalidParam, wechat.LegacyInvalidParam},
		{"no pageindex", `{` + window + `"pagesize":1}`, wechat.LegacyInvalidParam, wechat.LegacyInvalidParam},
		{"a page beyond all", `{` + window + `"pagesize":50,"pageindex":9223372036854775807}`, wechat.LegacyInvalidParam, wechat.LegacyInvalidParam},
		{"no times", `{"pagesize":10,"pageindex":1}`, wechat.LegacyInvalidParam, wechat.LegacyInvalidParam},
		{"end before start", `{"starttime":1710277300,"endtime":1710277200,"pagesize":10,"pageindex":1}`, wechat.LegacyInvalidParam, wechat.LegacyInvalidParam},
		{"a whole day", `{"starttime":1710259200,"endtime":1710345599,"pagesize":10,"pageindex":1}`, wechat.OK, wechat.OK},
		{"a second of the next day", `{"starttime":1710259200,"endtime":1710345600,"pagesize":10,"pageindex":1}`, wechat.LegacyDateRangeError, wechat.LegacyDateRangeError},
		{"two seconds around midnight", `{"starttime":1710345599,"endtime":1710345600,"pagesize":10,"pageindex":1}`, wechat.LegacyDateRangeError, wechat.LegacyDateRangeError},
		{"an openid that none can be", `{` + window + `"pagesize":10,"pageindex":1,"openid":"\u0000"}`, wechat.LegacyInvalidParam, wechat.LegacyInvalidParam},
		{"openid a number", `{` + window + `"pagesize":10,"pageindex":1,"openid":5}`, wechat.DataFormatError, wechat.DataFormatError},
		{"no body", ` `, wechat.EmptyPostData, wechat.EmptyPostData},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.post(t, wechat.PathLegacyRecords, tt.body, tt.later)
			s.post(t, wechat.PathOldestRecords, tt.body, tt.oldest)
		})
	}
}

// The history of a session is in the legacy records, in order, and only what was
// said in it in the present ones.
func TestHistory(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.wait(t, a1)
	s.do(t, s.desk.AcceptCustomer(t.Context(), s.app, alice, a1))
	s.say(t, a1, "help")
	s.do(t, s.desk.SwitchSession(t.Context(), s.app, alice, a1, bob))
	_, err := s.desk.AgentSend(t.Context(), s.app, bob, a1, kefu.Content{Type: kefu.MsgText, Text: "sure"})
	s.do(t, err)
	s.do(t, s.desk.CloseSession(t.Context(), s.app, bob, a1))
	s.serve(t, bob, b2)

	opercodes := func(list wechat.List[wechat.Record]) (codes []int) {
		for _, r := range list {
			codes = append(codes, r.OperCode)
		}
		return codes
	}
	legacy := func(more string) []int {
		var page wechat.LegacyRecords
		answer := s.post(t, wechat.PathLegacyRecords, `{"starttime":1710277200,"endtime":1710277300,`+more+`}`, wechat.OK)
		if err := json.Unmarshal(answer, &page); err != nil {
			t.Fatal(err)
		}
		return opercodes(page.RecordList)
	}
	ofA1 := []int{1000, 1001, 2003, 1003, 2002, 1004}
	for _, tt := range []struct {
		query string
		want  []int
	}{
		{`"pagesize":50,"pageindex":1,"openid":"` + string(a1) + `"`, ofA1},
		{`"pagesize":50,"pageindex":1,"openid":""`, append(slices.Clone(ofA1), 1002)},
		{`"pagesize":50,"pageindex":1,"openid":"oNobody"`, nil},
		{`"pagesize":4,"pageindex":1`, ofA1[:4]},
		{`"pagesize":4,"pageindex":2`, []int{2002, 1004, 1002}},
		{`"pagesize":4,"pageindex":3`, nil},
	} {
		if got := legacy(tt.query); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.query, got, tt.want)
		}
	}
	var page wechat.RecordList
	answer := s.post(t, wechat.PathRecordList, `{"starttime":1710277200,"endtime":1710277300,"msgid":1,"number":100}`, wechat.OK)
	if err := json.Unmarshal(answer, &page); err != nil {
		t.Fatal(err)
	}
	if got, want := opercodes(page.RecordList), []int{2003, 2002}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Paging as clients do it finds every record once, in order, for pages that end
// even and uneven; and the same in a loop that goes on to the first empty page.
func TestPagingFindsAll(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	const records = 30
	var texts []string
	s.do(t, s.ledger.Update(t.Context(), s.app, func(tx store.Tx) error {
		texts = nil
		for i := range records {
			at := opening.Add(time.Duration(i/7) * time.Second) // several in a second
			id, err := tx.NextID(s.app, at)
			if err != nil {
				return err
			}
			texts = append(texts, fmt.Sprint(i))
			if err := tx.AddRecord(s.app, &kefu.Record{ID: id, At: at, Customer: a1, What: kefu.CustomerSaid, Worker: alice, Text: texts[i]}); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, number := range []int64{1, 7, 10, 30, 31} {
		for _, untilEmpty := range []bool{false, true} {
			request := wechat.RecordListRequest{StartTime: opening.Unix(), EndTime: opening.Unix() + 86400, MsgID: 1, Number: number}
			var got []string
			for range records + 2 {
				var page wechat.RecordList
				if err := json.Unmarshal(s.post(t, wechat.PathRecordList, mustJSON(t, request), wechat.OK), &page); err != nil {
					t.Fatal(err)
				}
				for _, r := range page.RecordList {
					got = append(got, r.Text)
				}
				request.MsgID = page.MsgID
				if page.Number == 0 || !untilEmpty && page.Number < number {
					break
				}
			}
			if !slices.Equal(got, texts) {
				t.Errorf("pages of %d, until empty %t: got %v, want all of %d once", number, untilEmpty, got, records)
			}
		}
	}
}
