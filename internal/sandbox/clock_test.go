package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/openkefu/kefu/kefutest"
)

func nowIn(t *testing.T, answer *kefutest.Answer) time.Time {
	t.Helper()
	var clock struct{ Now int64 }
	if err := json.Unmarshal(answer.Body, &clock); err != nil || answer.Status != http.StatusOK || clock.Now == 0 {
		t.Fatalf("got HTTP %d %s, want the time", answer.Status, answer.Body)
	}
	return time.Unix(clock.Now, 0)
}

// about tells whether a time is a few seconds after another, or the second of it.
func about(got, want time.Time) bool {
	late := got.Sub(want)
	return -time.Second <= late && late < 30*time.Second
}

func TestClock(t *testing.T) {
	t.Parallel()
	h := start(t)
	asked := time.Now().Add(-time.Second)
	if got := h.Now(t); !about(got, asked) {
		t.Errorf("got %s to begin with, want the real time", got)
	}
	set := time.Unix(1710277281, 0)
	for _, tt := range []struct {
		advance string
		want    time.Duration
	}{
		{"48h", 48 * time.Hour},
		{"2h30m", 150 * time.Minute},
		{"90s", 90 * time.Second},
		{"3d", 72 * time.Hour},
		{"1.5d", 36 * time.Hour},
		{"1d12h", 36 * time.Hour},
		{"-1d", -24 * time.Hour},
		{"-1d12h", -36 * time.Hour},
		{"-48h", -48 * time.Hour},
		{"0s", 0},
		{"3650d", 3650 * 24 * time.Hour},
	} {
		t.Run("advance "+tt.advance, func(t *testing.T) {
			if got := nowIn(t, post(t, h, "clock", `{"set":1710277281}`)); !about(got, set) {
				t.Fatalf("got %s, want %s", got, set)
			}
			want := set.Add(tt.want)
			if got := nowIn(t, post(t, h, "clock", `{"advance":"`+tt.advance+`"}`)); !about(got, want) {
				t.Errorf("got %s, want %s", got, want)
			}
			if got := h.Now(t); !about(got, want) {
				t.Errorf("asked again: got %s, want %s", got, want)
			}
		})
	}
	before := h.Now(t)
	for _, body := range []string{
		`{}`, `{"advance":""}`, `{"advance":"soon"}`, `{"advance":"d"}`, `{"advance":"1w"}`, `{"advance":"5"}`, `{"advance":"NaNd"}`, `{"advance":"Infd"}`,
		`{"advance":"1e300d"}`, `{"advance":"1d2d"}`, `{"advance":"1d soon"}`, `{"advance":"48h","set":1710277281}`, `{"set":"1710277281"}`, `{"set":1.5}`,
		`{"set":0}`, `{"set":-1}`, `{"set":946684799}`, `{"set":2145916800}`, `{"set":9223372036854775807}`, `{"advance":"-40000d"}`, `{"advance":"2540400h10m10s"}`,
	} {
		refused(t, post(t, h, "clock", body), http.StatusBadRequest, "bad_request")
	}
	if got := h.Now(t); !about(got, before) {
		t.Errorf("got %s after refusals, want %s", got, before)
	}
	for _, edge := range []int64{946684800, 2145916799} {
		if got := nowIn(t, post(t, h, "clock", `{"set":`+strconv.FormatInt(edge, 10)+`}`)); !about(got, time.Unix(edge, 0)) {
			t.Errorf("got %s, want %s", got, time.Unix(edge, 0))
		}
	}
}

// The clock goes on from where it was when the process starts again, also
// after it was moved back.
func TestClockSurvivesARestart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := start(t, kefutest.WithData(folder))
	first.SetClock(t, time.Unix(1710277281, 0))
	first.Stop(t)
	second := start(t, kefutest.WithData(folder))
	if got := second.Now(t); !about(got, time.Unix(1710277281, 0)) {
		t.Errorf("got %s, want it to go on from 1710277281", got)
	}
	second.Reset(t)
	second.Stop(t)
	third := start(t, kefutest.WithData(folder))
	asked := time.Now().Add(-time.Second)
	if got := third.Now(t); !about(got, asked) {
		t.Errorf("got %s after a reset, want the real time", got)
	}
}
