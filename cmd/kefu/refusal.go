package main

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/wechat"
)

// refusal makes a line for people of what the API, or the way to it, refused.
// Errors of other kinds stay as they are.
func refusal(err error) error {
	var refused *client.Error
	if errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("%w; nobody listens there: is the server running, and --base-url right?", err)
	}
	if !errors.As(err, &refused) {
		return err
	}
	line := fmt.Sprintf("the API refused with errcode %d: %s", refused.Errcode, refused.Base)
	if refused.RID != "" {
		line += " (rid " + refused.RID + ")"
	}
	if hint := advice(refused.Errcode); hint != "" {
		line += "; " + hint
	}
	return refusedError{line: line, cause: err}
}

// refused is [refusal], and for scripts prints the API's own answer as well.
func (t *terminal) refused(err error, asJSON bool) error {
	var api *client.Error
	if asJSON && errors.As(err, &api) {
		if perr := t.printJSON(wechat.NewStatusText(api.Errcode, api.Base, api.RID)); perr != nil {
			return errors.Join(refusal(err), perr)
		}
	}
	return refusal(err)
}

// refusedError reads as the line and is still what the client returned.
type refusedError struct {
	line  string
	cause error
}

func (e refusedError) Error() string { return strings.TrimSpace(e.line) }
func (e refusedError) Unwrap() error { return e.cause }

// advice says what to do about an errcode, for those that a person at a command
// line can do something about; empty for the others.
func advice(code wechat.Errcode) string {
	switch code {
	case wechat.SystemError:
		return "the server is busy or broken: try again, and look into its log"
	case wechat.InvalidAppID:
		return "the server does not serve this appid: check --appid and --base-url"
	case wechat.InvalidAppSecret:
		return "check the secret; kefu official-account set APPID --rotate-secret makes a new one"
	case wechat.InvalidCredential, wechat.InvalidAccessToken, wechat.AccessTokenExpired:
		return "another program keeps replacing the access token: try again"
	case wechat.AddressNotAllowed:
		return "let this machine's address in with kefu official-account set APPID --allow-ip"
	case wechat.AppSecretFrozen:
		return "thaw the secret with kefu official-account set APPID --secret-frozen=false"
	case wechat.AccountFrozen, wechat.APIForbidden, wechat.UserLimited:
		return "thaw the account with kefu official-account set APPID --frozen=false"
	case wechat.APIUnauthorized:
		return "only verified accounts may do this: kefu official-account set APPID --verified"
	case wechat.AgentFeatureOff:
		return "switch customer service on with kefu official-account set APPID --kf-enabled"
	case wechat.RequireHTTPS:
		return "use an https:// address with --base-url"
	case wechat.DailyQuotaReached:
		return "the quota of this API comes back at midnight in Beijing; kefu official-account set APPID --daily-quota raises it"
	case wechat.MinuteQuotaReached:
		return "wait a minute"
	case wechat.InvalidAgent:
		return "there is no such kf account: see kefu agent list"
	case wechat.IllegalAgent:
		return "a kf account is 1 to 10 letters, digits or _, then @ and the official account's WeChat id, such as alice@demo_shop"
	case wechat.IllegalNickname:
		return "a nickname has 1 to 16 printable characters"
	case wechat.AgentLimitReached:
		return "remove a kf account, or raise the limit with kefu official-account set APPID --max-agents"
	case wechat.AgentExists:
		return "choose another name, or change its nickname with kefu agent update"
	case wechat.AgentUnbound:
		return "invite a person first: kefu agent invite"
	case wechat.AgentBound:
		return "a person answers under this name already: see kefu agent list"
	case wechat.InvitationWaiting:
		return "an invitation to this kf account is waiting for its answer: see kefu agent list"
	case wechat.InvalidWorker:
		return "a person's WeChat id has 6 to 20 letters, digits, _ or -, and starts with a letter"
	case wechat.WorkerBoundHere:
		return "this person answers under another name of the account already: see kefu agent list"
	case wechat.WorkerInvited:
		return "this person has not answered the invitation to another kf account yet"
	case wechat.WorkerBindingLimitReached:
		return "this person has as many kf accounts as allowed: remove one, or raise the limit with kefu official-account set APPID --max-bindings"
	case wechat.InvalidFileType, wechat.InvalidImageFormat:
		return "the picture must be a JPEG or a PNG"
	case wechat.InvalidMediaSize, wechat.InvalidImageSize, wechat.MediaSizeOutOfLimit:
		return "the picture must have at most 5 MB and a reasonable number of pixels"
	case wechat.EmptyMediaData:
		return "the file is empty"
	case wechat.InvalidOpenID:
		return "the official account has no customer with this openid"
	case wechat.NoSession:
		return "nobody serves this customer: see kefu session get"
	case wechat.SessionOfAnotherWorker:
		return "another agent serves this customer: see kefu session get"
	case wechat.WorkerOffline:
		return "the agent is not at work: see kefu agent online"
	case wechat.ResponseOutOfTime:
		return "the customer must write or do something first: replies are allowed for a while after that"
	case wechat.ResponseCountOutOfLimit:
		return "the replies that the customer's last action allowed are used up: it must write again first"
	case wechat.RequireRemoveBlacklist:
		return "the customer is on the blacklist of the official account"
	case wechat.InvalidMediaID:
		return "upload the file again: its id is wrong, of another type, or older than three days"
	case wechat.TimeRangeTooLong:
		return "ask for at most 24 hours, or use --all"
	}
	return ""
}
