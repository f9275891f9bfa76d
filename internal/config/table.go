package config

import (
	"strings"

	"github.com/openkefu/kefu"
)

// Group is a set of settings that are used together. A command may use several.
type Group uint8

const (
	// Storage says where the data is.
	Storage Group = 1 << iota
	// Serving says how the server listens, logs and presents itself.
	Serving
	// Demo describes the official account of the sandbox.
	Demo
	// Calling says which API to call, and as whom.
	Calling
	// Checking says which callback URLs may be spoken to.
	Checking
)

// Setting is a row of the table: all there is to know about one setting.
type Setting struct {
	// Name is that of the flag and of the line in the settings file.
	Name string
	// Value says in a word or two what is to be written, for help texts.
	Value string
	// Help says what the setting does, in half a sentence.
	Help string
	// Bool settings may be given as a flag without a value.
	Bool bool
	// Private values are never shown.
	Private bool

	groups Group
	// preset is the default, in the groups that it is for.
	preset       string
	presetGroups Group
	read         func(s *Settings, value string) error
}

// Env is the name of the setting's environment variable.
func (s Setting) Env() string {
	return "KEFU_" + strings.ToUpper(strings.ReplaceAll(s.Name, "-", "_"))
}

// Default is the value of a setting that nobody gave, for a command that uses
// these groups; empty when it has none.
func (s Setting) Default(use Group) string {
	if s.presetGroups&use == 0 {
		return ""
	}
	return s.preset
}

// FileSetting is the name of the one setting that says where others are read
// from; it cannot stand in the file itself.
const FileSetting = "config"

// All lists the settings of a command that uses these groups, in the order in
// which people should read about them. The first is the settings file.
func All(use Group) []Setting {
	all := []Setting{{
		Name:  FileSetting,
		Value: "FILE",
		Help:  "settings file with lines of the form name = value",
	}}
	for _, s := range table() {
		if s.groups&use != 0 {
			all = append(all, s)
		}
	}
	return all
}

// table is the one place where settings are named.
func table() []Setting {
	return []Setting{
		// Storage.
		{
			Name: "data", Value: "FOLDER", Help: "folder of the database file and of stored pictures",
			groups: Storage, preset: "./kefu-data", presetGroups: Storage,
			read: func(s *Settings, v string) (err error) { s.Data, err = folder(v); return },
		},
		{
			Name: "database-url", Value: "URL", Help: "PostgreSQL database to use in place of SQLite, postgres://…",
			Private: true, groups: Storage,
			read: func(s *Settings, v string) (err error) { s.DatabaseURL, err = databaseURL(v); return },
		},
		{
			Name: "media-url", Value: "URL", Help: "bucket to keep pictures and media in, in place of the folder, s3://…",
			Private: true, groups: Storage,
			read: func(s *Settings, v string) (err error) { s.MediaURL, err = mediaURL(v); return },
		},

		// Serving.
		{
			Name: "addr", Value: "HOST:PORT", Help: "address to listen on; port 0 takes any free one",
			groups: Serving, preset: "127.0.0.1:8080", presetGroups: Serving,
			read: func(s *Settings, v string) (err error) { s.Addr, err = listenAddress(v); return },
		},
		{
			Name: "public-url", Value: "URL", Help: "how others reach this server (default http:// and the address listened on)",
			groups: Serving,
			read:   func(s *Settings, v string) (err error) { s.PublicURL, err = baseURL(v); return },
		},
		{
			Name: "log-format", Value: "text|json", Help: "form of the log lines on stderr",
			groups: Serving, preset: string(LogText), presetGroups: Serving,
			read: func(s *Settings, v string) (err error) { s.LogFormat, err = oneOf(v, LogText, LogJSON); return },
		},
		{
			Name: "log-level", Value: "debug|info|warn|error", Help: "least severity that is logged",
			groups: Serving, preset: "info", presetGroups: Serving,
			read: func(s *Settings, v string) (err error) { s.LogLevel, err = logLevel(v); return },
		},
		{
			Name: "trusted-proxies", Value: "IP|CIDR,...", Help: "proxies whose X-Forwarded-For and X-Forwarded-Proto are believed",
			groups: Serving,
			read:   func(s *Settings, v string) (err error) { s.TrustedProxies, err = prefixes(v); return },
		},
		{
			Name: "require-https", Help: "refuse API calls over plain HTTP with errcode 43003", Bool: true,
			groups: Serving, preset: "false", presetGroups: Serving,
			read: func(s *Settings, v string) (err error) { s.RequireHTTPS, err = boolean(v); return },
		},
		{
			Name: "phone-frames", Value: "ORIGIN,...", Help: "websites that may show the customer's page in a frame, https://… (default none)",
			groups: Serving,
			read:   func(s *Settings, v string) (err error) { s.PhoneFrames, err = origins(v); return },
		},
		{
			Name: "callback-source-ips", Value: "IP|CIDR,...", Help: "answer of getcallbackip (default this host's addresses)",
			groups: Serving,
			read:   func(s *Settings, v string) (err error) { s.CallbackSourceIPs, err = addressList(v); return },
		},
		{
			Name: "api-ips", Value: "IP|CIDR,...", Help: "answer of get_api_domain_ip (default this host's addresses)",
			groups: Serving,
			read:   func(s *Settings, v string) (err error) { s.APIIPs, err = addressList(v); return },
		},
		{
			Name: "allow-private-callbacks", Help: "let callback URLs point to private and loopback addresses", Bool: true,
			groups: Serving | Checking, preset: "false", presetGroups: Serving | Checking,
			read: func(s *Settings, v string) (err error) { s.AllowPrivateCallbacks, err = boolean(v); return },
		},

		// Calling.
		{
			Name: "base-url", Value: "URL", Help: "server to call",
			groups: Calling, preset: "http://127.0.0.1:8080", presetGroups: Calling,
			read: func(s *Settings, v string) (err error) { s.BaseURL, err = baseURL(v); return },
		},

		// Demo, partly Calling.
		{
			Name: "appid", Value: "APPID", Help: "official account, wx and 16 letters or digits",
			// Only the sandbox may assume who is meant.
			groups: Demo | Calling, preset: "wx5d3c0ffee1234567", presetGroups: Demo,
			read: func(s *Settings, v string) (err error) { s.AppID, err = appID(v); return },
		},
		{
			Name: "secret", Value: "SECRET", Help: "AppSecret of the official account, 32 letters or digits", Private: true,
			groups: Demo | Calling, preset: "0f1e2d3c4b5a69788796a5b4c3d2e1f0", presetGroups: Demo,
			read: func(s *Settings, v string) (err error) { s.Secret, err = appSecret(v); return },
		},
		{
			Name: "wechat-id", Value: "ID", Help: "WeChat id of the official account, the part of a kf account behind the @",
			groups: Demo, preset: "demo_shop", presetGroups: Demo,
			read: func(s *Settings, v string) (err error) { s.WeChatID, err = weChatID(v); return },
		},
		{
			Name: "original-id", Value: "ID", Help: "original id of the official account, gh_ and 12 letters or digits",
			groups: Demo, preset: "gh_a1b2c3d4e5f6", presetGroups: Demo,
			read: func(s *Settings, v string) (err error) { s.OriginalID, err = originalID(v); return },
		},
		{
			Name: "callback-url", Value: "URL", Help: "the developer's server that pushes go to (default none)",
			groups: Demo,
			read:   func(s *Settings, v string) (err error) { s.CallbackURL, err = callbackURL(v); return },
		},
		{
			Name: "callback-token", Value: "TOKEN", Help: "token that signs pushes, 3 to 32 letters or digits", Private: true,
			groups: Demo,
			read:   func(s *Settings, v string) (err error) { s.CallbackToken, err = callbackToken(v); return },
		},
		{
			Name: "encoding-aes-key", Value: "KEY", Help: "EncodingAESKey of pushes, 43 letters or digits", Private: true,
			groups: Demo,
			read:   func(s *Settings, v string) (err error) { s.EncodingAESKey, err = encodingAESKey(v); return },
		},
		{
			Name: "callback-mode", Value: "plain|compatible|safe", Help: "encryption mode of pushes",
			groups: Demo, preset: string(kefu.CallbackPlain), presetGroups: Demo,
			read: func(s *Settings, v string) (err error) {
				s.CallbackMode, err = oneOf(v, kefu.CallbackPlain, kefu.CallbackCompatible, kefu.CallbackSafe)
				return
			},
		},
		{
			Name: "callback-format", Value: "xml|json", Help: "form of pushes and of the replies to them",
			groups: Demo, preset: string(kefu.CallbackXML), presetGroups: Demo,
			read: func(s *Settings, v string) (err error) {
				s.CallbackFormat, err = oneOf(v, kefu.CallbackXML, kefu.CallbackJSON)
				return
			},
		},
		{
			Name: "kf-id", Value: "string|number", Help: "form of kf_id in answers",
			groups: Demo, preset: string(kefu.KFIDString), presetGroups: Demo,
			read: func(s *Settings, v string) (err error) {
				s.KFIDForm, err = oneOf(v, kefu.KFIDString, kefu.KFIDNumber)
				return
			},
		},
		{
			Name: "demo-agents", Help: "start with two agents, Alice and Bob (default true unless an appid is given)", Bool: true,
			groups: Demo,
			read:   func(s *Settings, v string) (err error) { s.DemoAgents, err = boolean(v); return },
		},
	}
}
