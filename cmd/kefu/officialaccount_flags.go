package main

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/config"
)

// accountFlags are the flags that add and set have in common.
type accountFlags struct {
	secret, wechatID, originalID, name string
	kfID                               string
	callback                           kefu.Callback
	callbackMode, callbackFormat       string
	noCallbackCheck                    bool
	allowIP, dailyQuota                []string
	maxAgents, maxBindings             int
	invitationTTL                      time.Duration
	sessionPatience, offlineGrace      time.Duration
	sendsPerMinute                     int64
	verified, kfEnabled                bool
	frozen, secretFrozen               bool
}

func (f *accountFlags) declare(cmd *cobra.Command) {
	limits := kefu.DefaultLimits()
	f.kfID, f.callbackMode, f.callbackFormat = string(kefu.KFIDString), string(kefu.CallbackPlain), string(kefu.CallbackXML)
	flags := cmd.Flags()
	flags.SortFlags = false
	for _, row := range []struct {
		name        string
		value       *string
		form, usage string
	}{
		{"wechat-id", &f.wechatID, "ID", "the account's WeChat id, the part of a kf account behind the @"},
		{"original-id", &f.originalID, "ID", "original id, gh_ and 12 letters or digits"},
		{"secret", &f.secret, "SECRET", "AppSecret, 32 letters or digits; others on this machine can see it"},
		{"name", &f.name, "NAME", "what people call the account"},
		{"kf-id", &f.kfID, "string|number", "form of kf_id in answers"},
		{"callback-url", &f.callback.URL, "URL", "the developer's server that pushes go to; empty for none"},
		{"callback-token", &f.callback.Token, "TOKEN", "token that signs pushes, 3 to 32 letters or digits"},
		{"encoding-aes-key", &f.callback.EncodingAESKey, "KEY", "EncodingAESKey of pushes, 43 letters or digits"},
		{"callback-mode", &f.callbackMode, "plain|compatible|safe", "encryption mode of pushes"},
		{"callback-format", &f.callbackFormat, "xml|json", "form of pushes and of the replies to them"},
	} {
		flags.Var(textFlag(row.value, row.form), row.name, row.usage)
	}
	flags.BoolVar(&f.noCallbackCheck, "no-callback-check", false, "do not ask the server at the callback URL whether it knows the token")
	flags.StringArrayVar(&f.allowIP, "allow-ip", nil, "`ADDRESS` or CIDR that may fetch access tokens; may be repeated; everybody may when there is none")
	flags.IntVar(&f.maxAgents, "max-agents", limits.Agents, "largest number of agents")
	flags.IntVar(&f.maxBindings, "max-bindings", limits.BindingsPerWorker, "how many agents one person may be, over all accounts")
	flags.DurationVar(&f.invitationTTL, "invitation-ttl", limits.InvitationLife, "how long an invitation can be answered")
	flags.DurationVar(&f.sessionPatience, "session-patience", limits.SessionPatience, "how long a session may be silent before messages go to the callback URL again")
	flags.DurationVar(&f.offlineGrace, "offline-grace", limits.OfflineGrace, "how long an agent who went offline keeps its customers")
	flags.Int64Var(&f.sendsPerMinute, "sends-per-minute", limits.SendsPerMinute, "largest number of calls of message/custom/send per minute")
	flags.StringArrayVar(&f.dailyQuota, "daily-quota", nil, "`PATH=N` calls of an API path per day; may be repeated; PATH= takes WeChat's own")
	flags.BoolVar(&f.verified, "verified", true, "the account is verified, as the API demands")
	flags.BoolVar(&f.kfEnabled, "kf-enabled", true, "the customer service feature is on")
}

// declareFreezing declares the flags that only an existing account needs.
func (f *accountFlags) declareFreezing(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.frozen, "frozen", false, "the account may not call anything")
	cmd.Flags().BoolVar(&f.secretFrozen, "secret-frozen", false, "no new access tokens; those issued keep working")
}

// edit is one change to an account.
type edit func(o *kefu.OfficialAccount)

// edits turns the flags that were given into changes, in no order that matters.
// All of them can be applied again.
func (f *accountFlags) edits(given func(flag string) bool) ([]edit, error) {
	var edits []edit
	add := func(flag string, e edit) {
		if given(flag) {
			edits = append(edits, e)
		}
	}
	if given("secret") {
		if err := kefu.ValidateSecret(f.secret); err != nil {
			return nil, accountError(err, "")
		}
	}
	allowed, err := f.allowed()
	if err != nil {
		return nil, err
	}
	quotas, err := f.quotas()
	if err != nil {
		return nil, err
	}
	add("secret", func(o *kefu.OfficialAccount) { o.Secret = kefu.DigestSecret(f.secret) })
	add("wechat-id", func(o *kefu.OfficialAccount) { o.WeChatID = kefu.WeChatID(f.wechatID) })
	add("original-id", func(o *kefu.OfficialAccount) { o.OriginalID = kefu.OriginalID(f.originalID) })
	add("name", func(o *kefu.OfficialAccount) { o.Name = f.name })
	add("kf-id", func(o *kefu.OfficialAccount) { o.KFIDForm = kefu.KFIDForm(f.kfID) })
	add("callback-token", func(o *kefu.OfficialAccount) { o.Callback.Token = f.callback.Token })
	add("encoding-aes-key", func(o *kefu.OfficialAccount) { o.Callback.EncodingAESKey = f.callback.EncodingAESKey })
	add("callback-mode", func(o *kefu.OfficialAccount) { o.Callback.Mode = kefu.CallbackMode(f.callbackMode) })
	add("callback-format", func(o *kefu.OfficialAccount) { o.Callback.Format = kefu.CallbackFormat(f.callbackFormat) })
	add("callback-url", func(o *kefu.OfficialAccount) { o.Callback.URL = f.callback.URL })
	add("allow-ip", func(o *kefu.OfficialAccount) { o.AllowedAddresses = allowed })
	add("max-agents", func(o *kefu.OfficialAccount) { o.Limits.Agents = f.maxAgents })
	add("max-bindings", func(o *kefu.OfficialAccount) { o.Limits.BindingsPerWorker = f.maxBindings })
	add("invitation-ttl", func(o *kefu.OfficialAccount) { o.Limits.InvitationLife = f.invitationTTL })
	add("session-patience", func(o *kefu.OfficialAccount) { o.Limits.SessionPatience = f.sessionPatience })
	add("offline-grace", func(o *kefu.OfficialAccount) { o.Limits.OfflineGrace = f.offlineGrace })
	add("sends-per-minute", func(o *kefu.OfficialAccount) { o.Limits.SendsPerMinute = f.sendsPerMinute })
	add("daily-quota", func(o *kefu.OfficialAccount) { quotas.apply(&o.Limits) })
	add("verified", func(o *kefu.OfficialAccount) { o.Standing.Verified = f.verified })
	add("kf-enabled", func(o *kefu.OfficialAccount) { o.Standing.ServiceEnabled = f.kfEnabled })
	add("frozen", func(o *kefu.OfficialAccount) { o.Standing.Frozen = f.frozen })
	add("secret-frozen", func(o *kefu.OfficialAccount) { o.Standing.SecretFrozen = f.secretFrozen })
	if given("callback-url") && f.callback.URL == "" {
		// Without a URL the rest of a callback means nothing.
		edits = append(edits, func(o *kefu.OfficialAccount) { o.Callback = kefu.Callback{} })
	}
	return edits, nil
}

// allowed reads the addresses; a single empty one empties the list.
func (f *accountFlags) allowed() ([]netip.Prefix, error) {
	if len(f.allowIP) == 1 && f.allowIP[0] == "" {
		return nil, nil
	}
	var list []netip.Prefix
	for _, text := range f.allowIP {
		p, err := config.ParsePrefix(text)
		if err != nil {
			return nil, wrongUsage("--allow-ip %w", err)
		}
		list = append(list, p)
	}
	return list, nil
}

// quotaEdit is what --daily-quota asks for: the calls of each path, or nil to
// forget what was set.
type quotaEdit map[string]*int64

func (f *accountFlags) quotas() (quotaEdit, error) {
	q := make(quotaEdit)
	for _, text := range f.dailyQuota {
		path, number, found := strings.Cut(text, "=")
		if !found || !strings.HasPrefix(path, "/") {
			return nil, wrongUsage("--daily-quota %q must have the form /path=number, such as /cgi-bin/token=2000", text)
		}
		if number == "" {
			q[path] = nil
			continue
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n < 0 {
			return nil, wrongUsage("--daily-quota %q must end in a whole number of calls", text)
		}
		q[path] = &n
	}
	return q, nil
}

func (q quotaEdit) apply(l *kefu.Limits) {
	for path, n := range q {
		if n == nil {
			delete(l.DailyCalls, path)
			continue
		}
		if l.DailyCalls == nil {
			l.DailyCalls = make(map[string]int64)
		}
		l.DailyCalls[path] = *n
	}
}
