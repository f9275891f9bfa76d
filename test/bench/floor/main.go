// Command floor is the cheapest server there can be with net/http: it writes
// the bytes of a file to whoever asks. With -hold it only keeps connections open. The
// benchmarks hold Kefu against it.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

func main() {
	var body []byte
	hold := len(os.Args) > 1 && os.Args[1] == "-hold"
	if len(os.Args) > 1 && !hold {
		var err error
		if body, err = os.ReadFile(os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ready http://" + listener.Addr().String())
	if hold {
		holdAll(listener)
	}
	err = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; encoding=utf-8")
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body)
	}))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// holdAll takes connections and does nothing with them.
func holdAll(listener net.Listener) {
	var held []net.Conn
	for {
		conn, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err, "after", len(held))
			os.Exit(1)
		}
		held = append(held, conn)
	}
}
