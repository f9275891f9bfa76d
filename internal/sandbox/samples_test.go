package sandbox_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// A follower can send a picture and a recording without a file; what it sends can
// be fetched.
func TestSamples(t *testing.T) {
	h := kefutest.Start(t)
	customer := h.Follow(t, "")
	for _, kind := range []string{"image", "voice"} {
		h.Does(t, customer, map[string]any{"msgtype": kind, kind: map[string]any{}})
	}
	var shown struct {
		Messages []struct {
			MsgType string
			Image   struct {
				MediaID string `json:"media_id"`
			}
			Voice struct {
				MediaID string `json:"media_id"`
			}
		}
	}
	phone := h.Call(t, http.MethodGet, "/sandbox/v1/followers/"+customer+"/messages", "")
	if err := json.Unmarshal(phone.Body, &shown); err != nil {
		t.Fatal(err)
	}
	if len(shown.Messages) != 2 {
		t.Fatalf("got %+v, want two messages", shown)
	}
	token := h.Token(t)
	for id, want := range map[string]string{
		shown.Messages[0].Image.MediaID: "image/png",
		shown.Messages[1].Voice.MediaID: "audio/amr",
	} {
		answer := h.Call(t, http.MethodGet, wechat.PathMediaGet+"?access_token="+token+"&media_id="+id, "")
		if got := answer.Header.Get("Content-Type"); got != want || len(answer.Body) == 0 {
			t.Errorf("got %q of %d bytes for %q, want %q", got, len(answer.Body), id, want)
		}
	}
}
