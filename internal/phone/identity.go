package phone

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// cookiePrefix is the name of the cookie but for the appid.
	cookiePrefix = "kefu_phone_"
	// cookieLife is how long a browser keeps who it is after its last hello; browsers
	// keep nothing for longer.
	cookieLife = 400 * 24 * time.Hour
	// cookiePurpose is what the key that signs cookies is for.
	cookiePurpose = "phone"
)

// sign is the text of the cookie of a customer: its openid, and who says so.
func sign(key []byte, app kefu.AppID, customer kefu.OpenID) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(string(app) + "\n" + string(customer))) // never fails
	return string(customer) + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// unsign is the customer that a cookie names; ok is false when it is not from here.
func unsign(key []byte, app kefu.AppID, text string) (customer kefu.OpenID, ok bool) {
	name, _, found := strings.Cut(text, ".")
	customer = kefu.OpenID(name)
	if !found || !customer.Valid() {
		return "", false
	}
	return customer, hmac.Equal([]byte(sign(key, app, customer)), []byte(text))
}

// asked is the customer that a page of the sandbox plays; empty when it plays none.
func (d *Door) asked(x *call) (kefu.OpenID, error) {
	if !d.Sandbox {
		return "", nil
	}
	as := kefu.OpenID(x.R.URL.Query().Get("as"))
	if as != "" && !as.Valid() {
		return "", kefu.CustomerUnknown
	}
	return as, nil
}

// remembered is the customer of the browser's cookie, or errStranger.
func (d *Door) remembered(ctx context.Context, x *call) (kefu.OpenID, error) {
	c, err := x.R.Cookie(cookiePrefix + string(x.app))
	if err != nil {
		return "", errStranger
	}
	key, err := d.Desk.Secret(ctx, cookiePurpose)
	if err != nil {
		return "", err
	}
	customer, ok := unsign(key, x.app, c.Value)
	if !ok {
		return "", errStranger
	}
	return customer, nil
}

// customer is who calls, at a pace that it may.
func (d *Door) customer(ctx context.Context, x *call, what *pace) (kefu.OpenID, error) {
	if err := d.paces.take(who{at: x.from(), what: &crowding}); err != nil {
		return "", err
	}
	if !x.app.Valid() {
		return "", kefu.OfficialAccountUnknown
	}
	customer, err := d.asked(x)
	if customer == "" && err == nil {
		customer, err = d.remembered(ctx, x)
	}
	if err != nil {
		return "", err
	}
	return customer, d.paces.take(who{app: x.app, customer: customer, what: what})
}

// remember gives the browser its cookie.
func (d *Door) remember(ctx context.Context, x *call, customer kefu.OpenID) error {
	key, err := d.Desk.Secret(ctx, cookiePurpose)
	if err != nil {
		return err
	}
	http.SetCookie(x.W, &http.Cookie{
		Name: cookiePrefix + string(x.app), Value: sign(key, x.app, customer), Path: "/phone/", MaxAge: int(cookieLife.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: x.R.URL.Scheme == "https",
	})
	return nil
}
