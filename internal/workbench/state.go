package workbench

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

type stateAnswer struct {
	Epoch    string            `json:"epoch"`
	Offset   kefu.MsgID        `json:"offset"`
	Now      int64             `json:"now"`
	Me       agentLine         `json:"me"`
	Max      int               `json:"max"`
	Sessions []conversationRow `json:"sessions"`
	Queue    queueAnswer       `json:"queue"`
	Agents   []agentLine       `json:"agents"`
	Limits   limitsAnswer      `json:"limits"`
	// ServedToday is how many sessions the agent got since midnight in Beijing, where
	// the platform's days begin.
	ServedToday int `json:"served_today"`
}

type queueAnswer struct {
	queueLine
	Waiting []waitingRow `json:"waiting"`
}

type limitsAnswer struct {
	SessionPatience int64 `json:"session_patience_ms"`
	WarnWait        int64 `json:"warn_wait_ms"`
	LateWait        int64 `json:"late_wait_ms"`
}

// state is what somebody sees who sits down, and where its socket goes on from.
func (d *Door) state(ctx context.Context, _ *call, h desk.Hand) (any, error) {
	w, err := d.Desk.Workbench(ctx, h)
	if err != nil {
		return nil, err
	}
	v := d.view(h.Agent, w.Account, w.Agents)
	warn, late := w.Account.Service.Waits()
	answer := stateAnswer{
		Epoch: w.News.Epoch, Offset: w.News.Last, Now: v.now.UnixMilli(),
		Me:       agentLine{Nickname: h.Author.Name, Status: string(kefu.Offline)},
		Max:      kefu.MaxAutoAccept,
		Sessions: v.conversations(w.Sessions),
		Queue:    queueAnswer{lineOfQueue(w.QueueState), make([]waitingRow, len(w.Waiting))},
		Agents:   make([]agentLine, len(w.Agents)),
		Limits: limitsAnswer{
			SessionPatience: w.Account.Limits.SessionPatience.Milliseconds(),
			WarnWait:        warn.Milliseconds(),
			LateWait:        late.Milliseconds(),
		},
	}
	for i := range w.Waiting {
		answer.Queue.Waiting[i] = *v.waiting(&w.Waiting[i])
	}
	for i := range w.Agents {
		answer.Agents[i] = lineOfAgent(&w.Agents[i])
		if w.Agents[i].ID == v.me {
			answer.Me = answer.Agents[i]
		}
	}
	year, month, day := v.now.In(kefu.Beijing).Date()
	answer.ServedToday, err = d.Desk.ServedCount(ctx, h, time.Date(year, month, day, 0, 0, 0, 0, kefu.Beijing))
	return answer, err
}

// choosePresence is the agent's word what it wants to be.
func (d *Door) choosePresence(ctx context.Context, x *call, h desk.Hand) (any, error) {
	var req struct {
		Status     kefu.Status `json:"status"`
		AutoAccept int         `json:"auto_accept"`
	}
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	a, err := d.Desk.ChoosePresence(ctx, h, req.Status, req.AutoAccept)
	if err != nil {
		return nil, err
	}
	return lineOfAgent(&a), nil
}
