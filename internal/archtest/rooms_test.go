package archtest

import "strings"

// module is the path of the module whose rooms these are.
const module = "github.com/openkefu/kefu"

// room is a package of the module, or a folder of packages, and what it may
// import of the module. Paths are relative to the module; "." is its root.
type room struct {
	path string
	may  []string
	// door rooms are the ways into the house. None knows another, nor the store.
	door bool
}

// anything lets a room import every room, itself and drivers aside.
const anything = "*"

// rooms is the house. It also names rooms that are not built yet: their place
// is decided, and a row without a room breaks no rule.
var rooms = []room{
	// The ground: nouns, rules, and the wire as data.
	{path: "."},
	{path: "wechat"},
	{path: "wechat/msgcrypt"},
	{path: "internal/picture", may: []string{"."}},
	{path: "internal/routing", may: []string{"."}},
	{path: "internal/mediaformat", may: []string{".", "internal/picture"}},
	{path: "internal/media"},
	{path: "internal/media/bucket", may: []string{"internal/media"}},
	{path: "internal/pubsub"},
	{path: "internal/config", may: []string{"."}},
	{path: "internal/metrics"},
	{path: "internal/apidoc"},
	{path: "web"},

	// The ledger, as a port and in SQL.
	{path: "internal/store", may: []string{"."}},
	{path: "internal/store/sqlstore", may: []string{".", "internal/store"}},

	// What the house does, each verb once.
	{path: "internal/auth", may: []string{".", "internal/store"}},
	{path: "internal/calls", may: []string{".", "internal/store"}},
	{path: "internal/desk", may: []string{".", "internal/store", "internal/pubsub", "internal/routing", "internal/media", "internal/mediaformat", "internal/picture"}},
	{path: "internal/translate", may: []string{".", "wechat", "internal/picture"}},
	{path: "internal/callback", may: []string{".", "wechat", "wechat/msgcrypt", "internal/translate", "internal/pubsub"}},
	{path: "internal/realtime", may: []string{".", "internal/pubsub"}},

	// The doors.
	{path: "internal/api", door: true, may: []string{".", "internal/desk", "internal/auth", "internal/calls", "internal/mediaformat", "internal/picture", "internal/translate", "wechat"}},
	{path: "internal/sandbox", door: true, may: []string{".", "internal/desk", "internal/translate", "wechat"}},
	{path: "internal/signin", door: true, may: []string{".", "internal/desk", "internal/auth", "internal/exchange", "internal/picture"}},
	{path: "internal/exchange", may: []string{".", "internal/auth", "internal/mediaformat", "internal/translate", "wechat"}},
	{path: "internal/admin", door: true, may: []string{".", "internal/desk", "internal/auth", "internal/calls", "internal/exchange", "internal/mediaformat", "internal/picture", "internal/realtime", "internal/translate", "wechat"}},
	{path: "internal/workbench", door: true, may: []string{".", "internal/desk", "internal/auth", "internal/exchange", "internal/realtime", "internal/translate", "wechat"}},
	{path: "internal/phone", door: true, may: []string{".", "internal/desk", "internal/exchange", "internal/picture", "internal/realtime", "internal/translate", "wechat"}},
	{path: "internal/mmbiz", door: true, may: []string{".", "internal/picture", "internal/media", "internal/mediaformat"}},

	// Where the parts are put together. The server is handed its store and its
	// settings, so it knows neither SQL nor configuration.
	{path: "internal/server", may: []string{
		".", "wechat", "wechat/msgcrypt", "web",
		"internal/picture", "internal/routing", "internal/media", "internal/pubsub", "internal/metrics", "internal/apidoc",
		"internal/store", "internal/auth", "internal/calls", "internal/desk", "internal/translate", "internal/callback", "internal/realtime",
		"internal/api", "internal/sandbox", "internal/signin", "internal/workbench", "internal/admin", "internal/phone", "internal/mmbiz",
	}},
	{path: "cmd/kefu", may: []string{anything}},
	{path: "kefutest", may: []string{anything}},

	// What developers import beside the nouns.
	{path: "client", may: []string{"wechat", "wechat/msgcrypt"}},

	// Packages that only tests import.
	{path: "internal/store/storetest", may: []string{".", "internal/store"}},
	{path: "internal/media/mediatest", may: []string{"internal/media"}},
	{path: "internal/apidoc/apidoctest", may: []string{"internal/apidoc"}},
	{path: "internal/simtest", may: []string{anything}},
	{path: "internal/archtest"},
	{path: "test", may: []string{anything}},
}

// pure rooms can be run anywhere: neither they nor what they import know a
// network or a database.
var pure = []string{".", "internal/routing", "internal/desk", "internal/translate", "wechat"}

// outside is what pure rooms never reach.
var outside = []string{"net/http", "database/sql"}

// drivers are the databases' own packages, with everything below them.
var drivers = []string{"modernc.org/sqlite", "github.com/jackc/pgx"}

// openers may import drivers: where a database is opened.
var openers = []string{"cmd/kefu", "kefutest", "internal/simtest", "test"}

// speakers may import database/sql: the openers, and the room that writes SQL.
var speakers = append([]string{"internal/store/sqlstore"}, openers...)

// sqlRoom is the only room with SQL in it.
const sqlRoom = "internal/store/sqlstore"

// vague names say nothing about what is behind the door, so everything ends up
// there.
var vague = []string{"util", "utils", "common", "helper", "helpers", "type", "types", "model", "models", "base", "misc"}

// roomOf finds the row for a package: its own, or that of the folder test, whose
// packages nothing else imports.
func roomOf(table []room, path string) (room, bool) {
	for _, r := range table {
		if r.path == path || r.path == "test" && strings.HasPrefix(path, "test/") {
			return r, true
		}
	}
	return room{}, false
}

// within tells whether a package is one of the rooms, or in the folder test when
// that is among them.
func within(rooms []string, path string) bool {
	for _, room := range rooms {
		if room == path || room == "test" && strings.HasPrefix(path, "test/") {
			return true
		}
	}
	return false
}
