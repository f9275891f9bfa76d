package kefu

import (
	"time"
	"unicode/utf8"
)

// Person is somebody who can sign in: an agent, a supervisor or an administrator.
// A [Worker] with the same WeChat id says how many agents the person is.
type Person struct {
	ID   WeChatID
	Name string
	Role Role
	// Password is the hash of the person's password with its parameters, in the
	// form that package auth writes; empty when nobody can sign in with one.
	Password string
	// Disabled people are signed out and cannot sign in.
	Disabled  bool
	CreatedAt time.Time
}

// Role says what a person may do beside answering as the agents it is bound to.
type Role string

// The roles, each with everything that those before it may.
const (
	// RoleAgent works on the seats that the person has.
	RoleAgent Role = "agent"
	// RoleSupervisor looks into the conversations of all accounts, and assigns.
	RoleSupervisor Role = "supervisor"
	// RoleAdministrator changes everything: accounts, agents, people, settings.
	RoleAdministrator Role = "administrator"
)

// Roles lists them, the one that may least first.
func Roles() []Role { return []Role{RoleAgent, RoleSupervisor, RoleAdministrator} }

// Valid tells whether there is such a role.
func (r Role) Valid() bool { return r.rank() > 0 }

// AtLeast tells whether a role may everything that another may.
func (r Role) AtLeast(other Role) bool { return r.Valid() && r.rank() >= other.rank() }

func (r Role) rank() int {
	for i, role := range Roles() {
		if r == role {
			return i + 1
		}
	}
	return 0
}

// MaxPersonName is the length of the longest name of a person, in Unicode code
// points. Only colleagues see it, and full names are longer than nicknames.
const MaxPersonName = 32

// Validate refuses a person who cannot be added: [WorkerIllegal],
// [PersonNameIllegal], [RoleIllegal].
func (p *Person) Validate() error {
	switch {
	case !p.ID.ValidForPerson():
		return WorkerIllegal
	case !readable(p.Name, MaxPersonName):
		return PersonNameIllegal
	case !p.Role.Valid():
		return RoleIllegal
	}
	return nil
}

// Bounds of a password. The lower is what people can be asked for; the upper lets
// anybody use a phrase, and bounds the work that a stranger can cause.
const (
	MinPassword      = 8   // code points
	MaxPassword      = 128 // code points
	MaxPasswordBytes = 4 * MaxPassword
)

// ValidatePassword refuses a new password with [PasswordIllegal] when it is too
// short or too long, not text, or the WeChat id of its owner, which everybody knows.
func ValidatePassword(password string, owner WeChatID) error {
	if len(password) > MaxPasswordBytes || !utf8.ValidString(password) || password == string(owner) {
		return PasswordIllegal
	}
	if n := utf8.RuneCountInString(password); n < MinPassword || n > MaxPassword {
		return PasswordIllegal
	}
	return nil
}

// Seat is an agent of an official account that a person is bound to.
type Seat struct {
	AppID AppID
	Agent Agent
}
