package script

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/openkefu/kefu/wechat/msgcrypt"
)

// beDeveloper starts a developer's server that knows a token: it answers the check
// of a callback URL, and takes every push.
func beDeveloper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: developer TOKEN")
	}
	token := args[0]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case q.Get("signature") != msgcrypt.Signature(token, q.Get("timestamp"), q.Get("nonce")):
			http.Error(w, "who are you?", http.StatusForbidden)
		case r.Method == http.MethodGet:
			fmt.Fprint(w, q.Get("echostr"))
		default:
			fmt.Fprint(w, "success")
		}
	}))
	ts.Defer(server.Close)
	ts.Setenv("DEVELOPER", server.URL+"/wechat")
}
