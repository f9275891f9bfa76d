package kefu

import "time"

// ActMemory is how long acts can be looked up.
const ActMemory = 365 * 24 * time.Hour

// Act is something that was done to the house by somebody who may, kept for those
// who ask later who did it. Acts are added and never changed.
type Act struct {
	// ID orders acts; the ledger gives it.
	ID int64
	At time.Time
	// Who did it: a person's WeChat id, or one of [ByAPI], [ByCommand] and [ByHouse].
	Who string
	// What was done, as a short name: "person_added".
	What ActKind
	// Object is what it was done to, such as a person or a kf account.
	Object string
	// Before and After are what changed, in words that a person reads; no secret
	// is among them.
	Before, After string
	// IP is where it was asked from, RID the request; empty when there was none.
	IP  string
	RID RID
}

// Those who act without being a person: the command line on the server's machine, the
// developer's program over the API, and the house by itself. None can be a WeChat id.
const (
	ByAPI     = "$api"
	ByCommand = "$command"
	ByHouse   = "$house"
)

// ActKind names what was done.
type ActKind string

// What is done to people.
const (
	ActPersonAdded      ActKind = "person_added"
	ActPersonRegistered ActKind = "person_registered"
	ActRoleChanged      ActKind = "role_changed"
	ActPersonRenamed    ActKind = "person_renamed"
	ActPersonDisabled   ActKind = "person_disabled"
	ActPersonEnabled    ActKind = "person_enabled"
	ActPasswordSet      ActKind = "password_set"
	ActSignInLocked     ActKind = "sign_in_locked"
	ActInvitationTaken  ActKind = "invitation_accepted"
	ActInvitationPassed ActKind = "invitation_rejected"
)

// What is done to pushes, settings and quick replies of an official account.
const (
	ActPushRepeated ActKind = "push_repeated"
	ActSettingsSet  ActKind = "settings_changed"
	ActReplyPut     ActKind = "quick_reply_saved"
	ActReplyRemoved ActKind = "quick_reply_removed"
)

// What those who oversee do with customers and with what is kept of them.
const (
	ActCustomerAssigned      ActKind = "customer_assigned"
	ActSessionTransferred    ActKind = "session_transferred"
	ActSessionClosed         ActKind = "session_closed"
	ActConversationsExported ActKind = "conversations_exported"
	ActAuditExported         ActKind = "audit_exported"
)

// What is done to official accounts and their agents.
const (
	ActAccountAdded   ActKind = "official_account_added"
	ActAccountChanged ActKind = "official_account_changed"
	ActAccountRemoved ActKind = "official_account_removed"
	ActSecretRotated  ActKind = "secret_rotated"
	ActAgentAdded     ActKind = "agent_added"
	ActAgentRenamed   ActKind = "agent_renamed"
	ActAgentPictured  ActKind = "agent_picture_changed"
	ActAgentLimited   ActKind = "agent_limit_changed"
	ActAgentRemoved   ActKind = "agent_removed"
	ActAgentInvited   ActKind = "agent_invited"
	ActSignedOut      ActKind = "person_signed_out"
)
