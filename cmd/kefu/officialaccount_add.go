package main

import (
	"github.com/spf13/cobra"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

// addedAccount is what add tells, with names as list has them.
type addedAccount struct {
	AppID      kefu.AppID      `json:"appid"`
	WeChatID   kefu.WeChatID   `json:"wechat_id"`
	OriginalID kefu.OriginalID `json:"original_id"`
	// Secret is there when it was made up.
	Secret string `json:"secret,omitempty"`
}

func (t *terminal) officialAccountAdd(with withAccounts, check callbackChecker) *cobra.Command {
	var f accountFlags
	var appID string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Add an official account",
		Long: `Adds an official account. Only --wechat-id is needed. An appid, an original id and
a secret that are not given are made up in the right form. A secret that was
made up is printed once, now; only a digest of it is kept, so nobody can look it
up later (kefu official-account set --rotate-secret makes another).

The server at a callback URL is asked first whether it knows the token, as WeChat
does; without the right answer nothing is added.`,
		Example: `  kefu official-account add --wechat-id my_shop --name "My Shop"
  kefu official-account add --appid wx0123456789abcdef --original-id gh_0123456789ab --wechat-id my_shop \
      --callback-url https://shop.example.com/wechat --callback-token mytoken`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().Var(textFlag(&appID, "APPID"), "appid", "appid, wx and 16 letters or digits")
	f.declare(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		given := cmd.Flags().Changed
		if !given("wechat-id") {
			return wrongUsage("--wechat-id is needed: the account's WeChat id, 1 to 30 letters, digits, _ or -")
		}
		edits, err := f.edits(given)
		if err != nil {
			return err
		}
		madeUp := ""
		if !given("secret") {
			madeUp = randomHex(secretDigits)
		}
		o := &kefu.OfficialAccount{
			AppID:      kefu.AppID(appID),
			Secret:     kefu.DigestSecret(madeUp),
			OriginalID: kefu.OriginalID("gh_" + randomHex(12)),
			KFIDForm:   kefu.KFIDString,
			Standing:   kefu.GoodStanding(),
			Limits:     kefu.DefaultLimits(),
		}
		if !given("appid") {
			o.AppID = kefu.AppID("wx" + randomHex(16))
		}
		for _, e := range edits {
			e(o)
		}
		if err := f.checkCallback(cmd.Context(), check, o, given); err != nil {
			return accountError(err, o.AppID)
		}
		if err := with(cmd.Context(), true, func(d *desk.Desk) error {
			return d.AddOfficialAccount(cmd.Context(), o, commanded(kefu.ActAccountAdded, o.AppID, o.Name))
		}); err != nil {
			return accountError(err, o.AppID)
		}
		if asJSON {
			return t.printJSON(addedAccount{o.AppID, o.WeChatID, o.OriginalID, madeUp})
		}
		rows := [][]string{
			{"appid", string(o.AppID)},
			{"wechat id", string(o.WeChatID)},
			{"original id", string(o.OriginalID)},
		}
		if madeUp != "" {
			rows = append(rows, secretRow(madeUp))
		}
		writeTable(t.out, rows)
		return nil
	}
	return cmd
}

// secretDigits is the length of an AppSecret.
const secretDigits = 32

// secretRow shows a secret that was just made, for the only time.
func secretRow(secret string) []string {
	return []string{"secret", secret, "(shown only now: keep it)"}
}
