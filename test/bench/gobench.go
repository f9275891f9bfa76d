package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// goBench runs Go benchmarks of a room and reads the figures that they report by unit.
func (b *bench) goBench(ctx context.Context, room, pattern string, times int) ([]map[string]float64, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", pattern, "-benchtime", strconv.Itoa(times)+"x", room)
	cmd.Env = append(cmd.Environ(), "KEFU_TEST_POSTGRES_URL="+b.postgres)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, out.String())
	}
	var all []map[string]float64
	for line := range strings.Lines(out.String()) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		figures := make(map[string]float64)
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("cannot read %q: %w", line, err)
			}
			figures[fields[i+1]] = value
		}
		all = append(all, figures)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s reported nothing:\n%s", strings.Join(cmd.Args, " "), out.String())
	}
	return all, nil
}
