package wechat

// SessionRequest is the body of [PathSessionCreate] and [PathSessionClose].
type SessionRequest struct {
	KFAccount string `json:"kf_account"`
	OpenID    string `json:"openid"`
}

// ParseSessionRequest reads the body of [PathSessionCreate] and
// [PathSessionClose]. The text that early clients add, a note to the agent, is
// ignored.
func ParseSessionRequest(body []byte) (SessionRequest, error) {
	o, err := ParseObject(body)
	if err != nil {
		return SessionRequest{}, err
	}
	r := SessionRequest{KFAccount: o.String("kf_account"), OpenID: o.String("openid")}
	return r, o.Err()
}

// Session answers [PathSession]. A customer in no session has both members, 0
// and empty.
type Session struct {
	// CreateTime is when the session began, in Unix seconds.
	CreateTime int64  `json:"createtime"`
	KFAccount  string `json:"kf_account"`
}

// SessionList answers [PathSessionList].
type SessionList struct {
	SessionList List[CustomerInSession] `json:"sessionlist"`
}

// CustomerInSession is a customer that an agent serves.
type CustomerInSession struct {
	// CreateTime is when the session began, in Unix seconds.
	CreateTime int64  `json:"createtime"`
	OpenID     string `json:"openid"`
}

// WaitList answers [PathWaitList].
type WaitList struct {
	// Count is how many customers wait; WaitCaseList has the first 100 of them.
	Count        int64          `json:"count"`
	WaitCaseList List[WaitCase] `json:"waitcaselist"`
}

// WaitCase is a customer that nobody serves yet.
type WaitCase struct {
	// LatestTime is when the customer wrote last, in Unix seconds.
	LatestTime int64  `json:"latest_time"`
	OpenID     string `json:"openid"`
}
