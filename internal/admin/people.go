package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
)

func (d *Door) peopleRoutes() routes {
	rs := routes{}
	rs.house(d, "GET /people", kefu.RoleAdministrator, d.people)
	rs.house(d, "POST /people", kefu.RoleAdministrator, d.addPerson)
	rs.house(d, "PUT /people/{id}", kefu.RoleAdministrator, d.setPerson)
	rs.house(d, "POST /people/{id}/password", kefu.RoleAdministrator, d.resetPassword)
	rs.house(d, "POST /people/{id}/sign-out", kefu.RoleAdministrator, d.signOutPerson)
	return rs
}

// errOwnLogin is what nobody does to itself by accident.
var errOwnLogin = errors.New("nobody takes away its own role, disables itself or resets its own password here; another administrator can")

// personLine is somebody who can sign in.
type personLine struct {
	WeChatID  kefu.WeChatID `json:"wechat_id"`
	Name      string        `json:"name"`
	Role      kefu.Role     `json:"role"`
	Disabled  bool          `json:"disabled"`
	Password  bool          `json:"password"`
	CreatedAt int64         `json:"created_at"`
	// Seats are the agents that the person is.
	Seats []seatLine `json:"seats"`
}

type seatLine struct {
	AccountName string         `json:"account_name"`
	KFAccount   kefu.KFAccount `json:"kf_account"`
	Nickname    string         `json:"nickname"`
}

const (
	// peoplePage is how many people a page has when it does not say, and peopleMost how
	// many it may.
	peoplePage, peopleMost = 20, 100
	// peopleLooked bounds the people that one search looks at.
	peopleLooked = 2000
	// maxSoughtPerson bounds what is looked for, in bytes.
	maxSoughtPerson = 128
)

func (d *Door) lineOfPerson(ctx context.Context, p *kefu.Person) (personLine, error) {
	line := personLine{p.ID, p.Name, p.Role, p.Disabled, p.Password != "", stamp(p.CreatedAt), []seatLine{}}
	seats, err := d.Desk.Seats(ctx, p.ID, false)
	if err != nil {
		return line, err
	}
	for _, s := range seats {
		if s.Agent != nil {
			name := s.Account.Name
			if name == "" {
				name = string(s.Account.WeChatID)
			}
			line.Seats = append(line.Seats, seatLine{name, s.Agent.Account, s.Agent.Nickname})
		}
	}
	return line, nil
}

type peopleAnswer struct {
	Items []personLine `json:"items"`
	Next  string       `json:"next"`
}

// people lists people by WeChat id, those whose id or name has q in it.
func (d *Door) people(ctx context.Context, c *call) (any, error) {
	limit, err := c.Number("limit", peoplePage, peopleMost)
	if err != nil {
		return nil, err
	}
	size, query := max(int(limit), 1), c.R.URL.Query()
	after, words := kefu.WeChatID(query.Get("cursor")), strings.ToLower(strings.TrimSpace(query.Get("q")))
	role := kefu.Role(query.Get("role"))
	switch {
	case after != "" && !after.ValidForPerson():
		return nil, exchange.BadRequest(`"cursor" must be that of a page before`)
	case len(words) > maxSoughtPerson:
		return nil, exchange.BadRequest(`"q" is too long`)
	case role != "" && !role.Valid():
		return nil, kefu.RoleIllegal
	}
	answer := peopleAnswer{Items: []personLine{}}
	for looked := 0; looked < peopleLooked; looked += peopleMost {
		some, err := d.People.List(ctx, after, peopleMost)
		if err != nil {
			return nil, err
		}
		for i := range some {
			p := &some[i]
			if role != "" && p.Role != role || !strings.Contains(strings.ToLower(string(p.ID)), words) && !strings.Contains(strings.ToLower(p.Name), words) {
				after = p.ID
				continue
			}
			if len(answer.Items) == size {
				answer.Next = string(after)
				return answer, nil
			}
			line, err := d.lineOfPerson(ctx, p)
			if err != nil {
				return nil, err
			}
			after, answer.Items = p.ID, append(answer.Items, line)
		}
		if len(some) < peopleMost {
			return answer, nil
		}
	}
	answer.Next = string(after)
	return answer, nil
}

// passwordLength is that of a password that the house makes up: 60 bits.
const passwordLength = 12

func madeUpPassword() string { return rand.Text()[:passwordLength] }

// addPerson adds somebody with a password that the house makes up and tells only now.
func (d *Door) addPerson(ctx context.Context, c *call) (any, error) {
	var req struct {
		WeChatID kefu.WeChatID `json:"wechat_id"`
		Name     string        `json:"name"`
		Role     kefu.Role     `json:"role"`
	}
	if err := c.Read(&req); err != nil {
		return nil, err
	}
	password := madeUpPassword()
	p := kefu.Person{ID: req.WeChatID, Name: strings.TrimSpace(req.Name), Role: req.Role}
	if err := d.People.Add(ctx, p, password, c.By(c.who.ID)); err != nil {
		return nil, err
	}
	return map[string]string{"wechat_id": string(p.ID), "password": password}, nil
}

// setPerson sets the name, the role, whether the person may sign in, or some of them.
func (d *Door) setPerson(ctx context.Context, c *call) (any, error) {
	var req struct {
		Name     *string    `json:"name"`
		Role     *kefu.Role `json:"role"`
		Disabled *bool      `json:"disabled"`
	}
	if err := c.Read(&req); err != nil {
		return nil, err
	}
	id := kefu.WeChatID(c.R.PathValue("id"))
	if id == c.who.ID && (req.Role != nil && *req.Role != c.who.Role || req.Disabled != nil && *req.Disabled) {
		return nil, errOwnLogin
	}
	err := d.People.Change(ctx, id, c.By(c.who.ID), func(p *kefu.Person) {
		if req.Name != nil {
			p.Name = strings.TrimSpace(*req.Name)
		}
		if req.Role != nil {
			p.Role = *req.Role
		}
		if req.Disabled != nil {
			p.Disabled = *req.Disabled
		}
	})
	if err != nil {
		return nil, err
	}
	p, err := d.People.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.lineOfPerson(ctx, &p)
}

// resetPassword gives somebody a password that the house makes up and tells only now;
// it signs the person out everywhere.
func (d *Door) resetPassword(ctx context.Context, c *call) (any, error) {
	id := kefu.WeChatID(c.R.PathValue("id"))
	if id == c.who.ID {
		return nil, errOwnLogin
	}
	password := madeUpPassword()
	if err := d.People.SetPassword(ctx, id, password, c.By(c.who.ID)); err != nil {
		return nil, err
	}
	return map[string]string{"wechat_id": string(id), "password": password}, nil
}

// signOutPerson ends all logins of somebody. The room of people takes no act for it, so
// the audit hears of it right after.
func (d *Door) signOutPerson(ctx context.Context, c *call) (any, error) {
	p, err := d.People.Person(ctx, kefu.WeChatID(c.R.PathValue("id")))
	if err != nil {
		return nil, err
	}
	if err := d.People.SignOutEverywhere(ctx, p.ID); err != nil {
		return nil, err
	}
	return exchange.Nothing, d.noted(ctx, c, kefu.ActSignedOut, string(p.ID), "", "")
}
