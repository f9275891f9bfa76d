package sqlstore

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
)

// Primary result codes of SQLite that say why it fails, and one extended code,
// from its documentation.
const (
	sqlitePerm     = 3
	sqliteBusy     = 5
	sqliteLocked   = 6
	sqliteNoMemory = 7
	sqliteReadOnly = 8
	sqliteIOError  = 10
	sqliteCorrupt  = 11
	sqliteFull     = 13
	sqliteCantOpen = 14
	sqliteProtocol = 15
	sqliteAuth     = 23
	sqliteNotADB   = 26

	// sqliteShmSize says that the shared memory beside the file cannot grow, which
	// happens when there is no room for it.
	sqliteShmSize = 19<<8 | sqliteIOError
)

// sqliteWhy says what an error of SQLite, or of the system below it, means.
func sqliteWhy(err error) string {
	code := sqliteCode(err)
	switch code & 0xff {
	case sqliteFull:
		return "the disk is full"
	case sqliteReadOnly:
		return "the database file is read-only"
	case sqliteBusy, sqliteLocked, sqliteProtocol:
		return "another process holds the database's lock"
	case sqliteIOError:
		if code == sqliteShmSize {
			return "the disk is full"
		}
		return "the disk cannot be read or written"
	case sqliteCantOpen:
		return "the database file cannot be opened"
	case sqliteCorrupt:
		return "the database file is damaged"
	case sqliteNotADB:
		return "the database file is not one of SQLite"
	case sqlitePerm, sqliteAuth:
		return "the program may not use the database file"
	case sqliteNoMemory:
		return "there is not enough memory"
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "the disk is full"
	case errors.Is(err, syscall.EROFS):
		return "the disk is read-only"
	case errors.Is(err, fs.ErrPermission):
		return "the program may not use the database file"
	case errors.Is(err, context.DeadlineExceeded):
		return "the database does not answer in time"
	}
	return unexplained
}
