package wechat

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUserInfoJSON(t *testing.T) {
	for _, tt := range []struct {
		name string
		u    UserInfo
		want string
	}{
		{"a follower", UserInfo{OpenID: "oA", Subscribe: 1, SubscribeTime: 7},
			`{"groupid":0,"openid":"oA","qr_scene":0,"qr_scene_str":"","remark":"","subscribe":1,"subscribe_scene":"","subscribe_time":7,"tagid_list":[]}`},
		{"a follower with everything", UserInfo{Language: "en", OpenID: "oA", QRScene: 1, QRSceneStr: "<s>", Remark: "老王", Subscribe: 1, SubscribeScene: "ADD_SCENE_QR_CODE", SubscribeTime: 7, TagIDList: List[int64]{128, 2}, UnionID: "u"},
			`{"groupid":0,"language":"en","openid":"oA","qr_scene":1,"qr_scene_str":"<s>","remark":"老王","subscribe":1,"subscribe_scene":"ADD_SCENE_QR_CODE","subscribe_time":7,"tagid_list":[128,2],"unionid":"u"}`},
		{"somebody who left", UserInfo{OpenID: "oA", Remark: "old", TagIDList: List[int64]{1}}, `{"openid":"oA","subscribe":0}`},
		{"somebody who left, with a union id", UserInfo{OpenID: "oA", UnionID: "u"}, `{"openid":"oA","subscribe":0,"unionid":"u"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Marshal(UserInfoList{UserInfoList: List[UserInfo]{tt.u}})
			if want := `{"user_info_list":[` + tt.want + `]}`; err != nil || string(got) != want {
				t.Errorf("got %s, %v,\nwant %s", got, err, want)
			}
		})
	}
}

func TestUploadedMediaID(t *testing.T) {
	for _, m := range []UploadedMedia{{MediaID: "x"}, {ThumbMediaID: "x"}, {MediaID: "old", ThumbMediaID: "x"}} {
		if got := m.ID(); got != "x" {
			t.Errorf("%+v: got %q, want x", m, got)
		}
	}
}

// FuzzUserBodies reads any body as each request about users and tags: it is
// refused in one of two ways, or what was read says the same when it is written
// and read again.
func FuzzUserBodies(f *testing.F) {
	for _, seed := range []string{
		`{"user_list":[{"openid":"oA","lang":"zh_CN"},{"openid":"oB"}]}`, `{"openid":"oA","remark":"VIP"}`,
		`{"begin_openid":""}`, `{"openid_list":["oA","oB"],"tagid":128}`, `{"openid_list":[1]}`, `{"tag":{"id":"128","name":"VIP"}}`,
		`{"tag":[]}`, `{"tagid":1e3,"next_openid":null}`, `{"tagid":-9223372036854775808}`, ``, ` `, `{`, `[]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		again(t, body, ParseUserInfoBatch)
		again(t, body, ParseUpdateRemark)
		again(t, body, ParseBlacklistQuery)
		again(t, body, ParseOpenIDList)
		again(t, body, ParseTagsOfUser)
		again(t, body, ParseTagUsers)
		again(t, body, ParseTagging)
		if tag, err := ParseTag(body); refusedWell(t, err) {
			written, err := Marshal(TagAnswer{Tag: tag})
			if err != nil {
				t.Fatal(err)
			}
			if read, err := ParseTag(written); err != nil || read != tag {
				t.Errorf("got %+v, %v from %s, want %+v", read, err, written, tag)
			}
		}
	})
}

func again[Request any](t *testing.T, body []byte, parse func([]byte) (Request, error)) {
	t.Helper()
	first, err := parse(body)
	if !refusedWell(t, err) {
		return
	}
	written, err := Marshal(first)
	if err != nil {
		t.Fatal(err)
	}
	second, err := parse(written)
	if err != nil {
		t.Fatalf("got %v from %s, want it read", err, written)
	}
	// A list that was absent is written as an empty one.
	one, _ := Marshal(first)
	two, _ := Marshal(second)
	if diff := cmp.Diff(string(one), string(two)); diff != "" {
		t.Errorf("%T differs (-first +second):\n%s", first, diff)
	}
}

// refusedWell tells whether a body was accepted, and fails the test when it was
// refused for a reason that the door does not know.
func refusedWell(t *testing.T, err error) (accepted bool) {
	t.Helper()
	if err != nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrEmpty) {
		t.Fatalf("got an error of no kind: %v", err)
	}
	return err == nil
}
