package sandbox

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// pushLine is one push as the log of pushes shows it.
type pushLine struct {
	ID     kefu.MsgID  `json:"id"`
	OpenID kefu.OpenID `json:"openid"`
	Time   int64       `json:"time"`
	// Kind is the type of a message, or the name of an event.
	Kind string `json:"kind"`
	// URL is where the last attempt went, or where the first will go.
	URL string `json:"url"`
	// Body is the push before it is encrypted.
	Body     string        `json:"body"`
	Outcome  kefu.Outcome  `json:"outcome"`
	Attempts []attemptLine `json:"attempts"`
}

type attemptLine struct {
	At     int64  `json:"at"`
	TookMS int64  `json:"took_ms"`
	URL    string `json:"url"`
	// Status is the HTTP status; 0 when no answer came.
	Status int `json:"status"`
	// Answer is how the answer begins.
	Answer string `json:"answer"`
	// Failure says what was wrong; empty for an attempt that was good.
	Failure string `json:"failure"`
}

type pushList struct {
	Pushes []pushLine `json:"pushes"`
}

// listPushes shows what the developer's server was told.
func (s *Sandbox) listPushes(ctx context.Context, r *http.Request) (any, error) {
	app, after, limit, err := s.page(ctx, r)
	if err != nil {
		return nil, err
	}
	o, err := s.Desk.OfficialAccount(ctx, app)
	if err != nil {
		return nil, err
	}
	pushes, err := s.Desk.PushLog(ctx, app, after, limit)
	if err != nil {
		return nil, err
	}
	list := pushList{Pushes: make([]pushLine, len(pushes))}
	for i := range pushes {
		list.Pushes[i] = lineOf(o, &pushes[i])
	}
	return list, nil
}

func lineOf(o *kefu.OfficialAccount, p *kefu.Push) pushLine {
	format := wechat.FormatXML
	if o.Callback.Format == kefu.CallbackJSON {
		format = wechat.FormatJSON
	}
	push := translate.Push(o, p)
	line := pushLine{
		ID: p.ID, OpenID: p.Customer, Time: p.At.Unix(), Kind: kindOf(p),
		URL: o.Callback.URL, Body: string(push.Append(nil, format)),
		Outcome: p.Outcome, Attempts: make([]attemptLine, len(p.Attempts)),
	}
	for i, a := range p.Attempts {
		if a.URL != "" {
			line.URL = a.URL
		}
		line.Attempts[i] = attemptLine{
			At: a.At.Unix(), TookMS: int64(a.Took / time.Millisecond), URL: a.URL,
			Status: a.Status, Answer: string(a.Answer), Failure: a.Failure,
		}
	}
	return line
}

func kindOf(p *kefu.Push) string {
	switch {
	case p.Event != nil:
		return string(p.Event.Type)
	case p.Message != nil:
		return string(p.Message.Content.Type)
	}
	return ""
}

// repeatPush sends a push that has ended once more, with the same MsgId and
// CreateTime.
func (s *Sandbox) repeatPush(ctx context.Context, r *http.Request) (any, error) {
	n, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || n < 1 {
		return nil, kefu.PushUnknown
	}
	id := kefu.MsgID(n)
	wait, err := asksToWait(r)
	if err != nil {
		return nil, err
	}
	app, err := s.account(ctx, r, "")
	if err != nil {
		return nil, err
	}
	p, err := s.Desk.Push(ctx, app, id)
	if err != nil {
		return nil, err
	}
	if err := s.Desk.RepeatPush(ctx, app, id); err != nil {
		return nil, err
	}
	answer := receivedAnswer{}
	if m := p.Message; m != nil {
		own := m.OwnID
		if own == 0 {
			own = int64(m.ID)
		}
		answer.MsgID = strconv.FormatInt(own, 10)
	}
	if !wait {
		answer.Push = pushState{kefu.OutcomeDue, p.Made()}
		return answer, nil
	}
	answer.Push, err = s.pushState(ctx, app, id, wait)
	return answer, err
}
