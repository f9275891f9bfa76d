package workbench

import "context"

// CloseStale is what the door does now and then.
func (d *Door) CloseStale(ctx context.Context) { d.closeStale(ctx) }
