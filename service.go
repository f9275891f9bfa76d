package kefu

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Service is how an official account wants its customers to be looked after: after
// which wait it shows in colour that somebody waits, and what is said when nobody can
// say it.
type Service struct {
	// WarnWait and LateWait are after which time a customer that waits for an answer is
	// shown in amber, and in red; 0 for the usual, see [Service.Waits].
	WarnWait, LateWait time.Duration
	// Welcome is said when an agent takes a customer.
	Welcome AutoText
	// Busy is said to who begins to wait while all agents have enough to do, Nobody
	// while none is online, Closed in their place outside of the hours.
	Busy, Nobody, Closed AutoText
	// Hours are when the account serves its customers.
	Hours OpeningHours
}

// AutoText is a text that the house says by itself. An off one keeps its words.
type AutoText struct {
	On   bool
	Text string
}

// OpeningHours are when an account serves its customers, by weeks. Without a span it
// always does.
type OpeningHours struct {
	// Zone is the name of a time zone; empty for that of Shanghai.
	Zone  string
	Spans []OpenSpan
}

// OpenSpan is a part of a day, in minutes from midnight: From is in it, Until is not.
type OpenSpan struct {
	Day         time.Weekday
	From, Until int
}

const (
	// MaxAutoText and MaxAutoTextBytes are the length of the longest text that the
	// house says by itself, in code points and in bytes: that of what can be sent.
	MaxAutoText      = 600
	MaxAutoTextBytes = 2048
	// MaxOpenSpans is how many spans opening hours have.
	MaxOpenSpans = 28
	// DayMinutes is the end of a day.
	DayMinutes = 24 * 60
	// MaxWait is the longest wait that can be set to be shown in colour.
	MaxWait = 24 * time.Hour
)

// What people expect of a chat, and what they forgive.
const (
	usualWarnWait = 3 * time.Minute
	usualLateWait = 10 * time.Minute
)

// usualZone is where most official accounts serve their customers.
const usualZone = "Asia/Shanghai"

// Waits are after which time a wait is shown in amber, and in red.
func (s *Service) Waits() (warn, late time.Duration) {
	return cmp.Or(s.WarnWait, usualWarnWait), cmp.Or(s.LateWait, usualLateWait)
}

// Open tells whether the account serves its customers at a time. A zone that this
// machine does not know is none to refuse anybody by.
func (h *OpeningHours) Open(at time.Time) bool {
	if len(h.Spans) == 0 {
		return true
	}
	zone, err := h.zone()
	if err != nil {
		return true
	}
	at = at.In(zone)
	minute := at.Hour()*60 + at.Minute()
	for _, s := range h.Spans {
		if s.Day == at.Weekday() && minute >= s.From && minute < s.Until {
			return true
		}
	}
	return false
}

// zones are the time zones that were looked up, by name: changes of conversations ask
// for them and read no files.
var zones sync.Map

// ZoneName is the name of the time zone.
func (h *OpeningHours) ZoneName() string { return cmp.Or(h.Zone, usualZone) }

// zone is the time zone.
func (h *OpeningHours) zone() (*time.Location, error) {
	name := h.ZoneName()
	if kept, ok := zones.Load(name); ok {
		return kept.(*time.Location), nil
	}
	// A name, never "Local": what that means is up to the machine.
	if name == "Local" {
		return nil, errors.New("it is no name of a zone")
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	zones.Store(name, zone)
	return zone, nil
}

// Clone copies the settings deeply.
func (s *Service) Clone() Service {
	c := *s
	c.Hours.Spans = slices.Clone(s.Hours.Spans)
	return c
}

// Validate refuses what cannot be kept. The error is [OfficialAccountIllegal] wrapped
// in a sentence that names the field.
func (s *Service) Validate() error {
	warn, late := s.Waits()
	switch {
	case warn < time.Second || warn > MaxWait:
		return illegal("the wait that is shown in amber must be a second to 24 hours, got %s", warn)
	case late < warn || late > MaxWait:
		return illegal("the wait that is shown in red must be at least that in amber and at most 24 hours, got %s", late)
	}
	for _, named := range []struct {
		name string
		text AutoText
	}{{"welcome", s.Welcome}, {"busy", s.Busy}, {"nobody", s.Nobody}, {"closed", s.Closed}} {
		if err := named.text.validate(named.name); err != nil {
			return err
		}
	}
	return s.Hours.validate()
}

func (a AutoText) validate(name string) error {
	switch {
	case a.On && strings.TrimSpace(a.Text) == "":
		return illegal("the automatic text %q is on and says nothing", name)
	case len(a.Text) > MaxAutoTextBytes, utf8.RuneCountInString(a.Text) > MaxAutoText:
		return illegal("the automatic text %q must have at most %d characters and %d bytes", name, MaxAutoText, MaxAutoTextBytes)
	case !plain(a.Text):
		return illegal("the automatic text %q has characters that are not to be seen", name)
	}
	return nil
}

func (h *OpeningHours) validate() error {
	if len(h.Spans) > MaxOpenSpans {
		return illegal("opening hours have at most %d spans, got %d", MaxOpenSpans, len(h.Spans))
	}
	if _, err := h.zone(); err != nil {
		return illegal("the time zone must be the name of one, such as Asia/Shanghai, got %q", h.Zone)
	}
	for _, s := range h.Spans {
		if s.Day < time.Sunday || s.Day > time.Saturday || s.From < 0 || s.From >= s.Until || s.Until > DayMinutes {
			return illegal("opening hours are parts of a day from 0 to %d minutes, got day %d from %d until %d", DayMinutes, s.Day, s.From, s.Until)
		}
	}
	return nil
}
