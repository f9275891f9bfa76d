package script

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// program is the kefu that all tests of the package run.
var program string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "kefu-script-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "script:", err)
		return 1
	}
	defer os.RemoveAll(folder) // What stays behind is the system's to clean.
	program = filepath.Join(folder, "kefu")
	build := exec.Command("go", "build", "-o", program, "github.com/openkefu/kefu/cmd/kefu")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "script: build kefu:", err)
		return 1
	}
	return m.Run()
}

// lookAtSources lets go test know that this test depends on the program's
// sources, which only the compiler reads: it keeps a result for as long as the
// files that its tests looked at, from the first of them on, stay the same.
func lookAtSources() error {
	return filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules" || entry.Name() == "bin" || entry.Name() == "kefu-data") {
			return fs.SkipDir
		}
		_, err = os.Stat(path)
		return err
	})
}

func TestScripts(t *testing.T) {
	if err := lookAtSources(); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(program)+string(filepath.ListSeparator)+env.Getenv("PATH"))
			env.Values[housesKey{}] = make(map[string]*house)
			return preparePostgres(env)
		},
		Condition: func(name string) (bool, error) {
			if name == "postgres" {
				return os.Getenv(postgresVariable) != "", nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":      exits,
			"start":      start,
			"end":        end,
			"crash":      crash,
			"developer":  beDeveloper,
			"fetch":      fetch,
			"picture":    picture,
			"capture":    capture,
			"eventually": eventually,
		},
	})
}
