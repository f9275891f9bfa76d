package phone

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
)

// maxBody bounds a request that is no upload: the longest text, every character of it
// written as an escape.
const maxBody = 64 << 10

// call is one request, at the official account that its path names.
type call struct {
	*exchange.Exchange
	app kefu.AppID
}

// from is the address of the browser. Whoever has an IPv6 network has very many
// addresses, so they count as one.
func (c *call) from() netip.Addr {
	addr := c.From()
	if addr.Is6() {
		if net, err := addr.WithZone("").Prefix(64); err == nil {
			return net.Addr()
		}
	}
	return addr
}

// verb serves one call.
func (d *Door) verb(do func(context.Context, *call) (any, error)) http.Handler {
	return d.maker.Verb(func(ctx context.Context, x *exchange.Exchange) (any, error) { return do(ctx, callOf(x)) })
}

// raw serves one call that writes its own answer, or returns why it does not.
func (d *Door) raw(do func(*call) error) http.Handler {
	return d.maker.Raw(func(x *exchange.Exchange) error { return do(callOf(x)) })
}

func callOf(x *exchange.Exchange) *call { return &call{x, kefu.AppID(x.R.PathValue("appid"))} }
