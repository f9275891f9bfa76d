package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/openkefu/kefu"
)

// Bounds of the lists. Most tests read everything at once, and the largest page is a
// few hundred kilobytes.
const (
	pageDefault = 1000
	pageMax     = 1000
)

// pageSize reads ?limit=.
func pageSize(r *http.Request) (int, error) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return pageDefault, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > pageMax {
		return 0, badRequest(fmt.Sprintf(`"limit" must be a number from 1 to %d, got %q`, pageMax, text))
	}
	return n, nil
}

// afterID reads ?after=, the id of the last message or push that the caller has.
func afterID(r *http.Request) (kefu.MsgID, error) {
	text := r.URL.Query().Get("after")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, badRequest(fmt.Sprintf(`"after" must be the id of a message or push, got %q`, text))
	}
	return kefu.MsgID(n), nil
}

// page reads which page of messages or pushes is asked for, and of which official
// account.
func (s *Sandbox) page(ctx context.Context, r *http.Request) (app kefu.AppID, after kefu.MsgID, limit int, err error) {
	if after, err = afterID(r); err != nil {
		return "", 0, 0, err
	}
	if limit, err = pageSize(r); err != nil {
		return "", 0, 0, err
	}
	app, err = s.account(ctx, r, "")
	return app, after, limit, err
}

// asksToWait reads ?wait=.
func asksToWait(r *http.Request) (bool, error) {
	text := r.URL.Query().Get("wait")
	if text == "" {
		return false, nil
	}
	wait, err := strconv.ParseBool(text)
	if err != nil {
		return false, badRequest(fmt.Sprintf(`"wait" must be 1 or 0, got %q`, text))
	}
	return wait, nil
}

// pathOpenID is the openid of a path. What cannot be one is nobody's.
func pathOpenID(r *http.Request) (kefu.OpenID, error) {
	openid := kefu.OpenID(r.PathValue("openid"))
	if !openid.Valid() {
		return "", kefu.CustomerUnknown
	}
	return openid, nil
}
