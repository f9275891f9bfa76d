package workbench

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

// maxBody bounds a request that is no upload: the largest is a message with a menu,
// every character of it written as an escape.
const maxBody = 64 << 10

// call is one request.
type call struct{ *exchange.Exchange }

// openid is the customer that the path names. What cannot be one is nobody's.
func (c *call) openid() (kefu.OpenID, error) {
	openid := kefu.OpenID(c.R.PathValue("openid"))
	if !openid.Valid() {
		return "", kefu.CustomerUnknown
	}
	return openid, nil
}

// id is the number that the path names, or what says that there is none.
func (c *call) id(unknown kefu.Reason) (kefu.MsgID, error) {
	n, err := strconv.ParseInt(c.R.PathValue("id"), 10, 64)
	if err != nil || n <= 0 {
		return 0, unknown
	}
	return kefu.MsgID(n), nil
}

// call serves a verb to those who may.
func (d *Door) call(do verb) http.Handler {
	return d.maker.Verb(func(ctx context.Context, x *exchange.Exchange) (any, error) {
		c := &call{x}
		h, err := d.hand(ctx, c)
		if err != nil {
			return nil, err
		}
		return do(ctx, c, h)
	})
}

// raw serves a call that writes its own answer, or returns why it does not, to those
// who may.
func (d *Door) raw(do func(context.Context, *call, desk.Hand) error) http.Handler {
	return d.maker.Raw(func(x *exchange.Exchange) error {
		c := &call{x}
		h, err := d.hand(x.R.Context(), c)
		if err != nil {
			return err
		}
		return do(x.R.Context(), c, h)
	})
}

// cut takes a pattern apart.
func cut(pattern string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	return method, path
}
