// Package client calls the customer service API of WeChat, or of a Kefu that
// speaks it, from a Go program:
//
//	c := client.New("http://127.0.0.1:8080", appID, secret)
//	agents, err := c.Agents(ctx)
//	switch {
//	case errors.Is(err, wechat.AgentFeatureOff):
//		// ask the owner to switch customer service on
//	case err != nil:
//		return err
//	}
//
// The access token is fetched when it is first needed, kept, renewed shortly
// before its end, and renewed once more when the server refuses it; many
// goroutines that need one wait for a single fetch. A call that was refused
// because of its token is repeated once with the new one, so its body is kept in
// memory until it ends.
//
// There are three kinds of errors. [*Error] is a refusal by the API, with its
// errcode. [*AnswerError] is an answer that is not the API's: a page of a proxy,
// a truncated body, a redirect. Anything else means that no answer came, and
// wraps what the network or the context said. No error contains the secret or a
// token.
package client
