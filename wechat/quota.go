package wechat

// ClearQuotaRequest is the body of [PathClearQuota].
type ClearQuotaRequest struct {
	AppID string `json:"appid"`
}

// ParseClearQuotaRequest reads the body of [PathClearQuota].
func ParseClearQuotaRequest(body []byte) (ClearQuotaRequest, error) {
	o, err := ParseObject(body)
	if err != nil {
		return ClearQuotaRequest{}, err
	}
	r := ClearQuotaRequest{AppID: o.String("appid")}
	return r, o.Err()
}

// ClearQuotaV2Request is the body of [PathClearQuotaV2], which takes no token.
// WeChat's example puts both members in the query instead; a server whose
// caller did so has an empty body.
type ClearQuotaV2Request struct {
	AppID     string `json:"appid"`
	AppSecret string `json:"appsecret"`
}

// ParseClearQuotaV2Request reads the body of [PathClearQuotaV2].
func ParseClearQuotaV2Request(body []byte) (ClearQuotaV2Request, error) {
	o, err := ParseObject(body)
	if err != nil {
		return ClearQuotaV2Request{}, err
	}
	r := ClearQuotaV2Request{AppID: o.String("appid"), AppSecret: o.String("appsecret")}
	return r, o.Err()
}

// QuotaRequest is the body of [PathQuotaGet] and [PathQuotaClear].
type QuotaRequest struct {
	// CGIPath is the path of an endpoint: a leading "/" and no host.
	CGIPath string `json:"cgi_path"`
}

// ParseQuotaRequest reads the body of [PathQuotaGet] and [PathQuotaClear].
func ParseQuotaRequest(body []byte) (QuotaRequest, error) {
	o, err := ParseObject(body)
	if err != nil {
		return QuotaRequest{}, err
	}
	r := QuotaRequest{CGIPath: o.String("cgi_path")}
	return r, o.Err()
}

// QuotaResponse answers [PathQuotaGet]. The rate objects are absent when the
// path has no such limit.
type QuotaResponse struct {
	ComponentRateLimit *RateLimit `json:"component_rate_limit,omitempty"`
	Status
	Quota     Quota      `json:"quota"`
	RateLimit *RateLimit `json:"rate_limit,omitempty"`
}

// Quota counts the calls of a path today.
type Quota struct {
	DailyLimit int64 `json:"daily_limit"`
	Remain     int64 `json:"remain"`
	Used       int64 `json:"used"`
}

// RateLimit allows CallCount calls in RefreshSecond seconds.
type RateLimit struct {
	CallCount     int64 `json:"call_count"`
	RefreshSecond int64 `json:"refresh_second"`
}

// RIDRequest is the body of [PathRIDGet].
type RIDRequest struct {
	RID string `json:"rid"`
}

// ParseRIDRequest reads the body of [PathRIDGet].
func ParseRIDRequest(body []byte) (RIDRequest, error) {
	o, err := ParseObject(body)
	if err != nil {
		return RIDRequest{}, err
	}
	r := RIDRequest{RID: o.String("rid")}
	return r, o.Err()
}

// RIDResponse answers [PathRIDGet].
type RIDResponse struct {
	Status
	Request Call `json:"request"`
}

// Call is what the platform remembers of an API call. Secrets in it are masked.
type Call struct {
	ClientIP string `json:"client_ip"`
	// CostInMS is how long the call took, in milliseconds.
	CostInMS int64 `json:"cost_in_ms"`
	// InvokeTime is when it was made, in Unix seconds.
	InvokeTime  int64  `json:"invoke_time"`
	RequestBody string `json:"request_body"`
	// RequestURL is the query of the URL, as in "access_token=85_DEMOxxxx".
	RequestURL   string `json:"request_url"`
	ResponseBody string `json:"response_body"`
}
