package wechat

import (
	"cmp"
	"slices"
	"strconv"
)

// Errcode says how a call ended. It is an error too, so that a client can ask
// errors.Is(err, wechat.AgentExists); format it with %d where the number is
// meant.
type Errcode int

// Any call.
const (
	SystemError            Errcode = -1    // the platform is busy; try again later
	OK                     Errcode = 0     // the call succeeded
	InvalidCredential      Errcode = 40001 // the token is wrong or superseded; see [Errcode.LongText]
	InvalidAccessToken     Errcode = 40014 // the token is malformed
	InvalidCharset         Errcode = 40033 // escaped text where the endpoint wants raw UTF-8
	InvalidArgsSize        Errcode = 40035 // a parameter is missing or has the wrong length
	AccessTokenMissing     Errcode = 41001 // no token in the query
	AccessTokenExpired     Errcode = 42001 // the token's life is over
	RefreshTokenException  Errcode = 42007 // the user changed the password (OAuth only)
	RequireGET             Errcode = 43001
	RequirePOST            Errcode = 43002
	RequireHTTPS           Errcode = 43003
	EmptyPostData          Errcode = 44002 // the body is empty
	DailyQuotaReached      Errcode = 45009
	MinuteQuotaReached     Errcode = 45011
	AddressNotRegistered   Errcode = 45035 // the caller's address is not registered
	DataFormatError        Errcode = 47001 // the body does not parse
	DataFormatEscapedError Errcode = 47002
	APIUnauthorized        Errcode = 48001 // the account lacks the permission
	APIForbidden           Errcode = 48004 // the account is banned from this API
	UserLimited            Errcode = 50002 // the account is frozen
	ClientIPNotRegistered  Errcode = 61004 // as 45035
)

// Tokens, callback check, quotas and rids.
const (
	InvalidGrantType          Errcode = 40002 // grant_type is not client_credential
	InvalidAppID              Errcode = 40013 // unknown or malformed
	InvalidAppSecret          Errcode = 40125 // the secret is wrong
	AddressNotAllowed         Errcode = 40164 // the real text names the caller; see [AddressNotAllowedText]
	InvalidCheckURL           Errcode = 40201 // no callback URL is set
	InvalidCheckAction        Errcode = 40202
	InvalidCheckOperator      Errcode = 40203
	AppSecretFrozen           Errcode = 40243 // the owner froze the secret
	AppIDMissing              Errcode = 41002
	AppSecretMissing          Errcode = 41004
	ClearQuotaLimitReached    Errcode = 48006
	TokenForbidden            Errcode = 50004 // the account may not fetch tokens
	AccountFrozen             Errcode = 50007
	RIDNotFound               Errcode = 76001
	RIDMalformed              Errcode = 76002
	RIDForeign                Errcode = 76003
	RIDTooOld                 Errcode = 76004
	CGIPathNotFound           Errcode = 76021
	CGIPathForbidden          Errcode = 76022
	AddressAwaitsConfirmation Errcode = 89503
	AddressRefusedForDay      Errcode = 89506
	AddressRefusedForHour     Errcode = 89507
)

// Customers, tags and recipients.
const (
	InvalidOpenID          Errcode = 40003 // malformed, of another account, or not a follower
	InvalidOpenIDList      Errcode = 40031 // malformed
	InvalidOpenIDListSize  Errcode = 40032 // too long
	InvalidRemarkName      Errcode = 40092 // too long
	InvalidUsername        Errcode = 40132 // not a WeChat id
	OpenIDMissing          Errcode = 41009
	RequireSubscribe       Errcode = 43004 // the openid does not follow the account
	RequireRemoveBlacklist Errcode = 43019 // the account blacklisted the recipient
	TooManyTags            Errcode = 45056
	TagHasTooManyFans      Errcode = 45057
	SystemTag              Errcode = 45058
	TooManyTagsOnUser      Errcode = 45059
	InvalidTagName         Errcode = 45157
	TagNameTooLong         Errcode = 45158
	InvalidTagID           Errcode = 45159
	UserNotExist           Errcode = 46004
	OpenIDMismatch         Errcode = 49003
	UserUnsubscribed       Errcode = 50005
)

// Media and pictures.
const (
	InvalidMediaType    Errcode = 40004 // not image, voice, video or thumb
	InvalidFileType     Errcode = 40005 // the format is not allowed
	InvalidMediaSize    Errcode = 40006 // the file is too large; the misspelling is WeChat's
	InvalidMediaID      Errcode = 40007 // unknown, expired, or of another type
	InvalidImageSize    Errcode = 40009
	InvalidVoiceSize    Errcode = 40010
	InvalidVideoSize    Errcode = 40011
	InvalidThumbSize    Errcode = 40012
	InvalidImageFormat  Errcode = 40137
	MediaDataMissing    Errcode = 41005 // the upload has no file
	MediaIDMissing      Errcode = 41006
	EmptyMediaData      Errcode = 44001 // the file has no bytes
	MediaSizeOutOfLimit Errcode = 45001
	PlaytimeOutOfLimit  Errcode = 45007 // the voice is too long
	MediaDataNotExist   Errcode = 46001
)

// Sending messages.
const (
	InvalidMessageType        Errcode = 40008 // unknown msgtype
	InvalidAccountType        Errcode = 40200 // accounts of this type may not call it
	EmptyNewsData             Errcode = 44003
	EmptyContent              Errcode = 44004
	ContentSizeOutOfLimit     Errcode = 45002 // the text is too long
	TitleSizeOutOfLimit       Errcode = 45003
	DescriptionSizeOutOfLimit Errcode = 45004
	URLSizeOutOfLimit         Errcode = 45005
	PicURLSizeOutOfLimit      Errcode = 45006
	ArticleSizeOutOfLimit     Errcode = 45008 // more than one article
	ResponseOutOfTime         Errcode = 45015 // no allowance is alive
	UserOutOfTime             Errcode = 45037 // mini programs
	ResponseCountOutOfLimit   Errcode = 45047 // the allowance is used up
	InvalidCustomMessageType  Errcode = 45050
	InvalidCommand            Errcode = 45072 // of typing
	TypingNeedsMessage        Errcode = 45080
	AlreadyTyping             Errcode = 45081
	InvalidMiniProgramAppID   Errcode = 45086 // the misspelling is WeChat's
	CustomMessageBlocked      Errcode = 45087
	CustomMessageForbidden    Errcode = 45094 // mini programs
	MenuListSizeOutOfLimit    Errcode = 45098
	MenuItemSizeOutOfLimit    Errcode = 45099
	UserBlocksMessages        Errcode = 48002 // the user turned messages off
	MessageTypeForbidden      Errcode = 48008
	MessageRefusedForMinors   Errcode = 70000
)

// Customer service: agents, sessions and records.
const (
	AgentFeatureOff           Errcode = 65400 // customer service is switched off
	InvalidAgent              Errcode = 65401 // no such kf account
	AgentUnbound              Errcode = 65402 // nobody is bound to the kf account
	IllegalNickname           Errcode = 65403 // empty, too long or forbidden
	IllegalAgent              Errcode = 65404 // the kf account is malformed
	AgentLimitReached         Errcode = 65405
	AgentExists               Errcode = 65406
	WorkerBoundHere           Errcode = 65407 // the person is already bound here
	WorkerInvited             Errcode = 65408 // the person has a waiting invitation here
	InvalidWorker             Errcode = 65409 // no such WeChat id
	WorkerBindingLimitReached Errcode = 65410
	InvitationWaiting         Errcode = 65411 // the kf account has a waiting invitation
	AgentBound                Errcode = 65412
	NoSession                 Errcode = 65413 // nothing to close
	SessionOfAnotherWorker    Errcode = 65414
	WorkerOffline             Errcode = 65415
	LegacyInvalidParam        Errcode = 61451 // as 65416, of the record API before 2016
	LegacyDateFormatError     Errcode = 61500
	LegacyDateRangeError      Errcode = 61501 // the window is not within one day
	InvalidParam              Errcode = 65416
	TimeRangeTooLong          Errcode = 65417 // more than 24 hours
)

// Text is WeChat's own text for the code, misspellings included; empty for a
// code that is not in this package. The texts of [AddressNotAllowed],
// [AppSecretFrozen], [TokenForbidden], [AccountFrozen], [AddressNotRegistered],
// [ClientIPNotRegistered], [MessageRefusedForMinors] and those of the 76001 to
// 76004 and 89503 to 89507 families are ours: WeChat's vary or are not
// published.
func (c Errcode) Text() string {
	i, found := slices.BinarySearchFunc(errcodeTexts[:], c, func(row errcodeText, c Errcode) int {
		return cmp.Compare(row.code, c)
	})
	if !found {
		return ""
	}
	return errcodeTexts[i].text
}

// LongText is the text that calls with an access token get. It differs from
// Text for [InvalidCredential] only, which there carries advice.
func (c Errcode) LongText() string {
	if c == InvalidCredential {
		return c.Text() + ", could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
	}
	return c.Text()
}

// Error is the number and the text.
func (c Errcode) Error() string {
	if text := c.Text(); text != "" {
		return "errcode " + strconv.Itoa(int(c)) + ": " + text
	}
	return "errcode " + strconv.Itoa(int(c))
}

// TokenRefused tells whether the code means that the access token no longer
// works, so that a client should fetch another and try once more.
func (c Errcode) TokenRefused() bool {
	return c == InvalidCredential || c == InvalidAccessToken || c == AccessTokenExpired
}

// Errcodes lists every code of this package in ascending order.
func Errcodes() []Errcode {
	codes := make([]Errcode, len(errcodeTexts))
	for i := range errcodeTexts {
		codes[i] = errcodeTexts[i].code
	}
	return codes
}
