// Package sqlstore keeps the ledger of package store in SQLite or PostgreSQL.
//
// There is one SQL text for both: the common subset, lower case, with "?" for
// placeholders. What differs stands in one small struct, the dialect. The
// package imports no driver; whoever opens a store does, and errors of drivers
// are recognised by what they can be asked, not by their type.
//
// # How a change gets to disk
//
// [Store.Update] puts the change in the queue of a lane. SQLite has one lane,
// because a file has one writer; on PostgreSQL every official account has its
// own, which takes the pen by locking the account's row. A lane takes whatever
// has queued, begins one transaction, runs each change in a savepoint, commits
// once, and only then tells each caller. While the disk is busy the next group
// queues up by itself, so no timer is needed and an idle lane commits at once.
//
// A change that refuses, fails or panics is rolled back to its savepoint and
// its neighbours live. On PostgreSQL, where a savepoint costs as much as a change,
// a group is tried without first and only run again with them when a change must
// be undone. When the whole group fails, nobody was told yet, and each
// of its changes is tried once more on a fresh connection and by itself.
//
// # Where to look
//
// store.go is the port, lane.go the queue, group.go the commit, pool.go the
// connections, fault.go what is said when the database fails, revisions.go the
// cache of revisions (SQLite only; PostgreSQL is asked each time), migrate.go the
// schema. The statements stand with their subject: officialaccount.go, agent.go,
// worker.go, customer.go, tag.go, kfsession.go, waiting.go, msgid.go, message.go,
// record.go, push.go, media.go, token.go, counter.go, call.go, setting.go,
// sweep.go.
package sqlstore
