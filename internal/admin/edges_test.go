package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

// What cannot be said or kept is refused, and nothing of it is kept.
func TestFormsThatDoNotFit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ada := h.signIn("ada_wx")
	before := h.acts(100)
	for name, body := range map[string]string{
		"a name that cannot be seen": `{"name":"a\u0000"}`,
		"a name of two lines":        `{"name":"a\nb"}`,
		"a URL without an end":       `{"callback":{"url":"http://a.example/` + strings.Repeat("x", 1100) + `","token":"abc"}}`,
	} {
		t.Log(name)
		ada.put(at("/account"), body).refused(http.StatusBadRequest, "official_account_illegal")
	}
	ada.put(at("/agents/"+string(alice)), `{"auto_accept":7,"nickname":""}`).refused(http.StatusBadRequest, "nickname_illegal")
	ada.post("/accounts/wx0000000000000000/secret", `{}`).refused(http.StatusNotFound, "official_account_unknown")
	ada.get("/accounts/wx0000000000000000/conversations/count").refused(http.StatusNotFound, "official_account_unknown")
	for _, path := range []string{"/secret", "/callback/check"} {
		ada.do(ada.request(http.MethodPost, at(path), "text/plain", nil)).refused(http.StatusBadRequest, "bad_request")
	}
	// What is set to what it is already is nobody's act.
	ada.put(at("/agents/"+string(alice)), `{"nickname":"Alice"}`).into(new(struct{}))
	if after := h.acts(100); !slices.EqualFunc(after, before, func(a, b kefu.Act) bool { return a.ID == b.ID }) {
		t.Errorf("got the acts %+v, want none", after[:len(after)-len(before)])
	}
}

// Who has an account after another did not say what the other said.
func TestAnAccountThatPassesOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.online(alice)
	h.writes("c1", "hello")
	h.advance(time.Second)
	h.serves(alice, "c1", "hello there")
	h.must(h.CloseSession(t.Context(), app, alice, "c1"))
	h.advance(time.Minute)
	h.must(h.RemoveAgent(t.Context(), app, alice))
	h.advance(time.Minute)
	if _, err := h.AddAgent(t.Context(), app, alice, "Somebody"); err != nil {
		t.Fatal(err)
	}
	sue := h.signIn("sue_wx")
	var page struct {
		Items []struct {
			Agents []string
		}
	}
	sue.get(at("/conversations")).into(&page)
	if len(page.Items) != 1 || !slices.Equal(page.Items[0].Agents, []string{string(alice)}) {
		t.Errorf("got %+v, want the account, and not who has it now", page.Items)
	}
}
