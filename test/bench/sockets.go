package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/openkefu/kefu/internal/store"
)

const (
	// settling is how long a house is left alone before its memory is read. In a process
	// that does nothing Go collects every two minutes what the handshakes left behind.
	settling = 130 * time.Second
	// settled is enough for a program that leaves nothing behind.
	settled = time.Second
)

// idleSockets is row 4a: what an open page costs the house while nothing happens,
// beside a program that does nothing but hold the connections.
func (b *bench) idleSockets(ctx context.Context) ([]row, error) {
	n, err := b.socketsHere()
	if err != nil {
		return nil, err
	}
	ours, err := b.heldByKefu(ctx, n)
	if err != nil {
		return nil, err
	}
	floor, err := b.held(ctx, n, settled, func(ctx context.Context) (*process, error) { return start(ctx, b.floor, "-hold") }, net.Dial)
	if err != nil {
		return nil, err
	}
	return []row{{
		"4a", fmt.Sprintf("%d idle sockets of phones, process memory of each", n),
		fmt.Sprintf("connections that are only held: %.1f KiB", floor), fmt.Sprintf("%.1f KiB", ours), "≤ 6 KiB",
	}}, nil
}

// socketsHere is how many sockets are measured: ten thousand, or as many as a house
// admits where a process may have fewer descriptors.
func (b *bench) socketsHere() (int, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, err
	}
	const reserve = 100
	return min(b.pick(10_000, 200), int(min(limit.Cur, 1<<20))/4-reserve), nil
}

func (b *bench) heldByKefu(ctx context.Context, n int) (kib float64, err error) {
	folder, err := os.MkdirTemp(b.disk, "kefu-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	h := &house{folder: folder}
	err = filled(ctx, h.ledger(), func(ctx context.Context, ledger store.Store) error {
		if err := addAccount(ctx, ledger, demoAccount()); err != nil {
			return err
		}
		return addFollowers(ctx, ledger, appID, n, nil)
	})
	if err != nil {
		return 0, err
	}
	i := 0
	return b.held(ctx, n, settling, func(ctx context.Context) (*process, error) {
		// Each phone has an address of its own, or there would be too many at once.
		return start(ctx, b.kefu, "dev", "--addr", "127.0.0.1:0", "--data", folder, "--trusted-proxies", "127.0.0.1/32",
			"--appid", appID, "--secret", secret, "--wechat-id", wechatID, "--original-id", originalID)
	}, func(network, address string) (net.Conn, error) {
		i++
		return openSocket(address, i-1)
	})
}

// held is what a connection costs a server: the memory of all, shared out. Before
// they are counted as many have been open once, so that buffers that are kept for
// the next are not taken for theirs.
func (b *bench) held(ctx context.Context, n int, rest time.Duration, serve func(context.Context) (*process, error), dial func(network, address string) (net.Conn, error)) (kib float64, err error) {
	p, err := serve(ctx)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	wait := time.Duration(b.pick(int(rest), int(100*time.Millisecond)))
	few := n / 20
	var conns []net.Conn
	defer func() {
		for _, c := range conns {
			_ = c.Close() // the end of the measurement
		}
	}()
	var before int64
	for range n {
		if len(conns) == few {
			time.Sleep(wait)
			if before, err = p.resident(); err != nil {
				return 0, err
			}
		}
		c, err := dial("tcp", p.host())
		if err != nil {
			return 0, err
		}
		conns = append(conns, c)
	}
	time.Sleep(wait)
	after, err := p.resident()
	return float64(after-before) / 1024 / float64(n-few), err
}

// openSocket opens the socket of follower number i and reads its hello.
func openSocket(address string, i int) (net.Conn, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(conn, "GET /phone/v1/%s/socket?as=%s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nX-Forwarded-For: 10.%d.%d.%d\r\n\r\n",
		appID, openID(i), address, i>>16&255, i>>8&255, i&255)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	in := bufio.NewReader(conn)
	status, err := in.ReadString('\n')
	if err == nil && !strings.Contains(status, fmt.Sprint(http.StatusSwitchingProtocols)) {
		err = fmt.Errorf("socket %d: %s", i, strings.TrimSpace(status))
	}
	for line := ""; err == nil && line != "\r\n"; {
		line, err = in.ReadString('\n')
	}
	if err == nil {
		_, err = readFrame(in)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// readFrame reads one frame of a server, which is not masked and of one piece.
func readFrame(in *bufio.Reader) ([]byte, error) {
	head, err := in.Peek(2)
	if err != nil {
		return nil, err
	}
	length, header := int(head[1]), 2
	if length == 126 {
		if head, err = in.Peek(4); err != nil {
			return nil, err
		}
		length, header = int(head[2])<<8|int(head[3]), 4
	}
	body := make([]byte, header+length)
	for read := 0; read < len(body); {
		n, err := in.Read(body[read:])
		if err != nil {
			return nil, err
		}
		read += n
	}
	return body[header:], nil
}
