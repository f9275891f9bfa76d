package script

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// The account of a sandbox that was started without flags.
const (
	demoAppID  = "wx5d3c0ffee1234567"
	demoSecret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
)

// door is where a party speaks to a process. Parties of two processes hold two.
type door struct {
	url    string
	client *http.Client
}

// newDoor opens connections of its own, so that those to a process that is gone
// are not found again.
func newDoor(url string) door {
	return door{url, &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		// No call takes so long, one that waits for a push aside.
		Timeout: 40 * time.Second,
	}}
}

// refused is a plain no: nothing was changed. Any other error leaves it open.
type refused struct {
	status, errcode int
	text            string
}

func (r *refused) Error() string { return fmt.Sprintf("refused: %d %s", r.status, r.text) }

// call makes one request and reads its answer.
func (d door) call(method, at, contentType string, body []byte) (status int, text []byte, err error) {
	request, err := http.NewRequest(method, d.url+at, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	answer, err := d.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err = io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

// sandbox makes a call of the control API; body and into may be nil.
func (d door) sandbox(method, verb string, body, into any) error {
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return err
		}
	}
	status, text, err := d.call(method, "/sandbox/v1/"+verb, "", sent)
	switch {
	case err != nil:
		return err
	case status >= 500:
		return fmt.Errorf("%s %s: %d %s", method, verb, status, text)
	case status != http.StatusOK:
		return &refused{status: status, text: string(text)}
	case into == nil:
		return nil
	}
	return json.Unmarshal(text, into)
}

// api makes a call of the developers' API with a token; body may be nil for GET,
// and into when the answer says nothing.
func (d door) api(token, path string, body, into any) error {
	method, sent := http.MethodGet, []byte(nil)
	if body != nil {
		var err error
		method = http.MethodPost
		if sent, err = wechat.Marshal(body); err != nil {
			return err
		}
	}
	_, text, err := d.call(method, withToken(path, token), "", sent)
	if err != nil {
		return err
	}
	return answered(path, text, into)
}

// withToken is a path, which may have a query, with the token.
func withToken(path, token string) string {
	u, err := url.Parse(path)
	if err != nil {
		panic(err)
	}
	query := u.Query()
	query.Set("access_token", token)
	u.RawQuery = query.Encode()
	return u.String()
}

// systemBusy says of a call nothing but that it may be tried again.
const systemBusy = -1

func answered(path string, text []byte, into any) error {
	var status struct {
		Errcode int
		Errmsg  string
	}
	if err := json.Unmarshal(text, &status); err != nil {
		return fmt.Errorf("%s: %w in %.200s", path, err, text)
	}
	switch {
	case status.Errcode == systemBusy:
		return fmt.Errorf("%s: %s", path, status.Errmsg)
	case status.Errcode != 0:
		return &refused{errcode: status.Errcode, text: path + ": " + status.Errmsg}
	case into == nil:
		return nil
	}
	return json.Unmarshal(text, into)
}

// newToken fetches the stable access token of the demo account.
func (d door) newToken() (string, error) {
	var answer struct {
		Token string `json:"access_token"`
	}
	err := d.api("", wechat.PathStableToken, wechat.StableTokenRequest{
		GrantType: wechat.GrantTypeClientCredential, AppID: demoAppID, Secret: demoSecret,
	}, &answer)
	return answer.Token, err
}

// upload sends a picture and is told its media_id.
func (d door) upload(token string, picture []byte) (string, error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile(wechat.FieldMedia, "picture.png")
	if err == nil {
		_, err = part.Write(picture)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return "", err
	}
	_, text, err := d.call(http.MethodPost, withToken(wechat.PathMediaUpload+"?type=image", token), w.FormDataContentType(), form.Bytes())
	if err != nil {
		return "", err
	}
	var answer struct {
		MediaID string `json:"media_id"`
	}
	err = answered(wechat.PathMediaUpload, text, &answer)
	return answer.MediaID, err
}

// media fetches the bytes behind a media_id.
func (d door) media(token, id string) ([]byte, error) {
	status, text, err := d.call(http.MethodGet, withToken(wechat.PathMediaGet+"?media_id="+url.QueryEscape(id), token), "", nil)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("media/get: %d", status)
	}
	return text, nil
}

// write has a customer write a text, with an id of its own if it is not 0, and
// tells whether the developer's server hears of it.
func (d door) write(customer, text string, own int64) (pushed bool, err error) {
	body := map[string]any{"msgtype": "text", "text": map[string]string{"content": text}}
	if own != 0 {
		body["msgid"] = own
	}
	var answer struct{ Push struct{ Outcome string } }
	err = d.sandbox(http.MethodPost, "followers/"+customer+"/messages", body, &answer)
	return err == nil && answer.Push.Outcome != "none", err
}

// follow has somebody follow the account.
func (d door) follow(customer string) error {
	return d.sandbox(http.MethodPost, "followers", map[string]string{"openid": customer}, nil)
}

// unfollow has somebody leave.
func (d door) unfollow(customer string) error {
	return d.sandbox(http.MethodDelete, "followers/"+customer, nil, nil)
}

// online brings an agent online, or takes it off.
func (d door) online(agent string, online bool, takes int) error {
	return d.sandbox(http.MethodPost, "agents/online", map[string]any{"kf_account": agent, "online": online, "auto_accept": takes}, nil)
}

// byAgent has an agent do something with a customer: accept or close.
func (d door) byAgent(verb, agent, customer string) error {
	return d.sandbox(http.MethodPost, "agents/"+verb, map[string]string{"kf_account": agent, "openid": customer}, nil)
}

// handOver has an agent give a customer to another.
func (d door) handOver(agent, customer, to string) error {
	return d.sandbox(http.MethodPost, "agents/transfer", map[string]string{"kf_account": agent, "openid": customer, "to": to}, nil)
}

// answerCustomer has an agent write to a customer.
func (d door) answerCustomer(agent, customer, text string) error {
	return d.sandbox(http.MethodPost, "agents/send", map[string]any{
		"kf_account": agent, "openid": customer, "msgtype": "text", "text": map[string]string{"content": text},
	}, nil)
}

// sendFor sends a message for the developer, in an agent's name if it is not
// empty.
func (d door) sendFor(token, customer, text, as string) error {
	body := map[string]any{"touser": customer, "msgtype": "text", "text": map[string]string{"content": text}}
	if as != "" {
		body["customservice"] = map[string]string{"kf_account": as}
	}
	return d.api(token, wechat.PathCustomSend, body, nil)
}
