package wechat

// Tag is a tag as [PathTagCreate] answers and takes it.
type Tag struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// TagAnswer answers [PathTagCreate].
type TagAnswer struct {
	Tag Tag `json:"tag"`
}

// CountedTag is a tag as the list shows it.
type CountedTag struct {
	// Count is how many followers have the tag.
	Count int    `json:"count"`
	ID    int64  `json:"id"`
	Name  string `json:"name"`
}

// TagList answers [PathTagList].
type TagList struct {
	Tags List[CountedTag] `json:"tags"`
}

// ParseTag reads the body of [PathTagCreate], [PathTagUpdate] and
// [PathTagDelete]: {"tag":{…}} with what the call needs of a tag. What is absent
// is zero.
func ParseTag(body []byte) (Tag, error) {
	o, err := ParseObject(body)
	if err != nil {
		return Tag{}, err
	}
	tag := o.Object("tag")
	r := Tag{ID: tag.Int("id"), Name: tag.String("name")}
	return r, o.Err()
}

// TagsOfUser is the body of [PathTagsOfUser].
type TagsOfUser struct {
	OpenID string `json:"openid"`
}

// ParseTagsOfUser reads the body of [PathTagsOfUser].
func ParseTagsOfUser(body []byte) (TagsOfUser, error) {
	o, err := ParseObject(body)
	if err != nil {
		return TagsOfUser{}, err
	}
	r := TagsOfUser{OpenID: o.String("openid")}
	return r, o.Err()
}

// TagIDList answers [PathTagsOfUser].
type TagIDList struct {
	TagIDList List[int64] `json:"tagid_list"`
}

// TagUsers is the body of [PathTagUsers].
type TagUsers struct {
	NextOpenID string `json:"next_openid"`
	TagID      int64  `json:"tagid"`
}

// ParseTagUsers reads the body of [PathTagUsers].
func ParseTagUsers(body []byte) (TagUsers, error) {
	o, err := ParseObject(body)
	if err != nil {
		return TagUsers{}, err
	}
	r := TagUsers{NextOpenID: o.String("next_openid"), TagID: o.Int("tagid")}
	return r, o.Err()
}

// Tagging is the body of [PathTagging] and [PathUntagging].
type Tagging struct {
	OpenIDList List[string] `json:"openid_list"`
	TagID      int64        `json:"tagid"`
}

// ParseTagging reads the body of [PathTagging] and [PathUntagging].
func ParseTagging(body []byte) (Tagging, error) {
	o, err := ParseObject(body)
	if err != nil {
		return Tagging{}, err
	}
	r := Tagging{OpenIDList: o.Strings("openid_list"), TagID: o.Int("tagid")}
	return r, o.Err()
}
