package callback

import (
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat/msgcrypt"
)

// Preview writes the request with which a push would go out now, for somebody to look
// at. Nothing is sent, and what is sealed is sealed anew, so its bytes are others than
// those of any attempt.
func Preview(o *kefu.OfficialAccount, p *kefu.Push, now time.Time) (*http.Request, error) {
	// Nothing is protected by this prefix: whoever looks sees the plain text beside it.
	var prefix [msgcrypt.PrefixSize]byte
	for i := range prefix {
		prefix[i] = byte(rand.Uint32())
	}
	return newRequest(o, p, newStamp(now), prefix)
}
