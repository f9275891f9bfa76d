package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	// endWithin bounds the time from the signal to the end of the process. It is
	// less than the ten seconds after which container runtimes kill, so that
	// the line about it is still written.
	endWithin = 9500 * time.Millisecond
	// readyWithin bounds the wait for the server's first answer. It only has to
	// lay out its world.
	readyWithin = 30 * time.Second
	// readyPause is the pause between two questions whether the server is ready.
	readyPause = 2 * time.Millisecond
	// maxReadyAnswer bounds what is read of an answer to that question, in bytes.
	maxReadyAnswer = 4 << 10
)

// untilSignal returns a context that ends with the first SIGINT or SIGTERM. A
// second one ends the process at once, and so does [endWithin] when the house
// does not come to an end by itself. No signal falls between the two: both are
// taken from one channel.
func (t *terminal) untilSignal(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	ended := make(chan struct{})
	go func() {
		select {
		case <-ended:
			return
		case <-ctx.Done():
			return
		case <-signals:
			cancel()
		}
		select {
		case <-ended:
		case <-signals:
			fmt.Fprintln(t.err, "kefu: ended at once by a second signal: requests were still running")
			os.Exit(exitFailure)
		case <-time.After(endWithin):
			fmt.Fprintln(t.err, "kefu: ended by force: requests were still running", endWithin, "after the signal")
			os.Exit(exitFailure)
		}
	}()
	return ctx, func() {
		close(ended)
		signal.Stop(signals)
		cancel()
	}
}

// awaitReady waits until the server answers that it can serve. It returns early
// when ctx ends or the server has ended.
func awaitReady(ctx context.Context, url string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	// A transport of its own, so that no proxy of the environment is asked.
	transport := &http.Transport{DisableKeepAlives: true}
	for {
		err := askReady(ctx, transport, url+"/readyz")
		if err == nil {
			return nil
		}
		select {
		case <-ended:
			return errors.New("the server ended before it was ready")
		case <-ctx.Done():
			return fmt.Errorf("the server did not get ready: %w", err)
		case <-time.After(readyPause):
		}
	}
}

func askReady(ctx context.Context, transport http.RoundTripper, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close() // It was only read.
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxReadyAnswer))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", answer.Status, text)
	}
	return nil
}
