package script

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// catchUp asks a house that is alive again for what has no answer yet: those who
// gave their message an id of their own send it once more, and it must not be there
// twice.
func (c *campaign) catchUp(d door) {
	for text, s := range c.said {
		if s.fate != open || s.own == 0 {
			continue
		}
		if _, err := d.write(s.customer, text, s.own); err != nil {
			// Who was cut off when it followed does not follow perhaps.
			if fateOf(err) == open {
				c.t.Fatalf("%q could not be sent again: %v", text, err)
			}
			s.fate = declined
			continue
		}
		s.fate = done
		c.written.Add(1)
		c.unknown.Add(-1)
	}
}

// conversation is all that can be read about a customer.
type conversation struct {
	customer string
	phone    []onPhone
	records  []wechat.Record
	pushes   []logged
}

// read reads conversations, with the pushes after an id.
func (c *campaign) read(d door, customers []string, from int64) []*conversation {
	pushes, err := d.pushes(from)
	if err != nil {
		c.t.Fatal(err)
	}
	byCustomer := make(map[string][]logged)
	for _, p := range pushes {
		byCustomer[p.OpenID] = append(byCustomer[p.OpenID], p)
	}
	var all []*conversation
	for _, customer := range customers {
		v := &conversation{customer: customer, pushes: byCustomer[customer]}
		if v.phone, err = d.phone(customer); err == nil {
			v.records, err = d.records(c.token, customer, c.since)
		}
		var no *refused
		if asRefused(err, &no) && no.status == http.StatusNotFound {
			continue // It was never acknowledged that it follows.
		}
		if err != nil {
			c.t.Fatalf("read the conversation of %s: %v", customer, err)
		}
		all = append(all, v)
	}
	return all
}

// checkTexts holds what the phones of customers show against what was said: what was
// acknowledged once, what was refused not at all, the rest at most once, each
// writer's in order.
func (c *campaign) checkTexts(all []*conversation, customers []string) {
	times := make(map[string]int)
	for _, v := range all {
		last, serials := int64(0), make(map[string]int)
		for _, m := range v.phone {
			if m.ID <= last {
				c.t.Errorf("%s: got message %d behind %d on the phone, want ids that ascend", v.customer, m.ID, last)
			}
			last = m.ID
			text := m.Text.Content
			times[text]++
			s := c.said[text]
			switch {
			case s == nil && strings.HasPrefix(text, repliedWith("")):
			case s == nil:
				c.t.Errorf("%s: got %q from %s on the phone, which nobody said", v.customer, text, m.From)
			case s.customer != v.customer:
				c.t.Errorf("%s: got %q on the phone, which is for %s", v.customer, text, s.customer)
			default:
				if s.serial <= serials[s.by] {
					c.t.Errorf("%s: got %q behind the %d. of %s, want them in order", v.customer, text, serials[s.by], s.by)
				}
				serials[s.by] = s.serial
			}
		}
	}
	for text, s := range c.said {
		if !slices.Contains(customers, s.customer) {
			continue
		}
		n := times[text]
		switch {
		case s.fate == done && n != 1:
			c.t.Errorf("%q was acknowledged: got it %d times, want once", text, n)
		case s.fate == declined && n != 0:
			c.t.Errorf("%q was refused: got it %d times, want not at all", text, n)
		case n > 1:
			c.t.Errorf("%q: got it %d times, want at most once", text, n)
		}
	}
}

// checkWhole looks for half things: a customer's message that neither the developer
// nor an agent hears of, a session without its record or its event, what an agent
// said without a record.
func (c *campaign) checkWhole(v *conversation) {
	pushed, recorded := make(map[string]int), make(map[string]int)
	events, happened := make(map[string]int), make(map[int]int)
	for _, p := range v.pushes {
		if p.Kind != wechat.MsgTypeText {
			events[p.Kind]++
			continue
		}
		push, err := wechat.ParsePush(wechat.FormatXML, []byte(p.Body))
		if err != nil {
			c.t.Errorf("push %d cannot be read: %v", p.ID, err)
		}
		pushed[push.Content]++
	}
	for _, r := range v.records {
		if r.OperCode >= wechat.OperCodeAccountHeard {
			recorded[r.Text]++
		} else {
			happened[r.OperCode]++
		}
	}
	for _, m := range v.phone {
		text := m.Text.Content
		s := c.said[text]
		switch {
		case m.From == "customer" && pushed[text]+recorded[text] == 0:
			c.t.Errorf("%q is on the phone, but nobody hears of it", text)
		case m.From == "customer" && s != nil && s.pushed && pushed[text] != 1:
			c.t.Errorf("%q is pushed by its answer: got %d pushes, want 1", text, pushed[text])
		case m.From == "customer" && (pushed[text] > 1 || recorded[text] > 1):
			c.t.Errorf("%q: got %d pushes and %d records of it, want at most one of each", text, pushed[text], recorded[text])
		case m.From == "agent" && recorded[text] != 1:
			c.t.Errorf("%q was said by an agent: got %d records, want 1", text, recorded[text])
		}
	}
	begun := happened[wechat.OperCodeAccepted] + happened[wechat.OperCodeStarted]
	for _, row := range []struct {
		event string
		want  int
	}{
		{wechat.EventCreateSession, begun},
		{wechat.EventCloseSession, happened[wechat.OperCodeClosed]},
		{wechat.EventSwitchSession, happened[wechat.OperCodeTransferred]},
	} {
		if events[row.event] != row.want {
			c.t.Errorf("%s: got %d pushes of %s, want %d as there are records", v.customer, events[row.event], row.event, row.want)
		}
	}
}

// checkMedia fetches every upload that was acknowledged.
func (c *campaign) checkMedia(d door) {
	for id, want := range c.uploads {
		got, err := d.media(c.token, id)
		if err != nil || !bytes.Equal(got, want) {
			c.t.Errorf("media %s: got %d bytes, %v, want the %d that were uploaded", id, len(got), err, len(want))
		}
	}
}

// figures are those of a campaign in which nothing was lost.
func (c *campaign) figures(d door) string {
	list, err := d.pushes(0)
	c.must(err)
	arrived := 0
	for _, n := range c.dev.counts() {
		arrived += n
	}
	return fmt.Sprintf("seed %d, writes acknowledged %d, without an answer %d, pushes %d (came once more than needed %d), lost: 0, took %s",
		c.seed, c.written.Load(), c.unknown.Load(), len(list), arrived-len(list), time.Since(c.since).Round(time.Second))
}
