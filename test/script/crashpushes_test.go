package script

import (
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// checkDelivered looks at pushes when none waits any more: each reached the
// developer's server and was answered as its answer said, those of a customer in
// order, and none again that had its outcome.
func (c *campaign) checkDelivered(all []*conversation) {
	place := make(map[string]int64)
	same := make(map[string]int)
	for _, v := range all {
		replies := make(map[string]int)
		for _, m := range v.phone {
			replies[m.Text.Content]++
		}
		for _, p := range v.pushes {
			same[p.Body]++
			push, err := wechat.ParsePush(wechat.FormatXML, []byte(p.Body))
			if err != nil {
				c.t.Errorf("push %d cannot be read: %v", p.ID, err)
				continue
			}
			if push.MsgID != 0 {
				place[p.Body] = p.ID
			}
			outcome, replied := "acknowledged", 0
			switch {
			case strings.HasSuffix(push.Content, wantsReply):
				outcome, replied = "replied", 1
			case strings.HasSuffix(push.Content, wantsTransfer):
				outcome = "transferred"
			}
			if p.Outcome != outcome {
				c.t.Errorf("push %d of %q: got the outcome %s, want %s (%+v)", p.ID, push.Content, p.Outcome, outcome, p.Attempts)
			}
			if got := replies[repliedWith(push.Content)]; push.MsgID != 0 && got != replied {
				c.t.Errorf("%q: got %d replies on the phone, want %d", push.Content, got, replied)
			}
			before, known := c.ended[p.ID]
			if got := c.dev.count(p.Body); known && push.MsgID != 0 && got != before {
				c.t.Errorf("push %d had its outcome after it came %d times, but came %d times", p.ID, before, got)
			}
		}
	}
	for body, pushes := range same {
		if got := c.dev.count(body); got < pushes {
			c.t.Errorf("got %d arrivals of a push, want %d or more: %s", got, pushes, body)
		}
	}
	last := make(map[string]int64)
	for _, body := range c.dev.inOrder() {
		id := place[body]
		if id == 0 {
			continue
		}
		push, err := wechat.ParsePush(wechat.FormatXML, []byte(body))
		if err != nil {
			c.t.Error(err)
		}
		if id < last[push.FromUserName] {
			c.t.Errorf("%s: push %d came behind %d, want them in order", push.FromUserName, id, last[push.FromUserName])
		}
		last[push.FromUserName] = id
	}
}

// grantsKnown is how long after it followed it is known what a customer's
// allowances are: those of following are over after a minute.
const grantsKnown = 50 * time.Second

// checkAllowances counts what each customer's phone shows against what is left.
func (c *campaign) checkAllowances(all []*conversation, stands map[string]standing) (checked int) {
	for _, v := range all {
		if time.Since(c.followed[v.customer]) > grantsKnown {
			continue
		}
		allow, now := kefu.Allowances(), time.Now()
		grants := kefu.Grants(nil).With(kefu.GrantFollow, allow[kefu.GrantFollow], now)
		for _, m := range v.phone {
			s := c.said[m.Text.Content]
			switch {
			case s == nil: // A reply to a push costs nothing.
			case m.From == "customer":
				grants = grants.With(kefu.GrantMessage, allow[kefu.GrantMessage], now)
			default:
				var err error
				if grants, err = grants.Take(now); err != nil {
					c.t.Errorf("%s: %q was sent without an allowance: %v", v.customer, m.Text.Content, err)
				}
			}
		}
		if want, _ := grants.Rest(now); stands[v.customer].RepliesLeft != want {
			c.t.Errorf("%s: got %d replies left, want %d", v.customer, stands[v.customer].RepliesLeft, want)
		}
		checked++
	}
	return checked
}
