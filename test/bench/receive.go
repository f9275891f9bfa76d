package main

import (
	"context"
	"fmt"
)

// wireRoom holds the benchmarks of pushes.
const wireRoom = "./wechat"

// receive is row 3a: one push verified, decrypted and parsed, against the
// arithmetic of it by the standard library, and its parsing against encoding/xml.
func (b *bench) receive(ctx context.Context) ([]row, error) {
	var ours, floor, times, slower []float64
	for range b.pick(5, 1) {
		received, err := b.goBench(ctx, wireRoom, "^BenchmarkReceivePush$", b.pick(2000, 5))
		if err != nil {
			return nil, err
		}
		parsed, err := b.goBench(ctx, wireRoom, "^BenchmarkParsePush$", b.pick(1000, 5))
		if err != nil {
			return nil, err
		}
		f := received[0]
		ours, floor = append(ours, f["ns/push"]/1000), append(floor, f["ns/floor"]/1000)
		times, slower = append(times, f["x-floor"]), append(slower, parsed[0]["x-slower"])
	}
	return []row{{
		"3a", "verify, decrypt and parse one 512-byte push",
		fmt.Sprintf("SHA-1 + AES by the standard library: %.1f µs", median(floor)),
		fmt.Sprintf("%.1f µs, %.2f ×; parsing %.1f × faster than `encoding/xml`", median(ours), median(times), median(slower)),
		"≤ 2.5 µs, 15 ×",
	}}, nil
}
