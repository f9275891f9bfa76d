// Package kefutest runs a whole Kefu inside a Go test, as net/http/httptest
// runs a server: a program that calls WeChat's customer service API is tested
// against the real thing, offline, with nothing to install.
//
//	func TestAddsAnAgent(t *testing.T) {
//		house := kefutest.Start(t)
//		mine := NewProgram(house.URL, house.AppID, house.Secret)
//		mine.Hire("alice", "alice_wx")
//		house.AcceptInvitation(t, house.KFAccount("alice")) // as Alice would on her phone
//		house.Online(t, house.KFAccount("alice"), 5)
//		…
//	}
//
// A house is what `kefu dev` runs, with the same code behind every path: one
// official account, a SQLite file in the test's own folder, pictures on disk,
// and a listener on the loopback interface. It ends with the test. What cannot
// be had from a real platform is a method of [House]: people answer
// invitations, agents come and go, the clock moves, calls fail, the account is
// frozen.
//
// The methods that take a testing.TB call its FailNow when they cannot do what
// they say, which ends the test when it is called from the test's goroutine and
// only the goroutine elsewhere. A house may be used by parallel subtests and by
// many goroutines at once.
package kefutest
