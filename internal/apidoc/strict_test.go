package apidoc_test

import "testing"

// What is almost right must not pass: each row breaks one rule.
func TestSchemasRefuse(t *testing.T) {
	_, doc := describe(t, scopes["sandbox"])
	agent := func(change map[string]any) map[string]any {
		a := map[string]any{"kf_account": "alice@demo_shop", "kf_headimgurl": "", "kf_id": "1001", "kf_nick": "Alice"}
		for name, value := range change {
			if a[name] = value; value == nil {
				delete(a, name)
			}
		}
		return a
	}
	invited := map[string]any{"invite_wx": "carol_wx", "invite_expire_time": 1710363681, "invite_status": "waiting"}
	for _, row := range []struct {
		name, schema string
		value        any
		fits         bool
	}{
		{"agent", "Agent", agent(nil), true},
		{"agent bound", "Agent", agent(map[string]any{"kf_wx": "alice_wx"}), true},
		{"agent invited", "Agent", agent(invited), true},
		{"kf_id a number", "Agent", agent(map[string]any{"kf_id": 1001}), true},
		{"kf_id true", "Agent", agent(map[string]any{"kf_id": true}), false},
		{"kf_id with a fraction", "Agent", agent(map[string]any{"kf_id": 1001.5}), false},
		{"kf_id with letters", "Agent", agent(map[string]any{"kf_id": "kf1001"}), false},
		{"kf_id below the first", "Agent", agent(map[string]any{"kf_id": 1000}), false},
		{"no kf_account", "Agent", agent(map[string]any{"kf_account": nil}), false},
		{"no kf_headimgurl", "Agent", agent(map[string]any{"kf_headimgurl": nil}), false},
		{"kf_wx empty instead of absent", "Agent", agent(map[string]any{"kf_wx": ""}), false},
		{"invite_wx alone", "Agent", agent(map[string]any{"invite_wx": "carol_wx"}), false},
		{"invite_expire_time a string", "Agent", agent(map[string]any{"invite_wx": "carol_wx", "invite_expire_time": "1710363681", "invite_status": "waiting"}), false},
		{"invite_status accepted", "Agent", agent(map[string]any{"invite_wx": "carol_wx", "invite_expire_time": 1710363681, "invite_status": "accepted"}), false},
		{"bound and invited", "Agent", agent(map[string]any{"kf_wx": "alice_wx", "invite_wx": "carol_wx", "invite_expire_time": 1710363681, "invite_status": "waiting"}), false},
		{"agent with kf_openid", "Agent", agent(map[string]any{"kf_openid": "o"}), false},

		{"list null", "AgentList", map[string]any{"kf_list": nil}, false},
		{"list with errcode", "AgentList", map[string]any{"kf_list": []any{}, "errcode": 0}, false},
		{"list absent", "AgentList", map[string]any{}, false},
		{"online status as text", "OnlineAgent", map[string]any{"kf_account": "alice@demo_shop", "kf_id": "1001", "status": "1", "accepted_case": 0}, false},
		{"online offline", "OnlineAgent", map[string]any{"kf_account": "alice@demo_shop", "kf_id": "1001", "status": 0, "accepted_case": 0}, false},
		{"online with fewer than no customers", "OnlineAgent", map[string]any{"kf_account": "alice@demo_shop", "kf_id": "1001", "status": 1, "accepted_case": -1}, false},

		{"ok", "Status", map[string]any{"errcode": 0, "errmsg": "ok"}, true},
		{"errcode as text", "Status", map[string]any{"errcode": "0", "errmsg": "ok"}, false},
		{"no errmsg", "Status", map[string]any{"errcode": 0}, false},
		{"ok with a rid", "Status", map[string]any{"errcode": 0, "errmsg": "ok rid: 65f0c2a1-1a2b3c4d-0badf00d"}, false},
		{"refusal without a rid", "Status", map[string]any{"errcode": 65406, "errmsg": "custom service account exists"}, false},
		{"refusal with data", "Status", map[string]any{"errcode": 65406, "errmsg": "x rid: 65f0c2a1-1a2b3c4d-0badf00d", "kf_list": []any{}}, false},

		{"token without a life", "AccessToken", map[string]any{"access_token": "85_a"}, false},
		{"token living too long", "AccessToken", map[string]any{"access_token": "85_a", "expires_in": 7201}, false},
		{"life as text", "AccessToken", map[string]any{"access_token": "85_a", "expires_in": "7200"}, false},
		{"addresses null", "IPList", map[string]any{"ip_list": nil}, false},
		{"address a name", "IPList", map[string]any{"ip_list": []any{"example.com"}}, false},
		{"callback check empty", "CallbackCheck", map[string]any{}, false},
		{"callback check, one part", "CallbackCheck", map[string]any{"dns": []any{}}, true},

		{"add with members of old clients", "AddAgentRequest", map[string]any{"kf_account": "alice@demo_shop", "nickname": "Alice", "password": "x", "business_id": 1}, true},
		{"add without kf_account", "AddAgentRequest", map[string]any{"nickname": "Alice"}, false},
		{"add without nickname", "AddAgentRequest", map[string]any{"kf_account": "alice@demo_shop"}, false},
		{"add with kf_account a number", "AddAgentRequest", map[string]any{"kf_account": 1, "nickname": "Alice"}, false},
		{"add with nickname null", "AddAgentRequest", map[string]any{"kf_account": "alice@demo_shop", "nickname": nil}, false},
		{"add as a list", "AddAgentRequest", []any{}, false},
		{"force_refresh as text", "StableTokenRequest", map[string]any{"grant_type": "client_credential", "appid": "wx5d3c0ffee1234567", "secret": "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "force_refresh": "true"}, false},
		{"rid in capitals", "RIDRequest", map[string]any{"rid": "65F0C2A1-1A2B3C4D-0BADF00D"}, false},
		{"cgi_path with a host", "PathRequest", map[string]any{"cgi_path": "https://api.weixin.qq.com/cgi-bin/token"}, false},

		{"session", "Session", map[string]any{"createtime": 0, "kf_account": ""}, true},
		{"session with errcode", "Session", map[string]any{"createtime": 0, "kf_account": "", "errcode": 0}, false},
		{"session without kf_account", "Session", map[string]any{"createtime": 0}, false},
		{"session request with a note", "SessionRequest", map[string]any{"kf_account": "alice@demo_shop", "openid": "oA1", "text": "x"}, true},
		{"session request without openid", "SessionRequest", map[string]any{"kf_account": "alice@demo_shop"}, false},
		{"sessions null", "SessionList", map[string]any{"sessionlist": nil}, false},
		{"queue without count", "WaitList", map[string]any{"waitcaselist": []any{}}, false},
		{"message", "CustomMessage", map[string]any{"touser": "oA1", "msgtype": "text", "text": map[string]any{"content": "a"}, "businessid": 1}, true},
		{"message without msgtype", "CustomMessage", map[string]any{"touser": "oA1"}, false},
		{"message of an unknown type", "CustomMessage", map[string]any{"touser": "oA1", "msgtype": "sticker"}, false},
		{"message with a text as text", "CustomMessage", map[string]any{"touser": "oA1", "msgtype": "text", "text": "a"}, false},
		{"typing in another case", "TypingRequest", map[string]any{"touser": "oA1", "command": "typing"}, false},
		{"records in strings of digits", "RecordListRequest", map[string]any{"starttime": "1", "endtime": "2", "msgid": "1", "number": "10"}, true},
		{"records in words", "RecordListRequest", map[string]any{"starttime": "x", "endtime": "2", "msgid": "1", "number": "10"}, false},
		{"record with an opercode that is none", "Record", map[string]any{"openid": "oA1", "opercode": 2004, "text": "", "time": 1, "worker": ""}, false},
		{"record without a worker", "Record", map[string]any{"openid": "oA1", "opercode": 2002, "text": "", "time": 1}, false},
		{"record page with errcode", "RecordList", map[string]any{"errcode": 0, "msgid": 1, "number": 0, "recordlist": []any{}}, false},
		{"legacy records without retcode", "LegacyRecords", map[string]any{"errcode": 0, "errmsg": "ok", "recordlist": []any{}}, false},

		{"clock by days", "SandboxClockMove", map[string]any{"advance": "2d12h"}, true},
		{"clock both ways", "SandboxClockMove", map[string]any{"advance": "48h", "set": 1}, false},
		{"clock neither way", "SandboxClockMove", map[string]any{}, false},
		{"clock by a number", "SandboxClockMove", map[string]any{"advance": 48}, false},
		{"fault without a path", "SandboxFault", map[string]any{"errcode": -1}, false},
		{"fault more likely than certain", "SandboxFault", map[string]any{"path": "*", "errcode": -1, "probability": 1.5}, false},
		{"fault misspelt", "SandboxFault", map[string]any{"path": "*", "error": -1}, false},
		{"text of a follower", "SandboxInbound", map[string]any{"msgtype": "text", "text": map[string]any{"content": "Hi"}}, true},
		{"tap on a menu item", "SandboxInbound", map[string]any{"msgtype": "text", "text": map[string]any{"content": "yes"}, "bizmsgmenuid": "1"}, true},
		{"event of a follower", "SandboxInbound", map[string]any{"msgtype": "event", "event": "CLICK", "event_key": "k"}, true},
		{"event in the wrong case", "SandboxInbound", map[string]any{"msgtype": "event", "event": "click", "event_key": "k"}, false},
		{"news of a follower", "SandboxInbound", map[string]any{"msgtype": "news", "news": map[string]any{}}, false},
		{"text misspelt", "SandboxInbound", map[string]any{"msgtype": "text", "text": map[string]any{"contents": "Hi"}}, false},
		{"follower without an openid", "SandboxFollow", map[string]any{}, true},
		{"follower with a bad openid", "SandboxFollow", map[string]any{"openid": "a b"}, false},
		{"push fault misspelt", "SandboxPushFault", map[string]any{"deed": true}, false},
		{"outcome of another name", "SandboxReceived", map[string]any{"msgid": "1", "push": map[string]any{"outcome": "ok", "attempts": 1}}, false},
		{"received without attempts", "SandboxReceived", map[string]any{"msgid": "1", "push": map[string]any{"outcome": "none"}}, false},
		{"online without online", "SandboxOnline", map[string]any{"kf_account": "alice@demo_shop"}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := fits(doc.Components.Schemas[row.schema], plain(t, row.value))
			if got := err == nil; got != row.fits {
				t.Errorf("got %s fits %t, want %t: %v", row.schema, got, row.fits, err)
			}
		})
	}
}
