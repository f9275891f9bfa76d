package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// grantRow is the form of an allowance in the ledger. It does not change.
type grantRow struct {
	Kind      kefu.GrantKind `json:"kind"`
	ExpiresAt int64          `json:"expires_at"`
	Left      int            `json:"left"`
}

func grantsText(grants kefu.Grants) (string, error) {
	if len(grants) == 0 {
		return "", nil
	}
	all := make([]grantRow, len(grants))
	for i, g := range grants {
		all[i] = grantRow{g.Kind, millis(g.ExpiresAt), g.Left}
	}
	text, err := json.Marshal(all)
	return string(text), err
}

func readGrants(text string) (kefu.Grants, error) {
	if text == "" {
		return nil, nil
	}
	var all []grantRow
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, err
	}
	grants := make(kefu.Grants, len(all))
	for i, g := range all {
		grants[i] = kefu.Grant{Kind: g.Kind, ExpiresAt: moment(g.ExpiresAt), Left: g.Left}
	}
	return grants, nil
}

// customerColumns are the columns of a customer of the name c.
const customerColumns = `c.openid, c.nickname, c.subscribed, c.subscribed_at, c.scene, c.qr_scene, c.qr_scene_str, c.remark,
	c.blocked, c.grants, c.last_in_at, c.last_out_at, c.typing_until, c.last_served_by,
	c.last_msgid, c.read_msgid, c.unread, c.unanswered_since, c.visits, c.courier, c.courier_until, c.created_at`

// customerRow scans customerColumns.
type customerRow struct {
	c                                                                                   kefu.Customer
	subscribed, since, blocked, lastIn, lastOut, typing, unanswered, courierUntil, born int64
	nickname, scene, code, remark                                                       []byte
	grants                                                                              string
}

func (r *customerRow) dest() []any {
	return []any{
		&r.c.OpenID, &r.nickname, &r.subscribed, &r.since, &r.scene, &r.c.QRScene, &r.code, &r.remark,
		&r.blocked, &r.grants, &r.lastIn, &r.lastOut, &r.typing, &r.c.LastServedBy,
		&r.c.Thread.Last, &r.c.Thread.Read, &r.c.Thread.Unread, &r.unanswered, &r.c.Thread.Visits, &r.c.Courier, &r.courierUntil, &r.born,
	}
}

func (r *customerRow) customer() (kefu.Customer, error) {
	c := r.c
	var err error
	if c.Grants, err = readGrants(r.grants); err != nil {
		return kefu.Customer{}, fmt.Errorf("the grants of %s: %w", c.OpenID, err)
	}
	c.Nickname, c.Scene, c.QRSceneStr, c.Remark = string(r.nickname), kefu.SubscribeScene(r.scene), string(r.code), string(r.remark)
	c.Subscribed, c.SubscribedAt, c.Blocked = r.subscribed != 0, moment(r.since), r.blocked != 0
	c.LastInAt, c.LastOutAt, c.TypingUntil = moment(r.lastIn), moment(r.lastOut), moment(r.typing)
	c.Thread.UnansweredSince = moment(r.unanswered)
	c.CourierUntil, c.CreatedAt = moment(r.courierUntil), moment(r.born)
	return c, nil
}

// Customer implements [store.Conversations].
func (r *reader) Customer(app kefu.AppID, customer kefu.OpenID) (kefu.Customer, error) {
	const method = "Customer"
	var row customerRow
	ok, err := r.one(method, "select "+customerColumns+" from customer as c where c.appid = ? and c.openid = ?",
		[]any{string(app), string(customer)}, row.dest()...)
	if err != nil {
		return kefu.Customer{}, err
	}
	if !ok {
		return kefu.Customer{}, kefu.CustomerUnknown
	}
	c, err := row.customer()
	return c, r.fail(method, err)
}

// PutCustomer implements [store.Tx]. Nickname, scene and remark may hold any
// bytes: they come from strangers.
func (t *tx) PutCustomer(app kefu.AppID, c *kefu.Customer) error {
	const method = "PutCustomer"
	grants, err := grantsText(c.Grants)
	if err != nil {
		return t.fail(method, err)
	}
	_, err = t.exec(method, `insert into customer (appid, openid, nickname, subscribed, subscribed_at, scene, qr_scene,
		qr_scene_str, remark, blocked, grants, last_in_at, last_out_at, typing_until, last_served_by,
		last_msgid, read_msgid, unread, unanswered_since, visits, courier, courier_until, created_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (appid, openid) do update set nickname = excluded.nickname,
		subscribed = excluded.subscribed, subscribed_at = excluded.subscribed_at, scene = excluded.scene,
		qr_scene = excluded.qr_scene, qr_scene_str = excluded.qr_scene_str, remark = excluded.remark,
		blocked = excluded.blocked, grants = excluded.grants, last_in_at = excluded.last_in_at,
		last_out_at = excluded.last_out_at, typing_until = excluded.typing_until,
		last_served_by = excluded.last_served_by, last_msgid = excluded.last_msgid, read_msgid = excluded.read_msgid,
		unread = excluded.unread, unanswered_since = excluded.unanswered_since, visits = excluded.visits, courier = excluded.courier, courier_until = excluded.courier_until`,
		string(app), string(c.OpenID), []byte(c.Nickname), flag(c.Subscribed), millis(c.SubscribedAt), []byte(c.Scene), c.QRScene,
		[]byte(c.QRSceneStr), []byte(c.Remark), flag(c.Blocked), grants, millis(c.LastInAt), millis(c.LastOutAt),
		millis(c.TypingUntil), int64(c.LastServedBy), int64(c.Thread.Last), int64(c.Thread.Read), int64(c.Thread.Unread),
		millis(c.Thread.UnansweredSince), int64(c.Thread.Visits), c.Courier, millis(c.CourierUntil), millis(c.CreatedAt))
	return err
}

// The customers that pass a filter. One who is on the blacklist need not follow.
const (
	following = ` from customer where appid = ? and subscribed = 1`
	blocked   = ` from customer where appid = ? and blocked = 1`
	tagged    = ` from customer_tag join customer using (appid, openid) where appid = ? and tag_id = ? and subscribed = 1`
)

// passing is what follows the list of columns for a filter, and its arguments.
func passing(app kefu.AppID, which store.CustomerFilter) (from string, args []any) {
	switch {
	case which.Blocked:
		return blocked, []any{string(app)}
	case which.Tag != 0:
		return tagged, []any{string(app), int64(which.Tag)}
	default:
		return following, []any{string(app)}
	}
}

// Customers implements [store.Conversations].
func (r *reader) Customers(app kefu.AppID, which store.CustomerFilter, after kefu.OpenID, limit int) ([]kefu.OpenID, error) {
	from, args := passing(app, which)
	var all []kefu.OpenID
	err := r.each("Customers", "select openid"+from+" and openid > ? order by openid limit ?",
		append(args, string(after), atMost(limit)), func(rows *sql.Rows) error {
			var id kefu.OpenID
			err := rows.Scan(&id)
			all = append(all, id)
			return err
		})
	return all, err
}

// CustomerCount implements [store.Conversations].
func (r *reader) CustomerCount(app kefu.AppID, which store.CustomerFilter) (int, error) {
	from, args := passing(app, which)
	var n int
	_, err := r.one("CustomerCount", "select count(*)"+from, args, &n)
	return n, err
}
