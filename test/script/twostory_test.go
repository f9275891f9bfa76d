package script

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openkefu/kefu/wechat"
)

// A house for production on two processes, through the doors of customers and
// agents: whichever process each of them talks to, the story is one. Agents take no
// more than they wish, and one process may be killed in the middle.
func TestTwoServeStory(t *testing.T) {
	t.Parallel()
	database := newDatabase(t)
	command := func(stdin string, args ...string) {
		ctx, cancel := context.WithTimeout(t.Context(), readyWithin)
		defer cancel()
		c := exec.CommandContext(ctx, program, append(args, "--data", t.TempDir())...)
		c.Env = []string{"PATH=" + os.Getenv("PATH"), "KEFU_DATABASE_URL=" + database}
		c.Stdin = strings.NewReader(stdin)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", args, err, out)
		}
	}
	command("", "official-account", "add", "--appid", demoAppID, "--wechat-id", "demo_shop", "--secret", demoSecret)
	p := startPair(t, database, "serve")

	token, err := p.doors[0].newToken()
	must(t, err)
	const each = 5
	var agents []*worker
	for i, name := range []string{"alice", "bob"} {
		account, person := name+"@demo_shop", name+"_wx_id"
		command("correct horse "+name, "admin", "add", person, "--role", "agent", "--password-stdin")
		must(t, p.either().api(token, wechat.PathAgentAdd, map[string]string{"kf_account": account, "nickname": name}, nil))
		must(t, p.either().api(token, wechat.PathAgentInvite, map[string]string{"kf_account": account, "invite_wx": person}, nil))

		w := &worker{surfer: p.surfer(t), account: account}
		var me struct{ Invitations []struct{ Token string } }
		must(t, w.ask(http.MethodPost, "/auth/v1/login", map[string]string{"wechat_id": person, "password": "correct horse " + name}, &me))
		if len(me.Invitations) != 1 {
			t.Fatalf("%s: got %d invitations at the sign-in, want one", name, len(me.Invitations))
		}
		must(t, w.ask(http.MethodPost, "/auth/v1/invitations/"+me.Invitations[0].Token+"/accept", struct{}{}, nil))
		w.sit(i)
		must(t, w.ask(http.MethodPut, "/workbench/v1/"+demoAppID+"/presence", map[string]any{"status": "online", "auto_accept": each}, nil))
		agents = append(agents, w)
	}
	served := func() map[string]int64 {
		var list struct {
			List []struct {
				Account string `json:"kf_account"`
				Cases   int64  `json:"accepted_case"`
			} `json:"kf_online_list"`
		}
		must(t, p.either().api(token, wechat.PathOnlineAgentList, nil, &list))
		counts := make(map[string]int64)
		for _, a := range list.List {
			if counts[a.Account] = a.Cases; a.Cases > each {
				t.Errorf("%s serves %d, want at most %d", a.Account, a.Cases, each)
			}
		}
		return counts
	}
	until(t, "both agents are online", func() bool { return len(served()) == 2 })

	const customers = 40
	phones := make([]*surfer, customers)
	var writing sync.WaitGroup
	for i := range phones {
		phones[i] = p.surfer(t)
		writing.Go(func() {
			if err := phones[i].ask(http.MethodPost, phonePath("hello"), struct{}{}, &phones[i].phone); err != nil {
				t.Error(err)
				return
			}
			if err := phones[i].says(fmt.Sprintf("first %d", i)); err != nil {
				t.Error(err)
			}
		})
	}
	for range 50 {
		served()
	}
	writing.Wait()
	until(t, "both agents have all they take", func() bool {
		counts := served()
		return counts[agents[0].account] == each && counts[agents[1].account] == each
	})
	if got := len(waitingAt(t, p, token)); got != customers-2*each {
		t.Errorf("got %d waiting, want %d", got, customers-2*each)
	}

	// What an agent says is on the phone, and what the customer says reaches it, while
	// both processes are there and when one is gone.
	talk := func(w *worker, words string) {
		t.Helper()
		customer := w.first(t)
		must(t, w.ask(http.MethodPost, "/workbench/v1/"+demoAppID+"/customers/"+customer+"/messages",
			map[string]any{"client_id": strings.ReplaceAll(words, " ", "-"), "msgtype": "text", "text": map[string]string{"content": words}}, nil))
		for _, phone := range phones {
			if phone.phone.OpenID != customer {
				continue
			}
			if got := phone.shown(t); !strings.HasSuffix(got, "them: "+words) {
				t.Errorf("got on the phone\n%s\nwant at its end %q", got, words)
			}
			must(t, phone.says("thanks for "+words))
			w.hears(t, "thanks for "+words)
			return
		}
		t.Errorf("%s serves %s, whom nobody knows", w.account, customer)
	}
	talk(agents[0], "of alice")
	talk(agents[1], "of bob")
	p.kill(0)
	agents[0].sit(1)
	talk(agents[0], "of alice again")

	// Whom an agent lets go makes room for the next.
	before := len(waitingAt(t, p, token))
	customer := agents[0].first(t)
	must(t, agents[0].ask(http.MethodPost, "/workbench/v1/"+demoAppID+"/customers/"+customer+"/close", struct{}{}, nil))
	until(t, "the next customer is served", func() bool {
		return served()[agents[0].account] == each && len(waitingAt(t, p, token)) == before-1
	})
	p.start(0)
	p.kill(1)
	agents[1].sit(0)
	talk(agents[1], "of bob at the end")
	for i, phone := range phones {
		if got := strings.Count(phone.shown(t), fmt.Sprintf("me: first %d\n", i)); got != 1 {
			t.Errorf("customer %d: got the first message %d times on the phone, want once", i, got)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func waitingAt(t *testing.T, p *pair, token string) []any {
	t.Helper()
	var queue struct {
		List []any `json:"waitcaselist"`
	}
	must(t, p.either().api(token, wechat.PathWaitList, nil, &queue))
	return queue.List
}

func phonePath(call string) string { return "/phone/v1/" + demoAppID + "/" + call }

// surfer is a browser that talks to either process.
type surfer struct {
	p      *pair
	client *http.Client
	jar    *cookiejar.Jar
	phone  struct{ OpenID string }
	said   int
}

func (p *pair) surfer(t *testing.T) *surfer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	client := p.either().client
	client.Jar = jar
	return &surfer{p: p, client: client, jar: jar}
}

var eitherURL = &url.URL{Scheme: "http", Host: "either", Path: "/"}

// ask makes one call; into may be nil.
func (s *surfer) ask(method, path string, body, into any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, "http://either"+path, sent)
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s %s", method, path, answer.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// says writes as the customer of this browser.
func (s *surfer) says(words string) error {
	s.said++
	return s.ask(http.MethodPost, phonePath("messages"), map[string]any{
		"client_id": fmt.Sprintf("own-%d", s.said), "msgtype": "text", "text": map[string]string{"content": words},
	}, nil)
}

// shown is what the phone shows, a line each.
func (s *surfer) shown(t *testing.T) string {
	t.Helper()
	var page struct {
		Messages []struct {
			From string
			Text struct{ Content string }
		}
	}
	must(t, s.ask(http.MethodGet, phonePath("messages"), nil, &page))
	var lines []string
	for _, m := range page.Messages {
		lines = append(lines, m.From+": "+m.Text.Content)
	}
	return strings.Join(lines, "\n") + trailing(len(lines))
}

// trailing ends a single line, so that lines can be counted by their ends.
func trailing(lines int) string {
	if lines == 1 {
		return "\n"
	}
	return ""
}

// worker is an agent in a browser with an open workbench.
type worker struct {
	*surfer
	account string

	mu    sync.Mutex
	heard strings.Builder
}

// sit opens the workbench's socket at one of the processes.
func (w *worker) sit(at int) {
	t := w.p.t
	t.Helper()
	header := make(http.Header)
	for _, c := range w.jar.Cookies(eitherURL) {
		header.Add("Cookie", c.Name+"="+c.Value)
	}
	header.Set("Origin", w.p.doors[at].url)
	address := strings.Replace(w.p.doors[at].url, "http://", "ws://", 1) + "/workbench/v1/" + demoAppID + "/socket"
	dialer := &websocket.Dialer{HandshakeTimeout: 10 * time.Second, Subprotocols: []string{"kefu.v1"}}
	socket, answer, err := dialer.Dial(address, header)
	if err != nil {
		t.Fatalf("open the workbench: %v %v", err, answer)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for {
			_, frame, err := socket.ReadMessage()
			if err != nil {
				return
			}
			w.mu.Lock()
			w.heard.Write(frame)
			w.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		_ = socket.Close() // its process may be gone
		<-read
	})
}

// hears waits until the workbench was told of some words.
func (w *worker) hears(t *testing.T, words string) {
	t.Helper()
	until(t, w.account+" hears: "+words, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return strings.Contains(w.heard.String(), words)
	})
}

// first is the first customer that the agent serves.
func (w *worker) first(t *testing.T) string {
	t.Helper()
	var state struct {
		Sessions []struct{ Customer struct{ OpenID string } }
	}
	must(t, w.ask(http.MethodGet, "/workbench/v1/"+demoAppID+"/state", nil, &state))
	if len(state.Sessions) == 0 {
		t.Fatalf("%s serves nobody", w.account)
	}
	return state.Sessions[0].Customer.OpenID
}
