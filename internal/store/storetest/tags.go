package storetest

import (
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

func tags(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	put(t, s, o, follower("one"), follower("two"))
	addTag := func(name string) (tag kefu.Tag) {
		t.Helper()
		update(t, s, o.AppID, func(tx store.Tx) (err error) {
			tag, err = tx.AddTag(o.AppID, name)
			return err
		})
		return tag
	}
	vip, old, odd := addTag("vip"), addTag("老客户"), addTag("a\x00b")
	for i, tag := range []kefu.Tag{vip, old, odd} {
		if want := kefu.FirstTagID + kefu.TagID(i); tag.ID != want || tag.Count != 0 {
			t.Errorf("AddTag: got %+v, want number %d and nobody", tag, want)
		}
	}
	// Each account has its own numbers and names, and names compare exactly.
	update(t, s, other.AppID, func(tx store.Tx) error {
		tag, err := tx.AddTag(other.AppID, "vip")
		if tag.ID != kefu.FirstTagID {
			t.Errorf("first tag of the other account: got %d, want %d", tag.ID, kefu.FirstTagID)
		}
		return err
	})
	loud := addTag("VIP")

	give := func(id kefu.OpenID, tag kefu.Tag) {
		t.Helper()
		update(t, s, o.AppID, func(tx store.Tx) error { return tx.TagCustomer(o.AppID, id, tag.ID) })
	}
	check := func(when string, wantOne, wantTwo []kefu.TagID, want ...kefu.Tag) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			all, err := r.Tags(o.AppID)
			same(t, "Tags "+when, all, want)
			if err != nil {
				return err
			}
			one, err := r.TagsOf(o.AppID, "one")
			same(t, "TagsOf one "+when, one, wantOne)
			if err != nil {
				return err
			}
			two, err := r.TagsOf(o.AppID, "two")
			same(t, "TagsOf two "+when, two, wantTwo)
			return err
		})
	}
	counted := func(tag kefu.Tag, n int) kefu.Tag { tag.Count = n; return tag }
	give("one", odd)
	give("one", vip)
	give("one", old)
	give("two", vip)
	give("one", odd) // it has it
	check("after giving", []kefu.TagID{old.ID, vip.ID, odd.ID}, []kefu.TagID{vip.ID},
		counted(vip, 2), counted(old, 1), counted(odd, 1), loud)

	update(t, s, o.AppID, func(tx store.Tx) error {
		if err := tx.UntagCustomer(o.AppID, "one", odd.ID); err != nil {
			return err
		}
		if err := tx.UntagCustomer(o.AppID, "two", odd.ID); err != nil { // it never had it
			return err
		}
		if err := tx.RenameTag(o.AppID, odd.ID, "even"); err != nil {
			return err
		}
		return tx.RenameTag(o.AppID, loud.ID, loud.Name) // to itself
	})
	odd.Name = "even"
	give("one", odd)
	check("after taking, renaming and giving again", []kefu.TagID{odd.ID, old.ID, vip.ID}, []kefu.TagID{vip.ID},
		counted(vip, 2), counted(old, 1), counted(odd, 1), loud)

	for _, c := range []struct {
		name   string
		want   error
		change func(tx store.Tx) error
	}{
		{"add a taken name", kefu.TagNameIllegal, func(tx store.Tx) error { return second(tx.AddTag(o.AppID, "vip")) }},
		{"add to an unknown account", kefu.OfficialAccountUnknown, func(tx store.Tx) error { return second(tx.AddTag(account(9).AppID, "vip")) }},
		{"rename to a taken name", kefu.TagNameIllegal, func(tx store.Tx) error { return tx.RenameTag(o.AppID, old.ID, "vip") }},
		{"rename an unknown tag", kefu.TagUnknown, func(tx store.Tx) error { return tx.RenameTag(o.AppID, 4711, "vip") }},
		{"remove an unknown tag", kefu.TagUnknown, func(tx store.Tx) error { return tx.RemoveTag(o.AppID, 4711) }},
		{"give an unknown tag", kefu.TagUnknown, func(tx store.Tx) error { return tx.TagCustomer(o.AppID, "one", 4711) }},
		{"take an unknown tag", kefu.TagUnknown, func(tx store.Tx) error { return tx.UntagCustomer(o.AppID, "one", 4711) }},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, s, o.AppID, c.want, c.change) })
	}

	// Who left is counted no more, and is again when it comes back.
	gone := follower("two")
	gone.Subscribed = false
	put(t, s, o, gone)
	check("after one left", []kefu.TagID{odd.ID, old.ID, vip.ID}, []kefu.TagID{vip.ID},
		counted(vip, 1), counted(old, 1), counted(odd, 1), loud)
	put(t, s, o, follower("two"))

	update(t, s, o.AppID, func(tx store.Tx) error {
		if err := tx.RemoveTag(o.AppID, vip.ID); err != nil {
			return err
		}
		return tx.RemoveTag(o.AppID, loud.ID)
	})
	check("after removals", []kefu.TagID{odd.ID, old.ID}, nil, counted(old, 1), counted(odd, 1))
	// Not the number of the last one, which was removed.
	if again := addTag("VIP"); again.ID != loud.ID+1 {
		t.Errorf("number after a removal: got %d, want %d", again.ID, loud.ID+1)
	}
}
