package admin

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/netip"
	"strings"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

func (d *Door) accountRoutes() routes {
	rs := routes{}
	rs.house(d, "POST /accounts", kefu.RoleAdministrator, d.addAccount)
	rs.account(d, "GET /account", kefu.RoleAdministrator, d.account)
	rs.account(d, "PUT /account", kefu.RoleAdministrator, d.setAccount)
	rs.account(d, "POST /secret", kefu.RoleAdministrator, d.rotateSecret)
	rs.account(d, "POST /callback/check", kefu.RoleAdministrator, d.tryCallback)
	return rs
}

// accountForm is an official account as pages read and write it. Its secret is not
// among this: nobody knows it.
type accountForm struct {
	Name       string          `json:"name"`
	WeChatID   kefu.WeChatID   `json:"wechat_id"`
	OriginalID kefu.OriginalID `json:"original_id"`
	KFIDForm   kefu.KFIDForm   `json:"kf_id_form"`
	Callback   callbackForm    `json:"callback"`
	Standing   standingForm    `json:"standing"`
	// AllowedAddresses may fetch access tokens: addresses, or ranges like 10.0.0.0/8.
	AllowedAddresses []string `json:"allowed_addresses"`
}

type callbackForm struct {
	URL            string              `json:"url"`
	Token          string              `json:"token"`
	EncodingAESKey string              `json:"encoding_aes_key"`
	Mode           kefu.CallbackMode   `json:"mode"`
	Format         kefu.CallbackFormat `json:"format"`
}

type standingForm struct {
	Verified       bool `json:"verified"`
	ServiceEnabled bool `json:"service_enabled"`
	Frozen         bool `json:"frozen"`
	SecretFrozen   bool `json:"secret_frozen"`
}

type accountAnswer struct {
	AppID kefu.AppID `json:"appid"`
	accountForm
	CreatedAt int64 `json:"created_at"`
	// Agents is how many there are: with any, the WeChat id cannot change.
	Agents int `json:"agents"`
}

// maxAllowed bounds the ranges of addresses that may fetch access tokens.
const maxAllowed = 200

func formOfAccount(o *kefu.OfficialAccount) accountForm {
	c := o.Callback
	f := accountForm{
		Name: o.Name, WeChatID: o.WeChatID, OriginalID: o.OriginalID, KFIDForm: o.KFIDForm,
		Callback: callbackForm{c.URL, c.Token, c.EncodingAESKey, cmp.Or(c.Mode, kefu.CallbackPlain), cmp.Or(c.Format, kefu.CallbackXML)},
		Standing: standingForm{o.Standing.Verified, o.Standing.ServiceEnabled, o.Standing.Frozen, o.Standing.SecretFrozen},
		// A page reads a list, also an empty one.
		AllowedAddresses: make([]string, len(o.AllowedAddresses)),
	}
	for i, p := range o.AllowedAddresses {
		f.AllowedAddresses[i] = p.String()
	}
	return f
}

// edit makes an account what the form says.
func (f *accountForm) edit(o *kefu.OfficialAccount) error {
	if len(f.AllowedAddresses) > maxAllowed {
		return exchange.BadRequest(`"allowed_addresses" has more than 200 entries`)
	}
	allowed := make([]netip.Prefix, 0, len(f.AllowedAddresses))
	for _, text := range f.AllowedAddresses {
		p, err := prefix(strings.TrimSpace(text))
		if err != nil {
			return exchange.BadRequest(`"allowed_addresses" takes addresses and ranges such as 203.0.113.7 or 10.0.0.0/8`)
		}
		allowed = append(allowed, p)
	}
	o.Name, o.WeChatID, o.OriginalID, o.KFIDForm = strings.TrimSpace(f.Name), f.WeChatID, f.OriginalID, f.KFIDForm
	o.Callback, o.AllowedAddresses = f.Callback.noun(), allowed
	o.Standing = kefu.Standing{
		Verified: f.Standing.Verified, ServiceEnabled: f.Standing.ServiceEnabled,
		Frozen: f.Standing.Frozen, SecretFrozen: f.Standing.SecretFrozen,
	}
	return nil
}

func (f *callbackForm) noun() kefu.Callback {
	return kefu.Callback{URL: strings.TrimSpace(f.URL), Token: f.Token, EncodingAESKey: f.EncodingAESKey, Mode: f.Mode, Format: f.Format}
}

func prefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), nil
	}
	return netip.ParsePrefix(text)
}

// account shows one.
func (d *Door) account(ctx context.Context, c *call) (any, error) {
	o, err := d.Desk.OfficialAccount(ctx, c.app)
	if err != nil {
		return nil, err
	}
	dir, err := d.Desk.Directory(ctx, c.app)
	if err != nil {
		return nil, err
	}
	return accountAnswer{o.AppID, formOfAccount(o), stamp(o.CreatedAt), len(dir.Agents)}, nil
}

// setAccount sets what the body names; the rest stays.
func (d *Door) setAccount(ctx context.Context, c *call) (any, error) {
	body, err := c.Body()
	if err != nil {
		return nil, err
	}
	// Once before the change, so that a body that does not fit is refused without it.
	if err := exchange.Decode(body, new(accountForm)); err != nil {
		return nil, err
	}
	err = d.Desk.EditOfficialAccount(ctx, c.app, c.act(kefu.ActAccountChanged, "", "", ""), func(o *kefu.OfficialAccount) ([]desk.Changed, error) {
		before := formOfAccount(o)
		after := formOfAccount(o)
		if err := exchange.Decode(body, &after); err != nil {
			return nil, err
		}
		if err := after.edit(o); err != nil {
			return nil, err
		}
		now := formOfAccount(o)
		return before.changes(&now), nil
	})
	if err != nil {
		return nil, err
	}
	return d.account(ctx, c)
}

// changes are what is other than before, in words; of secrets only that they are.
func (f *accountForm) changes(now *accountForm) (all []desk.Changed) {
	add := func(what, before, after string) {
		if before != after {
			all = append(all, desk.Changed{What: what, Before: before, After: after})
		}
	}
	hidden := func(what, before, after string) {
		if before != after {
			all = append(all, desk.Changed{What: what})
		}
	}
	yes := func(b bool) string {
		if b {
			return "on"
		}
		return "off"
	}
	add("name", f.Name, now.Name)
	add("wechat_id", string(f.WeChatID), string(now.WeChatID))
	add("original_id", string(f.OriginalID), string(now.OriginalID))
	add("kf_id_form", string(f.KFIDForm), string(now.KFIDForm))
	// An address may carry a secret of the developer's after the question mark.
	was, _, _ := strings.Cut(f.Callback.URL, "?")
	is, _, _ := strings.Cut(now.Callback.URL, "?")
	add("callback.url", was, is)
	if was == is {
		hidden("callback.url", f.Callback.URL, now.Callback.URL)
	}
	hidden("callback.token", f.Callback.Token, now.Callback.Token)
	hidden("callback.encoding_aes_key", f.Callback.EncodingAESKey, now.Callback.EncodingAESKey)
	add("callback.mode", string(f.Callback.Mode), string(now.Callback.Mode))
	add("callback.format", string(f.Callback.Format), string(now.Callback.Format))
	add("standing.verified", yes(f.Standing.Verified), yes(now.Standing.Verified))
	add("standing.service_enabled", yes(f.Standing.ServiceEnabled), yes(now.Standing.ServiceEnabled))
	add("standing.frozen", yes(f.Standing.Frozen), yes(now.Standing.Frozen))
	add("standing.secret_frozen", yes(f.Standing.SecretFrozen), yes(now.Standing.SecretFrozen))
	add("allowed_addresses", strings.Join(f.AllowedAddresses, " "), strings.Join(now.AllowedAddresses, " "))
	return all
}

// addAccount adds an official account, with an appid and an original id of the house's
// own where the body names none. The answer has its secret, which is told only now.
func (d *Door) addAccount(ctx context.Context, c *call) (any, error) {
	var req struct {
		AppID      kefu.AppID      `json:"appid"`
		Name       string          `json:"name"`
		WeChatID   kefu.WeChatID   `json:"wechat_id"`
		OriginalID kefu.OriginalID `json:"original_id"`
	}
	if err := c.Read(&req); err != nil {
		return nil, err
	}
	secret := randomHex(secretBytes)
	o := &kefu.OfficialAccount{
		AppID: cmp.Or(req.AppID, kefu.AppID("wx"+randomHex(8))), OriginalID: cmp.Or(req.OriginalID, kefu.OriginalID("gh_"+randomHex(6))),
		Name: strings.TrimSpace(req.Name), WeChatID: req.WeChatID, Secret: kefu.DigestSecret(secret),
		KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	}
	if err := d.Desk.AddOfficialAccount(ctx, o, c.act(kefu.ActAccountAdded, string(o.AppID), "", o.Name)); err != nil {
		return nil, err
	}
	return map[string]string{"appid": string(o.AppID), "secret": secret}, nil
}

// rotateSecret gives an account another secret, which is told only now. The one before
// fetches no access tokens any more.
func (d *Door) rotateSecret(ctx context.Context, c *call) (any, error) {
	if _, err := c.Body(); err != nil {
		return nil, err
	}
	secret := randomHex(secretBytes)
	err := d.Desk.EditOfficialAccount(ctx, c.app, c.act(kefu.ActSecretRotated, "", "", ""), func(o *kefu.OfficialAccount) ([]desk.Changed, error) {
		o.Secret = kefu.DigestSecret(secret)
		return []desk.Changed{{What: string(c.app)}}, nil
	})
	if err != nil {
		return nil, err
	}
	return map[string]string{"secret": secret}, nil
}

// secretBytes is the length of an AppSecret, which is written with two digits a byte.
const secretBytes = 16

func randomHex(bytes int) string {
	random := make([]byte, bytes)
	rand.Read(random) // never fails
	return hex.EncodeToString(random)
}

// handshakeAnswer is how a developer's server stood the test.
type handshakeAnswer struct {
	At          int64               `json:"at"`
	Passed      bool                `json:"passed"`
	Failed      kefu.HandshakeStep  `json:"failed,omitempty"`
	Fault       kefu.HandshakeFault `json:"fault,omitempty"`
	Story       string              `json:"story,omitempty"`
	Took        int64               `json:"took_ms"`
	Connecting  int64               `json:"connecting_ms"`
	Answering   int64               `json:"answering_ms"`
	Host        string              `json:"host"`
	TLS         string              `json:"tls,omitempty"`
	Query       string              `json:"query"`
	Echo        string              `json:"echo"`
	Status      int                 `json:"status"`
	ContentType string              `json:"content_type"`
	Body        string              `json:"body"`
}

// tryCallback tries the callback that an account has.
func (d *Door) tryCallback(ctx context.Context, c *call) (any, error) {
	if _, err := c.Body(); err != nil {
		return nil, err
	}
	o, err := d.Desk.OfficialAccount(ctx, c.app)
	if err != nil {
		return nil, err
	}
	h := d.Handshake(ctx, o.Callback)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return handshakeAnswer{
		At: d.Now().UnixMilli(), Passed: h.Passed(), Failed: h.Failed, Fault: h.Fault, Story: h.Story,
		Took: h.Took.Milliseconds(), Connecting: h.Connecting.Milliseconds(), Answering: h.Answering.Milliseconds(),
		Host: h.Host, TLS: h.TLS, Query: h.Query, Echo: h.Echo, Status: h.Status, ContentType: h.ContentType, Body: legible([]byte(h.Body)),
	}, nil
}
