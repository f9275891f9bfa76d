package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// The customers of the specification's examples.
const (
	customerA = "oDemoKfCustomer_0000000000A1"
	customerB = "oDemoKfCustomer_0000000000B2"
	customerC = "oDemoKfCustomer_0000000000C3"
)

// demoCustomers are two followers and one who left. The first follows since the
// second of the examples, by a code.
func demoCustomers(t *testing.T, h *kefutest.House) {
	t.Helper()
	h.SetClock(t, time.Unix(1709000000, 0))
	answer := h.Call(t, http.MethodPost, "/sandbox/v1/followers?appid="+h.AppID, `{"openid":"`+customerA+`","qr_scene":98765,"ticket":"TICKET"}`)
	if answer.Status != http.StatusOK {
		t.Fatalf("following: got HTTP %d %s", answer.Status, answer.Body)
	}
	for _, id := range []string{customerB, customerC} {
		h.Follow(t, id)
	}
	h.Unfollow(t, customerB)
}

// makeTag makes a tag and returns its number.
func makeTag(t *testing.T, h *kefutest.House, name string) int64 {
	t.Helper()
	answer := call(t, h, wechat.PathTagCreate, `{"tag":{"name":"`+name+`"}}`)
	want(t, answer, wechat.OK)
	var made wechat.TagAnswer
	if err := json.Unmarshal(answer.Body, &made); err != nil {
		t.Fatal(err)
	}
	return made.Tag.ID
}

// The examples of the specification. They have a union id and customers in the
// group of the system, which Kefu has not, and another number for the tag.
func TestUserVectors(t *testing.T) {
	t.Parallel()
	var doc struct {
		Cases []vector `json:"cases"`
	}
	readVector(t, "17_users.json", &doc)
	if len(doc.Cases) < 10 {
		t.Fatalf("got %d cases, want at least 10", len(doc.Cases))
	}
	without := map[string]func(*testing.T, *kefutest.House) *kefutest.Answer{
		"info-not-following": func(t *testing.T, h *kefutest.House) *kefutest.Answer {
			return call(t, h, wechat.PathUserInfo+"?openid="+customerB, "")
		},
		"batchget-101": func(t *testing.T, h *kefutest.House) *kefutest.Answer {
			return call(t, h, wechat.PathUserInfoBatch, batchOf(101))
		},
	}
	for _, v := range doc.Cases {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			house := start(t)
			demoCustomers(t, house)
			id := int64(0)
			if v.Name != "tags-create" {
				id = makeTag(t, house, "VIP")
				want(t, call(t, house, wechat.PathTagging, fmt.Sprintf(`{"openid_list":[%q],"tagid":%d}`, customerA, id)), wechat.OK)
			}
			if v.Request != nil {
				v.Request.JSON = json.RawMessage(strings.ReplaceAll(string(v.Request.JSON), "128", fmt.Sprint(id)))
			}
			answer := v.ask(t, house, laid{also: without[v.Name]})
			var got, expected map[string]any
			text := mustJSON(t, v.Response)
			if id == 0 {
				id = 100 // The first that an account makes.
			}
			text = strings.ReplaceAll(text, `"unionid":"uDemoUnion_00000000000000001"`, `"unionid":null`)
			text = strings.ReplaceAll(strings.ReplaceAll(text, "[128,2]", "[128]"), "128", fmt.Sprint(id))
			decode(t, []byte(strings.ReplaceAll(text, `,"unionid":null`, "")), &expected)
			decode(t, answer.Body, &got)
			compared := cmp.FilterPath(func(p cmp.Path) bool { return strings.Contains(p.Last().String(), "subscribe_time") },
				cmp.Comparer(func(a, b any) bool { // The clock goes on ticking after it was set.
					x, y := a.(float64), b.(float64)
					return max(x, y)-min(x, y) < 60
				}))
			for _, values := range []map[string]any{got, expected} {
				if errmsg, ok := values["errmsg"].(string); ok {
					values["errmsg"], _, _ = wechat.SplitErrmsg(errmsg)
				}
			}
			if diff := cmp.Diff(expected, got, compared); diff != "" {
				t.Errorf("the answer differs (-want +got):\n%s", diff)
			}
		})
	}
}

func decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func batchOf(n int) string {
	one := `{"openid":"` + customerA + `"}`
	return `{"user_list":[` + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + `]}`
}

// listOf is a JSON list of n openids.
func listOf(n int) string {
	return `[` + strings.TrimSuffix(strings.Repeat(`"`+customerA+`",`, n), ",") + `]`
}

func TestUserLanguage(t *testing.T) {
	t.Parallel()
	house := start(t)
	house.Follow(t, customerA)
	for asked, expected := range map[string]string{"": "", "&lang=": "", "&lang=zh_TW": "zh_TW", "&lang=en": "en", "&lang=zh_CN": "zh_CN"} {
		var got wechat.UserInfo
		decode(t, call(t, house, wechat.PathUserInfo+"?openid="+customerA+asked, "").Body, &got)
		if got.Language != expected || got.Subscribe != 1 || got.SubscribeScene != string(kefu.SceneOthers) {
			t.Errorf("%q: got %+v, want language %q of a follower", asked, got, expected)
		}
	}
	// Every member of a follower is there, also when it has nothing to say, and
	// in alphabetical order.
	body := call(t, house, wechat.PathUserInfo+"?openid="+customerA, "").Body
	var members []string
	for member := range strings.SplitSeq(strings.Trim(string(body), "{}"), `,"`) {
		name, _, _ := strings.Cut(strings.Trim(member, `"`), `"`)
		members = append(members, name)
	}
	if got := strings.Join(members, " "); got != "groupid openid qr_scene qr_scene_str remark subscribe subscribe_scene subscribe_time tagid_list" {
		t.Errorf("got the members %s", got)
	}
}

// Every refusal of these endpoints has its errcode.
func TestUserRefusals(t *testing.T) {
	t.Parallel()
	house := start(t)
	demoCustomers(t, house)
	vip := fmt.Sprint(makeTag(t, house, "VIP"))
	for _, tt := range []struct {
		name, path, body string
		want             wechat.Errcode
	}{
		{"info without openid", wechat.PathUserInfo, "", wechat.OpenIDMissing},
		{"info of a stranger", wechat.PathUserInfo + "?openid=oNobody", "", wechat.InvalidOpenID},
		{"info of no openid", wechat.PathUserInfo + "?openid=o%00", "", wechat.InvalidOpenID},
		{"batch of none", wechat.PathUserInfoBatch, `{"user_list":[]}`, wechat.OpenIDMissing},
		{"batch without list", wechat.PathUserInfoBatch, `{}`, wechat.OpenIDMissing},
		{"batch of 100", wechat.PathUserInfoBatch, batchOf(100), wechat.OK},
		{"batch of 101", wechat.PathUserInfoBatch, batchOf(101), wechat.InvalidOpenIDListSize},
		{"batch with a stranger", wechat.PathUserInfoBatch, `{"user_list":[{"openid":"` + customerA + `"},{"openid":"oNobody"}]}`, wechat.InvalidOpenID},
		{"batch of texts", wechat.PathUserInfoBatch, `{"user_list":["` + customerA + `"]}`, wechat.DataFormatError},
		{"batch without body", wechat.PathUserInfoBatch, " ", wechat.EmptyPostData},
		{"remark without openid", wechat.PathUserRemark, `{"remark":"x"}`, wechat.OpenIDMissing},
		{"remark on a stranger", wechat.PathUserRemark, `{"openid":"oNobody","remark":"x"}`, wechat.InvalidOpenID},
		{"remark on somebody who left", wechat.PathUserRemark, `{"openid":"` + customerB + `","remark":"x"}`, wechat.RequireSubscribe},
		{"remark of 30 bytes", wechat.PathUserRemark, `{"openid":"` + customerA + `","remark":"` + strings.Repeat("客", 10) + `"}`, wechat.InvalidRemarkName},
		{"remark with a NUL", wechat.PathUserRemark, `{"openid":"` + customerA + `","remark":"\u0000"}`, wechat.InvalidArgsSize},
		{"remark that is a number", wechat.PathUserRemark, `{"openid":"` + customerA + `","remark":1}`, wechat.DataFormatError},
		{"list after no openid", wechat.PathUserList + "?next_openid=%40", "", wechat.InvalidOpenID},
		{"tag without name", wechat.PathTagCreate, `{"tag":{}}`, wechat.InvalidTagName},
		{"tag without tag", wechat.PathTagCreate, `{}`, wechat.InvalidTagName},
		{"tag twice", wechat.PathTagCreate, `{"tag":{"name":"VIP"}}`, wechat.InvalidTagName},
		{"tag of 31 bytes", wechat.PathTagCreate, `{"tag":{"name":"` + strings.Repeat("x", 31) + `"}}`, wechat.TagNameTooLong},
		{"rename the system's", wechat.PathTagUpdate, `{"tag":{"id":2,"name":"x"}}`, wechat.SystemTag},
		{"rename an unknown tag", wechat.PathTagUpdate, `{"tag":{"id":999,"name":"x"}}`, wechat.InvalidTagID},
		{"delete the system's", wechat.PathTagDelete, `{"tag":{"id":0}}`, wechat.SystemTag},
		{"delete an unknown tag", wechat.PathTagDelete, `{"tag":{"id":999}}`, wechat.InvalidTagID},
		{"tags of nobody", wechat.PathTagsOfUser, `{}`, wechat.OpenIDMissing},
		{"tags of a stranger", wechat.PathTagsOfUser, `{"openid":"oNobody"}`, wechat.InvalidOpenID},
		{"users of an unknown tag", wechat.PathTagUsers, `{"tagid":999}`, wechat.InvalidTagID},
		{"users of no tag", wechat.PathTagUsers, `{}`, wechat.InvalidTagID},
		{"users of a tag after no openid", wechat.PathTagUsers, `{"tagid":` + vip + `,"next_openid":"@"}`, wechat.InvalidOpenID},
		{"tagging of 50", wechat.PathTagging, `{"openid_list":` + listOf(50) + `,"tagid":` + vip + `}`, wechat.OK},
		{"tagging of 51", wechat.PathTagging, `{"openid_list":` + listOf(51) + `,"tagid":` + vip + `}`, wechat.InvalidOpenIDListSize},
		{"tagging of none", wechat.PathTagging, `{"openid_list":[],"tagid":` + vip + `}`, wechat.OpenIDMissing},
		{"tagging of another account's", wechat.PathTagging, `{"openid_list":["oNobody"],"tagid":` + vip + `}`, wechat.OpenIDMismatch},
		{"tagging of no openid", wechat.PathTagging, `{"openid_list":["@"],"tagid":` + vip + `}`, wechat.InvalidOpenID},
		{"tagging with the system's", wechat.PathTagging, `{"openid_list":["` + customerC + `"],"tagid":2}`, wechat.SystemTag},
		{"tagging with an unknown tag", wechat.PathTagging, `{"openid_list":["` + customerC + `"],"tagid":999}`, wechat.InvalidTagID},
		{"untagging with an unknown tag", wechat.PathUntagging, `{"openid_list":["` + customerC + `"],"tagid":"999"}`, wechat.InvalidTagID},
		{"untagging of another account's", wechat.PathUntagging, `{"openid_list":["oNobody"],"tagid":` + vip + `}`, wechat.OpenIDMismatch},
		{"blacklist after no openid", wechat.PathBlacklist, `{"begin_openid":"@"}`, wechat.InvalidOpenID},
		{"blacklist without body", wechat.PathBlacklist, " ", wechat.EmptyPostData},
		{"blocking 20", wechat.PathBlacklisting, `{"openid_list":` + listOf(20) + `}`, wechat.OK},
		{"blocking 21", wechat.PathBlacklisting, `{"openid_list":` + listOf(21) + `}`, wechat.InvalidOpenIDListSize},
		{"blocking another account's", wechat.PathBlacklisting, `{"openid_list":["oNobody"]}`, wechat.OpenIDMismatch},
		{"unblocking nobody", wechat.PathUnblacklisting, `{}`, wechat.OpenIDMissing},
		{"unblocking", wechat.PathUnblacklisting, `{"openid_list":["` + customerA + `"]}`, wechat.OK},
	} {
		t.Run(tt.name, func(t *testing.T) { want(t, call(t, house, tt.path, tt.body), tt.want) })
	}
}

// Tags and the blacklist, through the door from beginning to end.
func TestTagsAndBlacklist(t *testing.T) {
	t.Parallel()
	house := start(t)
	demoCustomers(t, house)
	vip, old := makeTag(t, house, "VIP"), makeTag(t, house, "老")
	say := func(path, body string) string { t.Helper(); return string(call(t, house, path, body).Body) }
	same := func(what, got, expected string) {
		t.Helper()
		if got != expected {
			t.Errorf("%s: got %s, want %s", what, got, expected)
		}
	}
	const ok = `{"errcode":0,"errmsg":"ok"}`
	same("tagging", say(wechat.PathTagging, fmt.Sprintf(`{"openid_list":[%q,%q],"tagid":%d}`, customerA, customerC, vip)), ok)
	same("tagging again", say(wechat.PathTagging, fmt.Sprintf(`{"openid_list":[%q],"tagid":"%d"}`, customerA, old)), ok)
	same("tags of one", say(wechat.PathTagsOfUser, `{"openid":"`+customerA+`"}`), fmt.Sprintf(`{"tagid_list":[%d,%d]}`, old, vip))
	same("tags", say(wechat.PathTagList, ""), fmt.Sprintf(`{"tags":[{"count":0,"id":2,"name":"星标组"},{"count":2,"id":%d,"name":"VIP"},{"count":1,"id":%d,"name":"老"}]}`, vip, old))
	same("users of a tag", say(wechat.PathTagUsers, fmt.Sprintf(`{"tagid":%d,"next_openid":""}`, vip)),
		`{"count":2,"data":{"openid":["`+customerA+`","`+customerC+`"]},"next_openid":"`+customerC+`"}`)
	same("the page after", say(wechat.PathTagUsers, fmt.Sprintf(`{"tagid":%d,"next_openid":%q}`, vip, customerC)), `{"count":0,"next_openid":""}`)
	same("users of the system's tag", say(wechat.PathTagUsers, `{"tagid":2}`), `{"count":0,"next_openid":""}`)
	same("untagging", say(wechat.PathUntagging, fmt.Sprintf(`{"openid_list":[%q],"tagid":%d}`, customerC, vip)), ok)
	same("renaming", say(wechat.PathTagUpdate, fmt.Sprintf(`{"tag":{"id":%d,"name":"VVIP"}}`, vip)), ok)
	same("deleting", say(wechat.PathTagDelete, fmt.Sprintf(`{"tag":{"id":%d}}`, old)), ok)
	same("tags afterwards", say(wechat.PathTagList, ""), fmt.Sprintf(`{"tags":[{"count":0,"id":2,"name":"星标组"},{"count":1,"id":%d,"name":"VVIP"}]}`, vip))

	same("an empty blacklist", say(wechat.PathBlacklist, `{"begin_openid":""}`), `{"count":0,"next_openid":"","total":0}`)
	same("blocking", say(wechat.PathBlacklisting, `{"openid_list":["`+customerC+`","`+customerA+`"]}`), ok)
	same("blacklist", say(wechat.PathBlacklist, `{"begin_openid":"`+customerA+`"}`), `{"count":1,"data":{"openid":["`+customerC+`"]},"next_openid":"`+customerC+`","total":2}`)
	same("unblocking", say(wechat.PathUnblacklisting, `{"openid_list":["`+customerC+`","`+customerA+`"]}`), ok)

	same("remark", say(wechat.PathUserRemark, `{"openid":"`+customerC+`","remark":"老王"}`), ok)
	var info wechat.UserInfo
	decode(t, []byte(say(wechat.PathUserInfo+"?openid="+customerC, "")), &info)
	same("the remark in user/info", info.Remark, "老王")
	same("the page of followers after the last", say(wechat.PathUserList+"?next_openid="+customerC, ""), `{"count":0,"next_openid":"","total":2}`)
}

// Customers of one account are strangers to another.
func TestUsersOfAnotherAccount(t *testing.T) {
	t.Parallel()
	house := start(t)
	other := house.AddAccount(t, func(o *kefu.OfficialAccount) {
		o.AppID, o.WeChatID, o.OriginalID = "wxffffffffffffffff", "other_shop", "gh_ffffffffffff"
	})
	house.Follow(t, customerA)
	want(t, call(t, other, wechat.PathUserInfo+"?openid="+customerA, ""), wechat.InvalidOpenID)
	want(t, call(t, other, wechat.PathBlacklisting, `{"openid_list":["`+customerA+`"]}`), wechat.OpenIDMismatch)
	if got := string(call(t, other, wechat.PathUserList, "").Body); got != `{"count":0,"next_openid":"","total":0}` {
		t.Errorf("got %s, want no followers", got)
	}
}
