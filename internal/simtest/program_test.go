package simtest

import (
	"context"
	"fmt"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/wechat"
)

// programPause is the usual pause between two calls of the developer's program.
const programPause = 5 * time.Second

// program is the developer's own program, which calls the API.
type program struct {
	*caller
	no int
}

func (p *program) note(what string, args ...any) { p.world.journal.note("program", what, args...) }

// run calls until ctx ends.
func (p *program) run(ctx context.Context) {
	for rest(ctx, p.dice.pause(programPause)) {
		customer := string(one(p.dice, p.world.customers))
		account := string(one(p.dice, p.world.working))
		switch n := p.dice.upTo(10); {
		case n < 2:
			p.try(customer+": creates a session with "+account, func(ctx context.Context, c *client.Client) error {
				return c.CreateSession(ctx, account, customer)
			})
		case n < 3:
			p.try(customer+": closes the session with "+account, func(ctx context.Context, c *client.Client) error {
				return c.CloseSession(ctx, account, customer)
			})
		case n < 8:
			as := ""
			if n < 5 {
				as = account
			}
			p.say(customer, as)
		default:
			p.try("looks", func(ctx context.Context, c *client.Client) error {
				if _, err := c.Waiting(ctx); err != nil {
					return err
				}
				_, err := c.OnlineAgents(ctx)
				return err
			})
		}
	}
}

func (p *program) try(what string, do func(context.Context, *client.Client) error) {
	got, code := p.api(do)
	p.note("%s: %s %s", what, got, code)
}

// say sends a message, in the name of an agent if there is one.
func (p *program) say(customer, as string) {
	p.no++
	s := saying{from: kefu.FromAccount, customer: kefu.OpenID(customer), account: kefu.KFAccount(as), text: fmt.Sprintf("the program says %d.", p.no)}
	message := wechat.CustomMessage{ToUser: customer, MsgType: wechat.MsgTypeText, Text: &wechat.CustomText{Content: s.text}}
	if as != "" {
		s.from = kefu.FromAgent
		message.CustomService = &wechat.CustomService{KFAccount: as}
	}
	var code string
	s.fate, code = p.api(func(ctx context.Context, c *client.Client) error { return c.Send(ctx, message) })
	p.note("%s: sends %q as %q: %s %s", customer, s.text, as, s.fate, code)
	p.world.sayings.add(s)
}
