package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// recordKeeper answers pages of records that it has one of for every minute, as
// the API does; a page may be at most a day long.
func recordKeeper(t *testing.T, api **fakeAPI, stuck bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		calls := (*api).calls()
		var q wechat.RecordListRequest
		if err := json.Unmarshal([]byte(calls[len(calls)-1].body), &q); err != nil {
			t.Error(err)
		}
		if q.EndTime-q.StartTime > 86400 || q.StartTime > q.EndTime {
			t.Errorf("got a span from %d to %d, want at most a day", q.StartTime, q.EndTime)
		}
		page := wechat.RecordList{MsgID: q.MsgID}
		for at := max(q.StartTime, q.MsgID); at <= q.EndTime && page.Number < q.Number; at++ {
			if at%60 != 0 {
				continue
			}
			page.RecordList = append(page.RecordList, wechat.Record{OpenID: "oA1", OperCode: wechat.OperCodeAgentSaid, Time: at})
			page.Number++
			if !stuck {
				page.MsgID = at + 1
			}
		}
		text, err := wechat.Marshal(page)
		if err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, string(text))
	}
}

// All pages of all days come, each record once and in order.
func TestAllRecords(t *testing.T) {
	const begin = 1710277200
	for _, c := range []struct {
		name  string
		span  time.Duration
		want  int
		calls int
	}{
		{"a moment", 0, 1, 1},
		{"an hour", time.Hour, 61, 1},
		{"a day", 24 * time.Hour, 1441, 2},
		{"three days", 72 * time.Hour, 4321, 6},
		{"to before from", -time.Hour, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var api *fakeAPI
			api, client := start(t, recordKeeper(t, &api, false))
			last, got := int64(0), 0
			for r, err := range client.AllRecords(t.Context(), time.Unix(begin, 0), time.Unix(begin, 0).Add(c.span)) {
				if err != nil {
					t.Fatal(err)
				}
				if r.Time <= last {
					t.Fatalf("got a record of %d after one of %d", r.Time, last)
				}
				last = r.Time
				got++
			}
			if n := len(api.calls()); got != c.want || n != c.calls {
				t.Errorf("got %d records in %d calls, want %d in %d", got, n, c.want, c.calls)
			}
		})
	}
}

// A server whose cursor does not move is asked once, and a reader who has enough
// is not read on for.
func TestAllRecordsEnd(t *testing.T) {
	from := time.Unix(1710277200, 0)
	var api *fakeAPI
	api, client := start(t, recordKeeper(t, &api, true))
	n := 0
	for range client.AllRecords(t.Context(), from, from.Add(24*time.Hour)) {
		n++
	}
	if n != 1000 || len(api.calls()) != 1 {
		t.Errorf("got %d records in %d calls, want the first page alone", n, len(api.calls()))
	}
	for range client.AllRecords(t.Context(), from, from.Add(72*time.Hour)) {
		break
	}
	if len(api.calls()) != 2 {
		t.Errorf("got %d calls, want one more", len(api.calls()))
	}
	_, refusing := start(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, wechat.NewStatus(wechat.AgentFeatureOff, testRID))
	})
	var errs []string
	for _, err := range refusing.AllRecords(t.Context(), from, from.Add(72*time.Hour)) {
		if !errors.Is(err, wechat.AgentFeatureOff) {
			t.Errorf("got %v, want the refusal", err)
		}
		errs = append(errs, err.Error())
	}
	if len(errs) != 1 {
		t.Errorf("got %s, want one error", strings.Join(errs, "; "))
	}
}
