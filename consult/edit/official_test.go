package edit

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// An official holds what a plain scan of the published files finds: every PTP
// row of the worked cases' codes and of about one pair in a thousand, and the
// MUE, fee schedule and add-on rows. It shares no reader with the program.
type official struct {
	pairs map[[2]string][]ptpLine // by the two codes in order
	drawn [][2]string
	mue   map[string]codeset.MUE
	pfs   map[string][]codeset.PFS
	addon map[string][]codeset.AddOn
}

type ptpLine struct{ column1, column2, from, to, indicator string }

func (l ptpLine) inForce(day string) bool {
	return l.indicator != "9" && l.from <= day && day <= cmp.Or(strings.Trim(l.to, "*"), "99999999")
}

func openOfficial(t *testing.T) *official {
	t.Helper()
	dir := cmp.Or(os.Getenv("CASECONSULTANT_TESTDATA"), "../../../shared/data")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no official files at %s: set CASECONSULTANT_TESTDATA to hold the rules against them", dir)
	}
	o := &official{pairs: map[[2]string][]ptpLine{}, mue: map[string]codeset.MUE{}, pfs: map[string][]codeset.PFS{}, addon: map[string][]codeset.AddOn{}}
	o.readPTP(t, filepath.Join(dir, "ncci/ccipra-v302-layout.txt.gz"))
	for _, r := range readCSV(t, filepath.Join(dir, "ncci/mue_practitioner_2024q2.csv")) {
		if n, err := strconv.Atoi(r[1]); err == nil {
			o.mue[r[0]] = codeset.MUE{Limit: n, MAI: r[2][:1], Source: source(codeset.KindMUEPractitioner, r[0])}
		}
	}
	for _, r := range readCSV(t, filepath.Join(dir, "ncci/aoc_2026q3.csv")) {
		o.addon[r[0]] = append(o.addon[r[0]], codeset.AddOn{Type: r[2], Primary: r[1], Source: source(codeset.KindAddOn, r[0]+"/"+r[1])})
	}
	for _, r := range readCSV(t, filepath.Join(dir, "pfs/PPRRVU2025_Oct.redacted.csv")) {
		if len(r) > 24 && len(r[0]) == 5 {
			o.pfs[r[0]] = append(o.pfs[r[0]], codeset.PFS{Mod: r[1], Status: r[3], PCTC: r[13], Global: r[14], Multiple: r[18], Bilateral: r[19],
				Assistant: r[20], CoSurgeon: r[21], Team: r[22], EndoBase: r[23], Source: source(codeset.KindPFS, r[0])})
		}
	}
	return o
}

func (o *official) readPTP(t *testing.T, name string) {
	t.Helper()
	wanted := map[string]bool{"97530": true, "97140": true}
	for _, w := range worked {
		for _, l := range claim(w.claim).Lines {
			wanted[l.Code] = true
		}
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		c := strings.Split(lines.Text(), "\t")
		if len(c) < 6 || len(c[0]) != 5 || len(c[1]) != 5 {
			continue
		}
		key := [2]string{min(c[0], c[1]), max(c[0], c[1])}
		drawn := draw(key)
		if !drawn && !(wanted[c[0]] && wanted[c[1]]) {
			continue
		}
		if drawn && o.pairs[key] == nil {
			o.drawn = append(o.drawn, key)
		}
		o.pairs[key] = append(o.pairs[key], ptpLine{c[0], c[1], c[3], c[4], c[5]})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func draw(key [2]string) bool {
	h := fnv.New32a()
	_, _ = io.WriteString(h, key[0]+key[1])
	return h.Sum32()%1009 == 0
}

func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// facts gathers the rows of the codes on a day, by their own dates.
func (o *official) facts(on time.Time, codes []string) *world {
	w := newWorld()
	w.On = on
	for i, a := range codes {
		w.put(system(a), a, func(cf *codeset.CodeFacts) {
			if m, ok := o.mue[a]; ok {
				cf.MUE = &m
			}
			cf.PFS, cf.AddOn = o.pfs[a], o.addon[a]
		})
		for _, b := range codes[i+1:] {
			for _, l := range o.pairs[[2]string{min(a, b), max(a, b)}] {
				if day := on.Format("20060102"); l.from <= day {
					w.Pairs = append(w.Pairs, codeset.PTP{Column1: l.column1, Column2: l.column2, Indicator: l.indicator, InForce: l.inForce(day),
						Source: codeset.Source{Set: codeset.KindPTPPractitioner, Release: "2024Q3", Row: l.column1 + "/" + l.column2 + "/" + l.from, EffectiveTo: l.to}})
				}
			}
		}
	}
	return w
}

// datedCases are worked cases whose history differs, and pairs of which the
// whole table shows that there is no edit.
var datedCases = []struct{ name, on, claim, must string }{
	{"19b", "2024-08-15", "11402 12032", "ncci.ptp clear 11402/12032"},
	{"23", "2024-08-15", "12001 99284", "ncci.ptp clear 12001/99284"},
	{"37", "2024-08-15", "20610 J3301", "ncci.ptp clear 20610/J3301"},
	{"45", "2024-08-15", "99396 99213", "ncci.ptp clear 99396/99213"},
	{"51 in 2019", "2019-06-03", "97530 97140", "ncci.ptp modifier_allowed 97140/97530 i1"},
	{"51 in 2024", "2024-08-15", "97530 97140", "ncci.ptp clear 97140/97530 i1"},
	{"59 on its last day", "2016-06-30", "29823 29827", "ncci.ptp modifier_allowed 29827/29823 i1"},
	{"59 the day after", "2016-07-01", "29823 29827", "ncci.ptp clear 29827/29823 i1"},
	{"59 in 2024", "2024-08-15", "29823 29827", "ncci.ptp clear 29827/29823 i1"},
	{"89", "2024-08-15", "G0101 99396", "ncci.ptp clear G0101/99396"},
	{"13", "2024-08-15", "11042 11045x2", "ncci.addon primary_present 11045/11042; ncci.ptp clear 11042/11045"},
}

// TestOfficial reads the published files once for both of its halves.
func TestOfficial(t *testing.T) {
	o := openOfficial(t)
	t.Run("cases", o.cases)
	t.Run("pairs", o.drawnPairs)
}

// cases holds the worked cases that stand on NCCI and the fee schedule against
// the published files of 2024-08-15.
func (o *official) cases(t *testing.T) {
	for _, tt := range slices.Concat(worked, datedCases) {
		if strings.Contains(tt.claim, "dx:") || strings.Contains(tt.claim, "surgery_date") || strings.Contains(tt.claim, "days_after") || strings.HasPrefix(tt.claim, "J") {
			continue // those need the ICD and HCPCS files, or days of their own
		}
		t.Run(tt.name, func(t *testing.T) {
			c := claim(tt.claim)
			if tt.on != "" {
				c.On, _ = code.ParseDay(tt.on)
			}
			var codes []string
			for _, l := range c.Lines {
				codes = append(codes, l.Code)
			}
			r := o.facts(c.On, codes).checkClaim(t, c)
			var all []string
			for _, f := range r.Findings {
				all = append(all, terse(f))
			}
			text := strings.Join(all, "\n")
			for _, want := range strings.Split(tt.must, "; ") {
				not, negative := strings.CutPrefix(want, "!")
				other := strings.Contains(want, "J1885") || strings.Contains(want, "J3301 ") || strings.Contains(want, "drug.") || strings.Contains(want, "valid valid")
				if !other && strings.Contains(text, not) == negative {
					t.Errorf("want %q in\n%s\n%q", want, text, r.NotChecked)
				}
			}
		})
	}
}

// drawnPairs holds pairs drawn from the whole PTP table against a plain
// reading of their rows, on days around the table's changes.
func (o *official) drawnPairs(t *testing.T) {
	if len(o.drawn) < 1500 {
		t.Fatalf("%d pairs drawn from the table", len(o.drawn))
	}
	counts := map[string]int{}
	for _, key := range o.drawn {
		for _, day := range []string{"2010-06-01", "2019-12-31", "2020-01-01", "2024-08-15"} {
			c := claim(key[1] + " " + key[0])
			c.On, _ = code.ParseDay(day)
			var want []string // the stand-in dates leave both directions of some pairs in force
			for _, l := range o.pairs[key] {
				if l.inForce(strings.ReplaceAll(day, "-", "")) {
					want = append(want, map[string]string{"0": "bundled", "1": "modifier_allowed"}[l.indicator]+" "+l.column1+"/"+l.column2)
				}
			}
			got := verdicts(o.facts(c.On, []string{key[0], key[1]}).checkClaim(t, c), "ncci.ptp")
			if !slices.Contains(want, got) && !(len(want) == 0 && strings.HasPrefix(got, "clear")) {
				t.Errorf("%s on %s is %q, the file says %q", key, day, got, want)
			}
			counts[strings.Fields(got + " none")[0]]++
		}
	}
	for _, v := range []string{"clear", "bundled", "modifier_allowed"} {
		if counts[v] < 100 {
			t.Errorf("only %d pairs %s", counts[v], v)
		}
	}
}
