package apidoc_test

import "testing"

func TestCurl(t *testing.T) {
	want := map[string]string{
		"getAccessToken":   `curl "$KEFU/cgi-bin/token?grant_type=client_credential&appid=$APPID&secret=$SECRET"`,
		"listAgents":       `curl "$KEFU/cgi-bin/customservice/getkflist?access_token=$TOKEN"`,
		"addAgent":         "curl \"$KEFU/customservice/kfaccount/add?access_token=$TOKEN\" \\\n  -d '{\"kf_account\":\"alice@demo_shop\",\"nickname\":\"Alice\"}'",
		"clearQuota":       "curl \"$KEFU/cgi-bin/clear_quota?access_token=$TOKEN\" \\\n  -d '{\"appid\":\"'$APPID'\"}'",
		"uploadAvatar":     "curl \"$KEFU/customservice/kfaccount/uploadheadimg?access_token=$TOKEN&kf_account=alice@demo_shop\" \\\n  -F media=@alice.png",
		"getPNGPicture":    `curl -o picture "$KEFU/mmbiz_png/aaaa/300"`,
		"getHealth":        `curl "$KEFU/healthz"`,
		"sandboxMoveClock": `curl "$KEFU/sandbox/v1/clock" -d '{"advance":"48h"}'`,
		"sandboxReset":     `curl -X POST "$KEFU/sandbox/v1/reset"`,
		"deleteAgent":      "curl \"$KEFU/customservice/kfaccount/del?access_token=$TOKEN\" \\\n  -d '{\"kf_account\":\"bob_02@demo_shop\"}'",
		"clearQuotaBySecret": "curl \"$KEFU/cgi-bin/clear_quota/v2\" \\\n" +
			"  -d '{\"appid\":\"'$APPID'\",\"appsecret\":\"'$SECRET'\"}'",
	}
	d, _ := describe(t, scopes["sandbox"])
	seen := 0
	for _, o := range d.Operations() {
		if line, asked := want[o.ID]; asked {
			seen++
			if got := o.Curl(); got != line {
				t.Errorf("%s: got\n%s\nwant\n%s", o.ID, got, line)
			}
		}
	}
	if seen != len(want) {
		t.Errorf("got %d of the operations asked for, want %d", seen, len(want))
	}
}
