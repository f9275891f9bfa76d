package kefu

// Reason says why the house refuses. It is an error; whoever detects the
// refusal returns it, perhaps wrapped with detail, and callers ask with
// errors.Is. Package translate knows the errcode of each.
type Reason uint8

// The reasons, grouped by what is refused.
const (
	_ Reason = iota

	// Official accounts.
	OfficialAccountExists  // appid, original id or WeChat id is taken
	OfficialAccountIllegal // a field breaks its form; the error wraps the story
	OfficialAccountUnknown // no official account has this appid
	OfficialAccountFrozen  // the owner or the platform froze the account
	WeChatIDInUse          // the WeChat id is part of agents' names and cannot change
	Unverified             // the account is not verified: no customer service API
	ServiceDisabled        // the customer service feature is switched off

	// Credentials.
	GrantTypeIllegal  // grant_type is not client_credential
	AppIDMissing      // the call names no appid
	SecretMissing     // the call shows no secret
	SecretWrong       // the secret is not this account's
	SecretFrozen      // the owner froze the secret
	AddressNotAllowed // the caller's address is not on the account's list
	TokenMissing      // the call shows no access token
	TokenMalformed    // what it shows cannot be an access token
	TokenInvalid      // no such token, or a newer one replaced it
	TokenExpired      // the token's life is over
	DailyQuotaReached // the account called this path too often today
	RateReached       // the account called this path too often this minute
	ClearLimitReached // the account cleared its quota too often this month
	PathUnknown       // no such API path
	PathForbidden     // the path exists but has no quota of this account
	CallUnknown       // no call is known by this rid
	CallMalformed     // this is not a rid
	CallForeign       // the rid belongs to another account
	CallTooOld        // the rid is older than seven days

	// Agents and invitations.
	NicknameIllegal        // empty, too long, or not printable
	AgentIllegal           // malformed kf account
	AgentLimit             // the account has all the agents it may have
	AgentExists            // the kf account is taken
	AgentUnknown           // no such kf account
	AgentUnbound           // nobody accepted to be this agent yet
	AgentBound             // somebody is this agent already
	AgentOffline           // the agent is not online
	WorkerIllegal          // not a person's WeChat id
	WorkerBoundHere        // the person is an agent of this account already
	WorkerInvitedElsewhere // the person has a waiting invitation to another agent of this account
	WorkerBindingLimit     // the person is an agent of too many accounts
	InvitationWaiting      // the agent has a waiting invitation already
	InvitationNotWaiting   // there is no invitation to answer, or its time is over

	// Pictures.
	PictureMissing    // the upload has no file
	PictureEmpty      // the file has no bytes
	PictureUnreadable // neither JPEG nor PNG, or damaged
	PictureTooLarge   // too many bytes or too many pixels

	// Replies.
	ReplyTimeOver     // no allowance of replies is alive, or the customer unfollowed
	ReplyCountReached // an allowance is alive but used up

	// Customers and tags.
	CustomerUnknown   // no such customer of this account
	CustomerMissing   // the call names no customer
	CustomersTooMany  // more customers in one call than it takes
	CustomerBlocked   // the account put the customer on its blacklist
	NotFollowing      // the customer does not follow the account
	RemarkTooLong     // a remark has less than 30 bytes
	TagNameIllegal    // empty, or the name of another tag
	TagNameTooLong    // a tag's name has at most 30 bytes
	TagLimit          // the account has all the tags it may have
	TagUnknown        // no such tag
	TagSystem         // the tag is the system's own
	TagsOnCustomer    // the customer has all the tags it may have
	CustomerOfAnother // the openid is not of this account

	// Messages.
	MessageTypeUnknown   // no such msgtype, or not this way
	MessageIncomplete    // what the type must have is missing
	ContentEmpty         // a text without words
	ContentTooLong       // a text has at most 2,048 bytes
	TitleTooLong         // see [Content.Validate] for this and the next
	DescriptionTooLong   //
	URLTooLong           //
	PicURLTooLong        //
	ArticlesMissing      // news without an article
	ArticlesTooMany      // more than one article
	MenuTooLong          // more items than a menu has
	MenuItemTooLong      // an item longer than a line
	MiniProgramIllegal   // a link names what cannot be the appid of a mini program
	MessageUnknown       // no such message
	PushUnknown          // no such push
	TypingCommandIllegal // neither Typing nor CancelTyping
	TypingWithoutMessage // nothing was said in the last 30 seconds
	TypingAlready        // the customer is shown typing already

	// Sessions and records.
	SessionNone        // the customer is in no session
	SessionOfAnother   // another agent serves the customer
	WaitingForAnother  // the customer waits for another agent by name
	NotWaiting         // the customer is not in the queue
	RecordQueryIllegal // a parameter of a record query is missing or out of range
	RecordSpanTooLong  // more than 24 hours
	LegacyQueryIllegal // the same two, in the words of the system before 2016
	LegacySpanTooLong  //

	// The workbench.
	NotAllowed        // the person has no seat here, or a role that may not do this
	NoteUnknown       // no such note of this account
	NoteIllegal       // empty, too long, or no text
	NoteLimit         // the customer has all the notes it may have
	QuickReplyUnknown // no such quick reply, or a colleague's own
	QuickReplyIllegal // a part is empty or too long
	QuickReplyLimit   // there are all the quick replies there may be

	// Media.
	MediaTypeIllegal // not image, voice, video or thumb
	MediaFormat      // not a format of its type
	MediaTooLarge    // more bytes than its type may have
	MediaPlayTooLong // a voice of more than 60 seconds
	MediaUnknown     // no such media of this account, its time is over, or it is of another type
	MediaIDMissing   // the call names no media

	// People.
	PersonExists      // a person with this WeChat id has a login
	PersonUnknown     // nobody with this WeChat id has a login
	PersonNameIllegal // empty, too long, or not printable
	RoleIllegal       // no such role
	PasswordIllegal   // too short, too long, or the person's own WeChat id
	CredentialsWrong  // no such person, another password, or disabled
	NotSignedIn       // no login is shown, or it has ended
	LastAdministrator // the house must keep one administrator who can sign in
	SetupOver         // there is an administrator, or this is not the link to become the first
	InvitationUnknown // the link leads to no invitation
	InvitationOfOther // somebody else is invited

	// Callback.
	CallbackMissing      // the account has no callback URL
	CallbackRefused      // the developer's server did not pass the handshake; the error wraps the story
	CheckActionIllegal   // action is not dns, ping or all
	CheckOperatorIllegal // check_operator is not one of WeChat's
	ArgumentIllegal      // a parameter is missing or has the wrong length
	endOfReasons
)

var reasonTexts = [endOfReasons]string{
	OfficialAccountExists:  "an official account with this appid, original id or WeChat id exists",
	OfficialAccountIllegal: "the official account is not well formed",
	OfficialAccountUnknown: "no official account has this appid",
	OfficialAccountFrozen:  "the official account is frozen",
	WeChatIDInUse:          "the WeChat id is part of the names of the agents: remove them first",
	Unverified:             "the official account is not verified",
	ServiceDisabled:        "customer service is not enabled for the official account",

	GrantTypeIllegal:  "grant_type must be client_credential",
	AppIDMissing:      "the appid is missing",
	SecretMissing:     "the secret is missing",
	SecretWrong:       "the secret is wrong",
	SecretFrozen:      "the secret is frozen",
	AddressNotAllowed: "the caller's address is not on the allow-list",
	TokenMissing:      "the access token is missing",
	TokenMalformed:    "the access token is malformed",
	TokenInvalid:      "the access token is unknown or no longer the latest",
	TokenExpired:      "the access token has expired",
	DailyQuotaReached: "the daily quota of this API is used up",
	RateReached:       "this API was called too often within a minute",
	ClearLimitReached: "the quota was cleared too often this month",
	PathUnknown:       "no such API path",
	PathForbidden:     "this API path has no quota of its own for the account",
	CallUnknown:       "no call has this rid",
	CallMalformed:     "this is not a rid",
	CallForeign:       "the call was made by another official account",
	CallTooOld:        "the call is older than seven days",

	NicknameIllegal:        "the nickname must have 1 to 16 printable characters",
	AgentIllegal:           "a kf account is 1 to 10 letters, digits or _, then @ and the official account's WeChat id",
	AgentLimit:             "the official account has as many agents as it may have",
	AgentExists:            "the kf account exists already",
	AgentUnknown:           "no such kf account",
	AgentUnbound:           "nobody is bound to this kf account yet",
	AgentBound:             "somebody is bound to this kf account already",
	AgentOffline:           "the agent is not online",
	WorkerIllegal:          "a person's WeChat id has 6 to 20 letters, digits, _ or -, and starts with a letter",
	WorkerBoundHere:        "this person is already an agent of the official account",
	WorkerInvitedElsewhere: "this person has a waiting invitation to another agent of the official account",
	WorkerBindingLimit:     "this person is an agent of too many official accounts",
	InvitationWaiting:      "the kf account has a waiting invitation",
	InvitationNotWaiting:   "the kf account has no waiting invitation",

	PictureMissing:    "the upload has no file",
	PictureEmpty:      "the uploaded file is empty",
	PictureUnreadable: "the file is not a readable JPEG or PNG picture",
	PictureTooLarge:   "the picture has too many bytes or pixels",

	ReplyTimeOver:     "the customer did nothing lately that allows a reply",
	ReplyCountReached: "all replies that the customer's last action allowed are used up",

	CustomerUnknown:   "the official account has no customer with this openid",
	CustomerMissing:   "the openid is missing",
	CustomersTooMany:  "there are more openids than one call takes",
	CustomerBlocked:   "the customer is on the blacklist of the official account",
	NotFollowing:      "the customer does not follow the official account",
	RemarkTooLong:     "a remark must have less than 30 bytes",
	TagNameIllegal:    "the name of the tag is empty or taken",
	TagNameTooLong:    "the name of a tag must have at most 30 bytes",
	TagLimit:          "the official account has as many tags as it may have",
	TagUnknown:        "no such tag",
	TagSystem:         "the tag is the system's own and cannot be changed",
	TagsOnCustomer:    "the customer has as many tags as it may have",
	CustomerOfAnother: "the openid is not a customer of this official account",

	MessageTypeUnknown:   "no such message type can be sent this way",
	MessageIncomplete:    "the message lacks something that its type must have",
	ContentEmpty:         "the text is empty",
	ContentTooLong:       "the text must have at most 2048 bytes",
	TitleTooLong:         "the title is too long",
	DescriptionTooLong:   "the description is too long",
	URLTooLong:           "the URL is too long",
	PicURLTooLong:        "the URL of the picture is too long",
	ArticlesMissing:      "the news has no article",
	ArticlesTooMany:      "the news has more than one article",
	MenuTooLong:          "the menu has too many items",
	MenuItemTooLong:      "an item of the menu is too long",
	MiniProgramIllegal:   "a link in the text names something that is not the appid of a mini program",
	MessageUnknown:       "no such message",
	PushUnknown:          "no such push",
	TypingCommandIllegal: "the command must be Typing or CancelTyping",
	TypingWithoutMessage: "nothing was said to or by the customer in the last 30 seconds",
	TypingAlready:        "the customer is shown that somebody is typing already",

	SessionNone:        "the customer is in no session",
	SessionOfAnother:   "another agent is serving the customer",
	WaitingForAnother:  "the customer waits for another agent, whom the developer's server named",
	NotWaiting:         "the customer is not waiting for an agent",
	RecordQueryIllegal: "starttime, endtime, msgid or number is missing or out of range",
	RecordSpanTooLong:  "the time between starttime and endtime must be at most 24 hours",
	LegacyQueryIllegal: "starttime, endtime, pagesize or pageindex is missing or out of range",
	LegacySpanTooLong:  "starttime and endtime must be on the same day",

	NotAllowed:        "the role of the person does not allow this, or it has no seat with this official account",
	NoteUnknown:       "no such note",
	NoteIllegal:       "a note is a text of 1 to 1,000 characters",
	NoteLimit:         "the customer has 200 notes already: delete one first",
	QuickReplyUnknown: "no such quick reply",
	QuickReplyIllegal: "a quick reply has a text of 1 to 2,048 bytes, a title of at most 40 characters, and a code of at most 20",
	QuickReplyLimit:   "there are 200 such quick replies already: delete one first",

	MediaTypeIllegal: "the type must be image, voice, video or thumb",
	MediaFormat:      "the file is not in a format of its type",
	MediaTooLarge:    "the file has more bytes than its type may have",
	MediaPlayTooLong: "a voice must be at most 60 seconds long",
	MediaUnknown:     "no such media: the id is wrong, of another type, or its time is over",
	MediaIDMissing:   "the media_id is missing",

	PersonExists:      "a person with this WeChat id has a login already",
	PersonUnknown:     "nobody with this WeChat id has a login",
	PersonNameIllegal: "the name must have 1 to 32 printable characters",
	RoleIllegal:       "the role must be agent, supervisor or administrator",
	PasswordIllegal:   "the password must have 8 to 128 characters and not be the WeChat id",
	CredentialsWrong:  "the WeChat id or the password is wrong",
	NotSignedIn:       "nobody is signed in",
	LastAdministrator: "there must be another administrator first",
	SetupOver:         "this link to become the first administrator does not work, or no longer",
	InvitationUnknown: "the link leads to no invitation",
	InvitationOfOther: "somebody else is invited",

	CallbackRefused:      "the developer's server did not answer the check of the callback URL",
	CallbackMissing:      "the official account has no callback URL",
	CheckActionIllegal:   "action must be dns, ping or all",
	CheckOperatorIllegal: "check_operator must be DEFAULT, CHINANET, UNICOM or CAP",
	ArgumentIllegal:      "a parameter is missing or has the wrong length",
}

// Error says what was refused, in a sentence for the person who reads it.
func (r Reason) Error() string {
	if r == 0 || r >= endOfReasons {
		return "refused for an unnamed reason"
	}
	return reasonTexts[r]
}

// Reasons lists all of them, so that a table about reasons can be checked for
// completeness.
func Reasons() []Reason {
	all := make([]Reason, 0, endOfReasons-1)
	for r := Reason(1); r < endOfReasons; r++ {
		all = append(all, r)
	}
	return all
}
