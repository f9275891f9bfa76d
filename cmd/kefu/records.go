package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/wechat"
)

// recordFlags say which chat records are wanted.
type recordFlags struct {
	from, to      string
	number, after int64
	all, asJSON   bool
}

func (t *terminal) records() *cobra.Command {
	f := recordFlags{number: 1000, after: 1}
	cmd := &cobra.Command{
		Use:   "records",
		Short: "What agents and customers said to each other, over the API",
		Long: `Lists the chat records of a time: what was said in sessions, the oldest first.
Without --all it is one page of at most 24 hours, as the API gives it, and a last
line that says how to go on when there is more. With --all it is everything, however
long that takes.

--from and --to are times such as 2026-03-14, "2026-03-14 09:30" (of this machine),
2026-03-14T09:30:00+08:00, or Unix seconds; both are included. Without them it is the
last 24 hours.`,
		Example: `  kefu records
  kefu records --from 2026-03-01 --to 2026-04-01 --all --json > march.jsonl`,
		Args: cobra.NoArgs,
	}
	call := t.calling(cmd)
	cmd.Flags().Var(textFlag(&f.from, "TIME"), "from", "first moment (default 24 hours before --to)")
	cmd.Flags().Var(textFlag(&f.to, "TIME"), "to", "last moment (default now)")
	cmd.Flags().BoolVar(&f.all, "all", false, "all pages, and more than 24 hours when asked for")
	cmd.Flags().Int64Var(&f.number, "number", f.number, "size of a page, at most 10000")
	cmd.Flags().Int64Var(&f.after, "msgid", f.after, "where the page begins, as the page before it says")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print the API's own answer; with --all, a record a line")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		from, to, err := f.times(time.Now())
		if err != nil {
			return err
		}
		c, err := call()
		if err != nil {
			return err
		}
		if f.all {
			err = t.allRecords(cmd.Context(), c, from, to, f.asJSON)
		} else {
			err = t.recordPage(cmd.Context(), c, from, to, &f)
		}
		return t.refused(err, f.asJSON)
	}
	return cmd
}

// times reads both times.
func (f *recordFlags) times(now time.Time) (from, to time.Time, err error) {
	if to = now; f.to != "" {
		if to, err = parseTime(f.to); err != nil {
			return from, to, wrongUsage("--to %w", err)
		}
	}
	if from = to.Add(-24 * time.Hour); f.from != "" {
		if from, err = parseTime(f.from); err != nil {
			return from, to, wrongUsage("--from %w", err)
		}
	}
	if from.After(to) {
		return from, to, wrongUsage("--from is after --to")
	}
	return from, to, nil
}

func parseTime(text string) (time.Time, error) {
	if unix, err := strconv.ParseInt(text, 10, 64); err == nil && unix >= 0 {
		return time.Unix(unix, 0), nil
	}
	for _, form := range []string{time.RFC3339, time.DateTime, "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(form, text, time.Local); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf(`%q must be a time such as 2026-03-14, "2026-03-14 09:30", 2026-03-14T09:30:00+08:00, or Unix seconds`, text)
}

// recordPage prints one page.
func (t *terminal) recordPage(ctx context.Context, c *client.Client, from, to time.Time, f *recordFlags) error {
	page, err := c.Records(ctx, wechat.RecordListRequest{StartTime: from.Unix(), EndTime: to.Unix(), MsgID: f.after, Number: f.number})
	if err != nil {
		return err
	}
	if f.asJSON {
		return t.printJSON(page)
	}
	rows := [][]string{recordHead}
	for _, r := range page.RecordList {
		rows = append(rows, recordRow(r))
	}
	writeTable(t.out, rows)
	if page.Number == f.number {
		fmt.Fprintf(t.err, "there may be more: go on with --msgid %d and the same --from and --to, or use --all\n", page.MsgID)
	}
	return nil
}

var recordHead = []string{"TIME", "OPENID", "KF_ACCOUNT", "WHO", "TEXT"}

func recordRow(r wechat.Record) []string {
	who := strconv.Itoa(r.OperCode)
	switch r.OperCode {
	case wechat.OperCodeAgentSaid:
		who = "agent"
	case wechat.OperCodeCustomerSaid:
		who = "customer"
	}
	return []string{clockTime(r.Time), r.OpenID, orDash(r.Worker), who, r.Text}
}

// recordBatch is how many rows are put in columns together, so that a long list
// is not kept in memory.
const recordBatch = 1000

// allRecords prints everything, until it cannot be written any more.
func (t *terminal) allRecords(ctx context.Context, c *client.Client, from, to time.Time, asJSON bool) error {
	rows := [][]string{recordHead}
	for r, err := range c.AllRecords(ctx, from, to) {
		if err != nil {
			if len(rows) > 1 {
				// What came before the failure is worth as much.
				writeTable(t.out, rows)
			}
			return err
		}
		if asJSON {
			if err := t.printJSON(r); err != nil {
				return fmt.Errorf("write the output: %w", err)
			}
			continue
		}
		if rows = append(rows, recordRow(r)); len(rows) >= recordBatch {
			writeTable(t.out, rows)
			rows = rows[:0]
		}
		if t.out.failed != nil {
			return nil // the caller says so
		}
	}
	if !asJSON {
		writeTable(t.out, rows)
	}
	return nil
}
