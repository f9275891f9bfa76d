package admin

import (
	"context"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

func (d *Door) pushRoutes() routes {
	rs := routes{}
	rs.account(d, "GET /pushes", kefu.RoleAdministrator, d.pushes)
	rs.account(d, "GET /pushes/today", kefu.RoleAdministrator, d.pushesToday)
	rs.account(d, "GET /pushes/{id}", kefu.RoleAdministrator, d.push)
	rs.account(d, "POST /pushes/{id}/repeat", kefu.RoleAdministrator, d.repeatPush)
	return rs
}

const (
	// workPage and maxWorkPage bound a page of pushes and of calls.
	workPage, maxWorkPage = 20, 100
	// maxSearch is the length of the longest search in bytes: an openid, or a rid, and
	// some room.
	maxSearch = 100
	// figuresOf is of how many pushes the figures of a day are made, the newest. It is
	// read again every few seconds while somebody looks.
	figuresOf = 5000
)

// customerName is what a customer is called.
type customerName struct {
	OpenID   kefu.OpenID `json:"openid"`
	Nickname string      `json:"nickname"`
	Remark   string      `json:"remark"`
}

// pushRow is one push in the list.
type pushRow struct {
	ID kefu.MsgID `json:"id"`
	At int64      `json:"at"`
	// Kind is the type of a message, or the name of an event, which Event tells.
	Kind     string       `json:"kind"`
	Event    bool         `json:"event"`
	Customer customerName `json:"customer"`
	// MsgID is the number that the developer's server is told; empty for an event.
	MsgID   string       `json:"msgid,omitempty"`
	Outcome kefu.Outcome `json:"outcome"`
	// Good tells of each attempt of the last round whether its answer was.
	Good []bool `json:"good"`
	// Took is from the beginning of that round to the end of its last attempt.
	Took int64 `json:"took_ms"`
}

func rowOfPush(p *kefu.Push, c kefu.Customer) pushRow {
	row := pushRow{
		ID: p.ID, At: p.At.UnixMilli(), Kind: kindOfPush(p), Event: p.Event != nil,
		Customer: customerName{p.Customer, c.Nickname, c.Remark}, MsgID: toldMsgID(p), Outcome: p.Outcome, Good: []bool{},
	}
	round := p.Attempts[len(p.Attempts)-p.Tried():]
	for _, a := range round {
		row.Good = append(row.Good, a.Failure == "")
	}
	if n := len(round); n > 0 {
		row.Took = round[n-1].At.Add(round[n-1].Took).Sub(round[0].At).Milliseconds()
	}
	return row
}

func kindOfPush(p *kefu.Push) string {
	switch {
	case p.Event != nil:
		return string(p.Event.Type)
	case p.Message != nil:
		return string(p.Message.Content.Type)
	}
	return ""
}

// toldMsgID is the MsgId of a push; empty for an event, which has none.
func toldMsgID(p *kefu.Push) string {
	switch {
	case p.Message == nil:
		return ""
	case p.Message.OwnID != 0:
		return strconv.FormatInt(p.Message.OwnID, 10)
	}
	return strconv.FormatInt(int64(p.Message.ID), 10)
}

// list is a page of something.
type list[T any] struct {
	Items []T `json:"items"`
	// Next is what the next page is asked with; empty for the last.
	Next string `json:"next"`
}

// pushes lists what the developer's server was told, the newest first.
func (d *Door) pushes(ctx context.Context, c *call) (any, error) {
	before, err := c.Number("before", 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	limit, err := c.Number("limit", workPage, maxWorkPage)
	if err != nil {
		return nil, err
	}
	q := c.R.URL.Query()
	for _, name := range []string{"kind", "outcome", "q"} {
		if len(q.Get(name)) > maxSearch {
			return nil, exchange.BadRequest(strconv.Quote(name) + " is longer than " + strconv.Itoa(maxSearch) + " bytes")
		}
	}
	found, err := d.Desk.FindPushes(ctx, c.app, desk.PushSearch{
		Before: kefu.MsgID(before),
		Limit:  max(int(limit), 1),
		Match:  matchPushes(q.Get("kind"), kefu.Outcome(q.Get("outcome")), strings.TrimSpace(q.Get("q"))),
	})
	if err != nil {
		return nil, err
	}
	page := list[pushRow]{Items: make([]pushRow, len(found.Pushes))}
	for i := range found.Pushes {
		p := &found.Pushes[i]
		page.Items[i] = rowOfPush(p, found.Customers[p.Customer])
	}
	if found.Next != 0 {
		page.Next = strconv.FormatInt(int64(found.Next), 10)
	}
	return page, nil
}

// matchPushes tells whether a push is looked for; it is nil when all are.
func matchPushes(kind string, outcome kefu.Outcome, words string) func(*kefu.Push) bool {
	if kind == "" && outcome == "" && words == "" {
		return nil
	}
	return func(p *kefu.Push) bool {
		return (kind == "" || kindOfPush(p) == kind) &&
			(outcome == "" || p.Outcome == outcome) &&
			(words == "" || strings.Contains(string(p.Customer), words) || toldMsgID(p) == words)
	}
}

// pushFigures are how the pushes of today went.
type pushFigures struct {
	Since int64 `json:"since"`
	Total int   `json:"total"`
	// First is how many were good at the first attempt, Retried how many at a later
	// one, Failed how many were given up. Those without an outcome are in none.
	First   int `json:"first"`
	Retried int `json:"retried"`
	Failed  int `json:"failed"`
	// P95 is the time within which 95 of 100 answers came; 0 when none did.
	P95 int64 `json:"p95_ms"`
	// Complete is false when only the newest of today were looked at.
	Complete bool `json:"complete"`
}

// pushesToday tells how the pushes of today went.
func (d *Door) pushesToday(ctx context.Context, c *call) (any, error) {
	now := d.Now().In(kefu.Beijing)
	since := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, kefu.Beijing)
	ends, err := d.Desk.PushEnds(ctx, c.app, since, figuresOf+1)
	if err != nil {
		return nil, err
	}
	return figures(ends, since), nil
}

func figures(ends []desk.PushEnd, since time.Time) pushFigures {
	f := pushFigures{Since: since.UnixMilli(), Complete: len(ends) <= figuresOf}
	ends = ends[:min(len(ends), figuresOf)]
	f.Total = len(ends)
	var answers []time.Duration
	for i := range ends {
		e := &ends[i]
		for _, a := range e.Attempts {
			if a.Status != 0 {
				answers = append(answers, a.Took)
			}
		}
		switch {
		case e.Outcome == kefu.OutcomeFailed:
			f.Failed++
		case e.Outcome == kefu.OutcomeDue, e.Outcome == kefu.OutcomeNone:
		case len(e.Attempts) <= 1:
			f.First++
		default:
			f.Retried++
		}
	}
	if n := len(answers); n > 0 {
		slices.Sort(answers)
		f.P95 = answers[(n*95+99)/100-1].Milliseconds()
	}
	return f
}

// attemptRow is one attempt to deliver a push.
type attemptRow struct {
	At   int64 `json:"at"`
	Took int64 `json:"took_ms"`
	// Status is 0 when no answer came.
	Status int    `json:"status"`
	Answer string `json:"answer"`
	// Failure says what was wrong; empty for an attempt that was good.
	Failure string `json:"failure"`
	// Sent is false for a push that was given up before anything was sent.
	Sent bool `json:"sent"`
	// First begins a round of attempts that somebody asked for.
	First bool `json:"first"`
}

type headerLine struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// pushAnswer is one push with all that was sent and came back.
type pushAnswer struct {
	pushRow
	Attempts []attemptRow `json:"attempts"`
	// Format is how the body is written: "xml" or "json".
	Format string `json:"format"`
	Plain  string `json:"plain"`
	// Sealed is the body as it would go out now; empty in plain mode.
	Sealed string `json:"sealed"`
	// Query is what stands behind the URL, signed anew, and Headers what comes before
	// the body; empty while the account has no developer's server.
	Query   string       `json:"query"`
	Headers []headerLine `json:"headers"`
	// Mode is how the account's pushes are encrypted.
	Mode kefu.CallbackMode `json:"mode"`
}

// push shows one push.
func (d *Door) push(ctx context.Context, c *call) (any, error) {
	id, err := c.msgID(kefu.PushUnknown)
	if err != nil {
		return nil, err
	}
	return d.pushAnswer(ctx, c, id)
}

func (d *Door) pushAnswer(ctx context.Context, c *call, id kefu.MsgID) (any, error) {
	o, p, customer, err := d.Desk.PushOf(ctx, c.app, id)
	if err != nil {
		return nil, err
	}
	answer := pushAnswer{
		pushRow: rowOfPush(&p, customer), Attempts: make([]attemptRow, len(p.Attempts)),
		Format: string(kefu.CallbackXML), Headers: []headerLine{}, Mode: o.Callback.Mode,
	}
	if answer.Mode == "" {
		answer.Mode = kefu.CallbackPlain
	}
	for i, a := range p.Attempts {
		answer.Attempts[i] = attemptRow{
			At: a.At.UnixMilli(), Took: a.Took.Milliseconds(), Status: a.Status, Answer: legible(a.Answer),
			Failure: a.Failure, Sent: a.URL != "", First: a.First,
		}
	}
	format := wechat.FormatXML
	if o.Callback.Format == kefu.CallbackJSON {
		format, answer.Format = wechat.FormatJSON, string(kefu.CallbackJSON)
	}
	said := translate.Push(o, &p)
	answer.Plain = string(said.Append(nil, format))
	if o.Callback.URL == "" || d.Preview == nil {
		return answer, nil
	}
	r, err := d.Preview(o, &p, d.Now())
	if err != nil {
		// An account whose callback cannot be used shows what it would be told.
		return answer, nil
	}
	return answer, answer.dress(r)
}

// dress adds how a push goes out.
func (a *pushAnswer) dress(r *http.Request) error {
	a.Query = r.URL.RawQuery
	for name, values := range r.Header {
		for _, value := range values {
			a.Headers = append(a.Headers, headerLine{name, value})
		}
	}
	a.Headers = append(a.Headers, headerLine{"Host", r.URL.Host}, headerLine{"Content-Length", strconv.FormatInt(r.ContentLength, 10)})
	slices.SortFunc(a.Headers, func(x, y headerLine) int { return strings.Compare(x.Name, y.Name) })
	body, err := io.ReadAll(r.Body)
	if err == nil && a.Mode != kefu.CallbackPlain {
		a.Sealed = string(body)
	}
	return err
}

// legible is what came back as text; a server may answer anything.
func legible(answer []byte) string {
	if utf8.Valid(answer) {
		return string(answer)
	}
	return strings.ToValidUTF8(string(answer), "\uFFFD")
}

// repeatPush sends a push that has ended once more, with the same MsgId and CreateTime.
func (d *Door) repeatPush(ctx context.Context, c *call) (any, error) {
	if _, err := c.Body(); err != nil {
		return nil, err
	}
	id, err := c.msgID(kefu.PushUnknown)
	if err != nil {
		return nil, err
	}
	act := c.act(kefu.ActPushRepeated, strconv.FormatInt(int64(id), 10), "", "")
	if err := d.Desk.RepeatPushBy(ctx, c.app, id, act); err != nil {
		return nil, err
	}
	return d.pushAnswer(ctx, c, id)
}

// msgID is the id of the path; what cannot be one is refused with unknown.
func (c *call) msgID(unknown error) (kefu.MsgID, error) {
	n, err := strconv.ParseInt(c.R.PathValue("id"), 10, 64)
	if err != nil || n < 1 {
		return 0, unknown
	}
	return kefu.MsgID(n), nil
}
