package wechat

// GrantTypeClientCredential is the only grant_type that fetches a token.
const GrantTypeClientCredential = "client_credential"

// Token answers [PathToken] and [PathStableToken].
type Token struct {
	AccessToken string `json:"access_token"`
	// ExpiresIn is the rest of the token's life in seconds, at most 7200.
	ExpiresIn int64 `json:"expires_in"`
}

// StableTokenRequest is the body of [PathStableToken].
type StableTokenRequest struct {
	AppID        string `json:"appid"`
	ForceRefresh bool   `json:"force_refresh,omitempty"`
	GrantType    string `json:"grant_type"`
	Secret       string `json:"secret"`
}

// ParseStableTokenRequest reads the body of [PathStableToken].
func ParseStableTokenRequest(body []byte) (StableTokenRequest, error) {
	o, err := ParseObject(body)
	if err != nil {
		return StableTokenRequest{}, err
	}
	r := StableTokenRequest{
		AppID:        o.String("appid"),
		ForceRefresh: o.Bool("force_refresh"),
		GrantType:    o.String("grant_type"),
		Secret:       o.String("secret"),
	}
	return r, o.Err()
}

// IPList answers [PathCallbackIP] and [PathAPIDomainIP]: single addresses and
// CIDR blocks.
type IPList struct {
	IPList List[string] `json:"ip_list"`
}

// What a callback check looks at, and from whose network.
const (
	CheckActionDNS  = "dns"
	CheckActionPing = "ping"
	CheckActionAll  = "all"

	CheckOperatorDefault  = "DEFAULT"
	CheckOperatorChinanet = "CHINANET"
	CheckOperatorUnicom   = "UNICOM"
	CheckOperatorCAP      = "CAP"
)

// CallbackCheckRequest is the body of [PathCallbackCheck].
type CallbackCheckRequest struct {
	Action        string `json:"action"`
	CheckOperator string `json:"check_operator"`
}

// ParseCallbackCheckRequest reads the body of [PathCallbackCheck].
func ParseCallbackCheckRequest(body []byte) (CallbackCheckRequest, error) {
	o, err := ParseObject(body)
	if err != nil {
		return CallbackCheckRequest{}, err
	}
	r := CallbackCheckRequest{Action: o.String("action"), CheckOperator: o.String("check_operator")}
	return r, o.Err()
}

// CallbackCheckResponse answers [PathCallbackCheck]. A nil list is absent: its
// action was not asked for. A list that is empty but not nil is written as [].
type CallbackCheckResponse struct {
	DNS  List[DNSCheck]  `json:"dns,omitzero"`
	Ping List[PingCheck] `json:"ping,omitzero"`
}

// DNSCheck is one address that the callback's host resolves to.
type DNSCheck struct {
	IP           string `json:"ip"`
	RealOperator string `json:"real_operator"`
}

// PingCheck is what became of the one packet sent to an address.
type PingCheck struct {
	FromOperator string `json:"from_operator"`
	IP           string `json:"ip"`
	// PackageLoss is "0%" or "100%".
	PackageLoss string `json:"package_loss"`
	// Time is how long the packet took, as in "21.434ms".
	Time string `json:"time"`
}
