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
	// maxTags is how many tags an account makes.
	maxTags = 100
	// maxTagName is the length of the longest name of a tag in bytes.
	maxTagName = 30
	// maxTagsOnCustomer is how many tags one customer has.
	maxTagsOnCustomer = 20
	// maxTagged is how many customers one call gives a tag or takes it from.
	maxTagged = 50
)

// starred is the tag that every account has from the beginning. There is no call
// that gives it to anybody.
var starred = kefu.Tag{ID: kefu.TagStarred, Name: "星标组"}

// Tags lists the tags of an account, the system's own first, with their counts.
func (d *Desk) Tags(ctx context.Context, app kefu.AppID) (tags []kefu.Tag, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		tags, err = r.Tags(app)
		return err
	})
	if err != nil {
		return nil, err
	}
	return slices.Insert(tags, 0, starred), nil
}

// AddTag makes a tag. It refuses, in this order, with [kefu.TagNameIllegal] for
// a name that is empty, has a NUL in it or is taken, with
// [kefu.TagNameTooLong], and with [kefu.TagLimit].
func (d *Desk) AddTag(ctx context.Context, app kefu.AppID, name string) (kefu.Tag, error) {
	var added kefu.Tag
	err := d.change(ctx, app, func(tx store.Tx, _ *kefu.OfficialAccount, _ time.Time) error {
		if err := checkTagName(name); err != nil {
			return err
		}
		all, err := tx.Tags(app)
		if err != nil {
			return err
		}
		// Whether the name is taken comes first: a caller that repeats a call must
		// hear that it succeeded before, also when there is no room left.
		taken := slices.ContainsFunc(all, func(t kefu.Tag) bool { return t.Name == name })
		if !taken && len(all) >= maxTags {
			return kefu.TagLimit
		}
		added, err = tx.AddTag(app, name)
		return err
	})
	if err != nil {
		return kefu.Tag{}, err
	}
	return added, nil
}

// RenameTag gives a tag another name. It refuses with [kefu.TagSystem],
// [kefu.TagNameIllegal], [kefu.TagNameTooLong] or [kefu.TagUnknown].
func (d *Desk) RenameTag(ctx context.Context, app kefu.AppID, id kefu.TagID, name string) error {
	return d.change(ctx, app, func(tx store.Tx, _ *kefu.OfficialAccount, _ time.Time) error {
		if id.System() {
			return kefu.TagSystem
		}
		if err := checkTagName(name); err != nil {
			return err
		}
		return tx.RenameTag(app, id, name)
	})
}

// RemoveTag takes a tag from everybody and removes it. It refuses with
// [kefu.TagSystem] or [kefu.TagUnknown].
func (d *Desk) RemoveTag(ctx context.Context, app kefu.AppID, id kefu.TagID) error {
	return d.change(ctx, app, func(tx store.Tx, _ *kefu.OfficialAccount, _ time.Time) error {
		if id.System() {
			return kefu.TagSystem
		}
		return tx.RemoveTag(app, id)
	})
}

// TagsOf lists the tags of a customer, the one given last first. It refuses with
// [kefu.CustomerMissing] or [kefu.CustomerUnknown].
func (d *Desk) TagsOf(ctx context.Context, app kefu.AppID, customer kefu.OpenID) (tags []kefu.TagID, err error) {
	if customer == "" {
		return nil, kefu.CustomerMissing
	}
	err = d.ledger.View(ctx, func(r store.Reader) error {
		if _, err := customerOf(r, app, customer); err != nil {
			return err
		}
		tags, err = r.TagsOf(app, customer)
		return err
	})
	return tags, err
}

// Tagged lists the openids of followers who have a tag, in order, from the one
// after the given; at most limit. It refuses with [kefu.TagUnknown], or
// [kefu.CustomerUnknown] when after cannot be an openid.
func (d *Desk) Tagged(ctx context.Context, app kefu.AppID, id kefu.TagID, after kefu.OpenID, limit int) (ids []kefu.OpenID, err error) {
	if after != "" && !after.Valid() {
		return nil, kefu.CustomerUnknown
	}
	if id < kefu.TagStarred {
		// Zero would be a filter that everybody passes.
		return nil, kefu.TagUnknown
	}
	err = d.ledger.View(ctx, func(r store.Reader) error {
		ids, err = r.Customers(app, store.CustomerFilter{Tag: id}, after, limit)
		// Who has somebody is there; the tags are only counted when nobody has it.
		if err != nil || len(ids) > 0 || id == kefu.TagStarred {
			return err
		}
		tags, err := r.Tags(app)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(tags, func(t kefu.Tag) bool { return t.ID == id }) {
			return kefu.TagUnknown
		}
		return nil
	})
	return ids, err
}

// TagCustomers gives customers a tag: all of them or, when it refuses, none.
// Those who have it keep it. It refuses with [kefu.TagSystem]; with
// [kefu.CustomerMissing] when there is none or one is empty,
// [kefu.CustomersTooMany] beyond 50, [kefu.CustomerUnknown] for what cannot be an
// openid, [kefu.CustomerOfAnother] for one that is nobody's here; with
// [kefu.TagUnknown]; and with [kefu.TagsOnCustomer] when somebody would have more
// than 20.
func (d *Desk) TagCustomers(ctx context.Context, app kefu.AppID, id kefu.TagID, customers []kefu.OpenID) error {
	if id.System() {
		return kefu.TagSystem
	}
	return d.changeEach(ctx, app, customers, maxTagged, func(tx store.Tx, c *kefu.Customer) error {
		has, err := tx.TagsOf(app, c.OpenID)
		if err != nil || slices.Contains(has, id) {
			return err
		}
		if err := tx.TagCustomer(app, c.OpenID, id); err != nil {
			return err
		}
		if len(has) >= maxTagsOnCustomer {
			return kefu.TagsOnCustomer
		}
		return nil
	})
}

// UntagCustomers takes a tag from customers; who does not have it stays as it
// is. It refuses as [Desk.TagCustomers] does, except that nobody can have too
// few.
func (d *Desk) UntagCustomers(ctx context.Context, app kefu.AppID, id kefu.TagID, customers []kefu.OpenID) error {
	if id.System() {
		return kefu.TagSystem
	}
	return d.changeEach(ctx, app, customers, maxTagged, func(tx store.Tx, c *kefu.Customer) error {
		return tx.UntagCustomer(app, c.OpenID, id)
	})
}

// TagNames lists the tags that can be given, without their counts.
func (d *Desk) TagNames(ctx context.Context, app kefu.AppID) (tags []kefu.Tag, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		tags, err = r.TagNames(app)
		return err
	})
	return tags, err
}

// SetTags gives a customer these tags and no others. It refuses with
// [kefu.CustomerUnknown], [kefu.TagSystem], [kefu.TagUnknown], or
// [kefu.TagsOnCustomer] for more than 20.
func (d *Desk) SetTags(ctx context.Context, app kefu.AppID, customer kefu.OpenID, ids []kefu.TagID) error {
	if len(ids) > maxTagsOnCustomer {
		return kefu.TagsOnCustomer
	}
	return d.converse(ctx, app, func(t *turn) error {
		c, err := t.customer(customer)
		if err != nil {
			return err
		}
		has, err := t.tx.TagsOf(app, customer)
		if err != nil {
			return err
		}
		for _, id := range has {
			// The system's own are not given by anybody, nor taken.
			if !id.System() && !slices.Contains(ids, id) {
				if err := t.tx.UntagCustomer(app, customer, id); err != nil {
					return err
				}
			}
		}
		for _, id := range ids {
			if id.System() {
				return kefu.TagSystem
			}
			if err := t.tx.TagCustomer(app, customer, id); err != nil {
				return err
			}
		}
		return t.tellCustomer(c)
	})
}

func checkTagName(name string) error {
	switch {
	case name == "", name == starred.Name, strings.ContainsRune(name, 0):
		return kefu.TagNameIllegal
	case len(name) > maxTagName:
		return kefu.TagNameTooLong
	}
	return nil
}
