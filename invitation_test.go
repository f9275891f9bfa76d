package kefu_test

import (
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

var noon = time.Unix(1710277281, 0)

func shop() *kefu.OfficialAccount {
	return &kefu.OfficialAccount{
		AppID: "wx5d3c0ffee1234567", WeChatID: "demo_shop", OriginalID: "gh_a1b2c3d4e5f6",
		Secret:   kefu.DigestSecret("0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
		KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	}
}

func TestInvite(t *testing.T) {
	waiting := &kefu.Invitation{Worker: "dave_wx", ExpiresAt: noon.Add(time.Hour)}
	expired := &kefu.Invitation{Worker: "dave_wx", ExpiresAt: noon}
	rejected := &kefu.Invitation{Worker: "dave_wx", ExpiresAt: noon.Add(time.Hour), Rejected: true}
	for _, tt := range []struct {
		name   string
		agent  kefu.Agent
		worker kefu.Worker
		others []kefu.Agent
		want   error
	}{
		{"first", kefu.Agent{}, kefu.Worker{ID: "carol_wx"}, nil, nil},
		{"again after refusal", kefu.Agent{Invitation: rejected}, kefu.Worker{ID: "dave_wx"}, nil, nil},
		{"again after expiry", kefu.Agent{Invitation: expired}, kefu.Worker{ID: "dave_wx"}, nil, nil},
		{"agent is bound", kefu.Agent{Worker: "alice_wx"}, kefu.Worker{ID: "dave_wx"}, nil, kefu.AgentBound},
		{"bound wins over a bad id", kefu.Agent{Worker: "alice_wx"}, kefu.Worker{ID: "no such id"}, nil, kefu.AgentBound},
		{"while waiting", kefu.Agent{Invitation: waiting}, kefu.Worker{ID: "carol_wx"}, nil, kefu.InvitationWaiting},
		{"the same person while waiting", kefu.Agent{Invitation: waiting}, kefu.Worker{ID: "dave_wx"}, nil, kefu.InvitationWaiting},
		{"not a WeChat id", kefu.Agent{}, kefu.Worker{ID: "no such id"}, nil, kefu.WorkerIllegal},
		{"WeChat id of 5", kefu.Agent{}, kefu.Worker{ID: "abcde"}, nil, kefu.WorkerIllegal},
		{"WeChat id of 21", kefu.Agent{}, kefu.Worker{ID: "a12345678901234567890"}, nil, kefu.WorkerIllegal},
		{"WeChat id starts with a digit", kefu.Agent{}, kefu.Worker{ID: "1carol_wx"}, nil, kefu.WorkerIllegal},
		{"empty WeChat id", kefu.Agent{}, kefu.Worker{}, nil, kefu.WorkerIllegal},
		{"person is bound here", kefu.Agent{}, kefu.Worker{ID: "alice_wx", Bindings: 9}, []kefu.Agent{{ID: 2, Worker: "alice_wx"}}, kefu.WorkerBoundHere},
		{"person is invited here", kefu.Agent{}, kefu.Worker{ID: "dave_wx", Bindings: 9}, []kefu.Agent{{ID: 2, Invitation: waiting}}, kefu.WorkerInvitedElsewhere},
		{"person let an invitation here expire", kefu.Agent{}, kefu.Worker{ID: "dave_wx"}, []kefu.Agent{{ID: 2, Invitation: expired}}, nil},
		{"person refused another here", kefu.Agent{}, kefu.Worker{ID: "dave_wx"}, []kefu.Agent{{ID: 2, Invitation: rejected}}, nil},
		{"person has four bindings", kefu.Agent{}, kefu.Worker{ID: "carol_wx", Bindings: 4}, nil, nil},
		{"person has five bindings", kefu.Agent{}, kefu.Worker{ID: "carol_wx", Bindings: 5}, nil, kefu.WorkerBindingLimit},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := tt.agent
			a.ID = 1
			before := a
			err := shop().Invite(&a, tt.worker, append(tt.others, a), noon)
			if err != tt.want {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if err != nil {
				if a != before {
					t.Errorf("a refused invitation changed the agent: got %+v, want %+v", a, before)
				}
				return
			}
			want := kefu.Invitation{Worker: tt.worker.ID, ExpiresAt: noon.Add(24 * time.Hour)}
			if *a.Invitation != want {
				t.Errorf("got %+v, want %+v", *a.Invitation, want)
			}
		})
	}
}

// TestInvitationLife walks one invitation through its states; expiry is a fact
// of the clock, so going back in time undoes it.
func TestInvitationLife(t *testing.T) {
	o, a, worker := shop(), kefu.Agent{ID: 1}, kefu.Worker{ID: "carol_wx"}
	if err := o.Invite(&a, worker, nil, noon); err != nil {
		t.Fatal(err)
	}
	end := noon.Add(24 * time.Hour)
	for _, tt := range []struct {
		name string
		now  time.Time
		want kefu.InvitationStatus
	}{
		{"sent", noon, kefu.InvitationStatusWaiting},
		{"last moment", end.Add(-time.Nanosecond), kefu.InvitationStatusWaiting},
		{"end", end, kefu.InvitationStatusExpired},
		{"clock set back", noon, kefu.InvitationStatusWaiting},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := a.Invitation.Status(tt.now); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	if err := o.Accept(&a, worker, nil, end); err != kefu.InvitationNotWaiting {
		t.Errorf("accepted after its end: got %v, want %v", err, kefu.InvitationNotWaiting)
	}
	if err := a.Reject(end); err != kefu.InvitationNotWaiting {
		t.Errorf("rejected after its end: got %v, want %v", err, kefu.InvitationNotWaiting)
	}
	if err := o.Accept(&a, kefu.Worker{ID: "dave_wx"}, nil, noon); err != kefu.InvitationNotWaiting {
		t.Errorf("accepted by somebody else: got %v, want %v", err, kefu.InvitationNotWaiting)
	}
	if err := o.Accept(&a, worker, []kefu.Agent{{ID: 2, Worker: worker.ID}}, noon); err != kefu.WorkerBoundHere {
		t.Errorf("accepted by one who is bound meanwhile: got %v, want %v", err, kefu.WorkerBoundHere)
	}
	if err := o.Accept(&a, kefu.Worker{ID: worker.ID, Bindings: 5}, nil, noon); err != kefu.WorkerBindingLimit {
		t.Errorf("accepted by one with too many: got %v, want %v", err, kefu.WorkerBindingLimit)
	}
	if err := o.Accept(&a, worker, nil, noon); err != nil {
		t.Fatal(err)
	}
	if !a.Bound() || a.Worker != worker.ID || a.Invitation != nil {
		t.Errorf("accepted: got %+v, want it bound to %s and without invitation", a, worker.ID)
	}
	if err := a.Reject(noon); err != kefu.InvitationNotWaiting {
		t.Errorf("rejected after acceptance: got %v, want %v", err, kefu.InvitationNotWaiting)
	}
}

func TestReject(t *testing.T) {
	o, a := shop(), kefu.Agent{ID: 1}
	if err := o.Invite(&a, kefu.Worker{ID: "carol_wx"}, nil, noon); err != nil {
		t.Fatal(err)
	}
	if err := a.Reject(noon); err != nil {
		t.Fatal(err)
	}
	if got := a.Invitation.Status(noon.Add(48 * time.Hour)); got != kefu.InvitationStatusRejected {
		t.Errorf("a rejected invitation does not expire: got %v, want %v", got, kefu.InvitationStatusRejected)
	}
	if err := a.Reject(noon); err != kefu.InvitationNotWaiting {
		t.Errorf("rejected twice: got %v, want %v", err, kefu.InvitationNotWaiting)
	}
}
