package kefu

import (
	"regexp"
	"strings"
)

// AppID names an official account to its developers: "wx" and sixteen letters
// or digits, as WeChat issues them (wx5d3c0ffee1234567).
type AppID string

// OriginalID names an official account in pushes (原始 ID): "gh_" and twelve
// letters or digits. It is the ToUserName of everything a customer sends.
type OriginalID string

// WeChatID is the id that a person or an official account chose for itself
// (微信号). An official account's is the part of every kf account behind the @.
type WeChatID string

// OpenID names a customer to one official account. The same person has another
// openid with every other account.
type OpenID string

// KFAccount is an agent's full login name, prefix@wechat-id, where the suffix
// is the WeChat id of the official account.
type KFAccount string

// KFID is the number of an agent within its official account. Numbers ascend
// from [FirstKFID] and are never used again, also after a deletion.
type KFID int64

// FirstKFID is the number of an official account's first agent, as in WeChat's
// own examples.
const FirstKFID KFID = 1001

// Valid tells whether something can be an openid here. WeChat's have 28
// characters and begin with "o"; the sandbox lets a test choose simpler ones.
func (o OpenID) Valid() bool { return openIDForm.MatchString(string(o)) }

var (
	openIDForm     = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)
	appIDForm      = regexp.MustCompile(`^wx[0-9A-Za-z]{16}$`)
	originalIDForm = regexp.MustCompile(`^gh_[0-9A-Za-z]{12}$`)
	// An official account's WeChat id is at most 30 characters long.
	accountWeChatIDForm = regexp.MustCompile(`^[0-9A-Za-z_-]{1,30}$`)
	// A person's WeChat id starts with a letter and has 6 to 20 characters.
	personWeChatIDForm = regexp.MustCompile(`^[A-Za-z][0-9A-Za-z_-]{5,19}$`)
	kfPrefixForm       = regexp.MustCompile(`^[0-9A-Za-z_]{1,10}$`)
)

// Valid tells whether the appid has the form that WeChat issues.
func (a AppID) Valid() bool { return appIDForm.MatchString(string(a)) }

// Valid tells whether the original id has the form that WeChat issues.
func (o OriginalID) Valid() bool { return originalIDForm.MatchString(string(o)) }

// ValidForAccount tells whether an official account may have this WeChat id:
// 1 to 30 letters, digits, "_" or "-".
func (w WeChatID) ValidForAccount() bool { return accountWeChatIDForm.MatchString(string(w)) }

// ValidForPerson tells whether a person may have this WeChat id: 6 to 20
// letters, digits, "_" or "-", the first a letter.
func (w WeChatID) ValidForPerson() bool { return personWeChatIDForm.MatchString(string(w)) }

// Belongs tells whether the kf account is well formed for the official account
// with the given WeChat id: a prefix of 1 to 10 letters, digits or "_", one "@",
// and exactly that WeChat id. Case matters.
func (k KFAccount) Belongs(owner WeChatID) bool {
	prefix, suffix, found := strings.Cut(string(k), "@")
	return found && kfPrefixForm.MatchString(prefix) &&
		owner.ValidForAccount() && suffix == string(owner)
}

// Prefix is what stands before the "@"; all of it when there is none.
func (k KFAccount) Prefix() string {
	prefix, _, _ := strings.Cut(string(k), "@")
	return prefix
}

// Suffix is the WeChat id behind the "@"; empty when there is none.
func (k KFAccount) Suffix() WeChatID {
	_, suffix, _ := strings.Cut(string(k), "@")
	return WeChatID(suffix)
}
