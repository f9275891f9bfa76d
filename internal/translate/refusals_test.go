package translate

import (
	"errors"
	"testing"

	"github.com/openkefu/kefu"
)

// Every reason has a row, and no row is left of a reason that is gone.
func TestRefusals(t *testing.T) {
	for _, reason := range kefu.Reasons() {
		if status, code, ok := Refusal(reason); !ok || status < 400 || status > 499 || code == "" {
			t.Errorf("%v: got %d %q %v, want a refusal", reason, status, code, ok)
		}
	}
	if got, want := len(refusals), len(kefu.Reasons()); got != want {
		t.Errorf("got %d rows, want one for each of %d reasons", got, want)
	}
	if _, _, ok := Refusal(errors.New("disk on fire")); ok {
		t.Error("got a refusal for what is none")
	}
}
