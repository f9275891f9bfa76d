package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// maxActivity is how many of the newest calls and pushes are shown.
	maxActivity = 1000
	// maxWaiting bounds those who wait for the next one.
	maxWaiting = 32
	// activityPatience is how long somebody is kept waiting. Proxies and browsers
	// wait longer than that.
	activityPatience = 25 * time.Second
	// maxAbout bounds what is shown of whom a call is about, in bytes.
	maxAbout = 64
)

// Activity is what happens between the sandbox and the developer's program, as it
// happens: the newest calls and pushes, in memory. It is no record: a restart begins
// anew, and nobody's words and no secret are in it. The zero value must be made with
// [newActivity].
type Activity struct {
	now func() time.Time

	mu sync.Mutex
	// epoch names this memory; after a restart or a reset it is another one.
	epoch   string
	seq     int64
	newest  []activityLine
	waiting int
	// changed is closed at the next change.
	changed chan struct{}
	left    bool
}

// activityLine is one call, or a push as it stood after an attempt.
type activityLine struct {
	Seq   int64      `json:"seq"`
	At    int64      `json:"at"` // Unix milliseconds, by the sandbox's clock
	Kind  string     `json:"kind"`
	AppID kefu.AppID `json:"appid,omitempty"`
	// Title is the type of the message or event that was pushed, or the path of a call.
	Title  string `json:"title"`
	Method string `json:"method,omitempty"`
	// About is whom it is about: a customer, or a kf account, or the appid.
	About   string   `json:"about,omitempty"`
	TookUS  int64    `json:"took_us"`
	Errcode *int     `json:"errcode,omitempty"`
	RID     kefu.RID `json:"rid,omitempty"`
	// Of a push: its id, what came of it so far, and how often it was tried.
	Push     kefu.MsgID   `json:"push,omitempty"`
	Outcome  kefu.Outcome `json:"outcome,omitempty"`
	Attempts int          `json:"attempts,omitempty"`
}

const kindCall, kindPush = "call", "push"

func newActivity(now func() time.Time) *Activity {
	a := &Activity{now: now}
	a.Forget()
	return a
}

// Forget implements [Forgetter].
func (a *Activity) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	// The time tells two lives of one process apart, and two processes.
	a.epoch, a.seq, a.newest = strconv.FormatInt(time.Now().UnixNano(), 36), 0, nil
	a.tell()
}

// Leave lets nobody wait any more: the server ends.
func (a *Activity) Leave() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.left = true
	a.tell()
}

// tell wakes those who wait. The lock is held.
func (a *Activity) tell() {
	if a.changed != nil {
		close(a.changed)
	}
	a.changed = make(chan struct{})
}

func (a *Activity) add(line activityLine) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seq++
	line.Seq = a.seq
	if len(a.newest) == 2*maxActivity {
		a.newest = append(a.newest[:0], a.newest[maxActivity:]...)
	}
	a.newest = append(a.newest, line)
	a.tell()
}

// SawCall notes an API call. Of its query and body only the names of whom it is about
// are kept.
func (a *Activity) SawCall(app kefu.AppID, rid kefu.RID, r *http.Request, body []byte, errcode int, took time.Duration) {
	line := activityLine{
		At: a.now().UnixMilli(), Kind: kindCall, AppID: app, Title: r.URL.Path, Method: r.Method,
		About: aboutWhom(r.URL, body), TookUS: took.Microseconds(), Errcode: &errcode,
	}
	if len(line.Title) > 4*maxAbout {
		line.Title = line.Title[:4*maxAbout]
	}
	if errcode != 0 {
		line.RID = rid
	}
	a.add(line)
}

// SawPush notes a push after an attempt.
func (a *Activity) SawPush(app kefu.AppID, p *kefu.Push) {
	line := activityLine{
		At: a.now().UnixMilli(), Kind: kindPush, AppID: app, Title: kindOf(p), About: string(p.Customer),
		Push: p.ID, Outcome: p.Outcome, Attempts: p.Made(),
	}
	if n := len(p.Attempts); n > 0 {
		line.TookUS = p.Attempts[n-1].Took.Microseconds()
	}
	a.add(line)
}

// aboutNames are the members that say whom a call is about, the most telling first.
var aboutNames = [...]string{"kf_account", "touser", "openid", "appid"}

// aboutWhom finds whom a call is about, in its query or its JSON.
func aboutWhom(at *url.URL, body []byte) string {
	query := at.Query()
	var members map[string]json.RawMessage
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte{'{'}) {
		// What cannot be read is about nobody.
		_ = json.Unmarshal(body, &members)
	}
	for _, name := range aboutNames {
		text := query.Get(name)
		if raw, ok := members[name]; ok {
			_ = json.Unmarshal(raw, &text)
		}
		if text != "" {
			return text[:min(len(text), maxAbout)]
		}
	}
	return ""
}

type activityAnswer struct {
	Epoch string `json:"epoch"`
	// Now is the time of the sandbox, in Unix milliseconds.
	Now int64 `json:"now"`
	// Last is the highest number that was given.
	Last int64 `json:"last"`
	// Whole tells that what is listed is everything there is, not what came after.
	Whole bool           `json:"whole"`
	Lines []activityLine `json:"lines"`
}

// since is what happened after a number of an epoch, or all when that is not known
// any more.
func (a *Activity) since(epoch string, after int64) (answer activityAnswer, changed <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	answer = activityAnswer{Epoch: a.epoch, Now: a.now().UnixMilli(), Last: a.seq, Lines: []activityLine{}}
	lines := a.newest[max(0, len(a.newest)-maxActivity):]
	if epoch != a.epoch || after > a.seq || len(lines) > 0 && after < lines[0].Seq-1 {
		answer.Whole = true
		after = 0
	}
	for i := range lines {
		if lines[i].Seq > after {
			answer.Lines = append(answer.Lines, lines[i])
		}
	}
	if a.left {
		return answer, nil
	}
	return answer, a.changed
}

// wait takes a place among those who wait, and gives it back; false when there is none.
func (a *Activity) wait(by int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting+by > maxWaiting {
		return false
	}
	a.waiting += by
	return true
}

// activity shows what happened. With wait it answers when something does, or after a
// while that nothing did.
func (s *Sandbox) activity(ctx context.Context, r *http.Request) (any, error) {
	wait, err := asksToWait(r)
	if err != nil {
		return nil, err
	}
	after := int64(0)
	if text := r.URL.Query().Get("after"); text != "" {
		if after, err = strconv.ParseInt(text, 10, 64); err != nil || after < 0 {
			return nil, badRequest(`"after" must be the "last" of an earlier answer, got ` + strconv.Quote(text))
		}
	}
	epoch := r.URL.Query().Get("epoch")
	answer, changed := s.Activity.since(epoch, after)
	if !wait || answer.Whole || len(answer.Lines) > 0 || changed == nil || !s.Activity.wait(1) {
		return answer, nil
	}
	defer s.Activity.wait(-1)
	timer := time.NewTimer(activityPatience)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-changed:
	}
	answer, _ = s.Activity.since(epoch, after)
	return answer, nil
}
