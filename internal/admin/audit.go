package admin

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

func (d *Door) auditRoutes() routes {
	rs := routes{}
	rs.house(d, "GET /audit", kefu.RoleAdministrator, d.audit)
	rs["GET "+housePaths+"/audit/export"] = d.raw(kefu.RoleAdministrator, d.exportAudit)
	return rs
}

// auditPage is how many acts are answered when a page does not say.
const auditPage = 50

// actLine is an act.
type actLine struct {
	ID int64 `json:"id"`
	At int64 `json:"at"`
	// Who is a WeChat id, or a name that begins with $; Name is how the person is
	// called now, empty when it has no login.
	Who    string       `json:"who"`
	Name   string       `json:"name"`
	What   kefu.ActKind `json:"what"`
	Object string       `json:"object"`
	Before string       `json:"before,omitempty"`
	After  string       `json:"after,omitempty"`
	IP     string       `json:"ip,omitempty"`
	RID    kefu.RID     `json:"rid,omitempty"`
}

func lineOfAct(a *kefu.Act, names map[string]string) actLine {
	return actLine{a.ID, stamp(a.At), a.Who, names[a.Who], a.What, a.Object, a.Before, a.After, a.IP, a.RID}
}

type auditAnswer struct {
	Items []actLine `json:"items"`
	Next  string    `json:"next"`
}

// audit lists what was done to the house, the last first.
func (d *Door) audit(ctx context.Context, c *call) (any, error) {
	f, err := actsOf(c.R.URL.Query())
	if err != nil {
		return nil, err
	}
	before, err := c.Number("cursor", 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	limit, err := c.Number("limit", auditPage, desk.MaxActs)
	if err != nil {
		return nil, err
	}
	p, err := d.Desk.Acts(ctx, f, before, int(limit))
	if err != nil {
		return nil, err
	}
	answer := auditAnswer{Items: make([]actLine, len(p.Acts))}
	for i := range p.Acts {
		answer.Items[i] = lineOfAct(&p.Acts[i], p.Names)
	}
	if p.Next != 0 {
		answer.Next = strconv.FormatInt(p.Next, 10)
	}
	return answer, nil
}

// maxKinds bounds the kinds that are asked for at once: more than there are.
const maxKinds = 64

// actsOf reads a filter: q; kind, names with commas between; from and to, Unix
// milliseconds.
func actsOf(q url.Values) (f desk.ActFilter, err error) {
	f.Words = strings.TrimSpace(q.Get("q"))
	if utf8.RuneCountInString(f.Words) > desk.MaxSought {
		return f, exchange.BadRequest(`"q" must have at most 64 characters`)
	}
	if kinds := q.Get("kind"); kinds != "" {
		all := strings.Split(kinds, ",")
		if len(all) > maxKinds {
			return f, exchange.BadRequest(`"kind" names too many`)
		}
		for _, k := range all {
			f.Kinds = append(f.Kinds, kefu.ActKind(k))
		}
	}
	f.From, f.Before, err = timesOf(q)
	return f, err
}

var auditColumns = [][2]string{
	{"时间", "time"},
	{"谁", "who"},
	{"姓名", "name"},
	{"操作", "act"},
	{"对象", "object"},
	{"之前", "before"},
	{"之后", "after"},
	{"来自 IP", "IP"},
	{"rid", "rid"},
}

// exportAudit sends all acts that a filter chooses.
func (d *Door) exportAudit(ctx context.Context, c *call) error {
	query := c.R.URL.Query()
	f, err := actsOf(query)
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
	object := spanWords("", f.From, f.Before, d.Now().In(where))
	if err := d.noted(ctx, c, kefu.ActAuditExported, object, "", strings.ToUpper(format)); err != nil {
		return err
	}
	if format == "jsonl" {
		file := startDownload(c, "audit.jsonl", "application/x-ndjson; charset=utf-8")
		lines := json.NewEncoder(file.out)
		lines.SetEscapeHTML(false)
		return d.broken(c, d.eachAct(ctx, f, func(p *desk.ActPage) error {
			for i := range p.Acts {
				if err := lines.Encode(lineOfAct(&p.Acts[i], p.Names)); err != nil {
					return err
				}
			}
			return file.flush()
		}))
	}
	file := startDownload(c, "audit.csv", "text/csv; charset=utf-8")
	_, _ = file.out.WriteString(byteOrderMark) // the error stays with the writer
	rows := csv.NewWriter(file.out)
	rows.UseCRLF = true
	_ = rows.Write(headings(query.Get("lang"), auditColumns))
	return d.broken(c, d.eachAct(ctx, f, func(p *desk.ActPage) error {
		for i := range p.Acts {
			a := &p.Acts[i]
			_ = rows.Write(cells(clock(a.At, where), a.Who, p.Names[a.Who], string(a.What), a.Object, a.Before, a.After, a.IP, string(a.RID)))
		}
		rows.Flush()
		if err := rows.Error(); err != nil {
			return err
		}
		return file.flush()
	}))
}

// eachAct reads all acts that a filter chooses, a page at a time.
func (d *Door) eachAct(ctx context.Context, f desk.ActFilter, each func(*desk.ActPage) error) error {
	for before := int64(0); ; {
		p, err := d.Desk.Acts(ctx, f, before, desk.MaxActs)
		if err != nil {
			return err
		}
		if err := each(&p); err != nil || p.Next == 0 {
			return err
		}
		before = p.Next
	}
}
