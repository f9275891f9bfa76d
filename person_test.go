package kefu

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestRoles(t *testing.T) {
	for i, role := range Roles() {
		for j, other := range Roles() {
			if got := role.AtLeast(other); got != (i >= j) {
				t.Errorf("%s at least %s: got %v, want %v", role, other, got, i >= j)
			}
		}
		if !role.AtLeast("owner") {
			t.Errorf("%s: got less than a role that there is not", role)
		}
	}
	for _, nothing := range []Role{"", "owner", "Agent"} {
		if nothing.Valid() || nothing.AtLeast(RoleAgent) || nothing.AtLeast(nothing) {
			t.Errorf("%q: got a role that may something, want none", nothing)
		}
	}
}

func TestPersonValidate(t *testing.T) {
	for name, tt := range map[string]struct {
		person Person
		want   error
	}{
		"well":          {Person{ID: "zhang_wei", Name: "张伟", Role: RoleAgent}, nil},
		"longest name":  {Person{ID: "zhang_wei", Name: strings.Repeat("伟", 32), Role: RoleAgent}, nil},
		"too long":      {Person{ID: "zhang_wei", Name: strings.Repeat("伟", 33), Role: RoleAgent}, PersonNameIllegal},
		"no name":       {Person{ID: "zhang_wei", Role: RoleAgent}, PersonNameIllegal},
		"blank":         {Person{ID: "zhang_wei", Name: " \u3164", Role: RoleAgent}, PersonNameIllegal},
		"turned around": {Person{ID: "zhang_wei", Name: "a\u202eb", Role: RoleAgent}, PersonNameIllegal},
		"no id":         {Person{Name: "张伟", Role: RoleAgent}, WorkerIllegal},
		"no role":       {Person{ID: "zhang_wei", Name: "张伟"}, RoleIllegal},
	} {
		if err := tt.person.Validate(); !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
}

func TestValidatePassword(t *testing.T) {
	for _, tt := range []struct {
		password string
		ok       bool
	}{
		{"12345678", true},
		{"1234567", false},
		{"一二三四五六七八", true},
		{"一二三四五六七", false},
		{strings.Repeat("密", 128), true},
		{strings.Repeat("密", 129), false},
		{"zhang_wei", false},
		{"1234567\xff", false},
		{"", false},
	} {
		if err := ValidatePassword(tt.password, "zhang_wei"); (err == nil) != tt.ok {
			t.Errorf("%q: got %v, want it taken: %v", tt.password, err, tt.ok)
		}
	}
}

func TestLoginSlides(t *testing.T) {
	now := time.Date(2024, 3, 12, 12, 0, 0, 0, time.UTC)
	l := NewLogin(DigestLogin("x"), "zhang_wei", now)
	if l.See(now.Add(time.Hour-1)) || !l.ExpiresAt.Equal(now.Add(LoginLife)) {
		t.Errorf("within the hour: got %+v, want it as it was", l)
	}
	if !l.See(now.Add(time.Hour)) || !l.ExpiresAt.Equal(now.Add(time.Hour+LoginLife)) {
		t.Errorf("after an hour: got %+v, want it prolonged", l)
	}
	if l.Over(l.ExpiresAt.Add(-1)) || !l.Over(l.ExpiresAt) {
		t.Error("got another end than ExpiresAt")
	}
	if l.See(now.Add(-time.Hour)) {
		t.Error("a clock that steps back: got it shortened")
	}
}
