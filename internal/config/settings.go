package config

import (
	"log/slog"
	"net/netip"

	"github.com/openkefu/kefu"
)

// Settings are the values of all settings that a command uses; those of other
// commands are zero.
type Settings struct {
	// Data is the folder of the SQLite file and of stored pictures.
	Data string
	// DatabaseURL is the PostgreSQL database to use in place of SQLite; empty
	// for SQLite under Data.
	DatabaseURL Secret
	// MediaURL is the bucket to keep pictures and media in; empty for a folder
	// under Data.
	MediaURL Secret

	// Addr is the host:port to listen on; port 0 lets the system choose.
	Addr string
	// PublicURL is how others reach the server, without a trailing slash; empty
	// when nobody chose one. See [Settings.ServerURL].
	PublicURL string
	LogFormat LogFormat
	LogLevel  slog.Level
	// TrustedProxies may say on whose behalf, and over which protocol, a
	// request came.
	TrustedProxies []netip.Prefix
	// RequireHTTPS refuses API calls that came over plain HTTP.
	RequireHTTPS bool
	// PhoneFrames are the origins whose pages may show the customer's page in a
	// frame, such as https://shop.example.com; empty for no pages but the server's.
	PhoneFrames []string
	// CallbackSourceIPs and APIIPs are what the API tells about the server's
	// addresses: single ones or CIDRs. Empty: see [OwnAddresses].
	CallbackSourceIPs []string
	APIIPs            []string
	// AllowPrivateCallbacks lets callback URLs point into private networks.
	AllowPrivateCallbacks bool

	// AppID and Secret are those of the demo official account, or those to call
	// the API with.
	AppID  kefu.AppID
	Secret Secret

	// The rest of the demo official account.
	WeChatID       kefu.WeChatID
	OriginalID     kefu.OriginalID
	CallbackURL    string
	CallbackToken  Secret
	EncodingAESKey Secret
	CallbackMode   kefu.CallbackMode
	CallbackFormat kefu.CallbackFormat
	KFIDForm       kefu.KFIDForm
	// DemoAgents asks for two agents that somebody answers for already.
	DemoAgents bool

	// BaseURL is the API to call, without a trailing slash.
	BaseURL string

	origins map[string]Origin
}

// LogFormat is how log lines are written.
type LogFormat string

// Lines for people and lines for programs.
const (
	LogText LogFormat = "text"
	LogJSON LogFormat = "json"
)

// Origin is where the value of a setting came from.
func (s *Settings) Origin(name string) Origin { return s.origins[name] }

// DemoAccount is the official account of the sandbox that the settings describe.
// It is in good standing and has WeChat's own limits.
func (s *Settings) DemoAccount() kefu.OfficialAccount {
	return kefu.OfficialAccount{
		AppID:      s.AppID,
		Secret:     kefu.DigestSecret(s.Secret.Reveal()),
		WeChatID:   s.WeChatID,
		OriginalID: s.OriginalID,
		Name:       "Demo Shop",
		Callback:   s.callback(),
		KFIDForm:   s.KFIDForm,
		Standing:   kefu.GoodStanding(),
		Limits:     kefu.DefaultLimits(),
	}
}

func (s *Settings) callback() kefu.Callback {
	return kefu.Callback{
		URL:            s.CallbackURL,
		Token:          s.CallbackToken.Reveal(),
		EncodingAESKey: s.EncodingAESKey.Reveal(),
		Mode:           s.CallbackMode,
		Format:         s.CallbackFormat,
	}
}
