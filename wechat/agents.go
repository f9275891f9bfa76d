package wechat

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// AgentList answers [PathAgentList].
type AgentList struct {
	KFList List[Agent] `json:"kf_list"`
}

// Agent is a kf account (客服账号) as the list shows it. KFWX is there when
// somebody is bound to it; the three invite members are there when nobody is
// and an invitation was sent.
type Agent struct {
	// InviteExpireTime is in Unix seconds.
	InviteExpireTime int64 `json:"invite_expire_time,omitempty"`
	// InviteStatus is one of the InviteStatus constants.
	InviteStatus string `json:"invite_status,omitempty"`
	InviteWX     string `json:"invite_wx,omitempty"`
	// KFAccount is the full name, prefix@wechat-id.
	KFAccount string `json:"kf_account"`
	// KFHeadImgURL is empty, but not absent, when the agent has no picture.
	KFHeadImgURL string `json:"kf_headimgurl"`
	KFID         KFID   `json:"kf_id"`
	KFNick       string `json:"kf_nick"`
	KFWX         string `json:"kf_wx,omitempty"`
}

// Values of [Agent.InviteStatus].
const (
	InviteStatusWaiting  = "waiting"
	InviteStatusRejected = "rejected"
	InviteStatusExpired  = "expired"
)

// OnlineAgentList answers [PathOnlineAgentList].
type OnlineAgentList struct {
	KFOnlineList List[OnlineAgent] `json:"kf_online_list"`
}

// OnlineAgent is an agent at work.
type OnlineAgent struct {
	// AcceptedCase is the number of customers in session with the agent now.
	AcceptedCase int64  `json:"accepted_case"`
	KFAccount    string `json:"kf_account"`
	KFID         KFID   `json:"kf_id"`
	// Status is one of the OnlineStatus constants. Old systems had 2 and 3 for
	// the phone; anything from 1 on means online.
	Status int `json:"status"`
}

// Values of [OnlineAgent.Status].
const (
	OnlineStatusOffline = 0
	OnlineStatusWeb     = 1
)

// KFID is the number of an agent. The documents write it as a string of digits
// and the living system has been seen to write a number; a KFID reads both, and
// writes what AsNumber says.
type KFID struct {
	Number   int64
	AsNumber bool
}

// String is the number in digits.
func (id KFID) String() string { return strconv.FormatInt(id.Number, 10) }

// MarshalJSON writes "1001", or 1001 with AsNumber.
func (id KFID) MarshalJSON() ([]byte, error) {
	if id.AsNumber {
		return strconv.AppendInt(nil, id.Number, 10), nil
	}
	return strconv.AppendQuote(nil, id.String()), nil
}

// UnmarshalJSON reads "1001" and 1001, and remembers which it was. As usual in
// Go, null changes nothing.
func (id *KFID) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	digits, asNumber := string(data), true
	if len(data) > 0 && data[0] == '"' {
		if err := json.Unmarshal(data, &digits); err != nil {
			return err
		}
		asNumber = false
	}
	n, err := parseInteger(digits)
	if err != nil {
		return fmt.Errorf("kf_id must be a whole number or a string of digits: %w", err)
	}
	*id = KFID{Number: n, AsNumber: asNumber}
	return nil
}

// AddAgent is the body of [PathAgentAdd].
type AddAgent struct {
	KFAccount string `json:"kf_account"`
	Nickname  string `json:"nickname"`
}

// ParseAddAgent reads the body of [PathAgentAdd]. The password that the API
// asked for in its early years is ignored.
func ParseAddAgent(body []byte) (AddAgent, error) {
	o, err := ParseObject(body)
	if err != nil {
		return AddAgent{}, err
	}
	r := AddAgent{KFAccount: o.String("kf_account"), Nickname: o.String("nickname")}
	return r, o.Err()
}

// InviteWorker is the body of [PathAgentInvite].
type InviteWorker struct {
	InviteWX  string `json:"invite_wx"`
	KFAccount string `json:"kf_account"`
}

// ParseInviteWorker reads the body of [PathAgentInvite].
func ParseInviteWorker(body []byte) (InviteWorker, error) {
	o, err := ParseObject(body)
	if err != nil {
		return InviteWorker{}, err
	}
	r := InviteWorker{InviteWX: o.String("invite_wx"), KFAccount: o.String("kf_account")}
	return r, o.Err()
}

// UpdateAgent is the body of [PathAgentUpdate].
type UpdateAgent struct {
	KFAccount string `json:"kf_account"`
	Nickname  string `json:"nickname"`
}

// ParseUpdateAgent reads the body of [PathAgentUpdate].
func ParseUpdateAgent(body []byte) (UpdateAgent, error) {
	o, err := ParseObject(body)
	if err != nil {
		return UpdateAgent{}, err
	}
	r := UpdateAgent{KFAccount: o.String("kf_account"), Nickname: o.String("nickname")}
	return r, o.Err()
}

// DeleteAgent is the body of [PathAgentDelete] when it is called with POST.
// Called with GET, it has kf_account in the query.
type DeleteAgent struct {
	KFAccount string `json:"kf_account"`
}

// ParseDeleteAgent reads the body of [PathAgentDelete].
func ParseDeleteAgent(body []byte) (DeleteAgent, error) {
	o, err := ParseObject(body)
	if err != nil {
		return DeleteAgent{}, err
	}
	r := DeleteAgent{KFAccount: o.String("kf_account")}
	return r, o.Err()
}
