package translate

import (
	"errors"

	"github.com/openkefu/kefu"
)

// The statuses of HTTP that a refusal can have at the doors that pages use. What
// is not there is 404, what is written wrong is 400, and what cannot be done as
// things stand is 409.
const (
	badRequest   = 400
	unauthorized = 401
	forbidden    = 403
	notFound     = 404
	conflict     = 409
	tooMany      = 429
)

// Refusal is the status and the code with which the doors for pages and the
// sandbox say a [kefu.Reason]; ok is false for an error that is no refusal.
func Refusal(err error) (status int, code string, ok bool) {
	var reason kefu.Reason
	if !errors.As(err, &reason) {
		return 0, "", false
	}
	row, ok := refusals[reason]
	return row.status, row.code, ok
}

// refusals has a row for every reason.
var refusals = map[kefu.Reason]struct {
	status int
	code   string
}{
	// Official accounts.
	kefu.OfficialAccountExists:  {conflict, "official_account_exists"},
	kefu.OfficialAccountIllegal: {badRequest, "official_account_illegal"},
	kefu.OfficialAccountUnknown: {notFound, "official_account_unknown"},
	kefu.OfficialAccountFrozen:  {forbidden, "official_account_frozen"},
	kefu.WeChatIDInUse:          {conflict, "wechat_id_in_use"},
	kefu.Unverified:             {forbidden, "unverified"},
	kefu.ServiceDisabled:        {forbidden, "service_disabled"},
	// Credentials.
	kefu.GrantTypeIllegal:  {badRequest, "grant_type_illegal"},
	kefu.AppIDMissing:      {badRequest, "appid_missing"},
	kefu.SecretMissing:     {badRequest, "secret_missing"},
	kefu.SecretWrong:       {forbidden, "secret_wrong"},
	kefu.SecretFrozen:      {forbidden, "secret_frozen"},
	kefu.AddressNotAllowed: {forbidden, "address_not_allowed"},
	kefu.TokenMissing:      {badRequest, "token_missing"},
	kefu.TokenMalformed:    {badRequest, "token_malformed"},
	kefu.TokenInvalid:      {forbidden, "token_invalid"},
	kefu.TokenExpired:      {forbidden, "token_expired"},
	kefu.DailyQuotaReached: {tooMany, "daily_quota_reached"},
	kefu.RateReached:       {tooMany, "rate_reached"},
	kefu.ClearLimitReached: {tooMany, "clear_limit_reached"},
	kefu.PathUnknown:       {notFound, "path_unknown"},
	kefu.PathForbidden:     {forbidden, "path_forbidden"},
	kefu.CallUnknown:       {notFound, "call_unknown"},
	kefu.CallMalformed:     {badRequest, "call_malformed"},
	kefu.CallForeign:       {forbidden, "call_foreign"},
	kefu.CallTooOld:        {conflict, "call_too_old"},
	// Agents and invitations.
	kefu.NicknameIllegal:        {badRequest, "nickname_illegal"},
	kefu.AgentIllegal:           {badRequest, "agent_illegal"},
	kefu.AgentLimit:             {conflict, "agent_limit"},
	kefu.AgentExists:            {conflict, "agent_exists"},
	kefu.AgentUnknown:           {notFound, "agent_unknown"},
	kefu.AgentUnbound:           {conflict, "agent_unbound"},
	kefu.AgentBound:             {conflict, "agent_bound"},
	kefu.AgentOffline:           {conflict, "agent_offline"},
	kefu.WorkerIllegal:          {badRequest, "worker_illegal"},
	kefu.WorkerBoundHere:        {conflict, "worker_bound_here"},
	kefu.WorkerInvitedElsewhere: {conflict, "worker_invited_elsewhere"},
	kefu.WorkerBindingLimit:     {conflict, "worker_binding_limit"},
	kefu.InvitationWaiting:      {conflict, "invitation_waiting"},
	kefu.InvitationNotWaiting:   {conflict, "invitation_not_waiting"},
	// Pictures.
	kefu.PictureMissing:    {badRequest, "picture_missing"},
	kefu.PictureEmpty:      {badRequest, "picture_empty"},
	kefu.PictureUnreadable: {badRequest, "picture_unreadable"},
	kefu.PictureTooLarge:   {badRequest, "picture_too_large"},
	// Replies.
	kefu.ReplyTimeOver:     {conflict, "reply_time_over"},
	kefu.ReplyCountReached: {conflict, "reply_count_reached"},
	// Customers and tags.
	kefu.CustomerUnknown:   {notFound, "customer_unknown"},
	kefu.CustomerMissing:   {badRequest, "customer_missing"},
	kefu.CustomersTooMany:  {badRequest, "customers_too_many"},
	kefu.CustomerBlocked:   {conflict, "customer_blocked"},
	kefu.NotFollowing:      {conflict, "not_following"},
	kefu.RemarkTooLong:     {badRequest, "remark_too_long"},
	kefu.TagNameIllegal:    {badRequest, "tag_name_illegal"},
	kefu.TagNameTooLong:    {badRequest, "tag_name_too_long"},
	kefu.TagLimit:          {conflict, "tag_limit"},
	kefu.TagUnknown:        {notFound, "tag_unknown"},
	kefu.TagSystem:         {conflict, "tag_system"},
	kefu.TagsOnCustomer:    {conflict, "tags_on_customer"},
	kefu.CustomerOfAnother: {conflict, "customer_of_another"},
	// Messages.
	kefu.MessageTypeUnknown:   {badRequest, "message_type_unknown"},
	kefu.MessageIncomplete:    {badRequest, "message_incomplete"},
	kefu.ContentEmpty:         {badRequest, "content_empty"},
	kefu.ContentTooLong:       {badRequest, "content_too_long"},
	kefu.TitleTooLong:         {badRequest, "title_too_long"},
	kefu.DescriptionTooLong:   {badRequest, "description_too_long"},
	kefu.URLTooLong:           {badRequest, "url_too_long"},
	kefu.PicURLTooLong:        {badRequest, "pic_url_too_long"},
	kefu.ArticlesMissing:      {badRequest, "articles_missing"},
	kefu.ArticlesTooMany:      {badRequest, "articles_too_many"},
	kefu.MenuTooLong:          {badRequest, "menu_too_long"},
	kefu.MenuItemTooLong:      {badRequest, "menu_item_too_long"},
	kefu.MiniProgramIllegal:   {badRequest, "mini_program_illegal"},
	kefu.MessageUnknown:       {notFound, "message_unknown"},
	kefu.PushUnknown:          {notFound, "push_unknown"},
	kefu.TypingCommandIllegal: {badRequest, "typing_command_illegal"},
	kefu.TypingWithoutMessage: {conflict, "typing_without_message"},
	kefu.TypingAlready:        {conflict, "typing_already"},
	// Sessions and records.
	kefu.SessionNone:        {conflict, "session_none"},
	kefu.SessionOfAnother:   {conflict, "session_of_another"},
	kefu.NotWaiting:         {conflict, "not_waiting"},
	kefu.WaitingForAnother:  {conflict, "waiting_for_another"},
	kefu.RecordQueryIllegal: {badRequest, "record_query_illegal"},
	kefu.RecordSpanTooLong:  {badRequest, "record_span_too_long"},
	kefu.LegacyQueryIllegal: {badRequest, "legacy_query_illegal"},
	kefu.LegacySpanTooLong:  {badRequest, "legacy_span_too_long"},
	// The workbench.
	kefu.NotAllowed:        {forbidden, "forbidden"},
	kefu.NoteUnknown:       {notFound, "note_unknown"},
	kefu.NoteIllegal:       {badRequest, "note_illegal"},
	kefu.NoteLimit:         {conflict, "note_limit"},
	kefu.QuickReplyUnknown: {notFound, "quick_reply_unknown"},
	kefu.QuickReplyIllegal: {badRequest, "quick_reply_illegal"},
	kefu.QuickReplyLimit:   {conflict, "quick_reply_limit"},
	// Media.
	kefu.MediaTypeIllegal: {badRequest, "media_type_illegal"},
	kefu.MediaFormat:      {badRequest, "media_format"},
	kefu.MediaTooLarge:    {badRequest, "media_too_large"},
	kefu.MediaPlayTooLong: {badRequest, "media_play_too_long"},
	kefu.MediaUnknown:     {badRequest, "media_unknown"},
	kefu.MediaIDMissing:   {badRequest, "media_id_missing"},
	// People.
	kefu.PersonExists:      {conflict, "person_exists"},
	kefu.PersonUnknown:     {notFound, "person_unknown"},
	kefu.PersonNameIllegal: {badRequest, "person_name_illegal"},
	kefu.RoleIllegal:       {badRequest, "role_illegal"},
	kefu.PasswordIllegal:   {badRequest, "password_illegal"},
	kefu.CredentialsWrong:  {unauthorized, "wrong_credentials"},
	kefu.NotSignedIn:       {unauthorized, "not_signed_in"},
	kefu.LastAdministrator: {conflict, "last_administrator"},
	kefu.SetupOver:         {conflict, "setup_over"},
	kefu.InvitationUnknown: {notFound, "invitation_unknown"},
	kefu.InvitationOfOther: {forbidden, "invitation_of_other"},
	// Callback.
	kefu.CallbackMissing:      {conflict, "callback_missing"},
	kefu.CallbackRefused:      {conflict, "callback_refused"},
	kefu.CheckActionIllegal:   {badRequest, "check_action_illegal"},
	kefu.CheckOperatorIllegal: {badRequest, "check_operator_illegal"},
	kefu.ArgumentIllegal:      {badRequest, "argument_illegal"},
}
