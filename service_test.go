package kefu_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

func TestOpeningHours(t *testing.T) {
	// Monday from nine to six, and Saturday to the last minute.
	hours := kefu.OpeningHours{Zone: "Asia/Shanghai", Spans: []kefu.OpenSpan{
		{Day: time.Monday, From: 9 * 60, Until: 18 * 60}, {Day: time.Saturday, From: 22 * 60, Until: kefu.DayMinutes},
	}}
	for at, want := range map[string]bool{
		"2024-03-11T00:59:59Z": false, // Monday, 08:59 in Shanghai
		"2024-03-11T01:00:00Z": true,
		"2024-03-11T09:59:59Z": true,
		"2024-03-11T10:00:00Z": false, // 18:00 is the end
		"2024-03-12T02:00:00Z": false, // Tuesday
		"2024-03-09T15:59:59Z": true,  // Saturday, 23:59
		"2024-03-09T16:00:00Z": false, // Sunday there, Saturday here
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := hours.Open(when); got != want {
			t.Errorf("open at %s: got %t, want %t", at, got, want)
		}
	}
	always := kefu.OpeningHours{}
	if !always.Open(time.Unix(0, 0)) {
		t.Error("without a span: got closed, want open")
	}
	// Clocks go forward: 08:00 in New York is 13:00 in winter and 12:00 in summer.
	york := kefu.OpeningHours{Zone: "America/New_York", Spans: []kefu.OpenSpan{{Day: time.Monday, From: 480, Until: 481}}}
	for at, want := range map[time.Time]bool{
		time.Date(2024, 3, 4, 13, 0, 0, 0, time.UTC): true, time.Date(2024, 3, 11, 13, 0, 0, 0, time.UTC): false,
		time.Date(2024, 3, 11, 12, 0, 0, 0, time.UTC): true,
	} {
		if got := york.Open(at); got != want {
			t.Errorf("open in New York at %s: got %t, want %t", at, got, want)
		}
	}
}

func TestServiceIsValidated(t *testing.T) {
	usual := kefu.Service{}
	if err := usual.Validate(); err != nil {
		t.Errorf("the usual: got %v, want nil", err)
	}
	longest := kefu.Service{Welcome: kefu.AutoText{On: true, Text: strings.Repeat("好", kefu.MaxAutoText)}}
	if err := longest.Validate(); err != nil {
		t.Errorf("the longest text: got %v, want nil", err)
	}
	off := kefu.Service{Busy: kefu.AutoText{}}
	if err := off.Validate(); err != nil {
		t.Errorf("a text that is off and empty: got %v, want nil", err)
	}
	for name, s := range map[string]kefu.Service{
		"late before warn": {WarnWait: 2 * time.Minute, LateWait: time.Minute},
		"warn after late":  {WarnWait: 11 * time.Minute},
		"a day and more":   {LateWait: 25 * time.Hour},
		"nothing to say":   {Nobody: kefu.AutoText{On: true, Text: " \n"}},
		"too many letters": {Closed: kefu.AutoText{Text: strings.Repeat("a", kefu.MaxAutoText+1)}},
		"too many bytes":   {Closed: kefu.AutoText{Text: strings.Repeat("🙂", 513)}},
		"no text":          {Closed: kefu.AutoText{Text: "a\x00b"}},
		"no zone":          {Hours: kefu.OpeningHours{Zone: "Nowhere/Land"}},
		"the machine's":    {Hours: kefu.OpeningHours{Zone: "Local"}},
		"no day":           {Hours: kefu.OpeningHours{Spans: []kefu.OpenSpan{{Day: 7, From: 0, Until: 1}}}},
		"an empty span":    {Hours: kefu.OpeningHours{Spans: []kefu.OpenSpan{{From: 5, Until: 5}}}},
		"past midnight":    {Hours: kefu.OpeningHours{Spans: []kefu.OpenSpan{{From: 5, Until: kefu.DayMinutes + 1}}}},
		"too many of them": {Hours: kefu.OpeningHours{Spans: make([]kefu.OpenSpan, kefu.MaxOpenSpans+1)}},
	} {
		if err := s.Validate(); !errors.Is(err, kefu.OfficialAccountIllegal) {
			t.Errorf("%s: got %v, want %v", name, err, kefu.OfficialAccountIllegal)
		}
	}
}
