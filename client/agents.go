package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"github.com/openkefu/kefu/wechat"
)

// maxAvatar is the largest picture that is read into memory. The API takes 5 MB;
// what is a little larger is left to the server to refuse in its own words.
const maxAvatar = 16 << 20

// Agents lists all kf accounts of the official account.
func (c *Client) Agents(ctx context.Context) ([]wechat.Agent, error) {
	var answer wechat.AgentList
	err := c.do(ctx, call{method: http.MethodGet, path: wechat.PathAgentList, into: &answer, complete: func() string {
		return lacks(answer.KFList == nil, "kf_list")
	}})
	return answer.KFList, err
}

// OnlineAgents lists the agents at work, with the number of customers each
// serves.
func (c *Client) OnlineAgents(ctx context.Context) ([]wechat.OnlineAgent, error) {
	var answer wechat.OnlineAgentList
	err := c.do(ctx, call{method: http.MethodGet, path: wechat.PathOnlineAgentList, into: &answer, complete: func() string {
		return lacks(answer.KFOnlineList == nil, "kf_online_list")
	}})
	return answer.KFOnlineList, err
}

func lacks(missing bool, name string) string {
	if missing {
		return name + " is missing"
	}
	return ""
}

// AddAgent makes a kf account, prefix@wechat-id, that nobody is bound to yet.
// Refusals are wechat.AgentExists, wechat.IllegalAgent, wechat.IllegalNickname
// and wechat.AgentLimitReached.
func (c *Client) AddAgent(ctx context.Context, account, nickname string) error {
	return c.post(ctx, wechat.PathAgentAdd, wechat.AddAgent{KFAccount: account, Nickname: nickname}, call{})
}

// InviteWorker asks the person with a WeChat id to become the agent. Success
// means that the invitation was sent; [Client.Agents] shows what became of it.
func (c *Client) InviteWorker(ctx context.Context, account, wechatID string) error {
	return c.post(ctx, wechat.PathAgentInvite, wechat.InviteWorker{InviteWX: wechatID, KFAccount: account}, call{})
}

// UpdateAgent changes the nickname.
func (c *Client) UpdateAgent(ctx context.Context, account, nickname string) error {
	return c.post(ctx, wechat.PathAgentUpdate, wechat.UpdateAgent{KFAccount: account, Nickname: nickname}, call{})
}

// UploadAvatar sets the agent's picture, a JPEG or PNG of at most 5 MB. picture
// is read to its end before anything is sent; more than 16 MiB is refused here.
func (c *Client) UploadAvatar(ctx context.Context, account, filename string, picture io.Reader) error {
	content, err := io.ReadAll(io.LimitReader(picture, maxAvatar+1))
	if err != nil {
		return fmt.Errorf("reading the picture: %w", err)
	}
	if len(content) > maxAvatar {
		return errors.New("the picture is far larger than the 5 MB that the API takes")
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition(wechat.FieldMedia, filename)},
		"Content-Type":        {http.DetectContentType(content)},
	})
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return fmt.Errorf("writing the form: %w", err)
	}
	return c.do(ctx, call{
		method:      http.MethodPost,
		path:        wechat.PathAgentAvatar,
		query:       param("kf_account", account),
		body:        body.Bytes(),
		contentType: form.FormDataContentType(),
	})
}

// DeleteAgent removes a kf account. Its number is not used again.
func (c *Client) DeleteAgent(ctx context.Context, account string) error {
	return c.post(ctx, wechat.PathAgentDelete, wechat.DeleteAgent{KFAccount: account}, call{})
}
