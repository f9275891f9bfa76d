package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const (
	// MaxActs bounds a page of the audit.
	MaxActs = 100
	// maxActsRead bounds the acts that one question looks at; a page that ends there
	// says where to go on.
	maxActsRead = 20_000
	actsBatch   = 500
)

// ActFilter chooses acts; what is empty chooses all.
type ActFilter struct {
	// Words is one text that is in the who, the object, the change, the address or the
	// rid of an act, or in the name of who did it.
	Words string
	// Kinds are those wanted.
	Kinds []kefu.ActKind
	// From and Before bound the time; zero is no bound.
	From, Before time.Time
}

// ActPage is a page of the audit, the last act first.
type ActPage struct {
	Acts []kefu.Act
	// Names are those of the persons who did them, as they are called now.
	Names map[string]string
	// Next is where the next page begins; 0 when this is the last one.
	Next int64
}

// Acts lists what was done before an act, 0 for all; at most limit.
func (d *Desk) Acts(ctx context.Context, f ActFilter, before int64, limit int) (p ActPage, err error) {
	limit = min(max(limit, 1), MaxActs)
	leave, err := d.turnToSearch(ctx)
	if err != nil {
		return p, err
	}
	defer leave()
	err = d.ledger.View(ctx, func(r store.Reader) error {
		p = ActPage{Names: make(map[string]string)}
		before := before
		for read := 0; read < maxActsRead; read += actsBatch {
			batch, err := r.Acts(before, actsBatch)
			if err != nil {
				return err
			}
			for i := range batch {
				a := &batch[i]
				if !f.From.IsZero() && a.At.Before(f.From) {
					return nil
				}
				before = a.ID
				if err := p.name(r, a.Who); err != nil {
					return err
				}
				if !f.passes(a, p.Names[a.Who]) {
					continue
				}
				if len(p.Acts) == limit {
					p.Next = p.Acts[limit-1].ID
					return nil
				}
				p.Acts = append(p.Acts, *a)
			}
			if len(batch) < actsBatch {
				return nil
			}
		}
		p.Next = before
		return nil
	})
	return p, err
}

// name finds how somebody is called who did something; empty when it is no person.
func (p *ActPage) name(r store.Reader, who string) error {
	if _, known := p.Names[who]; known || who == "" {
		return nil
	}
	p.Names[who] = ""
	if strings.HasPrefix(who, "$") {
		return nil
	}
	person, err := r.Person(kefu.WeChatID(who))
	switch {
	case err == kefu.PersonUnknown:
		return nil
	case err != nil:
		return err
	}
	p.Names[who] = person.Name
	return nil
}

func (f *ActFilter) passes(a *kefu.Act, name string) bool {
	if !f.Before.IsZero() && !a.At.Before(f.Before) || len(f.Kinds) > 0 && !slices.Contains(f.Kinds, a.What) {
		return false
	}
	if f.Words == "" {
		return true
	}
	sought := strings.ToLower(f.Words)
	return slices.ContainsFunc([]string{a.Who, name, a.Object, a.Before, a.After, a.IP, string(a.RID)}, func(s string) bool {
		return strings.Contains(strings.ToLower(s), sought)
	})
}
