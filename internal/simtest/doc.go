// Package simtest puts a world into a bottle and shakes it: followers, agents, a
// developer's program and its server, one or two processes on one ledger, in
// virtual time (testing/synctest). Everything is real but the people, the network,
// which is in memory, and the trouble: a ledger that fails before or after a
// commit, is slow or away; signals that are lost, doubled or late; a developer's
// server that is slow, dead, answers twice or nonsense; processes that are killed
// and started again.
//
// A world is made from a seed, which decides who lives in it and how everybody
// throws dice. A bubble is virtual time and no deterministic scheduler, so a seed
// played twice gives two similar stories: the checkers look for what must hold in
// all of them. They look through the doors and the store's port when the world has
// come to rest, and a notary in front of the ledger looks at every commit.
//
//	go test ./internal/simtest -run TestWorlds -args -from SEED -seeds 1
//
// TestCheckersSee lets the ledger lie, in one way after the other, and wants each
// lie to be seen.
package simtest
