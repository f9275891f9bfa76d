package workbench_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
)

func TestRemarkTagsAndNotes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		h.writes("o1", "hi")
		p, b := h.signIn("alice_wx"), h.signIn("bob_wx")
		p.put("/customers/o1/remark", `{"remark":"老客户"}`).done()
		p.put("/customers/o1/remark", fmt.Sprintf(`{"remark":%q}`, strings.Repeat("x", 30))).refused(http.StatusBadRequest, "remark_too_long")
		p.put("/customers/o2/remark", `{"remark":"x"}`).refused(http.StatusNotFound, "customer_unknown")

		var vip, late struct {
			ID   int64
			Name string
		}
		p.post("/tags", `{"name":"vip"}`).into(&vip)
		b.post("/tags", `{"name":"late"}`).into(&late)
		p.post("/tags", `{"name":"vip"}`).refused(http.StatusBadRequest, "tag_name_illegal")
		var tags struct{ Tags []struct{ Name string } }
		p.get("/tags").into(&tags)
		if len(tags.Tags) != 2 || tags.Tags[0].Name != "vip" {
			t.Errorf("tags: got %+v, want vip and late", tags)
		}
		p.put("/customers/o1/tags", fmt.Sprintf(`{"tags":[%d,%d]}`, vip.ID, late.ID)).done()
		b.put("/customers/o1/tags", fmt.Sprintf(`{"tags":[%d]}`, late.ID)).done()
		p.put("/customers/o1/tags", `{"tags":[2]}`).refused(http.StatusConflict, "tag_system")
		p.put("/customers/o1/tags", `{"tags":[4711]}`).refused(http.StatusNotFound, "tag_unknown")
		p.put("/customers/o1/tags", `{"tags":[`+strings.Repeat("100,", 20)+`100]}`).refused(http.StatusConflict, "tags_on_customer")

		var note struct {
			ID   int64
			Text string
			Own  bool
		}
		p.post("/customers/o1/notes", `{"text":"prefers mornings"}`).into(&note)
		if note.ID == 0 || note.Text != "prefers mornings" || !note.Own {
			t.Errorf("note: got %+v", note)
		}
		b.post("/customers/o1/notes", `{"text":"is from Wuhan"}`).into(&struct{}{})
		p.post("/customers/o1/notes", `{"text":"  "}`).refused(http.StatusBadRequest, "note_illegal")
		p.post("/customers/nobody/notes", `{"text":"x"}`).refused(http.StatusNotFound, "customer_unknown")

		c := p.panel("o1")
		if c.Conversation.Customer.Remark != "老客户" || len(c.Tags) != 1 || c.Tags[0].Name != "late" ||
			len(c.Notes) != 2 || c.Notes[0].Author != "Name of bob_wx" || c.Notes[0].Own || !c.Notes[1].Own {
			t.Errorf("panel: got %+v", c)
		}
		path := fmt.Sprint("/notes/", note.ID)
		b.call(http.MethodDelete, path, "").refused(http.StatusForbidden, "forbidden")
		p.call(http.MethodDelete, path, "").done()
		p.call(http.MethodDelete, path, "").refused(http.StatusNotFound, "note_unknown")
		p.call(http.MethodDelete, "/notes/x", "").refused(http.StatusNotFound, "note_unknown")
		h.signIn("sue_wx").call(http.MethodDelete, fmt.Sprint("/notes/", c.Notes[0].ID), "").done()
		if c = p.panel("o1"); len(c.Notes) != 0 {
			t.Errorf("notes: got %+v, want none", c.Notes)
		}
		for range kefu.MaxNotes {
			_, err := h.AddNote(t.Context(), handOf(h, "alice_wx"), "o1", "x")
			h.must(err)
		}
		p.post("/customers/o1/notes", `{"text":"one more"}`).refused(http.StatusConflict, "note_limit")
	})
}

func TestQuickReplies(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		p, b, s := h.signIn("alice_wx"), h.signIn("bob_wx"), h.signIn("sue_wx")
		type reply struct {
			ID                int64
			Code, Title, Text string
			Shared            bool
			Used              int
		}
		list := func(p *page) (all []reply) {
			t.Helper()
			var got struct{ Replies []reply }
			p.get("/replies").into(&got)
			return got.Replies
		}
		var own, shared reply
		p.post("/replies", `{"code":"hi","title":"问候","text":"您好"}`).into(&own)
		p.post("/replies", `{"text":"x","shared":true}`).refused(http.StatusForbidden, "forbidden")
		p.post("/replies", `{"code":"x"}`).refused(http.StatusBadRequest, "quick_reply_illegal")
		s.post("/replies", `{"text":"shared","shared":true}`).into(&shared)
		if own.Shared || own.Code != "hi" || !shared.Shared {
			t.Errorf("got %+v and %+v", own, shared)
		}
		if all := list(p); len(all) != 2 || all[0] != own || all[1] != shared {
			t.Errorf("of alice: got %+v, want its own and the shared", all)
		}
		if all := list(b); len(all) != 1 || all[0] != shared {
			t.Errorf("of bob: got %+v, want the shared", all)
		}
		mine, ours := fmt.Sprint("/replies/", own.ID), fmt.Sprint("/replies/", shared.ID)
		b.put(mine, `{"text":"x"}`).refused(http.StatusNotFound, "quick_reply_unknown")
		b.call(http.MethodDelete, mine, "").refused(http.StatusNotFound, "quick_reply_unknown")
		b.post(mine+"/used", "{}").refused(http.StatusNotFound, "quick_reply_unknown")
		b.put(ours, `{"text":"x"}`).refused(http.StatusForbidden, "forbidden")
		b.call(http.MethodDelete, ours, "").refused(http.StatusForbidden, "forbidden")
		b.post(ours+"/used", "{}").done()
		p.post(ours+"/used", "").done()
		p.post(mine+"/used", "").done()
		p.put(mine, `{"text":"您好，请稍等"}`).into(&own)
		s.put(ours, `{"text":"shared again","shared":true,"used":99}`).into(&shared)
		if own.Text != "您好，请稍等" || own.Used != 1 || own.Code != "" || shared.Used != 2 || shared.Text != "shared again" {
			t.Errorf("after changes: got %+v and %+v", own, shared)
		}
		s.call(http.MethodDelete, ours, "").done()
		p.call(http.MethodDelete, mine, "").done()
		p.call(http.MethodDelete, mine, "").refused(http.StatusNotFound, "quick_reply_unknown")
		if all := list(p); len(all) != 0 {
			t.Errorf("at the end: got %+v, want none", all)
		}
		hand := handOf(h, "alice_wx")
		for range kefu.MaxQuickReplies {
			_, err := h.PutQuickReply(t.Context(), hand, kefu.QuickReply{Text: "x"}, false)
			h.must(err)
		}
		p.post("/replies", `{"text":"one more"}`).refused(http.StatusConflict, "quick_reply_limit")
		b.post("/replies", `{"text":"of another"}`).into(&own)
	})
}
