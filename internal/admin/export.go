package admin

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

// exportPatience is how long a browser may take over a few rows before it is left.
const exportPatience = 2 * time.Minute

// byteOrderMark tells spreadsheets that a file is UTF-8.
const byteOrderMark = "\ufeff"

// download answers a file that grows while it is sent.
type download struct {
	w   http.ResponseWriter
	out *bufio.Writer
	// wait is for how long a write may take.
	wait *http.ResponseController
}

// startDownload writes the header. After it nothing can be refused any more: a file that
// breaks off has no end of its chunks, which browsers notice.
func startDownload(c *call, name, contentType string) *download {
	h := c.W.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	c.W.WriteHeader(http.StatusOK)
	return &download{w: c.W, out: bufio.NewWriterSize(c.W, 32<<10), wait: http.NewResponseController(c.W)}
}

// flush sends what was written.
func (d *download) flush() error {
	// A server that cannot set it has a deadline of its own.
	if err := d.wait.SetWriteDeadline(time.Now().Add(exportPatience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if err := d.out.Flush(); err != nil {
		return err
	}
	if err := d.wait.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// broken ends a download that cannot be finished, so that it does not look whole.
func (d *Door) broken(c *call, err error) error {
	if err == nil {
		return nil
	}
	if c.R.Context().Err() == nil {
		d.Log.WarnContext(c.R.Context(), "a download broke off", "rid", c.RID, "error", err)
	}
	panic(http.ErrAbortHandler)
}

// cells makes the cells of a row harmless: a spreadsheet takes what begins like a
// formula for one, also when a customer wrote it.
func cells(row ...string) []string {
	for i, s := range row {
		bare := strings.TrimLeftFunc(s, unicode.IsSpace)
		if first, _ := utf8.DecodeRuneInString(bare); bare != "" && strings.ContainsRune("=+-@＝＋－＠", first) || s != "" && strings.ContainsRune("\t\r\n", rune(s[0])) {
			row[i] = "'" + s
		}
	}
	return row
}

// exportFormat reads the format of an export.
func exportFormat(c *call) (string, error) {
	switch f := c.R.URL.Query().Get("format"); f {
	case "csv", "jsonl":
		return f, nil
	}
	return "", exchange.BadRequest(`"format" must be csv or jsonl`)
}

// exportConversations sends all conversations that a filter chooses: as CSV a row for
// each message, as JSON Lines an object for each conversation.
func (d *Door) exportConversations(ctx context.Context, c *call) error {
	query := c.R.URL.Query()
	f, err := filterOf(query)
	if err != nil {
		return err
	}
	format, err := exportFormat(c)
	if err != nil {
		return err
	}
	where, err := zone(query.Get("tz"))
	if err != nil {
		return err
	}
	names, err := d.names(ctx, c.app)
	if err != nil {
		return err
	}
	n, bounded, err := d.Desk.CountReceptions(ctx, c.app, f)
	if err != nil {
		return err
	}
	from, to, err := timesOf(query)
	if err != nil {
		return err
	}
	// Nothing leaves the house before it stands in the audit that it did.
	total := strconv.Itoa(n)
	if bounded {
		total += "+"
	}
	if err := d.noted(ctx, c, kefu.ActConversationsExported, spanWords(string(c.app), from, to, d.Now().In(where)), "",
		strings.ToUpper(format)+" · "+total+filterWords(f)); err != nil {
		return err
	}
	if format == "jsonl" {
		file := startDownload(c, "conversations.jsonl", "application/x-ndjson; charset=utf-8")
		lines := json.NewEncoder(file.out)
		lines.SetEscapeHTML(false)
		return d.broken(c, d.Desk.EachReception(ctx, c.app, f, func(some []desk.ReceptionTalk) error {
			for i := range some {
				if err := lines.Encode(answerOfTalk(&some[i], names)); err != nil {
					return err
				}
			}
			return file.flush()
		}))
	}
	file := startDownload(c, "conversations.csv", "text/csv; charset=utf-8")
	_, _ = file.out.WriteString(byteOrderMark) // the error stays with the writer
	rows := csv.NewWriter(file.out)
	rows.UseCRLF = true
	_ = rows.Write(headings(query.Get("lang"), conversationColumns))
	return d.broken(c, d.Desk.EachReception(ctx, c.app, f, func(some []desk.ReceptionTalk) error {
		for i := range some {
			writeTalk(rows, &some[i], names, where)
		}
		rows.Flush()
		if err := rows.Error(); err != nil {
			return err
		}
		return file.flush()
	}))
}

// conversationColumns are the headings, Chinese and English.
var conversationColumns = [][2]string{
	{"会话", "conversation"},
	{"openid", "openid"},
	{"客户", "customer"},
	{"状态", "state"},
	{"客服", "agents"},
	{"开始等待", "waited since"},
	{"接入", "taken"},
	{"首次回复", "first reply"},
	{"结束", "ended"},
	{"消息时间", "message time"},
	{"发送方", "from"},
	{"类型", "type"},
	{"内容", "text"},
}

func headings(lang string, columns [][2]string) []string {
	which := 0
	if lang == "en" {
		which = 1
	}
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c[which]
	}
	return row
}

// writeTalk writes a row for each message, or one for a conversation without any. The
// error stays with the writer.
func writeTalk(rows *csv.Writer, k *desk.ReceptionTalk, names agentNames, where *time.Location) {
	agents := make([]string, len(k.ReceptionLine.Agents))
	for i, a := range k.ReceptionLine.Agents {
		agents[i] = names.of(a, k.EndedAt)
	}
	who := k.Who.Remark
	if who == "" {
		who = k.Who.Nickname
	}
	head := []string{
		strconv.FormatInt(int64(k.ID), 10), string(k.Customer), who, string(k.Standing()), strings.Join(agents, " → "),
		clock(k.WaitedSince, where), clock(k.OpenedAt, where), clock(k.FirstReplyAt, where), clock(k.EndedAt, where),
	}
	if len(k.Messages) == 0 {
		_ = rows.Write(cells(append(head, "", "", "", "")...))
	}
	for i := range k.Messages {
		m := &k.Messages[i]
		from := string(m.From)
		if m.Account != "" {
			from = names.of(m.Account, m.At)
		}
		row := append(append(make([]string, 0, len(head)+4), head...), clock(m.At, where), from, string(m.Content.Type), m.Content.Said())
		_ = rows.Write(cells(row...))
	}
}

// clock is a time as spreadsheets read it; empty for none.
func clock(at time.Time, where *time.Location) string {
	if at.IsZero() {
		return ""
	}
	return at.In(where).Format("2006-01-02 15:04:05")
}

// spanWords is what was exported with its span of days, for people to read. Zero bounds
// are none; the last day is then that of now, which also has the time zone.
func spanWords(what string, from, to, now time.Time) string {
	first, last := "", now.Format(time.DateOnly)
	if !from.IsZero() {
		first = from.In(now.Location()).Format(time.DateOnly)
	}
	if !to.IsZero() {
		last = to.Add(-time.Millisecond).In(now.Location()).Format(time.DateOnly)
	}
	return strings.TrimSpace(what + " " + first + "–" + last)
}

// filterWords is what else an export was narrowed by, for people to read.
func filterWords(f desk.ReceptionFilter) string {
	var s strings.Builder
	for _, part := range []string{strings.Join(f.Words, " "), string(f.Customer), string(f.Agent)} {
		if part != "" {
			s.WriteString(" · " + part)
		}
	}
	return s.String()
}
