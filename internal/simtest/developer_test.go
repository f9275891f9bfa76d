package simtest

import (
	"fmt"
	"hash/fnv"
	"io"
	"log"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// temper is how the developer's server behaves: the probabilities of what it
// does wrong, in the order in which they are thrown.
type temper struct {
	// failing answers 500, nonsense something that is no answer, cutting breaks the
	// connection before or within the answer, hanging never answers.
	failing, nonsense, cutting, hanging float64
	// slow answers well, after up to eight seconds.
	slow float64
	// twice sends the answer two times, closing breaks the connection after it.
	twice, closing float64
}

// arrival is a push as it reached the developer's server.
type arrival struct {
	moment
	// body tells pushes apart. Two events of a customer within a second can have
	// the same.
	body string
	push wechat.Push
}

// developer is the developer's server.
type developer struct {
	world  *world
	dice   *dice
	server *http.Server
	temper atomic.Pointer[temper]
	served sync.WaitGroup

	mu       sync.Mutex
	arrivals []arrival
	// said maps the text of a passive reply to the body of the push that it answers.
	said map[string]string
}

func newDeveloper(w *world) *developer {
	d := &developer{world: w, dice: newDice(w.plan.seed, "developer"), said: make(map[string]string)}
	d.temper.Store(&temper{})
	d.server = &http.Server{Handler: d, ErrorLog: log.New(io.Discard, "", 0)}
	return d
}

// open lets the server be reached; shut refuses connections, and breaks those
// that there are.
func (d *developer) open() {
	listener := d.world.network.listen(developerHost)
	d.served.Go(func() { _ = d.server.Serve(listener) })
}

func (d *developer) shut() {
	d.world.network.hang(developerHost)
	d.world.network.cut(developerHost)
}

// end ends the server.
func (d *developer) end() {
	_ = d.server.Close() // its listeners close without failing
	d.served.Wait()
}

// ServeHTTP takes a push.
func (d *developer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the courier was killed
	}
	p, err := wechat.ParsePush(wechat.FormatXML, body)
	if err != nil {
		d.world.report("pushes", "a push cannot be read: %v: %s", err, body)
		return
	}
	d.mu.Lock()
	a := arrival{moment: d.world.now(), body: string(body), push: p}
	d.arrivals = append(d.arrivals, a)
	d.mu.Unlock()
	answer, story := d.answer(&a)
	d.world.journal.note("developer", "%s: hears %s%s %s: %s", p.FromUserName, p.Event, p.Content, p.KFAccount+p.FromKFAccount, story)
	d.send(w, r, answer)
}

// answer is what a server that is well would say.
func (d *developer) answer(a *arrival) (body, story string) {
	reply := wechat.Reply{ToUserName: a.push.FromUserName, FromUserName: a.push.ToUserName, CreateTime: a.push.CreateTime}
	switch n := d.dice.upTo(10); {
	case a.push.MsgType == wechat.MsgTypeEvent && n < 7, n < 2:
		return one(d.dice, []string{"", "success"}), "nothing to say"
	case n < 5:
		reply.MsgType = wechat.MsgTypeText
		// Answered once more, it mostly says something else, and at times the same.
		reply.Content = fmt.Sprintf("re %d", a.step)
		if d.dice.chance(0.3) {
			sum := fnv.New64a()
			_, _ = io.WriteString(sum, a.body) // never fails
			reply.Content = fmt.Sprintf("re %x", sum.Sum64())
		}
		d.mu.Lock()
		d.said[reply.Content] = a.body
		d.mu.Unlock()
		story = "replies " + reply.Content
	default:
		reply.MsgType = wechat.MsgTypeTransfer
		if d.dice.chance(0.3) {
			reply.KFAccount = string(one(d.dice, agentNames))
		}
		story = "transfers " + reply.KFAccount
	}
	return string(reply.Append(nil, wechat.FormatXML)), story
}

// longestAnswer is how long a slow server takes at most: longer than a push waits.
const longestAnswer = 8 * time.Second

// send sends an answer as the server's temper wills.
func (d *developer) send(w http.ResponseWriter, r *http.Request, answer string) {
	t := d.temper.Load()
	throw := func(p float64) bool { return p > 0 && d.dice.chance(p) }
	if throw(t.slow) {
		select {
		case <-time.After(d.dice.span(0, longestAnswer)):
		case <-r.Context().Done():
			return
		}
	}
	switch {
	case throw(t.failing):
		http.Error(w, "out of order", http.StatusInternalServerError)
	case throw(t.nonsense):
		_, _ = io.WriteString(w, one(d.dice, []string{"<xml><oops", `{"errcode":0}`, strings.Repeat("ha", 50_000), strings.Replace(answer, "ToUserName>", "ToWhom>", 2) + " "}))
	case throw(t.hanging):
		<-r.Context().Done()
	case throw(t.cutting):
		d.raw(w, "HTTP/1.1 200 OK\r\nContent-Length: 700\r\n\r\n<xml>"[:d.dice.between(0, 40)])
	case throw(t.twice):
		text := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer)
		d.raw(w, text+text)
	case throw(t.closing):
		w.Header().Set("Connection", "close")
		_, _ = io.WriteString(w, answer)
	default:
		_, _ = io.WriteString(w, answer)
	}
}

// raw writes bytes to the connection and closes it.
func (d *developer) raw(w http.ResponseWriter, text string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		d.world.report("bottle", "the connection cannot be taken over: %v", err)
		return
	}
	defer conn.Close()
	// Whoever reads the first of two answers need not read the second.
	_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = io.WriteString(conn, text)
}

// heard are the arrivals in their order.
func (d *developer) heard() []arrival {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := slices.Clone(d.arrivals)
	slices.SortFunc(list, func(a, b arrival) int { return int(a.step - b.step) })
	return list
}

// answered is the body of the push that a passive reply answers.
func (d *developer) answered(text string) (body string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	body, ok = d.said[text]
	return body, ok
}
