package sandbox

import (
	"errors"
	"net/http"

	"github.com/openkefu/kefu"
)

// refusal is the status and the code of an error.
func refusal(err error) (status int, code string) {
	var bad badRequest
	if errors.As(err, &bad) {
		return http.StatusBadRequest, "bad_request"
	}
	var reason kefu.Reason
	if errors.As(err, &reason) {
		if row, known := refusals[reason]; known {
			return row.status, row.code
		}
	}
	return http.StatusInternalServerError, "internal"
}

// refusals has a row for every reason, also for those that no verb of this door
// refuses with today. What is not there is 404, what is written wrong is 400, and
// what cannot be done as things stand is 409.
var refusals = map[kefu.Reason]struct {
	status int
	code   string
}{
	// Official accounts.
	kefu.OfficialAccountExists:  {http.StatusConflict, "official_account_exists"},
	kefu.OfficialAccountIllegal: {http.StatusBadRequest, "official_account_illegal"},
	kefu.OfficialAccountUnknown: {http.StatusNotFound, "official_account_unknown"},
	kefu.OfficialAccountFrozen:  {http.StatusForbidden, "official_account_frozen"},
	kefu.WeChatIDInUse:          {http.StatusConflict, "wechat_id_in_use"},
	kefu.Unverified:             {http.StatusForbidden, "unverified"},
	kefu.ServiceDisabled:        {http.StatusForbidden, "service_disabled"},
	// Credentials.
	kefu.GrantTypeIllegal:  {http.StatusBadRequest, "grant_type_illegal"},
	kefu.AppIDMissing:      {http.StatusBadRequest, "appid_missing"},
	kefu.SecretMissing:     {http.StatusBadRequest, "secret_missing"},
	kefu.SecretWrong:       {http.StatusForbidden, "secret_wrong"},
	kefu.SecretFrozen:      {http.StatusForbidden, "secret_frozen"},
	kefu.AddressNotAllowed: {http.StatusForbidden, "address_not_allowed"},
	kefu.TokenMissing:      {http.StatusBadRequest, "token_missing"},
	kefu.TokenMalformed:    {http.StatusBadRequest, "token_malformed"},
	kefu.TokenInvalid:      {http.StatusForbidden, "token_invalid"},
	kefu.TokenExpired:      {http.StatusForbidden, "token_expired"},
	kefu.DailyQuotaReached: {http.StatusTooManyRequests, "daily_quota_reached"},
	kefu.RateReached:       {http.StatusTooManyRequests, "rate_reached"},
	kefu.ClearLimitReached: {http.StatusTooManyRequests, "clear_limit_reached"},
	kefu.PathUnknown:       {http.StatusNotFound, "path_unknown"},
	kefu.PathForbidden:     {http.StatusForbidden, "path_forbidden"},
	kefu.CallUnknown:       {http.StatusNotFound, "call_unknown"},
	kefu.CallMalformed:     {http.StatusBadRequest, "call_malformed"},
	kefu.CallForeign:       {http.StatusForbidden, "call_foreign"},
	kefu.CallTooOld:        {http.StatusConflict, "call_too_old"},
	// Agents and invitations.
	kefu.NicknameIllegal:        {http.StatusBadRequest, "nickname_illegal"},
	kefu.AgentIllegal:           {http.StatusBadRequest, "agent_illegal"},
	kefu.AgentLimit:             {http.StatusConflict, "agent_limit"},
	kefu.AgentExists:            {http.StatusConflict, "agent_exists"},
	kefu.AgentUnknown:           {http.StatusNotFound, "agent_unknown"},
	kefu.AgentUnbound:           {http.StatusConflict, "agent_unbound"},
	kefu.AgentBound:             {http.StatusConflict, "agent_bound"},
	kefu.AgentOffline:           {http.StatusConflict, "agent_offline"},
	kefu.WorkerIllegal:          {http.StatusBadRequest, "worker_illegal"},
	kefu.WorkerBoundHere:        {http.StatusConflict, "worker_bound_here"},
	kefu.WorkerInvitedElsewhere: {http.StatusConflict, "worker_invited_elsewhere"},
	kefu.WorkerBindingLimit:     {http.StatusConflict, "worker_binding_limit"},
	kefu.InvitationWaiting:      {http.StatusConflict, "invitation_waiting"},
	kefu.InvitationNotWaiting:   {http.StatusConflict, "invitation_not_waiting"},
	// Pictures.
	kefu.PictureMissing:    {http.StatusBadRequest, "picture_missing"},
	kefu.PictureEmpty:      {http.StatusBadRequest, "picture_empty"},
	kefu.PictureUnreadable: {http.StatusBadRequest, "picture_unreadable"},
	kefu.PictureTooLarge:   {http.StatusBadRequest, "picture_too_large"},
	// Replies.
	kefu.ReplyTimeOver:     {http.StatusConflict, "reply_time_over"},
	kefu.ReplyCountReached: {http.StatusConflict, "reply_count_reached"},
	// Customers and tags.
	kefu.CustomerUnknown:   {http.StatusNotFound, "customer_unknown"},
	kefu.CustomerMissing:   {http.StatusBadRequest, "customer_missing"},
	kefu.CustomersTooMany:  {http.StatusBadRequest, "customers_too_many"},
	kefu.CustomerBlocked:   {http.StatusConflict, "customer_blocked"},
	kefu.NotFollowing:      {http.StatusConflict, "not_following"},
	kefu.RemarkTooLong:     {http.StatusBadRequest, "remark_too_long"},
	kefu.TagNameIllegal:    {http.StatusBadRequest, "tag_name_illegal"},
	kefu.TagNameTooLong:    {http.StatusBadRequest, "tag_name_too_long"},
	kefu.TagLimit:          {http.StatusConflict, "tag_limit"},
	kefu.TagUnknown:        {http.StatusNotFound, "tag_unknown"},
	kefu.TagSystem:         {http.StatusConflict, "tag_system"},
	kefu.TagsOnCustomer:    {http.StatusConflict, "tags_on_customer"},
	kefu.CustomerOfAnother: {http.StatusConflict, "customer_of_another"},
	// Messages.
	kefu.MessageTypeUnknown:   {http.StatusBadRequest, "message_type_unknown"},
	kefu.MessageIncomplete:    {http.StatusBadRequest, "message_incomplete"},
	kefu.ContentEmpty:         {http.StatusBadRequest, "content_empty"},
	kefu.ContentTooLong:       {http.StatusBadRequest, "content_too_long"},
	kefu.TitleTooLong:         {http.StatusBadRequest, "title_too_long"},
	kefu.DescriptionTooLong:   {http.StatusBadRequest, "description_too_long"},
	kefu.URLTooLong:           {http.StatusBadRequest, "url_too_long"},
	kefu.PicURLTooLong:        {http.StatusBadRequest, "pic_url_too_long"},
	kefu.ArticlesMissing:      {http.StatusBadRequest, "articles_missing"},
	kefu.ArticlesTooMany:      {http.StatusBadRequest, "articles_too_many"},
	kefu.MenuTooLong:          {http.StatusBadRequest, "menu_too_long"},
	kefu.MenuItemTooLong:      {http.StatusBadRequest, "menu_item_too_long"},
	kefu.MiniProgramIllegal:   {http.StatusBadRequest, "mini_program_illegal"},
	kefu.MessageUnknown:       {http.StatusNotFound, "message_unknown"},
	kefu.PushUnknown:          {http.StatusNotFound, "push_unknown"},
	kefu.TypingCommandIllegal: {http.StatusBadRequest, "typing_command_illegal"},
	kefu.TypingWithoutMessage: {http.StatusConflict, "typing_without_message"},
	kefu.TypingAlready:        {http.StatusConflict, "typing_already"},
	// Sessions and records.
	kefu.SessionNone:        {http.StatusConflict, "session_none"},
	kefu.SessionOfAnother:   {http.StatusConflict, "session_of_another"},
	kefu.NotWaiting:         {http.StatusConflict, "not_waiting"},
	kefu.WaitingForAnother:  {http.StatusConflict, "waiting_for_another"},
	kefu.RecordQueryIllegal: {http.StatusBadRequest, "record_query_illegal"},
	kefu.RecordSpanTooLong:  {http.StatusBadRequest, "record_span_too_long"},
	kefu.LegacyQueryIllegal: {http.StatusBadRequest, "legacy_query_illegal"},
	kefu.LegacySpanTooLong:  {http.StatusBadRequest, "legacy_span_too_long"},
	// Media.
	kefu.MediaTypeIllegal: {http.StatusBadRequest, "media_type_illegal"},
	kefu.MediaFormat:      {http.StatusBadRequest, "media_format"},
	kefu.MediaTooLarge:    {http.StatusBadRequest, "media_too_large"},
	kefu.MediaPlayTooLong: {http.StatusBadRequest, "media_play_too_long"},
	kefu.MediaUnknown:     {http.StatusBadRequest, "media_unknown"},
	kefu.MediaIDMissing:   {http.StatusBadRequest, "media_id_missing"},
	// Callback.
	kefu.CallbackMissing:      {http.StatusConflict, "callback_missing"},
	kefu.CallbackRefused:      {http.StatusConflict, "callback_refused"},
	kefu.CheckActionIllegal:   {http.StatusBadRequest, "check_action_illegal"},
	kefu.CheckOperatorIllegal: {http.StatusBadRequest, "check_operator_illegal"},
	kefu.ArgumentIllegal:      {http.StatusBadRequest, "argument_illegal"},
}
