package interop

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chanxuehong/wechat/mp/message/callback/request"
)

// outOfService is what a customer reads when the developer's server failed.
const outOfService = "该公众号提供的服务出现故障，请稍后再试"

// retryPause is the time from one attempt to deliver a push to the next.
const retryPause = 5 * time.Second

// attempts has the server fail twice. The clock is moved from one attempt to
// the next.
func (x *exchange) attempts(t *testing.T) {
	for _, content := range []string{saysFail, saysPanic} {
		t.Run(content, func(t *testing.T) {
			sent := x.kefu.writeOn(t, anna, text(content))
			first := x.dev.next(t)
			nonces := map[string]bool{first.query.Get("nonce"): true}
			for range 2 {
				x.kefu.advance(t, retryPause)
				again := x.dev.next(t)
				if again.MsgId != first.MsgId || again.CreateTime != first.CreateTime || again.Content != content {
					t.Errorf("got %+v again, want %+v", *again.MixedMsg, *first.MixedMsg)
				}
				if at, was := again.query.Get("timestamp"), first.query.Get("timestamp"); at <= was {
					t.Errorf("the attempt is signed at %s, want a later time than %s", at, was)
				}
				nonces[again.query.Get("nonce")] = true
			}
			if len(nonces) != 3 {
				t.Errorf("got the nonces %v, want three", nonces)
			}
			x.checkEnded(t, sent, pushState{"replied", 3})
			x.kefu.checkShown(t, anna, said("attempt 3"))
		})
	}
}

// pushLine is a line of the sandbox's log of pushes.
type pushLine struct {
	ID       int64  `json:"id"`
	Kind     string `json:"kind"`
	OpenID   string `json:"openid"`
	Body     string `json:"body"`
	Outcome  string `json:"outcome"`
	Attempts []struct {
		Status  int    `json:"status"`
		Failure string `json:"failure"`
	} `json:"attempts"`
}

// pushed waits for a push that fits, and is the last of them.
func (x *exchange) pushed(t *testing.T, fits func(*pushLine) bool) pushLine {
	t.Helper()
	for until := time.Now().Add(arrivalPatience); ; time.Sleep(5 * time.Millisecond) {
		var answer struct {
			Pushes []pushLine `json:"pushes"`
		}
		x.kefu.control(t, "GET", "/sandbox/v1/pushes?limit=1000", nil, &answer)
		for i := range answer.Pushes {
			if p := &answer.Pushes[len(answer.Pushes)-1-i]; fits(p) {
				return *p
			}
		}
		if time.Now().After(until) {
			t.Fatalf("no such push within %s", arrivalPatience)
		}
	}
}

func (x *exchange) checkEnded(t *testing.T, sent written, want pushState) {
	t.Helper()
	line := x.pushed(t, func(p *pushLine) bool {
		return p.Outcome != "due" && strings.Contains(p.Body, "<MsgId>"+sent.MsgID+"</MsgId>")
	})
	if got := (pushState{line.Outcome, len(line.Attempts)}); got != want {
		t.Errorf("got a push that ended as %+v after %+v, want %+v", got, line.Attempts, want)
	}
}

// refusedAnswers are those that WeChat takes for none, which the customer is
// told of after the last attempt.
func (x *exchange) refusedAnswers(t *testing.T) {
	refused := []string{saysJSON}
	if x.dev.mode == "safe" {
		refused = append(refused, saysPlain)
	} else {
		x.checkPush(t, x.kefu.write(t, anna, text(saysPlain)), "replied", 1)
		x.dev.next(t)
		x.kefu.checkShown(t, anna, said("in plain words"))
	}
	for _, content := range refused {
		t.Run(content, func(t *testing.T) {
			sent := x.kefu.writeOn(t, anna, text(content))
			x.dev.next(t)
			for range 2 {
				x.kefu.advance(t, retryPause)
				x.dev.next(t)
			}
			x.checkEnded(t, sent, pushState{"failed", 3})
			x.kefu.checkShown(t, anna, row{"from": "system", "msgtype": "notice", "notice": row{"content": outOfService}})
		})
	}
}

// order has two customers write faster than the server answers.
func (x *exchange) order(t *testing.T) {
	const count = 20
	for i := range count {
		for _, openid := range []string{anna, boris} {
			x.kefu.writeOn(t, openid, text(fmt.Sprintf("number %d", i)))
		}
	}
	next := map[string]int{}
	for range 2 * count {
		a := x.dev.next(t)
		if want := fmt.Sprintf("number %d", next[a.FromUserName]); a.Content != want {
			t.Fatalf("got %q of %s, want %q", a.Content, a.FromUserName, want)
		}
		next[a.FromUserName]++
	}
	// So that no answer is under way when the test ends.
	for _, openid := range []string{anna, boris} {
		x.checkPush(t, x.kefu.write(t, openid, text("That was all")), "replied", 1)
		x.dev.next(t)
		answers := 0
		for _, m := range x.kefu.phone(t, openid) {
			if words, ok := m["text"].(row); ok && words["content"] == fmt.Sprintf("You said: number %d", answers) {
				answers++
			}
		}
		if answers != count {
			t.Errorf("the phone of %s shows %d answers in order, want %d", openid, answers, count)
		}
	}
}

// TestSlowDeveloperServer takes as long as the real thing does.
func TestSlowDeveloperServer(t *testing.T) {
	t.Parallel()
	x := newExchange(t, "plain")
	x.kefu.follow(t, anna, nil)
	x.dev.nextEvent(t, anna, request.EventTypeSubscribe)
	got := x.kefu.write(t, anna, text(saysSlow))
	x.checkPush(t, got, "replied", 2)
	x.kefu.checkShown(t, anna, said("attempt 2"))
	select {
	case took := <-x.dev.cut:
		if took < retryPause-200*time.Millisecond || took > retryPause+2*time.Second {
			t.Errorf("the server was waited for %s, want %s", took, retryPause)
		}
	case <-time.After(arrivalPatience):
		t.Error("the first attempt was never given up")
	}
	if a, b := x.dev.next(t), x.dev.next(t); a.MsgId != b.MsgId || a.CreateTime != b.CreateTime {
		t.Errorf("got %+v and then %+v, want the same", *a.MixedMsg, *b.MixedMsg)
	}
}
