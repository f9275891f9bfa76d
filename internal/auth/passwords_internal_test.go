package auth

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestPasswords(t *testing.T) {
	t.Parallel()
	p := newPasswords(PasswordCost{})
	stored, err := p.hash(t.Context(), "密码 correct horse")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("got %q (%v), want a PHC string of the usual cost", stored, err)
	}
	if again, _ := p.hash(t.Context(), "密码 correct horse"); again == stored {
		t.Error("got the same hash twice, want another salt")
	}
	for _, tt := range []struct {
		stored, password string
		ok               bool
	}{
		{stored, "密码 correct horse", true},
		{stored, "密码 correct hors", false},
		{stored, "", false},
		{"", "", false},
		{"", "密码 correct horse", false},
	} {
		if ok, weak, err := p.match(t.Context(), tt.stored, tt.password); ok != tt.ok || weak || err != nil {
			t.Errorf("%q with %q: got %v, %v (%v), want %v", tt.password, tt.stored, ok, weak, err, tt.ok)
		}
	}
	cheap := newPasswords(PasswordCost{Memory: 8, Passes: 1, Lanes: 1})
	old, err := cheap.hash(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	if ok, weak, err := p.match(t.Context(), old, "x"); !ok || !weak || err != nil {
		t.Errorf("a hash of less cost: got %v, %v (%v), want it to match and be weak", ok, weak, err)
	}
}

// Damaged hashes are an error of ours that repeats nothing, and no way in.
func TestDamagedHashes(t *testing.T) {
	t.Parallel()
	p := newPasswords(PasswordCost{Memory: 8, Passes: 1, Lanes: 1})
	good, err := p.hash(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	for _, damaged := range []string{
		"x", good + "=", good[1:], good[:len(good)-1], strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=8", "m=4294967295", 1), strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "p=1", "p=0", 1),
		strings.Replace(good, "p=1", "p=1x", 1), strings.Replace(good, "m=8", "m=-8", 1), good + "$",
	} {
		if ok, _, err := p.match(t.Context(), damaged, "x"); ok || err == nil || strings.Contains(err.Error(), damaged) && damaged != "x" {
			t.Errorf("%q: got %v (%v), want an error without it", damaged, ok, err)
		}
	}
}

// More than can wait are refused at once; who goes away stops waiting.
func TestPasswordsAreBounded(t *testing.T) {
	t.Parallel()
	p := newPasswords(PasswordCost{Memory: 8, Passes: 1, Lanes: 1})
	for range hashesAtOnce {
		if err := p.take(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	results := make(chan error, hashesWaiting+1)
	for range hashesWaiting + 1 {
		go func() { results <- p.take(ctx) }()
	}
	if err := <-results; !errors.Is(err, ErrBusy) {
		t.Errorf("one too many: got %v, want %v", err, ErrBusy)
	}
	cancel()
	for range hashesWaiting {
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Errorf("who went away: got %v, want %v", err, context.Canceled)
		}
	}
	p.give()
	if _, err := p.hash(t.Context(), "x"); err != nil {
		t.Errorf("when there is room: got %v, want nil", err)
	}
}
