package sqlstore

import (
	"context"
	"errors"
	"net"
	"strings"
)

// Classes and codes of errors, from PostgreSQL's table of codes.
const (
	classConnection   = "08"
	classLogin        = "28"
	classDamaged      = "XX00"
	classIntervention = "57P"

	readOnlyTransaction  = "25006"
	idleInTransaction    = "25P03"
	noSuchDatabase       = "3D000"
	notAllowed           = "42501"
	undefinedTable       = "42P01"
	undefinedColumn      = "42703"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	diskFull             = "53100"
	outOfMemory          = "53200"
	tooManyConnections   = "53300"
	lockNotAvailable     = "55P03"
	queryCanceled        = "57014"
	cannotConnectNow     = "57P03"
	databaseDropped      = "57P04"
	ioError              = "58030"
	uniqueViolation      = "23505"
)

// postgresWhys says what single codes mean.
var postgresWhys = map[string]string{
	readOnlyTransaction:  "the database is read-only",
	idleInTransaction:    "the database server ended the connection",
	noSuchDatabase:       "there is no such database on the server",
	notAllowed:           "the database server does not allow it to this user",
	undefinedTable:       "tables are missing in the database",
	undefinedColumn:      "tables of the database are not as they should be",
	serializationFailure: "others change the same data too often",
	deadlockDetected:     "others change the same data too often",
	diskFull:             "the disk of the database server is full",
	outOfMemory:          "the database server has not enough memory",
	tooManyConnections:   "the database server takes no more connections",
	lockNotAvailable:     "somebody holds a lock in the database",
	queryCanceled:        "the database server broke off what took too long",
	cannotConnectNow:     "the database server is starting or stopping",
	databaseDropped:      "the database was dropped",
	ioError:              "the disk of the database server cannot be read or written",
}

// postgresWhy says what an error of PostgreSQL, or of the way to it, means.
func postgresWhy(err error) string {
	if errors.Is(err, errOutcomeOpen) {
		return "the connection to the database server was lost, and it is not known whether the last change was kept"
	}
	if code := sqlState(err); code != "" {
		if why, known := postgresWhys[code]; known {
			return why
		}
		switch {
		case strings.HasPrefix(code, classIntervention):
			return "the database server is stopping"
		case strings.HasPrefix(code, classConnection):
			return "the connection to the database server was lost"
		case strings.HasPrefix(code, classLogin):
			return "the database server does not let this user in"
		case strings.HasPrefix(code, classDamaged):
			return "the database server found its data damaged"
		}
		return unexplained
	}
	var dial *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "the database does not answer in time, or somebody holds a lock in it"
	case errors.As(err, &dial) && dial.Op == "dial":
		return "the database server cannot be reached"
	}
	return "the connection to the database server was lost"
}

// postgresLost tells errors after which other connections are likely to be as
// dead as the one that met it: the server answered nothing, or that it ends.
func postgresLost(err error) bool {
	code := sqlState(err)
	return code == "" || strings.HasPrefix(code, classConnection) || strings.HasPrefix(code, classIntervention)
}
