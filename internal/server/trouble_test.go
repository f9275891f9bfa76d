package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/store"
)

var errIO = errors.New("input/output error")

// notebook makes troubles whose lines a test can read.
func notebook() (t *troubles, lines func() []map[string]any, log *slog.Logger) {
	var text bytes.Buffer
	log = slog.New(slog.NewJSONHandler(&text, nil))
	return newTroubles(log), func() (all []map[string]any) {
		for line := range strings.Lines(text.String()) {
			var object map[string]any
			if err := json.Unmarshal([]byte(line), &object); err != nil {
				panic(err)
			}
			all = append(all, object)
		}
		return all
	}, log
}

// Trouble has a line when it begins and one when it is over, whatever many calls
// fail by it.
func TestTroubleHasTwoLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all, lines, _ := notebook()
		for range 1000 {
			all.writing.fails("the disk is full", errIO)
			time.Sleep(10 * time.Millisecond)
		}
		if got := lines(); len(got) != 1 || got[0]["level"] != "ERROR" || got[0]["msg"] != "the database cannot be written" ||
			got[0]["why"] != "the disk is full" || got[0]["error"] != errIO.Error() {
			t.Errorf("while it lasts: got %v, want one line with the reason", got)
		}
		if got, want := all.database(), "the database cannot be written: the disk is full"; got != want {
			t.Errorf("present: got %q, want %q", got, want)
		}
		for range 10 {
			all.writing.works()
			time.Sleep(time.Second)
		}
		got := lines()
		if len(got) != 2 || got[1]["level"] != "INFO" || got[1]["msg"] != "the database can be written again" || got[1]["failed"] != 1000.0 {
			t.Errorf("when it is over: got %v, want one more line that counts 1000", got)
		}
		if after := time.Duration(got[1]["after"].(float64)); after != 10*time.Second {
			t.Errorf("when it is over: got after %v, want 10s", after)
		}
		if got := all.database(); got != "" {
			t.Errorf("present: got %q, want nothing", got)
		}
	})
}

// Requests are welcome as soon as things have worked for a moment; the log waits
// longer.
func TestTroubleReadyBeforeItIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all, lines, _ := notebook()
		all.reading.fails("the database server cannot be reached", errIO)
		all.reading.works()
		if got := all.database(); got == "" {
			t.Error("at the first success: got ready, want a moment more")
		}
		time.Sleep(readyAfter)
		if got := all.database(); got != "" {
			t.Errorf("a moment later: got %q, want ready", got)
		}
		all.reading.fails("the database server cannot be reached", errIO)
		if got := all.database(); got == "" {
			t.Error("at the next failure: got ready, want not")
		}
		if got := lines(); len(got) != 1 {
			t.Errorf("got %v, want the one line of the beginning", got)
		}
	})
}

// Trouble that comes and goes has at most two lines a minute in the long run.
func TestTroubleThatFlaps(t *testing.T) {
	for _, period := range []time.Duration{time.Second, 5 * time.Second, 20 * time.Second, 50 * time.Second, 2 * time.Minute} {
		t.Run(period.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				all, lines, _ := notebook()
				const hours = 2
				for began := time.Now(); time.Since(began) < hours*time.Hour; {
					all.writing.fails("another process holds the database's lock", errIO)
					for turned := time.Now(); time.Since(turned) < period; time.Sleep(time.Second) {
						all.writing.works()
					}
				}
				if got, most := len(lines()), hours*60*2; got > most {
					t.Errorf("got %d lines in %d hours, want at most %d", got, hours, most)
				}
			})
		})
	}
}

// A trouble that lasts and gets another reason is told again, but not more often
// than once a minute.
func TestTroubleWithAnotherReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all, lines, _ := notebook()
		for _, why := range []string{"the connection was lost", "the server cannot be reached", "the server is starting"} {
			all.reading.fails(why, errIO)
			time.Sleep(time.Second)
		}
		if got := lines(); len(got) != 1 {
			t.Errorf("within seconds: got %v, want one line", got)
		}
		time.Sleep(anotherWhy)
		all.reading.fails("the disk is full", errIO)
		all.reading.fails("the server is starting", errIO)
		if got := lines(); len(got) != 2 || got[1]["why"] != "the disk is full" {
			t.Errorf("a minute later: got %v, want a line with the new reason", got)
		}
		if got, want := all.database(), "the database cannot be read: the server is starting"; got != want {
			t.Errorf("present: got %q, want %q", got, want)
		}
		for range 5 {
			all.reading.works()
			time.Sleep(time.Second)
		}
		if got, want := lines()[2]["why"], "the connection was lost; the server cannot be reached; the server is starting; the disk is full"; got != want {
			t.Errorf("at the end: got %q, want %q", got, want)
		}
	})
}

// What the log was told as trouble is not repeated by those who log the errors
// that they meet; everything else is.
func TestLogIsNotRepeated(t *testing.T) {
	all, lines, log := notebook()
	log = slog.New(discreet{log.Handler(), all}).With("part", "test")
	known := fmt.Errorf("list the agents: %w", &told{&store.Fault{Why: "the disk is full", Err: errIO}})
	for _, c := range []struct {
		name string
		say  func()
		want int
	}{
		{"an error that was told", func() { log.Error("a call failed", "error", known) }, 0},
		{"a warning of one", func() { log.Warn("it will be tried again", "in", time.Second, "error", known) }, 0},
		{"one among others", func() { log.Error("two calls failed", "error", errors.Join(errIO, known)) }, 0},
		{"information", func() { log.Info("a call", "error", known) }, 1},
		{"another error", func() { log.Error("a call failed", "error", errIO) }, 1},
		{"time ran out while all is well", func() { log.Warn("too late", "error", context.DeadlineExceeded) }, 1},
		{"time ran out in trouble", func() {
			all.writing.fails("the disk is full", errIO) // has a line itself
			log.Warn("too late", "error", context.DeadlineExceeded)
		}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(lines())
			c.say()
			if got := len(lines()) - before; got != c.want {
				t.Errorf("got %d lines, want %d", got, c.want)
			}
		})
	}
}

// silent is a ledger that answers nobody.
type silent struct{ store.Store }

func (silent) Update(ctx context.Context, _ kefu.AppID, _ func(store.Tx) error) error {
	<-ctx.Done()
	return ctx.Err()
}

// A database that keeps those waiting who have little patience is in trouble; who
// has none at all tells nothing of it.
func TestSilenceIsTrouble(t *testing.T) {
	for _, c := range []struct {
		name     string
		patience time.Duration
		want     int
	}{
		{"five seconds", 5 * time.Second, 1},
		{"less than it is given to say that it is well", pingTimeout / 2, 0},
		{"none", -time.Second, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				all, lines, _ := notebook()
				l := &ledger{silent{}, all}
				ctx, cancel := context.WithTimeout(t.Context(), c.patience)
				defer cancel()
				for range 3 {
					if err := l.Update(ctx, "", nil); !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("Update: got %v, want %v", err, context.DeadlineExceeded)
					}
				}
				if got := lines(); len(got) != c.want {
					t.Errorf("got %v in the log, want %d lines", got, c.want)
				}
			})
		})
	}
}

// Refusals of the media store are no trouble.
func TestMediaTrouble(t *testing.T) {
	all, lines, _ := notebook()
	disk, err := media.NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	kept := &album{disk, all}
	if _, _, err := kept.Open(t.Context(), "nothing/here"); !errors.Is(err, media.ErrNotFound) {
		t.Errorf("Open: got %v, want %v", err, media.ErrNotFound)
	}
	if err := kept.Put(t.Context(), "..", strings.NewReader("x")); !errors.Is(err, media.ErrKeyIllegal) {
		t.Errorf("Put: got %v, want %v", err, media.ErrKeyIllegal)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := kept.Put(gone, "a/b", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("Put for nobody: got %v, want %v", err, context.Canceled)
	}
	if got := lines(); len(got) != 0 {
		t.Errorf("got %v in the log, want nothing", got)
	}
	if err := disk.Close(); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		var known *told
		if err := kept.Put(t.Context(), "a/b", strings.NewReader("x")); !errors.As(err, &known) {
			t.Errorf("Put into a closed folder: got %v, want it told", err)
		}
	}
	if got := lines(); len(got) != 1 || got[0]["msg"] != "pictures and media cannot be kept" {
		t.Errorf("got %v in the log, want one line", got)
	}
}
