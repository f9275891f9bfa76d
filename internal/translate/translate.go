// Package translate is the interpreter between the house (package kefu) and
// WeChat's wire (package wechat). It does no I/O and decides nothing: it knows
// how each language says what the other one said.
package translate

import (
	"errors"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// errcodes is how the wire says each [kefu.Reason]. A test walks all reasons,
// so that none is forgotten.
var errcodes = map[kefu.Reason]wechat.Errcode{
	kefu.OfficialAccountUnknown: wechat.InvalidAppID,
	kefu.OfficialAccountFrozen:  wechat.AccountFrozen,
	kefu.Unverified:             wechat.APIUnauthorized,
	kefu.ServiceDisabled:        wechat.AgentFeatureOff,

	kefu.GrantTypeIllegal:  wechat.InvalidGrantType,
	kefu.AppIDMissing:      wechat.AppIDMissing,
	kefu.SecretMissing:     wechat.AppSecretMissing,
	kefu.SecretWrong:       wechat.InvalidAppSecret,
	kefu.SecretFrozen:      wechat.AppSecretFrozen,
	kefu.AddressNotAllowed: wechat.AddressNotAllowed,
	kefu.TokenMissing:      wechat.AccessTokenMissing,
	kefu.TokenMalformed:    wechat.InvalidAccessToken,
	kefu.TokenInvalid:      wechat.InvalidCredential,
	kefu.TokenExpired:      wechat.AccessTokenExpired,
	kefu.DailyQuotaReached: wechat.DailyQuotaReached,
	kefu.RateReached:       wechat.MinuteQuotaReached,
	kefu.ClearLimitReached: wechat.ClearQuotaLimitReached,
	kefu.PathUnknown:       wechat.CGIPathNotFound,
	kefu.PathForbidden:     wechat.CGIPathForbidden,
	kefu.CallUnknown:       wechat.RIDNotFound,
	kefu.CallMalformed:     wechat.RIDMalformed,
	kefu.CallForeign:       wechat.RIDForeign,
	kefu.CallTooOld:        wechat.RIDTooOld,

	kefu.NicknameIllegal:        wechat.IllegalNickname,
	kefu.AgentIllegal:           wechat.IllegalAgent,
	kefu.AgentLimit:             wechat.AgentLimitReached,
	kefu.AgentExists:            wechat.AgentExists,
	kefu.AgentUnknown:           wechat.InvalidAgent,
	kefu.AgentUnbound:           wechat.AgentUnbound,
	kefu.AgentBound:             wechat.AgentBound,
	kefu.AgentOffline:           wechat.WorkerOffline,
	kefu.WorkerIllegal:          wechat.InvalidWorker,
	kefu.WorkerBoundHere:        wechat.WorkerBoundHere,
	kefu.WorkerInvitedElsewhere: wechat.WorkerInvited,
	kefu.WorkerBindingLimit:     wechat.WorkerBindingLimitReached,
	kefu.InvitationWaiting:      wechat.InvitationWaiting,

	kefu.PictureMissing:    wechat.MediaDataMissing,
	kefu.PictureEmpty:      wechat.EmptyMediaData,
	kefu.PictureUnreadable: wechat.InvalidFileType,
	kefu.PictureTooLarge:   wechat.InvalidImageSize,

	kefu.ReplyTimeOver:     wechat.ResponseOutOfTime,
	kefu.ReplyCountReached: wechat.ResponseCountOutOfLimit,

	kefu.CustomerUnknown:   wechat.InvalidOpenID,
	kefu.CustomerMissing:   wechat.OpenIDMissing,
	kefu.CustomersTooMany:  wechat.InvalidOpenIDListSize,
	kefu.CustomerBlocked:   wechat.RequireRemoveBlacklist,
	kefu.NotFollowing:      wechat.RequireSubscribe,
	kefu.RemarkTooLong:     wechat.InvalidRemarkName,
	kefu.TagNameIllegal:    wechat.InvalidTagName,
	kefu.TagNameTooLong:    wechat.TagNameTooLong,
	kefu.TagLimit:          wechat.TooManyTags,
	kefu.TagUnknown:        wechat.InvalidTagID,
	kefu.TagSystem:         wechat.SystemTag,
	kefu.TagsOnCustomer:    wechat.TooManyTagsOnUser,
	kefu.CustomerOfAnother: wechat.OpenIDMismatch,

	kefu.MessageTypeUnknown:   wechat.InvalidMessageType,
	kefu.MessageIncomplete:    wechat.InvalidArgsSize,
	kefu.ContentEmpty:         wechat.EmptyContent,
	kefu.ContentTooLong:       wechat.ContentSizeOutOfLimit,
	kefu.TitleTooLong:         wechat.TitleSizeOutOfLimit,
	kefu.DescriptionTooLong:   wechat.DescriptionSizeOutOfLimit,
	kefu.URLTooLong:           wechat.URLSizeOutOfLimit,
	kefu.PicURLTooLong:        wechat.PicURLSizeOutOfLimit,
	kefu.ArticlesMissing:      wechat.EmptyNewsData,
	kefu.ArticlesTooMany:      wechat.ArticleSizeOutOfLimit,
	kefu.MenuTooLong:          wechat.MenuListSizeOutOfLimit,
	kefu.MenuItemTooLong:      wechat.MenuItemSizeOutOfLimit,
	kefu.MiniProgramIllegal:   wechat.InvalidMiniProgramAppID,
	kefu.TypingCommandIllegal: wechat.InvalidCommand,
	kefu.TypingWithoutMessage: wechat.TypingNeedsMessage,
	kefu.TypingAlready:        wechat.AlreadyTyping,

	kefu.SessionNone:        wechat.NoSession,
	kefu.SessionOfAnother:   wechat.SessionOfAnotherWorker,
	kefu.RecordQueryIllegal: wechat.InvalidParam,
	kefu.RecordSpanTooLong:  wechat.TimeRangeTooLong,
	kefu.LegacyQueryIllegal: wechat.LegacyInvalidParam,
	kefu.LegacySpanTooLong:  wechat.LegacyDateRangeError,

	// No call of the API is about these.
	kefu.NotAllowed:        wechat.APIUnauthorized,
	kefu.NoteUnknown:       wechat.InvalidArgsSize,
	kefu.NoteIllegal:       wechat.InvalidArgsSize,
	kefu.NoteLimit:         wechat.InvalidArgsSize,
	kefu.QuickReplyUnknown: wechat.InvalidArgsSize,
	kefu.QuickReplyIllegal: wechat.InvalidArgsSize,
	kefu.QuickReplyLimit:   wechat.InvalidArgsSize,

	kefu.MediaTypeIllegal: wechat.InvalidMediaType,
	kefu.MediaFormat:      wechat.InvalidFileType,
	kefu.MediaTooLarge:    wechat.MediaSizeOutOfLimit,
	kefu.MediaPlayTooLong: wechat.PlaytimeOutOfLimit,
	kefu.MediaUnknown:     wechat.InvalidMediaID,
	kefu.MediaIDMissing:   wechat.MediaIDMissing,

	kefu.CallbackMissing:      wechat.InvalidCheckURL,
	kefu.CheckActionIllegal:   wechat.InvalidCheckAction,
	kefu.CheckOperatorIllegal: wechat.InvalidCheckOperator,
	kefu.ArgumentIllegal:      wechat.InvalidArgsSize,

	// WeChat's API has no way to cause these; should one ever come this far, it
	// is said as a parameter that does not fit.
	kefu.OfficialAccountExists:  wechat.InvalidArgsSize,
	kefu.OfficialAccountIllegal: wechat.InvalidArgsSize,
	kefu.WeChatIDInUse:          wechat.InvalidArgsSize,
	kefu.InvitationNotWaiting:   wechat.InvalidArgsSize,
	kefu.MessageUnknown:         wechat.InvalidArgsSize,
	kefu.PushUnknown:            wechat.InvalidArgsSize,
	kefu.NotWaiting:             wechat.InvalidArgsSize,
	kefu.WaitingForAnother:      wechat.InvalidArgsSize,
	kefu.CallbackRefused:        wechat.InvalidArgsSize,
	kefu.PersonExists:           wechat.InvalidArgsSize,
	kefu.PersonUnknown:          wechat.InvalidArgsSize,
	kefu.PersonNameIllegal:      wechat.InvalidArgsSize,
	kefu.RoleIllegal:            wechat.InvalidArgsSize,
	kefu.PasswordIllegal:        wechat.InvalidArgsSize,
	kefu.CredentialsWrong:       wechat.InvalidArgsSize,
	kefu.NotSignedIn:            wechat.InvalidArgsSize,
	kefu.LastAdministrator:      wechat.InvalidArgsSize,
	kefu.SetupOver:              wechat.InvalidArgsSize,
	kefu.InvitationUnknown:      wechat.InvalidArgsSize,
	kefu.InvitationOfOther:      wechat.InvalidArgsSize,
}

// Errcode is how the wire says an error: the errcode of its [kefu.Reason], the
// errcode that it is itself, or the one for a request that could not be read.
// refused is false when the error is none of these; it is then a failure of
// ours, said as [wechat.SystemError].
func Errcode(err error) (code wechat.Errcode, refused bool) {
	var reason kefu.Reason
	if errors.As(err, &reason) {
		code, refused = errcodes[reason]
		if refused {
			return code, true
		}
		return wechat.SystemError, false
	}
	if errors.As(err, &code) {
		return code, true
	}
	for _, malformed := range []struct {
		err  error
		code wechat.Errcode
	}{
		{wechat.ErrEmpty, wechat.EmptyPostData},
		{wechat.ErrFormat, wechat.DataFormatError},
		{wechat.ErrNoFile, wechat.MediaDataMissing},
		{wechat.ErrEmptyFile, wechat.EmptyMediaData},
		{wechat.ErrTooLarge, wechat.InvalidImageSize},
	} {
		if errors.Is(err, malformed.err) {
			return malformed.code, true
		}
	}
	return wechat.SystemError, false
}
