package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// start is row 7: from start to the first answer, memory when idle, size of
// the binary, each beside a program that does nothing but serve.
func (b *bench) start(ctx context.Context) ([]row, error) {
	rounds := b.pick(7, 1)
	var ours, theirs, ourMemory, theirMemory []float64
	for range rounds {
		dir, err := os.MkdirTemp(b.disk, "kefu-bench-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		a, am, err := b.firstAnswer(ctx, "/healthz", b.kefu, "serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "data"))
		if err != nil {
			return nil, err
		}
		f, fm, err := b.firstAnswer(ctx, "/", b.floor)
		if err != nil {
			return nil, err
		}
		ours, theirs = append(ours, a), append(theirs, f)
		ourMemory, theirMemory = append(ourMemory, am), append(theirMemory, fm)
	}
	size, err := fileSize(b.kefu)
	if err != nil {
		return nil, err
	}
	floorSize, err := fileSize(b.floor)
	if err != nil {
		return nil, err
	}
	return []row{{
		"7", "start on an empty store → first answer; idle memory; binary",
		fmt.Sprintf("bare program: %.0f ms, %.1f MiB, %.1f MiB", median(theirs), median(theirMemory), floorSize),
		fmt.Sprintf("%.0f ms, %.1f MiB, %.1f MiB", median(ours), median(ourMemory), size),
		"≤ 40 ms, ≤ 25 MiB, ≤ 25 MiB",
	}}, nil
}

// firstAnswer runs a server until it has answered once and rested a while.
func (b *bench) firstAnswer(ctx context.Context, path, name string, args ...string) (ms, mib float64, err error) {
	began := time.Now()
	p, err := start(ctx, name, args...)
	if err != nil {
		return 0, 0, err
	}
	defer p.stop()
	if _, err := fetch(p.url + path); err != nil {
		return 0, 0, err
	}
	ms = float64(time.Since(began).Microseconds()) / 1000
	time.Sleep(time.Duration(b.pick(1000, 50)) * time.Millisecond)
	bytes, err := p.resident()
	return ms, float64(bytes) / (1 << 20), err
}

func fileSize(path string) (mib float64, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()) / (1 << 20), nil
}
