package wechat

// Values of [TypingRequest.Command].
const (
	CommandTyping       = "Typing"
	CommandCancelTyping = "CancelTyping"
)

// TypingRequest is the body of [PathCustomTyping] and [PathBusinessTyping].
type TypingRequest struct {
	// Command is one of the Command constants.
	Command string `json:"command"`
	ToUser  string `json:"touser"`
}

// ParseTypingRequest reads the body of [PathCustomTyping] and
// [PathBusinessTyping].
func ParseTypingRequest(body []byte) (TypingRequest, error) {
	o, err := ParseObject(body)
	if err != nil {
		return TypingRequest{}, err
	}
	r := TypingRequest{Command: o.String("command"), ToUser: o.String("touser")}
	return r, o.Err()
}
