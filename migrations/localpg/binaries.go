package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Binaries are the server's programs of one major version.
type binaries struct {
	dir   string
	major int
}

// oldest is the first major that the product is tested on, Debian 12's.
const oldest = 15

var errAbsent = errors.New("no Postgres server found: install the Debian or Ubuntu package postgresql, or put initdb and postgres on the PATH")

// find returns the binaries for a data directory: of its own major version
// where it holds data, else the newest.
func find(data string) (binaries, error) {
	major, err := majorOf(data)
	if err != nil {
		return binaries{}, err
	}
	return choose(installed("/usr/lib/postgresql"), major)
}

// choose takes the given major, or the newest where that is 0.
func choose(all []binaries, major int) (binaries, error) {
	if len(all) == 0 {
		return binaries{}, errAbsent
	}
	if major == 0 {
		newest := slices.MaxFunc(all, func(a, b binaries) int { return a.major - b.major })
		if newest.major < oldest {
			return binaries{}, fmt.Errorf("found no Postgres after %d: install %d or newer", newest.major, oldest)
		}
		return newest, nil
	}
	i := slices.IndexFunc(all, func(b binaries) bool { return b.major == major })
	if i < 0 {
		return binaries{}, fmt.Errorf("its data are of Postgres %d, and installed is %s: install postgresql-%d, or move them with pg_upgrade", major, versions(all), major)
	}
	return all[i], nil
}

// Major returns the major version that a new cluster on this machine would
// have. No server installed is an error that names the package.
func Major() (int, error) {
	b, err := find("")
	return b.major, err
}

// installed lists what lies in Debian's place, <root>/<major>/bin, then what
// the PATH has. A directory with the client's programs only does not count.
func installed(root string) (all []binaries) {
	found, _ := filepath.Glob(filepath.Join(root, "*", "bin")) // the pattern is well formed
	for _, dir := range found {
		if major, err := strconv.Atoi(filepath.Base(filepath.Dir(dir))); err == nil && complete(dir) {
			all = append(all, binaries{dir, major})
		}
	}
	if b, ok := onPath(); ok {
		all = append(all, b)
	}
	return all
}

func complete(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

func onPath() (b binaries, ok bool) {
	name, err := exec.LookPath("postgres")
	if err != nil {
		return b, false
	}
	if name, err = filepath.EvalSymlinks(name); err != nil || !complete(filepath.Dir(name)) {
		return b, false
	}
	out, err := exec.Command(name, "-V").Output() // "postgres (PostgreSQL) 15.18 (Debian …)"
	fields := strings.Fields(string(out))
	if err != nil || len(fields) < 3 {
		return b, false
	}
	major, err := strconv.Atoi(fields[2][:leadingDigits(fields[2])])
	return binaries{filepath.Dir(name), major}, err == nil
}

// leadingDigits counts them: "18beta1" and "15.18" both begin with two.
func leadingDigits(s string) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		return i
	}
	return len(s)
}

// majorOf returns the major version that wrote a data directory, 0 where there
// is none.
func majorOf(data string) (int, error) {
	if data == "" {
		return 0, nil
	}
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(data); err == nil {
			return 0, fmt.Errorf("%s is there and is no Postgres data directory: move it away", data)
		}
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s/PG_VERSION is damaged: restore the directory from a backup", data)
	}
	return major, nil
}

func versions(all []binaries) string {
	var list []string
	for _, b := range all {
		list = append(list, strconv.Itoa(b.major))
	}
	return strings.Join(list, ", ")
}
