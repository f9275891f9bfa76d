package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

func (d *Door) settingRoutes() routes {
	rs := routes{}
	rs.account(d, "GET /settings", kefu.RoleAdministrator, d.settings)
	rs.account(d, "PUT /settings", kefu.RoleAdministrator, d.setSettings)
	return rs
}

// settingsForm is how an official account is set, as pages read and write it. Times
// are milliseconds.
type settingsForm struct {
	Limits  limitsForm  `json:"limits"`
	Service serviceForm `json:"service"`
}

type limitsForm struct {
	Agents            int              `json:"agents"`
	BindingsPerWorker int              `json:"bindings_per_worker"`
	InvitationLife    int64            `json:"invitation_life_ms"`
	SessionPatience   int64            `json:"session_patience_ms"`
	OfflineGrace      int64            `json:"offline_grace_ms"`
	SendsPerMinute    int64            `json:"sends_per_minute"`
	DailyCalls        map[string]int64 `json:"daily_calls"`
}

type serviceForm struct {
	WarnWait int64     `json:"warn_wait_ms"`
	LateWait int64     `json:"late_wait_ms"`
	Welcome  textForm  `json:"welcome"`
	Busy     textForm  `json:"busy"`
	Nobody   textForm  `json:"nobody"`
	Closed   textForm  `json:"closed"`
	Hours    hoursForm `json:"hours"`
}

type textForm struct {
	On   bool   `json:"on"`
	Text string `json:"text"`
}

type hoursForm struct {
	Zone  string     `json:"zone"`
	Spans []spanForm `json:"spans"`
}

// spanForm is a part of a day, which is 0 on Sundays, in minutes from midnight.
type spanForm struct {
	Day   int `json:"day"`
	From  int `json:"from"`
	Until int `json:"until"`
}

// settingsAnswer is how the account is set now.
type settingsAnswer struct {
	settingsForm
	// Open tells whether the account serves its customers at this moment.
	Open bool `json:"open"`
	// Quotas are how often a path may be called in a day where nothing else is set.
	Quotas map[string]int64 `json:"quotas"`
	// Usual is how an account is set that nobody has set.
	Usual settingsForm `json:"usual"`
}

// maxSet is the longest time that can be set, in milliseconds.
const maxSet = int64(366 * 24 * time.Hour / time.Millisecond)

// settings shows how the account is set.
func (d *Door) settings(ctx context.Context, c *call) (any, error) {
	o, err := d.Desk.OfficialAccount(ctx, c.app)
	if err != nil {
		return nil, err
	}
	limits, service := kefu.DefaultLimits(), kefu.Service{}
	answer := settingsAnswer{
		settingsForm: formOf(&o.Limits, &o.Service),
		Open:         o.Service.Hours.Open(d.Now()),
		Quotas:       kefu.DailyQuotas(),
		Usual:        formOf(&limits, &service),
	}
	return answer, nil
}

// setSettings sets what the body names; the rest stays.
func (d *Door) setSettings(ctx context.Context, c *call) (any, error) {
	body, err := c.Body()
	if err != nil {
		return nil, err
	}
	// Once before the change, so that a body that does not fit is refused without it.
	if err := new(settingsForm).merge(body); err != nil {
		return nil, err
	}
	act := c.act(kefu.ActSettingsSet, "", "", "")
	err = d.Desk.ChangeSettings(ctx, c.app, act, func(limits *kefu.Limits, service *kefu.Service) ([]desk.Changed, error) {
		before := formOf(limits, service)
		after := formOf(limits, service)
		if err := after.merge(body); err != nil {
			return nil, err
		}
		changes := changesOf(before, after)
		if len(changes) > 0 {
			after.put(limits, service)
		}
		return changes, nil
	})
	if err != nil {
		return nil, err
	}
	return d.settings(ctx, c)
}

// merge sets what a body names. Its lists and tables take the place of those before.
func (f *settingsForm) merge(body []byte) error {
	calls, spans := f.Limits.DailyCalls, f.Service.Hours.Spans
	f.Limits.DailyCalls, f.Service.Hours.Spans = nil, nil
	if err := exchange.Decode(body, f); err != nil {
		return err
	}
	if f.Limits.DailyCalls == nil {
		f.Limits.DailyCalls = calls
	}
	if f.Service.Hours.Spans == nil {
		f.Service.Hours.Spans = spans
	}
	for name, ms := range map[string]int64{
		"invitation_life_ms": f.Limits.InvitationLife, "session_patience_ms": f.Limits.SessionPatience,
		"offline_grace_ms": f.Limits.OfflineGrace, "warn_wait_ms": f.Service.WarnWait, "late_wait_ms": f.Service.LateWait,
	} {
		if ms < 0 || ms > maxSet {
			return exchange.BadRequest(fmt.Sprintf("%q must be a number from 0 to %d", name, maxSet))
		}
	}
	return nil
}

func formOf(l *kefu.Limits, s *kefu.Service) settingsForm {
	warn, late := s.Waits()
	f := settingsForm{
		Limits: limitsForm{
			Agents: l.Agents, BindingsPerWorker: l.BindingsPerWorker, InvitationLife: l.InvitationLife.Milliseconds(),
			SessionPatience: l.SessionPatience.Milliseconds(), OfflineGrace: l.OfflineGrace.Milliseconds(),
			SendsPerMinute: l.SendsPerMinute, DailyCalls: map[string]int64{},
		},
		Service: serviceForm{
			WarnWait: warn.Milliseconds(), LateWait: late.Milliseconds(),
			Welcome: textForm(s.Welcome), Busy: textForm(s.Busy), Nobody: textForm(s.Nobody), Closed: textForm(s.Closed),
			Hours: hoursForm{Zone: s.Hours.ZoneName(), Spans: make([]spanForm, len(s.Hours.Spans))},
		},
	}
	maps.Copy(f.Limits.DailyCalls, l.DailyCalls)
	for i, span := range s.Hours.Spans {
		f.Service.Hours.Spans[i] = spanForm{int(span.Day), span.From, span.Until}
	}
	return f
}

// put sets what the form says.
func (f *settingsForm) put(l *kefu.Limits, s *kefu.Service) {
	ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
	*l = kefu.Limits{
		Agents: f.Limits.Agents, BindingsPerWorker: f.Limits.BindingsPerWorker, InvitationLife: ms(f.Limits.InvitationLife),
		SessionPatience: ms(f.Limits.SessionPatience), OfflineGrace: ms(f.Limits.OfflineGrace), SendsPerMinute: f.Limits.SendsPerMinute,
	}
	if len(f.Limits.DailyCalls) > 0 {
		l.DailyCalls = f.Limits.DailyCalls
	}
	*s = kefu.Service{
		WarnWait: ms(f.Service.WarnWait), LateWait: ms(f.Service.LateWait),
		Welcome: kefu.AutoText(f.Service.Welcome), Busy: kefu.AutoText(f.Service.Busy),
		Nobody: kefu.AutoText(f.Service.Nobody), Closed: kefu.AutoText(f.Service.Closed),
		Hours: kefu.OpeningHours{Zone: f.Service.Hours.Zone},
	}
	for _, span := range f.Service.Hours.Spans {
		s.Hours.Spans = append(s.Hours.Spans, kefu.OpenSpan{Day: time.Weekday(span.Day), From: span.From, Until: span.Until})
	}
}

// changesOf names what differs between two forms, by their members.
func changesOf(before, after settingsForm) []desk.Changed {
	was, is := before.words(), after.words()
	var changes []desk.Changed
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if was[name] != is[name] {
			changes = append(changes, desk.Changed{What: name, Before: was[name], After: is[name]})
		}
	}
	return changes
}

// words are the settings by name, as a person reads them.
func (f *settingsForm) words() map[string]string {
	ms := func(n int64) string { return (time.Duration(n) * time.Millisecond).String() }
	text := func(t textForm) string {
		if t.On {
			return "on: " + t.Text
		}
		return strings.TrimSuffix("off: "+t.Text, ": ")
	}
	// Both have keys in their order, so that equal ones read alike.
	calls, _ := json.Marshal(f.Limits.DailyCalls)
	return map[string]string{
		"agents": strconv.Itoa(f.Limits.Agents), "bindings_per_worker": strconv.Itoa(f.Limits.BindingsPerWorker),
		"invitation_life": ms(f.Limits.InvitationLife), "session_patience": ms(f.Limits.SessionPatience),
		"offline_grace": ms(f.Limits.OfflineGrace), "sends_per_minute": strconv.FormatInt(f.Limits.SendsPerMinute, 10),
		"daily_calls": string(calls),
		"warn_wait":   ms(f.Service.WarnWait), "late_wait": ms(f.Service.LateWait),
		"welcome": text(f.Service.Welcome), "busy": text(f.Service.Busy), "nobody": text(f.Service.Nobody), "closed": text(f.Service.Closed),
		"hours": f.Service.Hours.words(),
	}
}

// words are opening hours such as "Asia/Shanghai: Mon 09:00–18:00".
func (h *hoursForm) words() string {
	parts := make([]string, len(h.Spans))
	for i, s := range h.Spans {
		parts[i] = fmt.Sprintf("%.3s %02d:%02d–%02d:%02d", time.Weekday(s.Day), s.From/60, s.From%60, s.Until/60, s.Until%60)
	}
	if len(parts) == 0 {
		parts = []string{"always"}
	}
	return h.Zone + ": " + strings.Join(parts, ", ")
}
