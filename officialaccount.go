package kefu

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// OfficialAccount (公众号) owns agents, customers, sessions, records and
// credentials. One house serves several, and nothing of one is visible to
// another.
type OfficialAccount struct {
	AppID      AppID
	Secret     SecretDigest
	WeChatID   WeChatID
	OriginalID OriginalID
	// Name is what people call the account; it may be empty.
	Name     string
	Callback Callback
	KFIDForm KFIDForm
	Standing Standing
	// AllowedAddresses may fetch access tokens; everybody may when it is empty.
	AllowedAddresses []netip.Prefix
	Limits           Limits
	// Service is how its customers are looked after; the zero value is the usual way.
	Service   Service
	CreatedAt time.Time
}

// SecretDigest is the SHA-256 of an AppSecret. The secret itself is shown once,
// when it is made, and kept nowhere.
type SecretDigest [sha256.Size]byte

// DigestSecret digests an AppSecret. Secrets are long and random, so a plain
// hash cannot be turned back by guessing.
func DigestSecret(secret string) SecretDigest { return sha256.Sum256([]byte(secret)) }

// Is compares in constant time.
func (d SecretDigest) Is(secret string) bool {
	shown := DigestSecret(secret)
	return subtle.ConstantTimeCompare(d[:], shown[:]) == 1
}

// Standing is what the platform thinks of the account. The zero value is an
// account that may not do anything; see [GoodStanding].
type Standing struct {
	// Verified accounts only may use the customer service API.
	Verified bool
	// ServiceEnabled is the switch of the customer service feature (客服功能).
	ServiceEnabled bool
	// Frozen accounts may not call anything.
	Frozen bool
	// SecretFrozen stops new access tokens; those issued keep working.
	SecretFrozen bool
}

// GoodStanding is verified, enabled, not frozen.
func GoodStanding() Standing { return Standing{Verified: true, ServiceEnabled: true} }

// KFIDForm says how kf_id appears in JSON.
type KFIDForm string

// WeChat's documents show a string; some SDKs can only decode a number.
const (
	KFIDString KFIDForm = "string"
	KFIDNumber KFIDForm = "number"
)

// Callback is where and how pushes reach the developer's server. The zero
// value means that the account has none.
type Callback struct {
	URL            string
	Token          string
	EncodingAESKey string
	Mode           CallbackMode
	Format         CallbackFormat
}

// CallbackFormat is how pushes and passive replies are written (数据格式).
type CallbackFormat string

// Official accounts use XML; mini programs and others may choose JSON. Empty
// means XML.
const (
	CallbackXML  CallbackFormat = "xml"
	CallbackJSON CallbackFormat = "json"
)

// CallbackMode is the encryption mode of pushes (消息加解密方式).
type CallbackMode string

// The three modes of WeChat's console.
const (
	CallbackPlain      CallbackMode = "plain"
	CallbackCompatible CallbackMode = "compatible"
	CallbackSafe       CallbackMode = "safe"
)

// Limits are the numbers that WeChat sets and that one account may have set
// otherwise.
type Limits struct {
	// Agents is the largest number of agents.
	Agents int
	// BindingsPerWorker is how many agents one person may be, over all accounts.
	BindingsPerWorker int
	// InvitationLife is how long an invitation can be answered.
	InvitationLife time.Duration
	// DailyCalls overrides [DailyQuota] by path.
	DailyCalls map[string]int64
	// SessionPatience is how long a session may be silent before the customer's
	// messages go to the developer's server again.
	SessionPatience time.Duration
	// OfflineGrace is how long an agent who went offline keeps its sessions.
	OfflineGrace time.Duration
	// SendsPerMinute bounds message/custom/send.
	SendsPerMinute int64
}

// DefaultLimits are WeChat's own where they are known.
func DefaultLimits() Limits {
	return Limits{
		Agents:            100,
		BindingsPerWorker: 5,
		InvitationLife:    24 * time.Hour,
		SessionPatience:   30 * time.Minute,
		OfflineGrace:      5 * time.Minute,
		SendsPerMinute:    100_000,
	}
}

var (
	callbackTokenForm  = regexp.MustCompile(`^[0-9A-Za-z]{3,32}$`)
	encodingAESKeyForm = regexp.MustCompile(`^[0-9A-Za-z]{43}$`)
	secretForm         = regexp.MustCompile(`^[0-9A-Za-z]{32}$`)
)

// ValidateSecret refuses an AppSecret that is not 32 letters or digits.
func ValidateSecret(secret string) error {
	if !secretForm.MatchString(secret) {
		return illegal("the secret must be 32 letters or digits")
	}
	return nil
}

// Validate refuses an account with a field that breaks its form. The error is
// [OfficialAccountIllegal] wrapped in a sentence that names the field.
func (o *OfficialAccount) Validate() error {
	switch {
	case !o.AppID.Valid():
		return illegal("the appid must be wx and 16 letters or digits, got %q", o.AppID)
	case !o.WeChatID.ValidForAccount():
		return illegal("the WeChat id must be 1 to 30 letters, digits, _ or -, got %q", o.WeChatID)
	case !o.OriginalID.Valid():
		return illegal("the original id must be gh_ and 12 letters or digits, got %q", o.OriginalID)
	case o.Secret == SecretDigest{}:
		return illegal("the secret is missing")
	case o.Name != "" && !readable(o.Name, 64):
		return illegal("the name must have at most 64 characters, all of which can be seen")
	case o.KFIDForm != KFIDString && o.KFIDForm != KFIDNumber:
		return illegal("the form of kf_id must be string or number, got %q", o.KFIDForm)
	case o.Limits.Agents < 1 || o.Limits.Agents > 10000:
		return illegal("the limit of agents must be 1 to 10000, got %d", o.Limits.Agents)
	case o.Limits.BindingsPerWorker < 1:
		return illegal("the limit of bindings per person must be at least 1, got %d", o.Limits.BindingsPerWorker)
	case o.Limits.InvitationLife < time.Second:
		return illegal("the life of an invitation must be at least a second, got %s", o.Limits.InvitationLife)
	case o.Limits.SessionPatience < time.Second:
		return illegal("the patience with a silent session must be at least a second, got %s", o.Limits.SessionPatience)
	case o.Limits.OfflineGrace < 0:
		return illegal("the grace of an agent who goes offline must not be negative, got %s", o.Limits.OfflineGrace)
	case o.Limits.SendsPerMinute < 1:
		return illegal("the limit of messages per minute must be at least 1, got %d", o.Limits.SendsPerMinute)
	}
	for path, calls := range o.Limits.DailyCalls {
		if !strings.HasPrefix(path, "/cgi-bin/") && !strings.HasPrefix(path, "/customservice/") {
			return illegal("a daily quota is of an API path such as /cgi-bin/token, got %q", path)
		}
		if calls < 0 {
			return illegal("the daily quota of %s must not be negative, got %d", path, calls)
		}
	}
	if err := o.Service.Validate(); err != nil {
		return err
	}
	return o.Callback.Validate()
}

// maxCallbackURL bounds the callback URL, in bytes.
const maxCallbackURL = 1024

// Validate refuses a callback that WeChat's console would refuse. The zero
// Callback is fine: no pushes.
func (c Callback) Validate() error {
	if c.Mode != "" && c.Mode != CallbackPlain && c.Mode != CallbackCompatible && c.Mode != CallbackSafe {
		return illegal("the callback mode must be plain, compatible or safe, got %q", c.Mode)
	}
	if c.Format != "" && c.Format != CallbackXML && c.Format != CallbackJSON {
		return illegal("the callback format must be xml or json, got %q", c.Format)
	}
	if c.Token != "" && !callbackTokenForm.MatchString(c.Token) {
		return illegal("the callback token must be 3 to 32 letters or digits")
	}
	if c.EncodingAESKey != "" && !encodingAESKeyForm.MatchString(c.EncodingAESKey) {
		return illegal("the EncodingAESKey must be 43 letters or digits")
	}
	if c.URL == "" {
		return nil
	}
	u, err := url.Parse(c.URL)
	switch {
	case len(c.URL) > maxCallbackURL:
		return illegal("the callback URL must have at most %d bytes", maxCallbackURL)
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return illegal("the callback URL must be an http or https URL")
	case u.User != nil:
		return illegal("the callback URL must not carry a user name or password")
	case u.Fragment != "":
		return illegal("the callback URL must not have a fragment")
	case c.Token == "":
		return illegal("a callback URL needs a callback token")
	case c.Mode != CallbackPlain && c.Mode != "" && c.EncodingAESKey == "":
		return illegal("the callback mode %s needs an EncodingAESKey", c.Mode)
	}
	return nil
}

// MayFetchTokens tells whether the allow-list lets this address fetch access
// tokens.
func (o *OfficialAccount) MayFetchTokens(from netip.Addr) bool {
	if len(o.AllowedAddresses) == 0 {
		return true
	}
	from = from.Unmap()
	for _, prefix := range o.AllowedAddresses {
		if prefix.Contains(from) {
			return true
		}
	}
	return false
}

// Clone copies the account deeply, so that the copy can be changed while others
// read the original.
func (o *OfficialAccount) Clone() *OfficialAccount {
	c := *o
	c.AllowedAddresses = append([]netip.Prefix(nil), o.AllowedAddresses...)
	c.Limits.DailyCalls = maps.Clone(o.Limits.DailyCalls)
	c.Service = o.Service.Clone()
	return &c
}

func illegal(format string, args ...any) error {
	return fmt.Errorf("%w: %s", OfficialAccountIllegal, fmt.Sprintf(format, args...))
}
