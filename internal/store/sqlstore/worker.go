package sqlstore

import "github.com/openkefu/kefu"

// Worker implements [store.Reader]. Within a change it also holds the person's
// row: the pen is one account's, but the limit of bindings counts over all, so
// two accounts that ask about the same person take turns. A person never heard
// of gets a row for that; asking may leave it behind with no bindings, which
// says nothing new.
func (r *reader) Worker(id kefu.WeChatID) (kefu.Worker, error) {
	const method = "Worker"
	w := kefu.Worker{ID: id}
	lock := ""
	if r.locking && r.on.dialect.rowLock != "" {
		lock = r.on.dialect.rowLock
		if _, err := r.one(method, `insert into worker (wechat_id, bindings) values (?, 0)
			on conflict (wechat_id) do nothing returning bindings`, []any{string(id)}, &w.Bindings); err != nil {
			return kefu.Worker{}, err
		}
	}
	if _, err := r.one(method, `select bindings from worker where wechat_id = ?`+lock, []any{string(id)}, &w.Bindings); err != nil {
		return kefu.Worker{}, err
	}
	return w, nil
}

// workerOf is the person bound to an agent, or kefu.AgentUnknown.
func (t *tx) workerOf(method string, app kefu.AppID, id kefu.KFID) (kefu.WeChatID, error) {
	var worker kefu.WeChatID
	ok, err := t.one(method, `select worker from agent where appid = ? and kf_id = ?`, []any{string(app), int64(id)}, &worker)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", kefu.AgentUnknown
	}
	return worker, nil
}

// workerFree refuses with kefu.WorkerBoundHere when another agent of the account
// has the worker.
func (t *tx) workerFree(method string, app kefu.AppID, worker kefu.WeChatID, but kefu.KFID) error {
	if worker == "" {
		return t.ready()
	}
	var taken int64
	if _, err := t.one(method, `select count(*) from agent where appid = ? and worker = ? and kf_id <> ?`,
		[]any{string(app), string(worker), int64(but)}, &taken); err != nil {
		return err
	}
	if taken > 0 {
		return kefu.WorkerBoundHere
	}
	return nil
}

// rebind counts a binding less for one person and one more for another; either
// may be nobody.
func (t *tx) rebind(method string, before, after kefu.WeChatID) error {
	if before == after {
		return t.ready()
	}
	if before != "" {
		if _, err := t.exec(method, `update worker set bindings = bindings - 1 where wechat_id = ?`, string(before)); err != nil {
			return err
		}
	}
	if after == "" {
		return nil
	}
	_, err := t.exec(method, `insert into worker (wechat_id, bindings) values (?, 1)
		on conflict (wechat_id) do update set bindings = worker.bindings + 1`, string(after))
	return err
}
