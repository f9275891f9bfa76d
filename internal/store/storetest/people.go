package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

func person(id kefu.WeChatID, role kefu.Role) *kefu.Person {
	return &kefu.Person{ID: id, Name: "人 " + string(id), Role: role, Password: "$argon2id$…", CreatedAt: noon}
}

func addPeople(t *testing.T, s store.Store, all ...*kefu.Person) {
	t.Helper()
	update(t, s, store.House, func(tx store.Tx) error {
		for _, p := range all {
			if err := tx.AddPerson(p); err != nil {
				return err
			}
		}
		return nil
	})
}

func people(t *testing.T, s store.Store) {
	zoe, amy := person("zoe_wx", kefu.RoleAgent), person("amy_wx", kefu.RoleAdministrator)
	addPeople(t, s, zoe, amy)
	refused(t, s, store.House, kefu.PersonExists, func(tx store.Tx) error { return tx.AddPerson(person("zoe_wx", kefu.RoleAgent)) })
	refused(t, s, store.House, kefu.PersonUnknown, func(tx store.Tx) error { return tx.SetPerson(person("bob_wx", kefu.RoleAgent)) })
	view(t, s, func(r store.Reader) error {
		for _, want := range []*kefu.Person{zoe, amy} {
			got, err := r.Person(want.ID)
			if err != nil {
				return err
			}
			same(t, "Person", got, *want)
		}
		// Ids tell large letters from small ones.
		for _, id := range []kefu.WeChatID{"bob_wx", "ZOE_WX", "", "zoe\x00wx"} {
			if _, err := r.Person(id); err != kefu.PersonUnknown {
				t.Errorf("Person %q: got %v, want %v", id, err, kefu.PersonUnknown)
			}
		}
		all, err := r.People("", 10)
		if err != nil {
			return err
		}
		same(t, "People", all, []kefu.Person{*amy, *zoe})
		rest, err := r.People("amy_wx", 1)
		if err != nil {
			return err
		}
		same(t, "People after the first", rest, []kefu.Person{*zoe})
		none, err := r.People("", 0)
		same(t, "People, none of them", none, []kefu.Person{})
		return err
	})
	if got := administrators(t, s); got != 1 {
		t.Errorf("Administrators: got %d, want 1", got)
	}
	changed := *amy
	changed.Name, changed.Role, changed.Password, changed.Disabled = "Amy", kefu.RoleAdministrator, "", true
	changed.CreatedAt = noon.Add(time.Hour)
	update(t, s, store.House, func(tx store.Tx) error { return tx.SetPerson(&changed) })
	changed.CreatedAt = noon
	view(t, s, func(r store.Reader) error {
		got, err := r.Person("amy_wx")
		same(t, "Person after SetPerson", got, changed)
		return err
	})
	if got := administrators(t, s); got != 0 {
		t.Errorf("Administrators with one who is disabled: got %d, want 0", got)
	}
}

func administrators(t *testing.T, s store.Store) (n int) {
	t.Helper()
	view(t, s, func(r store.Reader) (err error) {
		n, err = r.Administrators()
		return err
	})
	return n
}

func login(person kefu.WeChatID, n int) *kefu.Login {
	l := kefu.NewLogin(kefu.DigestLogin(fmt.Sprint(person, n)), person, noon.Add(time.Duration(n)*time.Minute))
	return &l
}

func addLogins(t *testing.T, s store.Store, keep int, all ...*kefu.Login) {
	t.Helper()
	update(t, s, store.House, func(tx store.Tx) error {
		for _, l := range all {
			if err := tx.AddLogin(l, keep); err != nil {
				return err
			}
		}
		return nil
	})
}

// there tells which of the logins are there.
func there(t *testing.T, s store.Store, all ...*kefu.Login) (is []bool) {
	t.Helper()
	view(t, s, func(r store.Reader) error {
		for _, l := range all {
			got, err := r.Login(l.Digest)
			if err != nil && err != kefu.NotSignedIn {
				return err
			}
			if err == nil {
				same(t, "Login", got, *l)
			}
			is = append(is, err == nil)
		}
		return nil
	})
	return is
}

func logins(t *testing.T, s store.Store) {
	addPeople(t, s, person("amy_wx", kefu.RoleAgent), person("zoe_wx", kefu.RoleAgent))
	a1, a2, a3, z1 := login("amy_wx", 1), login("amy_wx", 2), login("amy_wx", 3), login("zoe_wx", 1)
	addLogins(t, s, 2, a1, a2, z1)
	same(t, "logins", there(t, s, a1, a2, a3, z1), []bool{true, true, false, true})
	addLogins(t, s, 2, a3)
	same(t, "logins when one too many began", there(t, s, a1, a2, a3, z1), []bool{false, true, true, true})

	// The clock may have stepped back: what begins now is kept, whatever its time.
	early := login("amy_wx", -5)
	addLogins(t, s, 2, early)
	same(t, "logins after one that began early", there(t, s, a2, a3, early), []bool{false, true, true})

	z1.SeenAt, z1.ExpiresAt = noon.Add(time.Hour), noon.Add(2*time.Hour)
	update(t, s, store.House, func(tx store.Tx) error {
		if err := tx.SeeLogin(z1.Digest, z1.SeenAt, z1.ExpiresAt); err != nil {
			return err
		}
		return tx.SeeLogin(a1.Digest, z1.SeenAt, z1.ExpiresAt)
	})
	same(t, "logins that were seen", there(t, s, a1, z1), []bool{false, true})

	update(t, s, store.House, func(tx store.Tx) error { return tx.EndLogins("amy_wx", a3.Digest) })
	same(t, "logins when the others were ended", there(t, s, a3, early, z1), []bool{true, false, true})
	update(t, s, store.House, func(tx store.Tx) error {
		if err := tx.EndLogin(a3.Digest); err != nil {
			return err
		}
		return tx.EndLogin(a3.Digest)
	})
	same(t, "logins when one was ended", there(t, s, a3, z1), []bool{false, true})
	update(t, s, store.House, func(tx store.Tx) error { return tx.EndLogins("zoe_wx", kefu.LoginDigest{}) })
	same(t, "logins when all were ended", there(t, s, z1), []bool{false})
}

func seats(t *testing.T, s store.Store) {
	first, second := account(1), account(2)
	add(t, s, second, first)
	bound := func(o *kefu.OfficialAccount, prefix string, worker kefu.WeChatID) kefu.Agent {
		a := addAgents(t, s, o, prefix)[0]
		a.Worker = worker
		update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetAgent(o.AppID, &a) })
		return a
	}
	here, there := bound(first, "alice", "amy_wx"), bound(second, "alice", "amy_wx")
	bound(first, "bob", "bob_wx")
	addAgents(t, s, first, "carol")
	view(t, s, func(r store.Reader) error {
		got, err := r.SeatsOf("amy_wx", 10)
		if err != nil {
			return err
		}
		want := []kefu.Seat{{AppID: first.AppID, Agent: here}, {AppID: second.AppID, Agent: there}}
		same(t, "SeatsOf", got, want)
		if got, err = r.SeatsOf("amy_wx", 1); err != nil {
			return err
		}
		same(t, "SeatsOf, the first", got, want[:1])
		for _, nobody := range []kefu.WeChatID{"", "zoe_wx"} {
			if got, err = r.SeatsOf(nobody, 10); err != nil {
				return err
			}
			same(t, "SeatsOf nobody", got, []kefu.Seat{})
		}
		return nil
	})
}

func act(n int, at time.Time) *kefu.Act {
	return &kefu.Act{
		At: at, Who: "amy_wx", What: kefu.ActRoleChanged, Object: fmt.Sprint("object ", n), Before: "客服\x00\xff", After: "主管",
		IP: "203.0.113.9", RID: kefu.NewRID(at, uint32(n), 7),
	}
}

func acts(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	one, two, three := act(1, noon), act(2, noon), act(3, noon)
	update(t, s, store.House, func(tx store.Tx) error {
		if err := tx.AddAct(one); err != nil {
			return err
		}
		return tx.AddAct(two)
	})
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.AddAct(three) })
	if one.ID <= 0 || two.ID <= one.ID || three.ID <= two.ID {
		t.Errorf("ids: got %d, %d, %d, want them to ascend", one.ID, two.ID, three.ID)
	}
	view(t, s, func(r store.Reader) error {
		all, err := r.Acts(0, 10)
		if err != nil {
			return err
		}
		same(t, "Acts", all, []kefu.Act{*three, *two, *one})
		page, err := r.Acts(three.ID, 1)
		same(t, "Acts before the last", page, []kefu.Act{*two})
		return err
	})
}

// sweepPeople: logins go when they have ended, acts after their memory.
func sweepPeople(t *testing.T, s store.Store) {
	addPeople(t, s, person("amy_wx", kefu.RoleAgent))
	now := noon.Add(kefu.ActMemory)
	over, alive := login("amy_wx", 1), login("amy_wx", 2)
	over.ExpiresAt, alive.ExpiresAt = now, now.Add(time.Millisecond)
	addLogins(t, s, 10, over, alive)
	old, young := act(1, noon), act(2, noon.Add(time.Millisecond))
	update(t, s, store.House, func(tx store.Tx) error {
		if err := tx.AddAct(old); err != nil {
			return err
		}
		return tx.AddAct(young)
	})
	removed := 0
	update(t, s, store.House, func(tx store.Tx) (err error) {
		removed, err = tx.Sweep(now, 10)
		return err
	})
	if removed != 2 {
		t.Errorf("Sweep: got %d removed, want 2", removed)
	}
	same(t, "logins after Sweep", there(t, s, over, alive), []bool{false, true})
	view(t, s, func(r store.Reader) error {
		left, err := r.Acts(0, 10)
		same(t, "Acts after Sweep", left, []kefu.Act{*young})
		return err
	})
	update(t, s, store.House, func(tx store.Tx) error { return tx.Erase() })
	same(t, "logins after Erase", there(t, s, alive), []bool{false})
	view(t, s, func(r store.Reader) error {
		if _, err := r.Person("amy_wx"); err != kefu.PersonUnknown {
			t.Errorf("Person after Erase: got %v, want %v", err, kefu.PersonUnknown)
		}
		left, err := r.Acts(0, 10)
		same(t, "Acts after Erase", left, []kefu.Act{})
		return err
	})
}
