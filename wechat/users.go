package wechat

// Languages that [PathUserInfo] can be asked for.
const (
	LangSimplified  = "zh_CN"
	LangTraditional = "zh_TW"
	LangEnglish     = "en"
)

// UserInfo answers [PathUserInfo]. Of somebody who does not follow the account,
// only Subscribe and OpenID are written, and UnionID when there is one. A name
// or a picture is not told since December 2021.
type UserInfo struct {
	GroupID int64 `json:"groupid"`
	// Language is one of the Lang constants; empty is left out.
	Language   string `json:"language,omitempty"`
	OpenID     string `json:"openid"`
	QRScene    int64  `json:"qr_scene"`
	QRSceneStr string `json:"qr_scene_str"`
	Remark     string `json:"remark"`
	// Subscribe is 1 for a follower and 0 for anybody else.
	Subscribe      int    `json:"subscribe"`
	SubscribeScene string `json:"subscribe_scene"`
	// SubscribeTime is in Unix seconds.
	SubscribeTime int64       `json:"subscribe_time"`
	TagIDList     List[int64] `json:"tagid_list"`
	// UnionID is there when the account is bound to an open platform account.
	UnionID string `json:"unionid,omitempty"`
}

// MarshalJSON writes all members of a follower, and the few of anybody else.
func (u UserInfo) MarshalJSON() ([]byte, error) {
	if u.Subscribe == 0 {
		return Marshal(struct {
			OpenID    string `json:"openid"`
			Subscribe int    `json:"subscribe"`
			UnionID   string `json:"unionid,omitempty"`
		}{u.OpenID, u.Subscribe, u.UnionID})
	}
	type follower UserInfo // without this method
	return Marshal(follower(u))
}

// UserInfoList answers [PathUserInfoBatch].
type UserInfoList struct {
	UserInfoList List[UserInfo] `json:"user_info_list"`
}

// UserInfoQuery is one wish of [UserInfoBatch].
type UserInfoQuery struct {
	Lang   string `json:"lang,omitempty"`
	OpenID string `json:"openid"`
}

// UserInfoBatch is the body of [PathUserInfoBatch].
type UserInfoBatch struct {
	UserList List[UserInfoQuery] `json:"user_list"`
}

// ParseUserInfoBatch reads the body of [PathUserInfoBatch].
func ParseUserInfoBatch(body []byte) (UserInfoBatch, error) {
	o, err := ParseObject(body)
	if err != nil {
		return UserInfoBatch{}, err
	}
	var r UserInfoBatch
	for _, user := range o.Objects("user_list") {
		r.UserList = append(r.UserList, UserInfoQuery{OpenID: user.String("openid"), Lang: user.String("lang")})
	}
	return r, o.Err()
}

// UpdateRemark is the body of [PathUserRemark].
type UpdateRemark struct {
	OpenID string `json:"openid"`
	// Remark is nil when the body has none, which is not an empty one.
	Remark *string `json:"remark,omitempty"`
}

// ParseUpdateRemark reads the body of [PathUserRemark].
func ParseUpdateRemark(body []byte) (UpdateRemark, error) {
	o, err := ParseObject(body)
	if err != nil {
		return UpdateRemark{}, err
	}
	r := UpdateRemark{OpenID: o.String("openid")}
	if remark := o.String("remark"); o.Has("remark") {
		r.Remark = &remark
	}
	return r, o.Err()
}

// UserList is a page of openids: the answer of [PathUserList] and
// [PathBlacklist], and without Total that of [PathTagUsers].
type UserList struct {
	// Count is how many this page has.
	Count int `json:"count"`
	// Data is absent when there are none.
	Data *OpenIDs `json:"data,omitempty"`
	// NextOpenID is the last openid of the page; empty when there are none. Ask
	// with it for the next page.
	NextOpenID string `json:"next_openid"`
	// Total is how many there are in all.
	Total *int `json:"total,omitempty"`
}

// OpenIDs is the part of [UserList] with the openids.
type OpenIDs struct {
	OpenID List[string] `json:"openid"`
}

// BlacklistQuery is the body of [PathBlacklist].
type BlacklistQuery struct {
	// BeginOpenID is where the page begins, the NextOpenID of the page before.
	BeginOpenID string `json:"begin_openid"`
}

// ParseBlacklistQuery reads the body of [PathBlacklist].
func ParseBlacklistQuery(body []byte) (BlacklistQuery, error) {
	o, err := ParseObject(body)
	if err != nil {
		return BlacklistQuery{}, err
	}
	r := BlacklistQuery{BeginOpenID: o.String("begin_openid")}
	return r, o.Err()
}

// OpenIDList is the body of [PathBlacklisting] and [PathUnblacklisting].
type OpenIDList struct {
	OpenIDList List[string] `json:"openid_list"`
}

// ParseOpenIDList reads the body of [PathBlacklisting] and
// [PathUnblacklisting].
func ParseOpenIDList(body []byte) (OpenIDList, error) {
	o, err := ParseObject(body)
	if err != nil {
		return OpenIDList{}, err
	}
	r := OpenIDList{OpenIDList: o.Strings("openid_list")}
	return r, o.Err()
}
