package server

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"syscall"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/store"
)

// troubles stand between the house and what it keeps its data in, and hear of
// every failure. So the log is told once, and not by everybody who meets it.
type troubles struct {
	reading, writing, queueing trouble
	keeping, fetching          trouble
}

func newTroubles(log *slog.Logger) *troubles {
	t := &troubles{
		reading:  trouble{what: "the database cannot be read", over: "the database can be read again"},
		writing:  trouble{what: "the database cannot be written", over: "the database can be written again"},
		queueing: trouble{what: "changes come faster than the database takes them", over: "the database keeps up again"},
		keeping:  trouble{what: "pictures and media cannot be kept", over: "pictures and media can be kept again"},
		fetching: trouble{what: "pictures and media cannot be read", over: "pictures and media can be read again"},
	}
	for _, one := range []*trouble{&t.reading, &t.writing, &t.queueing, &t.keeping, &t.fetching} {
		one.log, one.level = log, slog.LevelError
	}
	// Callers are told to come again, which is how it should be.
	t.queueing.level = slog.LevelWarn
	return t
}

// database says what is wrong with the database now; empty when all is well.
func (t *troubles) database() string {
	if what := t.reading.present(); what != "" {
		return what
	}
	return t.writing.present()
}

// lasts tells that the database or the media store is in trouble.
func (t *troubles) lasts() bool {
	return t.reading.on.Load() || t.writing.on.Load() || t.keeping.on.Load() || t.fetching.on.Load()
}

// ledger is a [store.Store] whose failures are heard.
type ledger struct {
	store.Store
	troubles *troubles
}

// View implements [store.Store].
func (l *ledger) View(ctx context.Context, read func(store.Reader) error) error {
	began := hurry(ctx)
	return l.hear(&l.troubles.reading, began, l.Store.View(ctx, read))
}

// Revision implements [store.Store].
func (l *ledger) Revision(ctx context.Context, app kefu.AppID) (store.Revision, error) {
	began := hurry(ctx)
	revision, err := l.Store.Revision(ctx, app)
	return revision, l.hear(&l.troubles.reading, began, err)
}

// Update implements [store.Store].
func (l *ledger) Update(ctx context.Context, app kefu.AppID, change func(store.Tx) error) error {
	began := hurry(ctx)
	err := l.Store.Update(ctx, app, change)
	if errors.Is(err, store.ErrBusy) {
		l.troubles.queueing.fails("too many changes wait", err)
		return &told{err}
	}
	l.troubles.queueing.works()
	return l.hear(&l.troubles.writing, began, err)
}

// hurry is when a call began whose caller waits only for a time; zero for others.
func hurry(ctx context.Context) (began time.Time) {
	if _, bounded := ctx.Deadline(); bounded {
		began = time.Now()
	}
	return began
}

// hear notes a failure of the database, or that it kept a caller waiting until
// that one's time was over. That a call succeeded says little: what changes
// nothing succeeds on a full disk too. Whether trouble is over is found out by
// Ping.
func (l *ledger) hear(t *trouble, began time.Time, err error) error {
	if err == nil {
		return nil
	}
	var fault *store.Fault
	switch {
	case errors.As(err, &fault):
		t.fails(fault.Why, err)
	case !began.IsZero() && errors.Is(err, context.DeadlineExceeded) && time.Since(began) >= pingTimeout:
		t.isSilent(err)
	default:
		return err
	}
	return &told{err}
}

// Ping implements [store.Store], and notes what it finds. That the database did
// not answer before ctx ended is trouble too.
func (l *ledger) Ping(ctx context.Context) error {
	err := l.Store.View(ctx, func(r store.Reader) error {
		_, err := r.Setting("")
		return err
	})
	if err != nil {
		return l.unwell(ctx, &l.troubles.reading, err)
	}
	l.troubles.reading.works()
	if err := l.Store.Ping(ctx); err != nil {
		return l.unwell(ctx, &l.troubles.writing, err)
	}
	l.troubles.writing.works()
	return nil
}

func (l *ledger) unwell(ctx context.Context, t *trouble, err error) error {
	var fault *store.Fault
	switch {
	case errors.As(err, &fault):
		t.fails(fault.Why, err)
	case ctx.Err() != nil:
		t.isSilent(err)
	case errors.Is(err, store.ErrClosed):
		t.fails("it was closed", err)
	default:
		t.fails("it does not work; the log tells why", err)
	}
	return &told{err}
}

// album is a [media.Store] whose failures are heard.
type album struct {
	media.Store
	troubles *troubles
}

// Put implements [media.Store].
func (a *album) Put(ctx context.Context, key string, r io.Reader) error {
	err := a.Store.Put(ctx, key, r)
	if err == nil {
		a.troubles.keeping.works()
	}
	return hearMedia(ctx, &a.troubles.keeping, err)
}

// Open implements [media.Store].
func (a *album) Open(ctx context.Context, key string) (io.ReadSeekCloser, media.Info, error) {
	file, info, err := a.Store.Open(ctx, key)
	if err == nil || errors.Is(err, media.ErrNotFound) {
		a.troubles.fetching.works()
	}
	return file, info, hearMedia(ctx, &a.troubles.fetching, err)
}

// Delete implements [media.Store]. That it succeeds does not tell whether there is
// room for more.
func (a *album) Delete(ctx context.Context, key string) error {
	return hearMedia(ctx, &a.troubles.keeping, a.Store.Delete(ctx, key))
}

// hearMedia notes a failure of the media store that is no refusal and not the
// doing of a caller who went away.
func hearMedia(ctx context.Context, t *trouble, err error) error {
	switch {
	case err == nil, ctx.Err() != nil,
		errors.Is(err, media.ErrNotFound), errors.Is(err, media.ErrTooLarge), errors.Is(err, media.ErrKeyIllegal):
		return err
	}
	t.fails(mediaWhy(err), err)
	return &told{err}
}

func mediaWhy(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "the disk is full"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return "the folder may not be written"
	}
	return "the store does not work"
}
