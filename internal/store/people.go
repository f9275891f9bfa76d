package store

import (
	"time"

	"github.com/openkefu/kefu"
)

// People are the questions about who can sign in, and about what they did.
type People interface {
	// Person by WeChat id, or kefu.PersonUnknown.
	Person(id kefu.WeChatID) (kefu.Person, error)
	// People lists persons by WeChat id, from the one after the given; at most
	// limit.
	People(after kefu.WeChatID, limit int) ([]kefu.Person, error)
	// Administrators counts those who are not disabled.
	Administrators() (int, error)
	// SeatsOf lists the agents that a person is bound to, by appid and number; at
	// most limit.
	SeatsOf(worker kefu.WeChatID, limit int) ([]kefu.Seat, error)
	// Login by the digest of its token, ended by time or not, or kefu.NotSignedIn.
	Login(digest kefu.LoginDigest) (kefu.Login, error)
	// Acts lists acts before an id, the last first, or all when it is 0; at most
	// limit. An act that is written at this moment may have a lower id than one
	// that was answered already; whoever asks again sees it.
	Acts(before int64, limit int) ([]kefu.Act, error)
}

// PeopleTx are the changes of people. They are made under the pen of [House].
type PeopleTx interface {
	// AddPerson, or kefu.PersonExists.
	AddPerson(p *kefu.Person) error
	// SetPerson replaces all fields of the person with this WeChat id, CreatedAt
	// aside, or refuses with kefu.PersonUnknown.
	SetPerson(p *kefu.Person) error
	// AddLogin adds a login, and ends those of its person that began longest ago
	// when more than keep would be left.
	AddLogin(l *kefu.Login, keep int) error
	// SeeLogin sets when the person was last seen and when the login expires, if
	// the login is still there.
	SeeLogin(digest kefu.LoginDigest, seen, expires time.Time) error
	// EndLogin ends a login, if it is there.
	EndLogin(digest kefu.LoginDigest) error
	// EndLogins ends all logins of a person but the given one.
	EndLogins(person kefu.WeChatID, but kefu.LoginDigest) error
	// AddAct adds an act and gives it its id. It may be added under any pen.
	AddAct(a *kefu.Act) error
}
