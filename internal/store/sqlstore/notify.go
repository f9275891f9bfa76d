package sqlstore

// PostgreSQL's own signals, NOTIFY and LISTEN, for whoever carries signals between
// the processes of a house. They are no part of the ledger: they only wake, and
// need a connection that nobody else uses. Houses in other schemas of one database
// have a channel of their own.
const (
	// NoticeChannel answers the channel of the house that a connection looks at, as a
	// name that needs no quotes.
	NoticeChannel = "select 'kefu_' || md5(current_schema())"
	// Notify sends notices, the array $1, to all who listen to that channel.
	Notify = "select pg_notify('kefu_' || md5(current_schema()), notice) from unnest(cast($1 as text[])) as notice"
	// MaxNotice bounds one notice, in bytes: PostgreSQL takes less than 8000.
	MaxNotice = 7900
)

// Listen has a connection hear the notices of a channel that [NoticeChannel]
// answered.
func Listen(channel string) string { return "listen " + channel }
