package desk

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/store"
)

// Revision tells two states of an official account apart, for doors that keep
// answers. It is [store.Revision], which doors do not know.
type Revision = store.Revision

// Directory is all the agents of an account, with the revision they were read
// at, so that what is made from them can be kept until it moves.
type Directory struct {
	Revision Revision
	// Agents are ordered by number.
	Agents []kefu.Agent
}

// Directory reads all the agents of an account, or refuses with
// [kefu.OfficialAccountUnknown].
func (d *Desk) Directory(ctx context.Context, app kefu.AppID) (dir Directory, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		if dir.Revision, err = r.Revision(app); err != nil {
			return err
		}
		dir.Agents, err = r.Agents(app)
		return err
	})
	return dir, err
}

// Agent finds one agent, or [kefu.AgentUnknown].
func (d *Desk) Agent(ctx context.Context, app kefu.AppID, account kefu.KFAccount) (a kefu.Agent, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) error {
		o, err := r.OfficialAccount(app)
		if err != nil {
			return err
		}
		a, err = agentNamed(r, o, account)
		return err
	})
	return a, err
}

// agentNamed finds an agent. What cannot be the name of one is the name of
// none, and is not asked of the ledger: strangers choose these bytes.
func agentNamed(r store.Reader, o *kefu.OfficialAccount, account kefu.KFAccount) (kefu.Agent, error) {
	if !account.Belongs(o.WeChatID) {
		return kefu.Agent{}, kefu.AgentUnknown
	}
	return r.Agent(o.AppID, account)
}

// AddAgent adds an unbound agent, and acts to the audit with it. It refuses, in this
// order, with [kefu.AgentIllegal], [kefu.NicknameIllegal], [kefu.AgentExists],
// [kefu.AgentLimit].
func (d *Desk) AddAgent(ctx context.Context, app kefu.AppID, account kefu.KFAccount, nickname string, acts ...kefu.Act) (added kefu.Agent, err error) {
	var a kefu.Agent
	err = d.change(ctx, app, func(tx store.Tx, o *kefu.OfficialAccount, now time.Time) (err error) {
		a, err = o.NewAgent(account, nickname, now)
		if err != nil {
			return err
		}
		count, err := tx.AgentCount(app)
		if err != nil {
			return err
		}
		if count >= o.Limits.Agents {
			// Whether the name is taken comes first: a caller that repeats an add
			// must hear that it succeeded before, also in a full house.
			if _, err := tx.Agent(app, account); !errors.Is(err, kefu.AgentUnknown) {
				return cmp.Or(err, error(kefu.AgentExists))
			}
			return kefu.AgentLimit
		}
		if err := tx.AddAgent(app, &a); err != nil {
			return err
		}
		if err := addActs(tx, now, acts); err != nil {
			return err
		}
		return tell(tx, app, now, kefu.Fact{What: kefu.FactAgent, Agent: a.ID})
	})
	if err != nil {
		return kefu.Agent{}, err
	}
	return a, nil
}

// RenameAgent changes an agent's nickname, and adds acts to the audit, with what it
// was called before. It refuses with [kefu.AgentUnknown] or [kefu.NicknameIllegal].
func (d *Desk) RenameAgent(ctx context.Context, app kefu.AppID, account kefu.KFAccount, nickname string, acts ...kefu.Act) error {
	return d.changeAgent(ctx, app, account, func(tx store.Tx, _ *kefu.OfficialAccount, a *kefu.Agent, now time.Time) error {
		if err := kefu.ValidateNickname(nickname); err != nil {
			return err
		}
		if nickname == a.Nickname {
			return nil
		}
		told := slices.Clone(acts)
		for i := range told {
			told[i].Before, told[i].After = a.Nickname, nickname
		}
		a.Nickname = nickname
		return addActs(tx, now, told)
	})
}

// SetAvatar gives an agent a picture, cut to the sizes it is shown in, and adds acts to
// the audit. It refuses with [kefu.AgentUnknown], [kefu.PictureEmpty],
// [kefu.PictureUnreadable] or [kefu.PictureTooLarge], and fails with
// [picture.ErrBusy] when too many pictures wait to be cut already. The bytes are
// stored before the change that names them, so that a named picture always
// exists.
func (d *Desk) SetAvatar(ctx context.Context, app kefu.AppID, account kefu.KFAccount, data []byte, acts ...kefu.Act) error {
	if _, err := d.Agent(ctx, app, account); err != nil {
		return err
	}
	cut, err := d.pictures.Avatar(ctx, data)
	if err != nil {
		return err
	}
	next := cut.Avatar()
	for _, file := range cut.Files {
		if err := d.media.Put(ctx, picture.MediaKey(next.Key, file.Size), bytes.NewReader(file.Bytes)); err != nil {
			d.deleteAvatars(ctx, next)
			return fmt.Errorf("store avatar: %w", err)
		}
	}
	var before kefu.Avatar
	err = d.changeAgent(ctx, app, account, func(tx store.Tx, _ *kefu.OfficialAccount, a *kefu.Agent, now time.Time) error {
		before, a.Avatar = a.Avatar, next
		return addActs(tx, now, acts)
	})
	switch {
	case err == nil:
		d.deleteAvatars(ctx, before)
	case outcomeKnown(err):
		d.deleteAvatars(ctx, next)
	}
	return err
}

// RemoveAgent removes an agent. Records of what it said stay; the customers it
// serves return to the head of the queue, and those who waited for it by name
// wait for anybody. acts are added to the audit with the last of it. It refuses with
// [kefu.AgentUnknown].
func (d *Desk) RemoveAgent(ctx context.Context, app kefu.AppID, account kefu.KFAccount, acts ...kefu.Act) error {
	var avatar kefu.Avatar
	for removed := false; !removed; {
		err := d.converse(ctx, app, func(t *turn) error {
			removed = false
			a, err := agentNamed(t.tx, t.o, account)
			if err != nil {
				return err
			}
			avatar = a.Avatar
			sessions, err := t.tx.SessionsOf(app, a.ID)
			if err != nil {
				return err
			}
			// Many sessions are given back in several changes, and nobody new comes
			// meanwhile. Each goes before all who wait, so the last goes first.
			rest := max(len(sessions)-strandedBatch, 0)
			if rest > 0 && a.Presence.Online {
				if err := a.Come(false, 0, t.now); err != nil {
					return err
				}
				if err := t.setAgent(&a); err != nil {
					return err
				}
			}
			for _, s := range slices.Backward(sessions[rest:]) {
				if err := t.giveBack(s, whyRemoved); err != nil {
					return err
				}
			}
			if rest == 0 {
				if err := t.tx.RemoveAgent(app, a.ID); err != nil {
					return err
				}
				if err := t.tellAgentGone(&a); err != nil {
					return err
				}
				if err := addActs(t.tx, t.now, acts); err != nil {
					return err
				}
				removed = true
			}
			return t.assign()
		})
		if err != nil {
			return err
		}
	}
	d.deleteAvatars(ctx, avatar)
	return nil
}

// SetPresence puts an agent online, ready to take autoAccept customers by
// itself, or takes it off; one who comes is given customers who wait at once,
// and one who stays away gives its customers back, see [Desk.Tend]. It refuses
// with [kefu.AgentUnknown], [kefu.AgentUnbound] or [kefu.ArgumentIllegal].
func (d *Desk) SetPresence(ctx context.Context, app kefu.AppID, account kefu.KFAccount, online bool, autoAccept int) error {
	return d.converse(ctx, app, func(t *turn) error {
		a, err := agentNamed(t.tx, t.o, account)
		if err != nil {
			return err
		}
		if err := a.Come(online, autoAccept, t.now); err != nil {
			return err
		}
		if err := t.setAgent(&a); err != nil {
			return err
		}
		return t.assign()
	})
}

// LimitAgent sets how many customers an agent takes by itself, whatever it is at this
// moment, and adds act to the audit. Customers who wait are given to it at once. It
// refuses with [kefu.AgentUnknown], [kefu.AgentUnbound] or [kefu.ArgumentIllegal].
func (d *Desk) LimitAgent(ctx context.Context, app kefu.AppID, account kefu.KFAccount, autoAccept int, act kefu.Act) error {
	if autoAccept < 0 || autoAccept > kefu.MaxAutoAccept {
		return kefu.ArgumentIllegal
	}
	return d.converse(ctx, app, func(t *turn) error {
		a, err := agentNamed(t.tx, t.o, account)
		switch {
		case err != nil:
			return err
		case !a.Bound():
			return kefu.AgentUnbound
		case a.Presence.AutoAccept == autoAccept:
			return nil
		}
		told := act
		told.Before, told.After = strconv.Itoa(a.Presence.AutoAccept), strconv.Itoa(autoAccept)
		a.Presence.AutoAccept = autoAccept
		if err := t.setAgent(&a); err != nil {
			return err
		}
		if err := addActs(t.tx, t.now, []kefu.Act{told}); err != nil {
			return err
		}
		return t.assign()
	})
}
