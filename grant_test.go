package kefu_test

import (
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

// TestGrants plays timelines of a customer's actions and the replies to them.
func TestGrants(t *testing.T) {
	type step struct {
		at   time.Duration
		does kefu.GrantKind // empty: a reply is sent
		want error
	}
	reply := func(at time.Duration, want error) step { return step{at: at, want: want} }
	const second = time.Second
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"five and no more", []step{
			{at: 0, does: kefu.GrantMessage},
			reply(1*second, nil), reply(2*second, nil), reply(3*second, nil), reply(4*second, nil), reply(5*second, nil),
			reply(6*second, kefu.ReplyCountReached),
			{at: 10 * second, does: kefu.GrantMessage},
			reply(11*second, nil),
		}},
		{"to the end of 48 hours", []step{
			{at: 0, does: kefu.GrantMessage},
			reply(172799*second, nil), reply(172800*second, kefu.ReplyTimeOver),
		}},
		{"used up and over says over", []step{
			{at: 0, does: kefu.GrantEnter},
			reply(1*second, nil), reply(2*second, nil), reply(3*second, kefu.ReplyCountReached), reply(60*second, kefu.ReplyTimeOver),
		}},
		{"a tap gives a minute", []step{
			{at: 0, does: kefu.GrantClick}, reply(59*second, nil), reply(61*second, kefu.ReplyTimeOver),
		}},
		{"following gives three", []step{
			{at: 0, does: kefu.GrantFollow},
			reply(1*second, nil), reply(2*second, nil), reply(3*second, nil), reply(4*second, kefu.ReplyCountReached),
		}},
		{"the one that ends first goes first", []step{
			{at: 0, does: kefu.GrantMessage}, {at: 1 * second, does: kefu.GrantClick},
			reply(2*second, nil), reply(2*second, nil), reply(2*second, nil),
			reply(70*second, nil), reply(70*second, nil), reply(70*second, nil), reply(70*second, nil), reply(70*second, nil),
			reply(71*second, kefu.ReplyCountReached),
		}},
		{"paying has no bound", []step{
			{at: 0, does: kefu.GrantPayment},
			reply(1*second, nil), reply(1*second, nil), reply(1*second, nil), reply(1*second, nil), reply(1*second, nil), reply(1*second, nil),
			reply(48*time.Hour, kefu.ReplyTimeOver),
		}},
		{"nothing ever happened", []step{reply(0, kefu.ReplyTimeOver)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var grants kefu.Grants
			for i, s := range tt.steps {
				now := noon.Add(s.at)
				if s.does != "" {
					grants = grants.With(s.does, kefu.Allowances()[s.does], now)
					continue
				}
				before, _ := grants.Rest(now)
				next, err := grants.Take(now)
				if err != s.want {
					t.Fatalf("step %d: got %v, want %v", i, err, s.want)
				}
				after, _ := next.Rest(now)
				if err == nil && before != kefu.Unlimited && after != before-1 {
					t.Errorf("step %d: %d were left and then %d, want one less", i, before, after)
				}
				grants = next
			}
		})
	}
}

func TestGrantsRest(t *testing.T) {
	grants := kefu.Grants{}.
		With(kefu.GrantMessage, kefu.Allowances()[kefu.GrantMessage], noon).
		With(kefu.GrantClick, kefu.Allowances()[kefu.GrantClick], noon)
	if left, until := grants.Rest(noon); left != 8 || !until.Equal(noon.Add(time.Minute)) {
		t.Errorf("two allowances: got %d until %v, want 8 until the shorter ends", left, until)
	}
	if left, until := grants.Rest(noon.Add(time.Hour)); left != 5 || !until.Equal(noon.Add(48*time.Hour)) {
		t.Errorf("one is over: got %d until %v, want 5 until the longer ends", left, until)
	}
	if left, until := grants.Rest(noon.Add(72 * time.Hour)); left != 0 || !until.IsZero() {
		t.Errorf("both are over: got %d until %v, want none", left, until)
	}
}
