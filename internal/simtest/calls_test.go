package simtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/wechat"
)

// patience is how long somebody waits for an answer: longer than a call that
// waits for a push to end.
const patience = 45 * time.Second

// fate is what is known of something that was asked for.
type fate string

const (
	kept    fate = "kept"    // it was acknowledged
	refused fate = "refused" // it certainly did not happen
	open    fate = "open"    // nobody knows
)

// caller is how somebody talks to the house: to whichever process answers.
type caller struct {
	world   *world
	dice    *dice
	http    *http.Client
	clients map[string]*client.Client
}

func (w *world) newCaller(name string, d *dice) *caller {
	c := &caller{
		world: w, dice: d, http: &http.Client{Transport: w.transport, Timeout: patience},
		clients: make(map[string]*client.Client),
	}
	for _, s := range w.seats {
		c.clients[s.name] = client.New("http://"+s.name, appID, secret, client.WithHTTPClient(c.http))
	}
	return c
}

// somewhere is the name of one of the processes.
func (c *caller) somewhere() string { return one(c.dice, c.world.seats).name }

// control makes one call of the sandbox's control API and decodes an answer of
// success; code is that of a refusal.
func (c *caller) control(method, verb string, body, into any) (f fate, code string) {
	var text io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			c.world.report("bottle", "a call cannot be written: %v", err)
			return refused, ""
		}
		text = bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, "http://"+c.somewhere()+"/sandbox/v1/"+verb, text)
	if err != nil {
		c.world.report("bottle", "a call cannot be made: %v", err)
		return refused, ""
	}
	response, err := c.http.Do(request)
	if err != nil {
		return unanswered(err), err.Error()
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return open, err.Error()
	case response.StatusCode == http.StatusOK:
		if into == nil {
			return kept, ""
		}
		if err := json.Unmarshal(answer, into); err != nil {
			c.world.report("bottle", "%s answered %s: %v", verb, answer, err)
		}
		return kept, ""
	case response.StatusCode >= http.StatusInternalServerError:
		return open, response.Status
	}
	var refusal struct{ Error struct{ Code string } }
	if err := json.Unmarshal(answer, &refusal); err != nil || refusal.Error.Code == "bad_request" {
		c.world.report("bottle", "%s answered %s: %v", verb, answer, err)
	}
	return refused, refusal.Error.Code
}

// unanswered is the fate of a call that broke off: one that reached nobody did
// nothing.
func unanswered(err error) fate {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return refused
	}
	return open
}

// api makes one call of the developers' API.
func (c *caller) api(do func(context.Context, *client.Client) error) (f fate, code string) {
	err := do(context.Background(), c.clients[c.somewhere()])
	var refusal *client.Error
	switch {
	case err == nil:
		return kept, ""
	case errors.As(err, &refusal) && refusal.Errcode != wechat.SystemError:
		return refused, refusal.Error()
	case errors.As(err, &refusal):
		return open, refusal.Error()
	}
	return unanswered(err), err.Error()
}
