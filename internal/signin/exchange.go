package signin

import (
	"net/http"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/exchange"
)

// maxBody bounds a request: a few names and two passwords, with every character of
// them written as an escape.
const maxBody = 16 << 10

// giveToken puts a token into the browser, for as long as its login lasts unless it is
// used. An empty one is taken out.
func giveToken(x *exchange.Exchange, token string) {
	c := &http.Cookie{
		Name: auth.LoginCookie, Value: token, Path: "/", MaxAge: int(kefu.LoginLife.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: x.R.URL.Scheme == "https",
	}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(x.W, c)
}
