package sqlstore

import (
	"database/sql"
	"encoding/json"
	"strings"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// ConversationNames implements [store.Workbench].
func (r *reader) ConversationNames(app kefu.AppID, before kefu.MsgID, limit int) ([]store.CustomerName, error) {
	var all []store.CustomerName
	err := r.each("ConversationNames", `select openid, nickname, remark, last_msgid from customer
		where appid = ? and last_msgid > 0 and last_msgid < ? order by last_msgid desc limit ?`,
		[]any{string(app), orNewest(before), atMost(limit)}, func(rows *sql.Rows) error {
			var n store.CustomerName
			var nickname, remark []byte
			err := rows.Scan(&n.OpenID, &nickname, &remark, &n.Last)
			n.Nickname, n.Remark = string(nickname), string(remark)
			all = append(all, n)
			return err
		})
	return all, err
}

// Heard implements [store.Workbench]. The database looks for the words in the
// JSON of what was said, where they may also be met in a name or an address; so
// what it finds is looked at once more.
func (r *reader) Heard(app kefu.AppID, words string, newest int) ([]kefu.OpenID, error) {
	const method = "Heard"
	inJSON, err := json.Marshal(words)
	if err != nil {
		return nil, err
	}
	pattern := "%" + likeEscape.Replace(string(inJSON[1:len(inJSON)-1])) + "%"
	sought := lowerASCII(words)
	var all []kefu.OpenID
	found := make(map[kefu.OpenID]bool)
	err = r.each(method, `select said.openid, said.content from (
			select openid, content from message where appid = ? order by msgid desc limit ?) as said
		where lower(said.content) like lower(?) escape '!'`,
		[]any{string(app), atMost(newest), pattern}, func(rows *sql.Rows) error {
			var id kefu.OpenID
			var text sql.RawBytes
			if err := rows.Scan(&id, &text); err != nil || found[id] {
				return err
			}
			var c kefu.Content
			if err := json.Unmarshal(text, &c); err != nil {
				return err
			}
			if strings.Contains(lowerASCII(c.Words()), sought) {
				found[id] = true
				all = append(all, id)
			}
			return nil
		})
	return all, err
}

// likeEscape takes their meaning from the characters that have one in a pattern.
var likeEscape = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// lowerASCII makes the letters of ASCII small, as every database can.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
