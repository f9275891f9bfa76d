package main

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

// listedAccount is an official account as list shows it: nothing secret.
type listedAccount struct {
	AppID       kefu.AppID      `json:"appid"`
	WeChatID    kefu.WeChatID   `json:"wechat_id"`
	OriginalID  kefu.OriginalID `json:"original_id"`
	Name        string          `json:"name"`
	KFID        kefu.KFIDForm   `json:"kf_id"`
	CallbackURL string          `json:"callback_url"`
	// CallbackMode and CallbackFormat are there when there is a URL.
	CallbackMode   kefu.CallbackMode   `json:"callback_mode,omitempty"`
	CallbackFormat kefu.CallbackFormat `json:"callback_format,omitempty"`
	Verified       bool                `json:"verified"`
	KFEnabled      bool                `json:"kf_enabled"`
	Frozen         bool                `json:"frozen"`
	SecretFrozen   bool                `json:"secret_frozen"`
	AllowIP        []string            `json:"allow_ip"`
	MaxAgents      int                 `json:"max_agents"`
	MaxBindings    int                 `json:"max_bindings"`
	// InvitationTTL, SessionPatience and OfflineGrace are in seconds.
	InvitationTTL   int64            `json:"invitation_ttl"`
	SessionPatience int64            `json:"session_patience"`
	OfflineGrace    int64            `json:"offline_grace"`
	SendsPerMinute  int64            `json:"sends_per_minute"`
	DailyQuota      map[string]int64 `json:"daily_quota"`
	Agents          int              `json:"agents"`
	CreatedAt       time.Time        `json:"created_at"`
}

func (t *terminal) officialAccountList(with withAccounts) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the official accounts",
		Long:    "Lists the official accounts by appid, with the number of their agents. It never\nshows a secret, a callback token or an EncodingAESKey.",
		Example: "  kefu official-account list\n  kefu official-account list --json",
		Args:    cobra.NoArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, with all that the table leaves out")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		list := []listedAccount{}
		err := with(cmd.Context(), false, func(d *desk.Desk) (err error) {
			list, err = listAccounts(cmd.Context(), d)
			return err
		})
		if err != nil {
			return err
		}
		if asJSON {
			return t.printJSON(map[string][]listedAccount{"official_accounts": list})
		}
		rows := [][]string{{"APPID", "WECHAT ID", "ORIGINAL ID", "NAME", "AGENTS", "KF_ID", "CALLBACK", "STATE"}}
		for _, a := range list {
			rows = append(rows, []string{
				string(a.AppID), string(a.WeChatID), string(a.OriginalID), orDash(a.Name),
				strconv.Itoa(a.Agents), string(a.KFID), orDash(a.CallbackURL), a.state(),
			})
		}
		writeTable(t.out, rows)
		return nil
	}
	return cmd
}

func listAccounts(ctx context.Context, d *desk.Desk) ([]listedAccount, error) {
	all, err := d.OfficialAccounts(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]listedAccount, 0, len(all))
	for _, o := range all {
		dir, err := d.Directory(ctx, o.AppID)
		if err != nil {
			return nil, accountError(err, o.AppID)
		}
		list = append(list, listed(o, len(dir.Agents)))
	}
	return list, nil
}

func listed(o *kefu.OfficialAccount, agents int) listedAccount {
	l := listedAccount{
		AppID: o.AppID, WeChatID: o.WeChatID, OriginalID: o.OriginalID, Name: o.Name, KFID: o.KFIDForm,
		CallbackURL: o.Callback.URL,
		Verified:    o.Standing.Verified, KFEnabled: o.Standing.ServiceEnabled,
		Frozen: o.Standing.Frozen, SecretFrozen: o.Standing.SecretFrozen,
		AllowIP:   []string{},
		MaxAgents: o.Limits.Agents, MaxBindings: o.Limits.BindingsPerWorker,
		InvitationTTL:   int64(o.Limits.InvitationLife / time.Second),
		SessionPatience: int64(o.Limits.SessionPatience / time.Second),
		OfflineGrace:    int64(o.Limits.OfflineGrace / time.Second),
		SendsPerMinute:  o.Limits.SendsPerMinute,
		DailyQuota:      map[string]int64{},
		Agents:          agents,
		CreatedAt:       o.CreatedAt.UTC(),
	}
	if o.Callback.URL != "" {
		// Empty is how an account says the usual.
		l.CallbackMode = cmp.Or(o.Callback.Mode, kefu.CallbackPlain)
		l.CallbackFormat = cmp.Or(o.Callback.Format, kefu.CallbackXML)
	}
	for _, p := range o.AllowedAddresses {
		l.AllowIP = append(l.AllowIP, p.String())
	}
	for path, n := range o.Limits.DailyCalls {
		l.DailyQuota[path] = n
	}
	return l
}

// state says in words what keeps the account from calling the API.
func (a listedAccount) state() string {
	var words []string
	for _, w := range []struct {
		applies bool
		word    string
	}{
		{a.Frozen, "frozen"},
		{a.SecretFrozen, "secret frozen"},
		{!a.Verified, "not verified"},
		{!a.KFEnabled, "customer service off"},
	} {
		if w.applies {
			words = append(words, w.word)
		}
	}
	if words == nil {
		return "ok"
	}
	return strings.Join(words, ", ")
}
