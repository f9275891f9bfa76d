package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/realtime"
)

const (
	// screens is how many pages look on, and perSecond how many messages come, each
	// for one of them.
	screens, screensPerSecond = 100, 2000
	// saidPadding brings a frame to the size of an ordinary message with the line of
	// its conversation.
	saidPadding = 600
)

// screens is row 4b: from a fact to the page, over real connections within one
// process, beside the same bytes written to the same connections at once. The ledger
// is in memory: what it costs is in rows 2 and 3.
func (b *bench) screens(ctx context.Context) ([]row, error) {
	rounds, messages := b.pick(5, 1), b.pick(5*screensPerSecond, 200)
	var ours, floor screenSamples
	for range rounds {
		for _, through := range []struct {
			hub bool
			to  *screenSamples
		}{{false, &floor}, {true, &ours}} {
			if err := measureScreens(ctx, through.hub, messages, through.to); err != nil {
				return nil, err
			}
		}
	}
	return []row{{
		"4b", fmt.Sprintf("message → one of %d screens, %d a second, from fact to page", screens, screensPerSecond),
		"write(2) of the same bytes: " + floor.String(), fmt.Sprintf("%s; p50 %.2f ×, CPU %.2f ×", ours.String(),
			median(ours.p50)/median(floor.p50), median(ours.cpu)/median(floor.cpu)), "p50 ≤ 1.5 ×, CPU ≤ 1.5 ×",
	}}, nil
}

// screenSamples are the figures of several rounds: in microseconds, the processor's
// for each message, those who wrote and those who read together.
type screenSamples struct{ p50, p99, cpu []float64 }

func (s *screenSamples) String() string {
	return fmt.Sprintf("p50 %.0f µs, p99 %.0f µs, CPU %.0f µs", median(s.p50), median(s.p99), median(s.cpu))
}

// onePage is a page and the server's end of its connection.
type onePage struct{ client, server net.Conn }

func measureScreens(ctx context.Context, throughHub bool, messages int, into *screenSamples) (err error) {
	said := &saidLedger{signals: pubsub.New()}
	h := realtime.New(realtime.Parts{Signals: said.signals, Log: slog.New(slog.DiscardHandler)})
	door := h.Door(realtime.DoorParts{Name: "bench", Source: said})
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() { h.Run(ctx) })
	<-h.Ready()
	pages, closeAll, err := openScreens(door)
	if err != nil {
		return err
	}
	defer closeAll()

	took := make([]time.Duration, messages)
	var failed error
	var once sync.Once
	var reading sync.WaitGroup
	for i, p := range pages {
		reading.Go(func() {
			in := bufio.NewReaderSize(p.client, answerSize)
			for n := i; n < messages; n += screens {
				body, err := readFrame(in)
				if err != nil {
					once.Do(func() { failed = fmt.Errorf("screen %d: %w", i, err) })
					return
				}
				stamp, err := stampOf(body)
				if err != nil {
					once.Do(func() { failed = fmt.Errorf("screen %d: %w", i, err) })
					return
				}
				took[n] = time.Duration(time.Now().UnixNano() - stamp)
			}
		})
	}
	before := ownCPU()
	begin := time.Now()
	for n := range messages {
		// Two in a millisecond: in between the sender sleeps, as the world does.
		if wait := time.Until(begin.Add(time.Duration(n/2) * 2 * time.Second / screensPerSecond)); wait > 0 {
			time.Sleep(wait)
		}
		if throughHub {
			said.say(n)
			continue
		}
		if _, err := pages[n%screens].server.Write(framed(saidBody(kefu.MsgID(n+1), time.Now().UnixNano()))); err != nil {
			return errors.Join(err, failed)
		}
	}
	reading.Wait()
	if failed != nil {
		return failed
	}
	cpu := ownCPU() - before
	slices.Sort(took)
	into.p50 = append(into.p50, micros(took[len(took)/2]))
	into.p99 = append(into.p99, micros(took[len(took)*99/100]))
	into.cpu = append(into.cpu, micros(cpu)/float64(messages))
	return nil
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// ownCPU is the processor time of this process.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// openScreens opens the pages. Their server's ends are caught on the way, for the
// floor.
func openScreens(door *realtime.Door) (pages []onePage, closeAll func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	accepted := make(chan net.Conn, screens)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		number := r.URL.Query().Get("as")
		v := realtime.Visitor{App: appID, Who: number, Keys: []realtime.Key{realtime.Key(number)}}
		if err := door.Admit(w, r, v); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})}
	go func() { _ = server.Serve(catching{listener, accepted}) }() // it ends when it is closed
	closeAll = func() {
		for _, p := range pages {
			_ = p.client.Close() // the end of the measurement
		}
		_ = server.Close() // and of its server
	}
	for i := range screens {
		client, err := openSocket(listener.Addr().String(), i)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		pages = append(pages, onePage{client, <-accepted})
	}
	return pages, closeAll, nil
}

// catching tells of the connections it accepts.
type catching struct {
	net.Listener
	accepted chan<- net.Conn
}

// Accept implements [net.Listener].
func (c catching) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.accepted <- conn
	}
	return conn, err
}

// saidLedger is the facts of one official account in memory.
type saidLedger struct {
	signals *pubsub.Hub
	mu      sync.Mutex
	facts   []kefu.Fact
	stamps  []int64
}

func (l *saidLedger) say(n int) {
	l.mu.Lock()
	l.facts = append(l.facts, kefu.Fact{ID: kefu.MsgID(len(l.facts) + 1), What: kefu.FactSaid, Customer: openID(n % screens)})
	l.stamps = append(l.stamps, time.Now().UnixNano())
	l.mu.Unlock()
	l.signals.Publish(pubsub.Facts, appID)
}

// Facts implements [realtime.Source].
func (l *saidLedger) Facts(_ context.Context, _ kefu.AppID, after kefu.MsgID, limit int) (kefu.News, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rest := l.facts[min(int(after), len(l.facts)):]
	return kefu.News{Epoch: "e", Last: kefu.MsgID(len(l.facts)), Complete: true, Facts: slices.Clone(rest[:min(len(rest), limit)])}, nil
}

// Frames implements [realtime.Source].
func (l *saidLedger) Frames(_ context.Context, _ kefu.AppID, facts []kefu.Fact, wanted func(realtime.Key) bool) ([]realtime.Frame, error) {
	frames := make([]realtime.Frame, 0, len(facts))
	for _, f := range facts {
		key := realtime.Key(f.Customer)
		if !wanted(key) {
			continue // of a page that joins meanwhile, or of another
		}
		l.mu.Lock()
		stamp := l.stamps[f.ID-1]
		l.mu.Unlock()
		frames = append(frames, realtime.Frame{ID: f.ID, Keys: []realtime.Key{key}, Body: saidBody(f.ID, stamp)})
	}
	return frames, nil
}

// stampPlace is where in a body its time stands.
const stampPlace = len(`{"stamp":"`)

// stampDigits is how long it is.
const stampDigits = 19

var padding = slices.Repeat([]byte("x"), saidPadding)

func saidBody(id kefu.MsgID, stamp int64) []byte {
	body := make([]byte, 0, saidPadding+100)
	body = append(body, `{"stamp":"`...)
	body = strconv.AppendInt(body, stamp, 10)
	body = append(body, `","id":`...)
	body = strconv.AppendInt(body, int64(id), 10)
	body = append(body, `,"text":"`...)
	body = append(body, padding...)
	return append(body, `"}`...)
}

func stampOf(body []byte) (int64, error) {
	if len(body) < stampPlace+stampDigits {
		return 0, fmt.Errorf("got a frame %q, want a message", body)
	}
	return strconv.ParseInt(string(body[stampPlace:stampPlace+stampDigits]), 10, 64)
}

// framed is a body as a frame of a server.
func framed(body []byte) []byte {
	return append([]byte{0x81, 126, byte(len(body) >> 8), byte(len(body))}, body...)
}
