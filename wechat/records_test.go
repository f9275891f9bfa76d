package wechat

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

func TestRecordVectors(t *testing.T) {
	var doc struct {
		Pages  []struct{ Request, Response json.RawMessage }
		Legacy struct {
			Request  struct{ JSON json.RawMessage }
			Response json.RawMessage
		}
	}
	readJSON(t, "13_records_paging.json", &doc)
	if len(doc.Pages) < 3 {
		t.Fatalf("got %d pages, want at least 3", len(doc.Pages))
	}
	for _, page := range doc.Pages {
		request, err := ParseRecordListRequest(page.Request)
		if err != nil {
			t.Fatal(err)
		}
		same(t, request, page.Request)
		var list RecordList
		if err := json.Unmarshal(page.Response, &list); err != nil {
			t.Fatal(err)
		}
		same(t, list, page.Response)
		same(t, json.RawMessage(list.Append(nil)), page.Response)
	}
	request, err := ParseLegacyRecordsRequest(doc.Legacy.Request.JSON)
	if err != nil {
		t.Fatal(err)
	}
	same(t, request, doc.Legacy.Request.JSON)
	var legacy LegacyRecords
	if err := json.Unmarshal(doc.Legacy.Response, &legacy); err != nil {
		t.Fatal(err)
	}
	same(t, legacy, doc.Legacy.Response)
}

// same fails the test when v is not written as the text, in alphabetical order.
func same(t *testing.T, v any, text []byte) {
	t.Helper()
	got, err := Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	// A map is written in alphabetical order.
	want, err := Marshal(values(t, text))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What the endpoint says with an errcode of its own is no error of the body.
func TestRecordNumbers(t *testing.T) {
	for body, want := range map[string]RecordListRequest{
		`{"starttime":"1710277200","endtime":1710277300,"msgid":"1","number":"10"}`: {StartTime: 1710277200, EndTime: 1710277300, MsgID: 1, Number: 10},
		`{"starttime":[],"endtime":"now","msgid":1.5,"number":1}`:                   {Number: 1},
		`{"starttime":null,"endtime":true,"number":9223372036854775808}`:            {},
		`{"StartTime":1}`: {},
	} {
		if got, err := ParseRecordListRequest([]byte(body)); err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", body, got, err, want)
		}
	}
	got, err := ParseLegacyRecordsRequest([]byte(`{"starttime":"x","endtime":2,"pagesize":"3","pageindex":{},"openid":null}`))
	if want := (LegacyRecordsRequest{EndTime: 2, PageSize: 3}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// The fast way of writing a page writes what the usual one does, whatever is in
// the texts.
func TestRecordListAppend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
			"", `"\/`, "<a href=\"x\">&</a>", "a\u2028b\u2029", "\x00\x1f\x7f\b\f\n\r\t", "\xff\xc3(", "\ufffd", "😀", `\u2028`,
		}), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
		list := RecordList{
			MsgID:  rapid.Int64().Draw(t, "msgid"),
			Number: rapid.Int64().Draw(t, "number"),
			RecordList: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Record {
				return Record{
					OpenID: text.Draw(t, "openid"), OperCode: rapid.Int().Draw(t, "opercode"), Text: text.Draw(t, "text"),
					Time: rapid.Int64().Draw(t, "time"), Worker: text.Draw(t, "worker"),
				}
			}), 0, 3).Draw(t, "records"),
		}
		want, err := Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(list.Append([]byte("x"))); !equivalent(t, got[1:], string(want)) {
			t.Errorf("got  %s\nwant %s", got[1:], want)
		}
	})
}

// equivalent compares two texts of JSON by their values: \b and \u0008 are the
// same character.
func equivalent(t *rapid.T, a, b string) bool {
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Fatalf("%v in %s", err, a)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	xs, _ := json.Marshal(x)
	ys, _ := json.Marshal(y)
	return string(xs) == string(ys)
}

func page(n int) RecordList {
	list := RecordList{MsgID: 1, Number: int64(n)}
	for range n {
		list.RecordList = append(list.RecordList, Record{
			OpenID: "oDemoKfCustomer_0000000000A1", OperCode: OperCodeAgentSaid, Text: "您好，客服 Alice 为您服务。", Time: 1710277285, Worker: "alice@demo_shop",
		})
	}
	return list
}

func BenchmarkRecordList(b *testing.B) {
	list := page(1000)
	b.Run("Append", func(b *testing.B) {
		for b.Loop() {
			list.Append(nil)
		}
	})
	b.Run("Marshal", func(b *testing.B) {
		for b.Loop() {
			if _, err := Marshal(list); err != nil {
				b.Fatal(err)
			}
		}
	})
}
