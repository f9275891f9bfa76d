package kefu

import "time"

// Invitation asks a person to become an agent. There is at most one per agent:
// a new one takes the place of one that was rejected or expired.
type Invitation struct {
	Worker    WeChatID
	ExpiresAt time.Time
	Rejected  bool
}

// InvitationStatus is what became of an invitation. An accepted one leaves no
// status: the agent is bound and the invitation is gone.
type InvitationStatus string

// The words of the wire are the words of the house here.
const (
	InvitationStatusWaiting  InvitationStatus = "waiting"
	InvitationStatusRejected InvitationStatus = "rejected"
	InvitationStatusExpired  InvitationStatus = "expired"
)

// Status is a fact of the clock: an unanswered invitation has expired from
// ExpiresAt on, whether or not anything ran at that moment.
func (i *Invitation) Status(now time.Time) InvitationStatus {
	switch {
	case i.Rejected:
		return InvitationStatusRejected
	case now.Before(i.ExpiresAt):
		return InvitationStatusWaiting
	default:
		return InvitationStatusExpired
	}
}

// Waiting tells whether the agent has an invitation that can be answered now.
func (a *Agent) Waiting(now time.Time) bool {
	return a.Invitation != nil && a.Invitation.Status(now) == InvitationStatusWaiting
}

// Invite sends an invitation for agent to a worker, given all the agents of the
// same official account. WeChat does not document which refusal wins when
// several apply; the order here is: [AgentBound], [InvitationWaiting],
// [WorkerIllegal], [WorkerBoundHere], [WorkerInvitedElsewhere],
// [WorkerBindingLimit].
func (o *OfficialAccount) Invite(agent *Agent, worker Worker, agents []Agent, now time.Time) error {
	if agent.Bound() {
		return AgentBound
	}
	if agent.Waiting(now) {
		return InvitationWaiting
	}
	if !worker.ID.ValidForPerson() {
		return WorkerIllegal
	}
	for i := range agents {
		if agents[i].Worker == worker.ID {
			return WorkerBoundHere
		}
	}
	for i := range agents {
		other := &agents[i]
		if other.ID != agent.ID && other.Waiting(now) && other.Invitation.Worker == worker.ID {
			return WorkerInvitedElsewhere
		}
	}
	if worker.Bindings >= o.Limits.BindingsPerWorker {
		return WorkerBindingLimit
	}
	agent.Invitation = &Invitation{Worker: worker.ID, ExpiresAt: now.Add(o.Limits.InvitationLife).Truncate(time.Second)}
	return nil
}

// Accept binds the invited worker to the agent. What was true when the
// invitation was sent may have changed, so it refuses with
// [InvitationNotWaiting], [WorkerBoundHere] or [WorkerBindingLimit].
func (o *OfficialAccount) Accept(agent *Agent, worker Worker, agents []Agent, now time.Time) error {
	if !agent.Waiting(now) || agent.Invitation.Worker != worker.ID {
		return InvitationNotWaiting
	}
	for i := range agents {
		if agents[i].Worker == worker.ID {
			return WorkerBoundHere
		}
	}
	if worker.Bindings >= o.Limits.BindingsPerWorker {
		return WorkerBindingLimit
	}
	agent.Worker = worker.ID
	agent.Invitation = nil
	return nil
}

// Reject answers a waiting invitation with no, or refuses with
// [InvitationNotWaiting].
func (a *Agent) Reject(now time.Time) error {
	if !a.Waiting(now) {
		return InvitationNotWaiting
	}
	a.Invitation.Rejected = true
	return nil
}
