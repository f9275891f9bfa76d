package kefutest

import (
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/openkefu/kefu"
)

// Option changes what [Start] starts.
type Option func(*options)

type options struct {
	account        kefu.OfficialAccount
	demoAgents     bool
	data           string
	postgres       string
	log            *slog.Logger
	requireHTTPS   bool
	trustedProxies []netip.Prefix
	callbackIPs    []string
	exchanged      func(*http.Request, []byte, *http.Response, []byte)
}

// The official account of a house, unless [WithAccount] changes it.
const (
	defaultAppID      = "wx5d3c0ffee1234567"
	defaultSecret     = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	defaultWeChatID   = "demo_shop"
	defaultOriginalID = "gh_a1b2c3d4e5f6"
)

func defaults() options {
	return options{
		account: kefu.OfficialAccount{
			AppID:      defaultAppID,
			Secret:     kefu.DigestSecret(defaultSecret),
			WeChatID:   defaultWeChatID,
			OriginalID: defaultOriginalID,
			KFIDForm:   kefu.KFIDString,
			Standing:   kefu.GoodStanding(),
			Limits:     kefu.DefaultLimits(),
		},
		// What the documents use as an example, so that no test depends on the
		// addresses of the machine it runs on.
		callbackIPs: []string{"198.51.100.7", "198.51.100.128/25"},
	}
}

// WithAccount changes the official account before it is added: its appid, its
// WeChat id, the form of kf_id, limits, callback. It is in good standing and
// has WeChat's limits to begin with. The secret is made for it and must stay.
func WithAccount(change func(*kefu.OfficialAccount)) Option {
	return func(o *options) { change(&o.account) }
}

// WithDemoAgents begins with two agents that somebody answers for: alice
// ("Alice", number 1001) and bob_02 ("Bob", number 1002). Without it there are
// none.
func WithDemoAgents() Option {
	return func(o *options) { o.demoAgents = true }
}

// WithData keeps the database and the pictures in a folder, which is made when
// it is missing, so that a house can be stopped and started again on what it
// had. Without it they go with the test. One house at a time uses a folder.
func WithData(folder string) Option {
	return func(o *options) { o.data = folder }
}

// WithPostgres keeps the ledger in PostgreSQL instead of SQLite, in a schema of
// its own that is made at the start and dropped at the end of the test. url is
// that of a database in which the user may make schemas, as in
// postgres://user:password@host/database.
func WithPostgres(url string) Option {
	return func(o *options) { o.postgres = url }
}

// WithLogger has the house write its log here. Without it, warnings and errors
// go to the log of the test.
func WithLogger(log *slog.Logger) Option {
	return func(o *options) { o.log = log }
}

// WithRequiredHTTPS refuses API calls over plain HTTP (errcode 43003). The
// house itself speaks plain HTTP, so calls need a trusted proxy that says
// otherwise; see [WithTrustedProxies].
func WithRequiredHTTPS() Option {
	return func(o *options) { o.requireHTTPS = true }
}

// WithTrustedProxies believes what callers from these addresses say in
// X-Forwarded-For and X-Forwarded-Proto. With 127.0.0.1/32 a test can call as
// if from anywhere.
func WithTrustedProxies(proxies ...netip.Prefix) Option {
	return func(o *options) { o.trustedProxies = proxies }
}

// WithCallbackIPs sets what getcallbackip answers.
func WithCallbackIPs(ips ...string) Option {
	return func(o *options) { o.callbackIPs = ips }
}

// WithExchanges has every exchange of [House.HTTPClient] told to a function, to
// record it or to hold it against a description. It is called before the caller
// has the answer, by the goroutine that made the call, and must not keep or
// change its arguments. The bodies are whole; those of the request and response
// themselves must not be read.
func WithExchanges(told func(request *http.Request, body []byte, answer *http.Response, answerBody []byte)) Option {
	return func(o *options) { o.exchanged = told }
}
