package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/openkefu/kefu/wechat"
)

const okStatus = `{"errcode":0,"errmsg":"ok"}`

// Every method, with what it must send and what it must make of the answer.
func TestMethods(t *testing.T) {
	type result struct {
		value any
		err   error
	}
	ctx := context.Background()
	for _, c := range []struct {
		name   string
		answer string
		call   func(c *Client) (any, error)
		want   any
		sent   seenRequest // rawQuery without the token
	}{
		{"Agents", `{"kf_list":[{"kf_account":"alice@demo_shop","kf_headimgurl":"","kf_id":"1001","kf_nick":"Alice","kf_wx":"alice_wx"}]}`,
			func(c *Client) (any, error) { return c.Agents(ctx) },
			[]wechat.Agent{{KFAccount: "alice@demo_shop", KFID: wechat.KFID{Number: 1001}, KFNick: "Alice", KFWX: "alice_wx"}},
			seenRequest{"GET", wechat.PathAgentList, "", "", ""}},
		{"Agents, numbers", `{"kf_list":[{"invite_expire_time":1710363681,"invite_status":"waiting","invite_wx":"carol_wx","kf_account":"c@d","kf_headimgurl":"","kf_id":1003,"kf_nick":"C"}]}`,
			func(c *Client) (any, error) { return c.Agents(ctx) },
			[]wechat.Agent{{InviteExpireTime: 1710363681, InviteStatus: wechat.InviteStatusWaiting, InviteWX: "carol_wx", KFAccount: "c@d", KFID: wechat.KFID{Number: 1003, AsNumber: true}, KFNick: "C"}},
			seenRequest{"GET", wechat.PathAgentList, "", "", ""}},
		{"Agents, none", `{"kf_list":[]}`, func(c *Client) (any, error) { return c.Agents(ctx) },
			[]wechat.Agent{}, seenRequest{"GET", wechat.PathAgentList, "", "", ""}},
		{"OnlineAgents", `{"kf_online_list":[{"accepted_case":2,"kf_account":"alice@demo_shop","kf_id":"1001","status":1}]}`,
			func(c *Client) (any, error) { return c.OnlineAgents(ctx) },
			[]wechat.OnlineAgent{{AcceptedCase: 2, KFAccount: "alice@demo_shop", KFID: wechat.KFID{Number: 1001}, Status: wechat.OnlineStatusWeb}},
			seenRequest{"GET", wechat.PathOnlineAgentList, "", "", ""}},
		{"AddAgent", okStatus, func(c *Client) (any, error) { return nil, c.AddAgent(ctx, "alice@demo_shop", "<客服>") },
			nil, seenRequest{"POST", wechat.PathAgentAdd, "", "application/json", `{"kf_account":"alice@demo_shop","nickname":"<客服>"}`}},
		{"InviteWorker", okStatus, func(c *Client) (any, error) { return nil, c.InviteWorker(ctx, "alice@demo_shop", "alice_wx") },
			nil, seenRequest{"POST", wechat.PathAgentInvite, "", "application/json", `{"invite_wx":"alice_wx","kf_account":"alice@demo_shop"}`}},
		{"UpdateAgent", okStatus, func(c *Client) (any, error) { return nil, c.UpdateAgent(ctx, "alice@demo_shop", "A") },
			nil, seenRequest{"POST", wechat.PathAgentUpdate, "", "application/json", `{"kf_account":"alice@demo_shop","nickname":"A"}`}},
		{"DeleteAgent", `{}`, func(c *Client) (any, error) { return nil, c.DeleteAgent(ctx, "alice@demo_shop") },
			nil, seenRequest{"POST", wechat.PathAgentDelete, "", "application/json", `{"kf_account":"alice@demo_shop"}`}},
		{"CreateSession", okStatus, func(c *Client) (any, error) { return nil, c.CreateSession(ctx, "alice@demo_shop", "oA1") },
			nil, seenRequest{"POST", wechat.PathSessionCreate, "", "application/json", `{"kf_account":"alice@demo_shop","openid":"oA1"}`}},
		{"CloseSession", okStatus, func(c *Client) (any, error) { return nil, c.CloseSession(ctx, "alice@demo_shop", "oA1") },
			nil, seenRequest{"POST", wechat.PathSessionClose, "", "application/json", `{"kf_account":"alice@demo_shop","openid":"oA1"}`}},
		{"Session", `{"createtime":1710277281,"kf_account":"alice@demo_shop"}`, func(c *Client) (any, error) { return c.Session(ctx, "oA1") },
			wechat.Session{CreateTime: 1710277281, KFAccount: "alice@demo_shop"}, seenRequest{"GET", wechat.PathSession, "&openid=oA1", "", ""}},
		{"Session, in the words of 2014", `{"errcode":0,"errmsg":"session not exsited"}`, func(c *Client) (any, error) { return c.Session(ctx, "oA1") },
			wechat.Session{}, seenRequest{"GET", wechat.PathSession, "&openid=oA1", "", ""}},
		{"Sessions", `{"sessionlist":[{"createtime":1710277281,"openid":"oA1"}]}`, func(c *Client) (any, error) { return c.Sessions(ctx, "alice@demo_shop") },
			[]wechat.CustomerInSession{{CreateTime: 1710277281, OpenID: "oA1"}}, seenRequest{"GET", wechat.PathSessionList, "&kf_account=alice@demo_shop", "", ""}},
		{"Waiting", `{"count":150,"waitcaselist":[{"latest_time":1710277200,"openid":"oA1"}]}`, func(c *Client) (any, error) { return c.Waiting(ctx) },
			wechat.WaitList{Count: 150, WaitCaseList: wechat.List[wechat.WaitCase]{{LatestTime: 1710277200, OpenID: "oA1"}}}, seenRequest{"GET", wechat.PathWaitList, "", "", ""}},
		{"SendText", okStatus, func(c *Client) (any, error) { return nil, c.SendText(ctx, "oA1", "<a href=\"x\">你好</a>") },
			nil, seenRequest{"POST", wechat.PathCustomSend, "", "application/json", `{"msgtype":"text","text":{"content":"<a href=\"x\">你好</a>"},"touser":"oA1"}`}},
		{"Type", okStatus, func(c *Client) (any, error) { return nil, c.Type(ctx, "oA1") },
			nil, seenRequest{"POST", wechat.PathCustomTyping, "", "application/json", `{"command":"Typing","touser":"oA1"}`}},
		{"StopTyping", okStatus, func(c *Client) (any, error) { return nil, c.StopTyping(ctx, "oA1") },
			nil, seenRequest{"POST", wechat.PathCustomTyping, "", "application/json", `{"command":"CancelTyping","touser":"oA1"}`}},
		{"Records", `{"msgid":102,"number":1,"recordlist":[{"openid":"oA1","opercode":2003,"text":"hi","time":1710277281,"worker":"alice@demo_shop"}]}`,
			func(c *Client) (any, error) {
				return c.Records(ctx, wechat.RecordListRequest{StartTime: 1710277200, EndTime: 1710363600, MsgID: 1, Number: 2})
			},
			wechat.RecordList{MsgID: 102, Number: 1, RecordList: wechat.List[wechat.Record]{{OpenID: "oA1", OperCode: wechat.OperCodeCustomerSaid, Text: "hi", Time: 1710277281, Worker: "alice@demo_shop"}}},
			seenRequest{"POST", wechat.PathRecordList, "", "application/json", `{"endtime":1710363600,"msgid":1,"number":2,"starttime":1710277200}`}},
		{"CallbackIPs", `{"ip_list":["198.51.100.7","198.51.100.128/25"]}`, func(c *Client) (any, error) { return c.CallbackIPs(ctx) },
			[]string{"198.51.100.7", "198.51.100.128/25"}, seenRequest{"GET", wechat.PathCallbackIP, "", "", ""}},
		{"APIDomainIPs", `{"ip_list":[]}`, func(c *Client) (any, error) { return c.APIDomainIPs(ctx) },
			[]string{}, seenRequest{"GET", wechat.PathAPIDomainIP, "", "", ""}},
		{"CheckCallback", `{"dns":[{"ip":"203.0.113.10","real_operator":"UNICOM"}]}`,
			func(c *Client) (any, error) {
				return c.CheckCallback(ctx, wechat.CheckActionDNS, wechat.CheckOperatorDefault)
			},
			wechat.CallbackCheckResponse{DNS: []wechat.DNSCheck{{IP: "203.0.113.10", RealOperator: "UNICOM"}}},
			seenRequest{"POST", wechat.PathCallbackCheck, "", "application/json", `{"action":"dns","check_operator":"DEFAULT"}`}},
		{"ClearQuota", okStatus, func(c *Client) (any, error) { return nil, c.ClearQuota(ctx) },
			nil, seenRequest{"POST", wechat.PathClearQuota, "", "application/json", `{"appid":"` + testAppID + `"}`}},
		{"ClearQuotaWithSecret", okStatus, func(c *Client) (any, error) { return nil, c.ClearQuotaWithSecret(ctx) },
			nil, seenRequest{"POST", wechat.PathClearQuotaV2, "", "application/json", `{"appid":"` + testAppID + `","appsecret":"` + testSecret + `"}`}},
		{"Quota", `{"errcode":0,"errmsg":"ok","quota":{"daily_limit":500000,"used":12,"remain":499988},"rate_limit":{"call_count":5000,"refresh_second":60}}`,
			func(c *Client) (any, error) { return c.Quota(ctx, wechat.PathAgentList) },
			wechat.QuotaResponse{Status: wechat.Status{Errmsg: "ok"}, Quota: wechat.Quota{DailyLimit: 500000, Remain: 499988, Used: 12}, RateLimit: &wechat.RateLimit{CallCount: 5000, RefreshSecond: 60}},
			seenRequest{"POST", wechat.PathQuotaGet, "", "application/json", `{"cgi_path":"/cgi-bin/customservice/getkflist"}`}},
		{"ClearPathQuota", okStatus, func(c *Client) (any, error) { return nil, c.ClearPathQuota(ctx, wechat.PathAgentAdd) },
			nil, seenRequest{"POST", wechat.PathQuotaClear, "", "application/json", `{"cgi_path":"/customservice/kfaccount/add"}`}},
		{"Call", `{"errcode":0,"errmsg":"ok","request":{"invoke_time":1710277281,"cost_in_ms":12,"request_url":"access_token=85_xxxx","request_body":"","response_body":"{}","client_ip":"203.0.113.9"}}`,
			func(c *Client) (any, error) { return c.Call(ctx, testRID) },
			wechat.Call{InvokeTime: 1710277281, CostInMS: 12, RequestURL: "access_token=85_xxxx", ResponseBody: "{}", ClientIP: "203.0.113.9"},
			seenRequest{"POST", wechat.PathRIDGet, "", "application/json", `{"rid":"` + testRID + `"}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			api, client := start(t, answering(c.answer))
			value, err := c.call(client)
			got := result{value, err}
			if got.err != nil {
				t.Fatal(got.err)
			}
			if diff := cmp.Diff(c.want, got.value); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			seen := api.calls()
			if len(seen) != 1 {
				t.Fatalf("got %d calls, want 1", len(seen))
			}
			query, found := strings.CutPrefix(seen[0].rawQuery, "access_token="+api.valid)
			if wantToken := seen[0].path != wechat.PathClearQuotaV2; found != (wantToken && api.valid != "") {
				t.Errorf("got the query %q, want the token in it: %t", seen[0].rawQuery, wantToken)
			}
			seen[0].rawQuery = query
			if diff := cmp.Diff(c.sent, seen[0], cmp.AllowUnexported(seenRequest{})); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUploadAvatar(t *testing.T) {
	png := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{0, '\r', '\n'}, 1000)...)
	api, client := start(t, answering(okStatus))
	// A token that went stale makes the upload go twice, from the one reading.
	if _, err := client.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	api.revoke()
	if err := client.UploadAvatar(t.Context(), "alice@demo_shop", `头"像.png`, iotest.HalfReader(bytes.NewReader(png))); err != nil {
		t.Fatal(err)
	}
	seen := api.calls()
	if len(seen) != 2 || seen[0].body != seen[1].body {
		t.Fatalf("got %d calls, want 2 with the same body", len(seen))
	}
	if !strings.HasSuffix(seen[1].rawQuery, "&kf_account=alice@demo_shop") {
		t.Errorf("got the query %q, want kf_account with its @ as it is", seen[1].rawQuery)
	}
	got, err := wechat.ReadUpload(seen[1].contentType, strings.NewReader(seen[1].body), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if got.FieldName != "media" || got.FileName != `头"像.png` || got.ContentType != "image/png" || !bytes.Equal(got.Bytes, png) {
		t.Errorf("got field %q, file %q, type %q, %d bytes", got.FieldName, got.FileName, got.ContentType, len(got.Bytes))
	}
}

func TestUploadAvatarRefuses(t *testing.T) {
	api, client := start(t, answering(okStatus))
	broken := errors.New("disk on fire")
	if err := client.UploadAvatar(t.Context(), "a@b", "a", iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	endless := io.LimitReader(zeros{}, 1<<40)
	if err := client.UploadAvatar(t.Context(), "a@b", "a", endless); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("got %v for an endless picture", err)
	}
	if n := len(api.calls()); n != 0 {
		t.Errorf("got %d calls, want none", n)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestBaseURL(t *testing.T) {
	for _, c := range []struct {
		name, base, want string
	}{
		{"empty", "", ""},
		{"no scheme", "api.weixin.qq.com", ""},
		{"another scheme", "ftp://api.weixin.qq.com", ""},
		{"query", "http://h/?a=b", ""},
		{"cannot be parsed", "http://user:hunter2@h:port", ""},
		{"host", "https://api.weixin.qq.com", "https://api.weixin.qq.com/p?q"},
		{"slash", "https://api.weixin.qq.com/", "https://api.weixin.qq.com/p?q"},
		{"under a path", "http://h:8080/wechat/", "http://h:8080/wechat/p?q"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := New(c.base, testAppID, testSecret)
			if c.want != "" {
				if client.fault != nil {
					t.Fatal(client.fault)
				}
				if got := client.at("/p", "q").String(); got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
				return
			}
			_, tokenErr := client.Token(t.Context())
			_, listErr := client.Agents(t.Context())
			for _, err := range []error{tokenErr, listErr, client.ClearQuotaWithSecret(t.Context())} {
				if err == nil || !strings.Contains(err.Error(), "base URL") || strings.Contains(err.Error(), "hunter2") {
					t.Errorf("got %v, want it to be about the base URL", err)
				}
			}
		})
	}
}
