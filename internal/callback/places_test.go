package callback_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openkefu/kefu"
)

// However many servers hang at once, the requests under way stay within their
// bound, another account's pushes find a place, and when the servers are back
// everything is delivered.
func TestManyDeadServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const atOnce, dead, customers = 16, 5, 20
		w := newWorld(t, func(w *world) { w.parts.AtOnce = atOnce })
		hang := make(chan struct{})
		w.answers(func(http.ResponseWriter, *http.Request, received) { <-hang })
		alive := &developer{t: t, app: other, callback: settings("alive.example:80")}
		alive.serve(w.net.listen("alive.example:80"))
		w.setAccount(other, alive.callback)
		w.run()
		synctest.Wait()
		apps := make([]kefu.AppID, dead)
		for n := range apps {
			apps[n] = kefu.AppID(fmt.Sprintf("wx%016d", n))
			w.setAccount(apps[n], w.dev.callback)
			for i := range customers {
				w.write(apps[n], kefu.OpenID(fmt.Sprintf("o%03d", i)), "hi", here)
			}
		}
		synctest.Wait()
		if got := len(w.dev.received()); got < dead || got >= atOnce {
			t.Errorf("got %d requests at once to dead servers, want each to have some and fewer than %d", got, atOnce)
		}
		for i := range 3 * atOnce {
			w.write(other, kefu.OpenID(fmt.Sprintf("p%03d", i)), "hi", here)
		}
		synctest.Wait()
		if got := w.due(other); got != 0 {
			t.Errorf("got %d pushes to the good server waiting for dead ones, want none", got)
		}
		close(hang)
		time.Sleep(10 * time.Second)
		for _, a := range apps {
			if got := w.due(a); got != 0 {
				t.Errorf("account %s: got %d pushes without an outcome after its server was back, want none", a, got)
			}
		}
	})
}
