package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

func openIDs(n int) []kefu.OpenID {
	ids := make([]kefu.OpenID, n)
	for i := range ids {
		ids[i] = kefu.OpenID(fmt.Sprintf("o%03d", i))
	}
	return ids
}

func (h *house) wantCustomers(which desk.CustomerFilter, after kefu.OpenID, limit int, wantTotal int, want ...kefu.OpenID) {
	h.t.Helper()
	got, total, err := h.Customers(h.t.Context(), app, which, after, limit)
	h.must(err)
	if !slices.Equal(got, want) || total != wantTotal {
		h.t.Errorf("got %q of %d, want %q of %d", got, total, want, wantTotal)
	}
}

func TestCustomersArePaged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.wantCustomers(desk.CustomerFilter{}, "", 10, 0)
	h.follow("oC", "oA", "oB", "oD")
	h.must(h.Unfollow(t.Context(), app, "oB"))
	h.wantCustomers(desk.CustomerFilter{}, "", 2, 3, "oA", "oC")
	h.wantCustomers(desk.CustomerFilter{}, "oC", 2, 3, "oD")
	h.wantCustomers(desk.CustomerFilter{}, "oB", 2, 3, "oC", "oD")
	h.wantCustomers(desk.CustomerFilter{}, "oD", 2, 3)
	_, _, err := h.Customers(t.Context(), app, desk.CustomerFilter{}, "no\x00openid", 10)
	h.refuses(err, kefu.CustomerUnknown)
}

func TestCustomersByID(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.follow("oA", "oB")
	h.must(h.Unfollow(t.Context(), app, "oB"))
	profiles, err := h.CustomersByID(t.Context(), app, []kefu.OpenID{"oB", "oA", "oB"})
	h.must(err)
	var got []string
	for _, p := range profiles {
		got = append(got, fmt.Sprintf("%s %t", p.Customer.OpenID, p.Customer.Subscribed))
	}
	if want := []string{"oB false", "oA true", "oB false"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, tt := range []struct {
		name string
		ids  []kefu.OpenID
		want kefu.Reason
	}{
		{"nobody", nil, kefu.CustomerMissing},
		{"an empty one", []kefu.OpenID{"oA", ""}, kefu.CustomerMissing},
		{"a stranger", []kefu.OpenID{"oA", "oX"}, kefu.CustomerUnknown},
		{"no openid", []kefu.OpenID{"o A"}, kefu.CustomerUnknown},
		{"101", openIDs(101), kefu.CustomersTooMany},
	} {
		_, err := h.CustomersByID(t.Context(), app, tt.ids)
		t.Log(tt.name)
		h.refuses(err, tt.want)
	}
}

func TestRemark(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.follow("oA", "oB")
	h.must(h.Unfollow(t.Context(), app, "oB"))
	for _, tt := range []struct {
		name     string
		customer kefu.OpenID
		remark   string
		want     error
	}{
		{"29 bytes", "oA", strings.Repeat("x", 29), nil},
		{"30 bytes", "oA", strings.Repeat("x", 30), kefu.RemarkTooLong},
		{"ten characters of three bytes", "oA", strings.Repeat("客", 10), kefu.RemarkTooLong},
		{"a NUL", "oA", "a\x00b", kefu.ArgumentIllegal},
		{"no openid", "", "VIP", kefu.CustomerMissing},
		{"a stranger", "oX", strings.Repeat("x", 30), kefu.CustomerUnknown},
		{"somebody who left", "oB", strings.Repeat("x", 30), kefu.NotFollowing},
		{"nine characters of three bytes", "oA", strings.Repeat("客", 9), nil},
	} {
		err := h.SetRemark(t.Context(), app, tt.customer, tt.remark)
		t.Log(tt.name)
		if tt.want != nil {
			h.refuses(err, tt.want)
			continue
		}
		h.must(err)
		if got := h.profile("oA").Customer.Remark; got != tt.remark {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.remark)
		}
	}
	h.must(h.SetRemark(t.Context(), app, "oA", ""))
	if got := h.profile("oA").Customer.Remark; got != "" {
		t.Errorf("got %q, want the remark gone", got)
	}
}

func (h *house) profile(id kefu.OpenID) desk.Profile {
	h.t.Helper()
	profiles, err := h.CustomersByID(h.t.Context(), app, []kefu.OpenID{id})
	h.must(err)
	return profiles[0]
}

// A batch is one change: one bad openid and nobody is touched.
func TestBlacklist(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.follow("oA", "oB", "oC")
	blocked := desk.CustomerFilter{Blocked: true}
	h.must(h.Block(t.Context(), app, []kefu.OpenID{"oC", "oA", "oC"}))
	h.must(h.Block(t.Context(), app, []kefu.OpenID{"oA"}))
	h.wantCustomers(blocked, "", 10, 2, "oA", "oC")
	h.wantCustomers(blocked, "oA", 10, 2, "oC")

	for _, tt := range []struct {
		name string
		ids  []kefu.OpenID
		want kefu.Reason
	}{
		{"nobody", nil, kefu.CustomerMissing},
		{"one of another account", []kefu.OpenID{"oB", "oX"}, kefu.CustomerOfAnother},
		{"no openid", []kefu.OpenID{"oB", "o\x00"}, kefu.CustomerUnknown},
		{"21", openIDs(21), kefu.CustomersTooMany},
	} {
		t.Log(tt.name)
		h.refuses(h.Block(t.Context(), app, tt.ids), tt.want)
		h.refuses(h.Unblock(t.Context(), app, append(tt.ids, tt.ids...)), tt.want)
		h.wantCustomers(blocked, "", 10, 2, "oA", "oC")
	}
	h.must(h.Unblock(t.Context(), app, []kefu.OpenID{"oA", "oB"}))
	h.wantCustomers(blocked, "", 10, 1, "oC")
}

func TestTags(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	vip, err := h.AddTag(t.Context(), app, "VIP")
	h.must(err)
	old, err := h.AddTag(t.Context(), app, strings.Repeat("老", 10))
	h.must(err)
	for _, tt := range []struct {
		name, tag string
		want      kefu.Reason
	}{
		{"empty", "", kefu.TagNameIllegal},
		{"taken", "VIP", kefu.TagNameIllegal},
		{"the system's", "星标组", kefu.TagNameIllegal},
		{"with a NUL", "V\x00", kefu.TagNameIllegal},
		{"31 bytes", strings.Repeat("x", 31), kefu.TagNameTooLong},
	} {
		t.Log(tt.name)
		_, err := h.AddTag(t.Context(), app, tt.tag)
		h.refuses(err, tt.want)
		h.refuses(h.RenameTag(t.Context(), app, old.ID, tt.tag), tt.want)
	}
	h.must(h.RenameTag(t.Context(), app, vip.ID, "VIP"))
	h.must(h.RenameTag(t.Context(), app, old.ID, "old"))

	h.follow("oA", "oB", "oC")
	h.must(h.TagCustomers(t.Context(), app, vip.ID, []kefu.OpenID{"oA", "oB", "oA"}))
	h.must(h.TagCustomers(t.Context(), app, old.ID, []kefu.OpenID{"oA"}))
	tags, err := h.TagsOf(t.Context(), app, "oA")
	h.must(err)
	if want := []kefu.TagID{old.ID, vip.ID}; !slices.Equal(tags, want) {
		t.Errorf("tags of oA: got %d, want %d, the last first", tags, want)
	}
	all, err := h.Tags(t.Context(), app)
	h.must(err)
	if want := []kefu.Tag{{ID: 2, Name: "星标组"}, {ID: vip.ID, Name: "VIP", Count: 2}, {ID: old.ID, Name: "old", Count: 1}}; !slices.Equal(all, want) {
		t.Errorf("got %v, want %v", all, want)
	}
	h.wantTagged(vip.ID, "", "oA", "oB")
	h.wantTagged(vip.ID, "oA", "oB")
	h.wantTagged(kefu.TagStarred, "")

	for _, tt := range []struct {
		name string
		id   kefu.TagID
		ids  []kefu.OpenID
		want kefu.Reason
	}{
		{"the system's tag", 2, []kefu.OpenID{"oC"}, kefu.TagSystem},
		{"tag zero", 0, []kefu.OpenID{"oC"}, kefu.TagSystem},
		{"an unknown tag", 9999, []kefu.OpenID{"oC"}, kefu.TagUnknown},
		{"a negative tag", -1, []kefu.OpenID{"oC"}, kefu.TagUnknown},
		{"nobody", vip.ID, nil, kefu.CustomerMissing},
		{"one of another account", vip.ID, []kefu.OpenID{"oC", "oX"}, kefu.CustomerOfAnother},
		{"no openid", vip.ID, []kefu.OpenID{"oC", "@"}, kefu.CustomerUnknown},
		{"51", vip.ID, openIDs(51), kefu.CustomersTooMany},
	} {
		t.Log(tt.name)
		h.refuses(h.TagCustomers(t.Context(), app, tt.id, tt.ids), tt.want)
		h.refuses(h.UntagCustomers(t.Context(), app, tt.id, tt.ids), tt.want)
		h.wantTagged(vip.ID, "", "oA", "oB")
	}
	h.must(h.UntagCustomers(t.Context(), app, vip.ID, []kefu.OpenID{"oA", "oC"}))
	h.wantTagged(vip.ID, "", "oB")

	h.refuses(h.RemoveTag(t.Context(), app, 2), kefu.TagSystem)
	h.refuses(h.RenameTag(t.Context(), app, 1, "x"), kefu.TagSystem)
	h.refuses(h.RenameTag(t.Context(), app, 9999, "x"), kefu.TagUnknown)
	h.must(h.RemoveTag(t.Context(), app, vip.ID))
	h.refuses(h.RemoveTag(t.Context(), app, vip.ID), kefu.TagUnknown)
	for _, id := range []kefu.TagID{vip.ID, 0, 1, -5} {
		_, err := h.Tagged(t.Context(), app, id, "", 10)
		h.refuses(err, kefu.TagUnknown)
	}
	_, err = h.Tagged(t.Context(), app, old.ID, "o A", 10)
	h.refuses(err, kefu.CustomerUnknown)
	_, err = h.TagsOf(t.Context(), app, "")
	h.refuses(err, kefu.CustomerMissing)
	_, err = h.TagsOf(t.Context(), app, "oX")
	h.refuses(err, kefu.CustomerUnknown)
}

func (h *house) wantTagged(id kefu.TagID, after kefu.OpenID, want ...kefu.OpenID) {
	h.t.Helper()
	got, err := h.Tagged(h.t.Context(), app, id, after, 10)
	h.must(err)
	if !slices.Equal(got, want) {
		h.t.Errorf("who has tag %d: got %q, want %q", id, got, want)
	}
}

func TestTagLimits(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.follow("oA")
	var made []kefu.TagID
	for i := range 100 {
		tag, err := h.AddTag(t.Context(), app, fmt.Sprint("t", i))
		h.must(err)
		made = append(made, tag.ID)
	}
	_, err := h.AddTag(t.Context(), app, "one more")
	h.refuses(err, kefu.TagLimit)
	_, err = h.AddTag(t.Context(), app, "t7")
	h.refuses(err, kefu.TagNameIllegal)

	for _, id := range made[:20] {
		h.must(h.TagCustomers(t.Context(), app, id, []kefu.OpenID{"oA"}))
	}
	h.refuses(h.TagCustomers(t.Context(), app, made[20], []kefu.OpenID{"oA"}), kefu.TagsOnCustomer)
	h.refuses(h.TagCustomers(t.Context(), app, 9999, []kefu.OpenID{"oA"}), kefu.TagUnknown)
	h.must(h.TagCustomers(t.Context(), app, made[0], []kefu.OpenID{"oA"})) // it has this one
	if got, err := h.TagsOf(t.Context(), app, "oA"); err != nil || len(got) != 20 {
		t.Errorf("got %d tags, %v, want 20", len(got), err)
	}
}
