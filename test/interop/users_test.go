package interop

import (
	"reflect"
	"strings"
	"testing"

	"github.com/chanxuehong/wechat/mp/user"
	"github.com/chanxuehong/wechat/mp/user/tag"
)

func (c *conversation) followers(t *testing.T) {
	c.kefu.follow(t, anna, row{"nickname": "Anna", "scene": "ADD_SCENE_SEARCH"})
	c.kefu.follow(t, boris, row{"qr_scene": 7, "ticket": "gQH"})
	c.kefu.follow(t, chloe, row{"qr_scene": "window"})

	pages, err := user.NewUserIterator(c.client, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := pages.TotalCount(), 3; got != want {
		t.Errorf("got a total of %d followers, want %d", got, want)
	}
	var all []string
	// Each page ends with where the next begins, so the last is an empty one.
	for range 5 {
		if !pages.HasNext() {
			break
		}
		page, err := pages.NextPage()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
	}
	if want := []string{anna, boris, chloe}; !reflect.DeepEqual(all, want) || pages.HasNext() {
		t.Errorf("got followers %v (more: %t), want %v and an end", all, pages.HasNext(), want)
	}

	users, err := user.BatchGet(c.client, []string{chloe, anna}, user.LanguageEN)
	if err != nil {
		t.Fatal(err)
	}
	if len(users) != 2 || users[0].OpenId != chloe || users[1].OpenId != anna {
		t.Fatalf("got %v, want %s and %s", users, chloe, anna)
	}
	if got, want := users[0].QrSceneStr, "window"; got != want {
		t.Errorf("got qr_scene_str %q, want %q", got, want)
	}
	info, err := user.Get(c.client, boris, "")
	if err != nil {
		t.Fatal(err)
	}
	want := user.UserInfo{
		IsSubscriber: 1, OpenId: boris, Language: "zh_CN", SubscribeTime: info.SubscribeTime,
		TagIdList: []int{}, SubscribeScene: "ADD_SCENE_QR_CODE", QrScene: 7,
	}
	if !reflect.DeepEqual(*info, want) {
		t.Errorf("got %+v, want %+v", *info, want)
	}
	if from, to := c.began.Unix(), c.kefu.now(t); info.SubscribeTime < from || info.SubscribeTime > to {
		t.Errorf("got subscribe_time %d, want one from %d to %d", info.SubscribeTime, from, to)
	}

	_, err = user.Get(c.client, "oNobody", "")
	checkRefused(t, err, openidIllegal)
	_, err = user.BatchGet(c.client, make([]string, 101), "")
	checkRefused(t, err, openidsTooMany)

	c.kefu.unfollow(t, chloe)
	if info, err = user.Get(c.client, chloe, ""); err != nil {
		t.Fatal(err)
	}
	if want := (user.UserInfo{OpenId: chloe}); !reflect.DeepEqual(*info, want) {
		t.Errorf("of somebody who left, got %+v, want %+v", *info, want)
	}
}

func (c *conversation) remarks(t *testing.T) {
	if err := user.UpdateRemark(c.client, anna, "常客 & 朋友"); err != nil {
		t.Fatal(err)
	}
	info, err := user.Get(c.client, anna, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := info.Remark, "常客 & 朋友"; got != want {
		t.Errorf("got remark %q, want %q", got, want)
	}
	checkRefused(t, user.UpdateRemark(c.client, anna, strings.Repeat("长", 10)), remarkIllegal)
	checkRefused(t, user.UpdateRemark(c.client, chloe, "gone"), notFollowing)
}

func (c *conversation) tags(t *testing.T) {
	vip, err := tag.Create(c.client, "VIP")
	if err != nil {
		t.Fatal(err)
	}
	if vip.Name != "VIP" || vip.Id < 100 {
		t.Errorf("got tag %+v, want VIP with an id from 100", *vip)
	}
	_, err = tag.Create(c.client, "VIP")
	checkRefused(t, err, tagNameIllegal)
	if err := tag.Update(c.client, vip.Id, "贵宾"); err != nil {
		t.Fatal(err)
	}
	if err := tag.BatchTag(c.client, []string{anna, boris}, vip.Id); err != nil {
		t.Fatal(err)
	}
	list, err := tag.List(c.client)
	if err != nil {
		t.Fatal(err)
	}
	want := []tag.Tag{{Id: 2, Name: "星标组"}, {Id: vip.Id, Name: "贵宾", UserCount: 2}}
	if !reflect.DeepEqual(list, want) {
		t.Errorf("got tags %+v, want %+v", list, want)
	}
	tagged, err := tag.TagGet(c.client, vip.Id, "")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{anna, boris}; tagged.Count != 2 || !reflect.DeepEqual(tagged.Data.OpenIdList, want) {
		t.Errorf("got %+v, want %v", *tagged, want)
	}
	if rest, err := tag.TagGet(c.client, vip.Id, tagged.NextOpenId); err != nil || rest.Count != 0 || rest.NextOpenId != "" {
		t.Errorf("behind the last page got %+v, %v, want nothing", rest, err)
	}
	if info, err := user.Get(c.client, anna, ""); err != nil || !reflect.DeepEqual(info.TagIdList, []int{vip.Id}) {
		t.Errorf("got %+v, %v, want the tag %d", info, err, vip.Id)
	}
	if err := tag.BatchUntag(c.client, []string{boris}, vip.Id); err != nil {
		t.Fatal(err)
	}
	if tagged, err = tag.TagGet(c.client, vip.Id, ""); err != nil || !reflect.DeepEqual(tagged.Data.OpenIdList, []string{anna}) {
		t.Errorf("got %+v, %v, want %s alone", tagged, err, anna)
	}
	if err := tag.Delete(c.client, vip.Id); err != nil {
		t.Fatal(err)
	}
	checkRefused(t, tag.BatchTag(c.client, []string{anna}, vip.Id), tagUnknown)
	checkRefused(t, tag.Delete(c.client, 2), tagSystem)
	if info, err := user.Get(c.client, anna, ""); err != nil || len(info.TagIdList) != 0 {
		t.Errorf("after the tag was deleted got %+v, %v, want no tags", info, err)
	}
}
