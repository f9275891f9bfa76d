package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const (
	// invitationPurpose is that of the key of invitation links.
	invitationPurpose = "invitation"
	// invitationProof is how many bytes of the code are in a link: 128 bits cannot be
	// guessed, and a short link makes a coarse QR code.
	invitationProof = 16
	// maxInvitationToken bounds what is looked at of a stranger's link.
	maxInvitationToken = 100
)

// Invited is an invitation as the person sees it who followed its link.
type Invited struct {
	Account *kefu.OfficialAccount
	Agent   kefu.Agent
	// Person is who is invited.
	Person    kefu.WeChatID
	ExpiresAt time.Time
	// Status is empty when the person accepted and is the agent now.
	Status kefu.InvitationStatus
	// Bindings is how many agents the person is already.
	Bindings int
}

// InvitationToken is what the link of an agent's invitation carries. Whoever has it
// is taken for the invited person, who got it from the administrator; it is made from
// the invitation, so that it works no longer than that. It refuses with
// [kefu.AgentUnknown] or [kefu.InvitationNotWaiting].
func (d *Desk) InvitationToken(ctx context.Context, app kefu.AppID, account kefu.KFAccount) (string, error) {
	key, err := d.Secret(ctx, invitationPurpose)
	if err != nil {
		return "", err
	}
	a, err := d.Agent(ctx, app, account)
	if err != nil {
		return "", err
	}
	if !a.Waiting(d.now()) {
		return "", kefu.InvitationNotWaiting
	}
	t := invitationToken{app: app, prefix: account.Prefix(), expires: a.Invitation.ExpiresAt.Unix()}
	t.proof = t.prove(key, account, a.Invitation.Worker)
	return t.String(), nil
}

// Pending is an invitation that waits for a person's answer, with its token.
type Pending struct {
	Token string
	Invited
}

// maxPending bounds the invitations that one person is shown: more than it could
// accept.
const maxPending = 50

// Pending lists the invitations that wait for a person, by appid and number. Who has
// signed in as that person needs no link to answer them.
func (d *Desk) Pending(ctx context.Context, person kefu.WeChatID) (waiting []Pending, err error) {
	key, err := d.Secret(ctx, invitationPurpose)
	if err != nil {
		return nil, err
	}
	now := d.now()
	err = d.ledger.View(ctx, func(r store.Reader) error {
		waiting = nil
		accounts, err := r.OfficialAccounts()
		if err != nil {
			return err
		}
		for _, o := range accounts {
			agents, err := r.Agents(o.AppID)
			if err != nil {
				return err
			}
			for _, a := range agents {
				if len(waiting) == maxPending {
					return nil
				}
				if !a.Waiting(now) || a.Invitation.Worker != person {
					continue
				}
				t := invitationToken{app: o.AppID, prefix: a.Account.Prefix(), expires: a.Invitation.ExpiresAt.Unix()}
				t.proof = t.prove(key, a.Account, person)
				waiting = append(waiting, Pending{t.String(), Invited{
					Account: o, Agent: a, Person: person, ExpiresAt: a.Invitation.ExpiresAt, Status: kefu.InvitationStatusWaiting,
				}})
			}
		}
		return nil
	})
	return waiting, err
}

// Invited finds the invitation that a link leads to, whatever became of it, or
// refuses with [kefu.InvitationUnknown].
func (d *Desk) Invited(ctx context.Context, token string) (i Invited, err error) {
	t, key, err := d.readInvitation(ctx, token)
	if err != nil {
		return Invited{}, err
	}
	now := d.now()
	err = d.ledger.View(ctx, func(r store.Reader) error {
		o, err := r.OfficialAccount(t.app)
		if err != nil {
			return err
		}
		a, err := agentNamed(r, o, t.account(o))
		if err != nil {
			return err
		}
		if i, err = t.invited(key, o, a, now); err != nil {
			return err
		}
		worker, err := r.Worker(i.Person)
		i.Bindings = worker.Bindings
		return err
	})
	if err != nil {
		return Invited{}, unknownInvitation(err)
	}
	return i, nil
}

// AnswerInvitation is the invited person's yes or no. by says who asks and from where;
// the rest of it is filled in. It refuses with [kefu.InvitationUnknown],
// [kefu.InvitationOfOther], [kefu.InvitationNotWaiting], or as
// [kefu.OfficialAccount.Accept] does.
func (d *Desk) AnswerInvitation(ctx context.Context, token string, accept bool, by kefu.Act) error {
	t, key, err := d.readInvitation(ctx, token)
	if err != nil {
		return err
	}
	o, err := d.OfficialAccount(ctx, t.app)
	if err != nil {
		return unknownInvitation(err)
	}
	account := t.account(o)
	return unknownInvitation(d.changeAgent(ctx, t.app, account, func(tx store.Tx, o *kefu.OfficialAccount, a *kefu.Agent, now time.Time) error {
		i, err := t.invited(key, o, *a, now)
		switch {
		case err != nil:
			return err
		case by.Who != string(i.Person):
			return kefu.InvitationOfOther
		case i.Status != kefu.InvitationStatusWaiting:
			return kefu.InvitationNotWaiting
		}
		act := by
		act.At, act.Object, act.Before = now, string(account), string(i.Status)
		if accept {
			act.What, act.After = kefu.ActInvitationTaken, "bound"
			err = acceptInvitation(tx, o, a, now)
		} else {
			act.What, act.After = kefu.ActInvitationPassed, string(kefu.InvitationStatusRejected)
			err = a.Reject(now)
		}
		if err != nil {
			return err
		}
		return tx.AddAct(&act)
	}))
}

// unknownInvitation says the same of a link whose account or agent is gone as of one
// that never was.
func unknownInvitation(err error) error {
	if errors.Is(err, kefu.OfficialAccountUnknown) || errors.Is(err, kefu.AgentUnknown) {
		return kefu.InvitationUnknown
	}
	return err
}

// invitationToken is a link's token, apart: whose agent, until when, and the proof
// that the house made it, as in wx5d3c0ffee1234567.carol.sapvk1.4f….
type invitationToken struct {
	app     kefu.AppID
	prefix  string
	expires int64
	proof   []byte
}

// readInvitation takes a token apart, and finds the key that it is proved with.
func (d *Desk) readInvitation(ctx context.Context, token string) (t invitationToken, key []byte, err error) {
	if len(token) > maxInvitationToken {
		return t, nil, kefu.InvitationUnknown
	}
	parts := strings.Split(token, ".")
	if len(parts) != 4 {
		return t, nil, kefu.InvitationUnknown
	}
	t.app, t.prefix = kefu.AppID(parts[0]), parts[1]
	t.expires, err = strconv.ParseInt(parts[2], 36, 64)
	if err != nil || !t.app.Valid() {
		return t, nil, kefu.InvitationUnknown
	}
	if t.proof, err = base64.RawURLEncoding.Strict().DecodeString(parts[3]); err != nil || len(t.proof) != invitationProof {
		return t, nil, kefu.InvitationUnknown
	}
	// One invitation has one link.
	if t.String() != token {
		return t, nil, kefu.InvitationUnknown
	}
	key, err = d.Secret(ctx, invitationPurpose)
	return t, key, err
}

func (t *invitationToken) String() string {
	return strings.Join([]string{string(t.app), t.prefix, strconv.FormatInt(t.expires, 36), base64.RawURLEncoding.EncodeToString(t.proof)}, ".")
}

func (t *invitationToken) account(o *kefu.OfficialAccount) kefu.KFAccount {
	return kefu.KFAccount(t.prefix + "@" + string(o.WeChatID))
}

// prove makes the proof for an invitation of a person.
func (t *invitationToken) prove(key []byte, account kefu.KFAccount, person kefu.WeChatID) []byte {
	code := hmac.New(sha256.New, key)
	// None of them has a line break in it.
	code.Write([]byte(strings.Join([]string{string(t.app), string(account), string(person), strconv.FormatInt(t.expires, 10)}, "\n")))
	return code.Sum(nil)[:invitationProof]
}

// invited holds a token against an agent. An invitation that was accepted is gone, and
// one that was sent again has another link; their old links still say so.
func (t *invitationToken) invited(key []byte, o *kefu.OfficialAccount, a kefu.Agent, now time.Time) (Invited, error) {
	i := Invited{Account: o, Agent: a, Person: a.Worker, ExpiresAt: time.Unix(t.expires, 0)}
	if a.Invitation != nil {
		i.Person, i.Status = a.Invitation.Worker, a.Invitation.Status(now)
		if !a.Invitation.ExpiresAt.Equal(i.ExpiresAt) {
			i.Status = kefu.InvitationStatusExpired
		}
	}
	if i.Person == "" || subtle.ConstantTimeCompare(t.proof, t.prove(key, a.Account, i.Person)) != 1 {
		return Invited{}, kefu.InvitationUnknown
	}
	return i, nil
}
