package simtest

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/wechat"
)

const (
	// readerPause is the usual pause between two looks of somebody who reads on.
	readerPause = 8 * time.Second
	// window is the span of time that one reading of the chat records covers; the
	// API allows 24 hours.
	window = 24 * time.Hour
	// wholeRead is a page in which everything that a world records has room.
	wholeRead = 10_000
)

// recordReader pages through the chat records by msgid all the time, as a program
// that copies them would. It reads the time in windows with a cursor in each.
type recordReader struct {
	*caller
	mu      sync.Mutex
	windows map[int64]*reading
}

// reading is how far a window was read.
type reading struct {
	cursor int64
	got    []wechat.Record
}

// run reads until ctx ends.
func (r *recordReader) run(ctx context.Context) {
	for rest(ctx, r.dice.pause(readerPause)) {
		r.read()
	}
}

// windowOf is the beginning of the window that a time lies in.
func windowOf(at time.Time) int64 {
	const seconds = int64(window / time.Second)
	return at.Unix() / seconds * seconds
}

// read reads a page of the window of the house's present time, at times of the one
// before, since a change that took long bears the time at which it was asked for.
func (r *recordReader) read() {
	var clock struct{ Now int64 }
	if got, _ := r.control(http.MethodGet, "clock", nil, &clock); got != kept {
		return
	}
	begin := windowOf(time.Unix(clock.Now, 0))
	if r.dice.chance(0.1) {
		begin -= int64(window / time.Second)
	}
	r.page(begin, int64(r.dice.between(1, 30)))
}

// page reads one page of a window, and tells whether there may be more.
func (r *recordReader) page(begin, number int64) bool {
	r.mu.Lock()
	if r.windows == nil {
		r.windows = make(map[int64]*reading)
	}
	w := r.windows[begin]
	if w == nil {
		w = &reading{cursor: 1}
		r.windows[begin] = w
	}
	r.mu.Unlock()
	list, ok := r.records(begin, w.cursor, number)
	if !ok {
		return true
	}
	w.got = append(w.got, list.RecordList...)
	w.cursor = list.MsgID
	return int64(len(list.RecordList)) == number
}

// records asks for one page.
func (c *caller) records(begin, cursor, number int64) (list wechat.RecordList, ok bool) {
	got, _ := c.api(func(ctx context.Context, api *client.Client) (err error) {
		list, err = api.Records(ctx, wechat.RecordListRequest{
			StartTime: begin, EndTime: begin + int64(window/time.Second) - 1, MsgID: cursor, Number: number,
		})
		return err
	})
	return list, got == kept
}

// shown is one message on a phone.
type shown struct {
	ID      kefu.MsgID
	From    kefu.Sender
	MsgType kefu.MsgType `json:"msgtype"`
	Text    struct{ Content string }
	Account kefu.KFAccount `json:"kf_account"`
}

// phone reads on in what one customer's phone shows.
type phone struct {
	*caller
	customer kefu.OpenID
	after    kefu.MsgID
	got      []shown
}

// run reads until ctx ends.
func (p *phone) run(ctx context.Context) {
	for rest(ctx, p.dice.pause(readerPause)) {
		p.read(p.dice.between(1, 10))
	}
}

// read reads one page, and tells whether there may be more.
func (p *phone) read(limit int) bool {
	page, ok := p.shows(p.customer, p.after, limit)
	if !ok {
		return true
	}
	p.got = append(p.got, page...)
	if len(page) > 0 {
		p.after = page[len(page)-1].ID
	}
	return len(page) == limit
}

// shows asks for one page of a phone. Somebody who never followed has none.
func (c *caller) shows(customer kefu.OpenID, after kefu.MsgID, limit int) (page []shown, ok bool) {
	var answer struct{ Messages []shown }
	verb := "followers/" + string(customer) + "/messages?after=" + strconv.FormatInt(int64(after), 10) + "&limit=" + strconv.Itoa(limit)
	got, code := c.control(http.MethodGet, verb, nil, &answer)
	return answer.Messages, got == kept || code == "customer_unknown"
}
