package interop

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chanxuehong/wechat/mp/base"
	"github.com/chanxuehong/wechat/mp/core"
	"github.com/chanxuehong/wechat/mp/dkf"
)

func TestToken(t *testing.T) {
	k := startKefu(t)
	client, wire := newClient(t, k)
	token, err := client.Token()
	if err != nil {
		t.Fatal(err)
	}
	if len(token) <= 100 {
		t.Errorf("got a token of %d characters, want more than 100", len(token))
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(wire.lastAnswer()), &answer); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"access_token": token, "expires_in": 7200.0}
	if !reflect.DeepEqual(answer, want) {
		t.Errorf("got %v, want %v", answer, want)
	}

	addresses, err := base.GetCallbackIP(client)
	if err != nil {
		t.Fatal(err)
	}
	if len(addresses) == 0 {
		t.Error("got no addresses that pushes come from, want some")
	}
	for _, text := range addresses {
		_, addressErr := netip.ParseAddr(text)
		_, prefixErr := netip.ParsePrefix(text)
		if addressErr != nil && prefixErr != nil {
			t.Errorf("got %q, want an address or a CIDR block", text)
		}
	}
}

func TestTokenRefused(t *testing.T) {
	k := startKefu(t)
	for _, c := range []struct {
		name, appID, secret string
		want                refusal
	}{
		{"unknown appid", "wx0000000000000000", secret, refusal{40013, "invalid appid"}},
		{"malformed appid", "nonsense", secret, refusal{40013, "invalid appid"}},
		{"no appid", "", secret, refusal{41002, "appid missing"}},
		{"wrong secret", appID, strings.Repeat("0", 32), refusal{40125, "invalid appsecret"}},
		{"no secret", appID, "", refusal{41004, "appsecret missing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, _ := newClient(t, k)
			client.AccessTokenServer = core.NewDefaultAccessTokenServer(c.appID, c.secret, client.HttpClient)
			_, err := client.Token()
			checkRefused(t, err, c.want)
			if c.secret != "" && strings.Contains(err.Error(), c.secret) {
				t.Errorf("the secret is in the refusal: %v", err)
			}
		})
	}
}

// TestTokenRefresh takes the SDK's token away in the ways that tokens end. Each
// time the SDK must notice by the errcode, fetch another and succeed.
func TestTokenRefresh(t *testing.T) {
	const list = "/cgi-bin/customservice/getkflist"
	for _, c := range []struct {
		name    string
		end     func(t *testing.T, k *kefu)
		errcode int
	}{
		{"another process fetched a token", func(t *testing.T, k *kefu) {
			other, _ := newClient(t, k)
			if _, err := other.Token(); err != nil {
				t.Fatal(err)
			}
			k.advance(t, 5*time.Minute+time.Second)
		}, 40001},
		{"its life is over", func(t *testing.T, k *kefu) {
			k.advance(t, 2*time.Hour)
		}, 42001},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := startKefu(t)
			client, wire := newClient(t, k)
			before, err := client.Token()
			if err != nil {
				t.Fatal(err)
			}
			c.end(t, k)
			wire.take()
			if _, err := dkf.KfList(client); err != nil {
				t.Fatal(err)
			}
			want := []call{{"GET", list, c.errcode}, {"GET", "/cgi-bin/token", 0}, {"GET", list, 0}}
			if got := wire.take(); !reflect.DeepEqual(got, want) {
				t.Errorf("got calls %v, want %v", got, want)
			}
			after, err := client.Token()
			if err != nil {
				t.Fatal(err)
			}
			if after == before {
				t.Error("got the same token again, want another")
			}
		})
	}
}

// TestTokenOverlap lets two processes share an official account without a
// common token: for five minutes the older token works beside the newer one.
func TestTokenOverlap(t *testing.T) {
	k := startKefu(t)
	client, wire := newClient(t, k)
	if _, err := client.Token(); err != nil {
		t.Fatal(err)
	}
	other, _ := newClient(t, k)
	if _, err := other.Token(); err != nil {
		t.Fatal(err)
	}
	k.advance(t, 4*time.Minute)
	wire.take()
	if _, err := dkf.KfList(client); err != nil {
		t.Fatal(err)
	}
	if got, want := wire.take(), []call{{"GET", "/cgi-bin/customservice/getkflist", 0}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
}

// wrongToken hands out a token that kefu never issued, until it is asked for a
// fresh one.
type wrongToken struct {
	core.AccessTokenServer
	refreshed bool
}

func (w *wrongToken) Token() (string, error) {
	if w.refreshed {
		return w.AccessTokenServer.Token()
	}
	return "85_" + strings.Repeat("made-up_", 15), nil
}

func (w *wrongToken) RefreshToken(string) (string, error) {
	w.refreshed = true
	return w.AccessTokenServer.RefreshToken("")
}

func TestTokenNeverIssued(t *testing.T) {
	k := startKefu(t)
	client, wire := newClient(t, k)
	client.AccessTokenServer = &wrongToken{AccessTokenServer: client.AccessTokenServer}
	if _, err := dkf.KfList(client); err != nil {
		t.Fatal(err)
	}
	const list = "/cgi-bin/customservice/getkflist"
	want := []call{{"GET", list, 40001}, {"GET", "/cgi-bin/token", 0}, {"GET", list, 0}}
	if got := wire.take(); !reflect.DeepEqual(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
}
