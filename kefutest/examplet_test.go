package kefutest_test

import (
	"fmt"
	"os"
	"testing"
)

// exampleT stands in for the *testing.T that an example does not have. A
// failure is a panic, which fails the example.
type exampleT struct {
	testing.TB
	cleanups []func()
}

func newExampleT() *exampleT { return &exampleT{} }

func (*exampleT) Helper()                           {}
func (*exampleT) Log(...any)                        {}
func (*exampleT) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }
func (*exampleT) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (*exampleT) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (t *exampleT) Cleanup(f func())                { t.cleanups = append(t.cleanups, f) }

func (t *exampleT) TempDir() string {
	folder, err := os.MkdirTemp("", "kefutest")
	if err != nil {
		panic(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			panic(err)
		}
	})
	return folder
}

// end runs the cleanups, the last first.
func (t *exampleT) end() {
	for i := len(t.cleanups) - 1; i >= 0; i-- {
		t.cleanups[i]()
	}
}
