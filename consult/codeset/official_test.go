package codeset

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// published makes the starter's sheets out of the published files in
// ../shared/data for the codes that starter/codes.tsv names. TestOfficial
// compares them with the sheets that we ship and, with -update, writes them.
type published struct {
	dir      string
	procs    map[string]bool // CPT and HCPCS codes of the starter
	core     map[string]bool
	mods     map[string]bool
	icd, pcs map[string]bool
}

func newPublished(dir string, codes []record) published {
	o := published{dir, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, r := range codes {
		set := map[string]map[string]bool{"cpt": o.procs, "hcpcs": o.procs, "modifier": o.mods, "icd10cm": o.icd, "icd10pcs": o.pcs}[r["system"]]
		set[r["code"]] = true
		if r["core"] == "1" {
			o.core[r["code"]] = true
		}
	}
	return o
}

// sheets returns each generated sheet as text.
func (o published) sheets(t *testing.T) map[string]string {
	return map[string]string{"ptp": o.ptp(t), "mue": o.mue(t), "addon": o.addon(t), "pfs": o.pfs(t), "hcpcs": o.hcpcs(t),
		"icd10cm": o.icd10cm(t), "icd10pcs": o.icd10pcs(t), "notes": o.tabular(t).notes, "extensions": o.tabular(t).extensions}
}

func sheet(columns string, rows [][]string) string {
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(columns, " ", "\t") + "\n")
	slices.SortFunc(rows, slices.Compare[[]string])
	for _, r := range rows {
		b.WriteString(strings.Join(r, "\t") + "\n")
	}
	return b.String()
}

func (o published) open(t *testing.T, name string) io.Reader {
	t.Helper()
	f, err := os.Open(filepath.Join(o.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if !strings.HasSuffix(name, ".gz") {
		return f
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func (o published) member(t *testing.T, archive, member string) io.Reader {
	t.Helper()
	z, err := zip.OpenReader(filepath.Join(o.dir, archive))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = z.Close() })
	for _, f := range z.File {
		if filepath.Base(f.Name) == member {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
	}
	t.Fatalf("%s has no %s", archive, member)
	return nil
}

func lines(t *testing.T, r io.Reader, each func(string)) {
	t.Helper()
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		each(strings.TrimRight(s.Text(), "\r"))
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
}

// ptp keeps the pairs of the core in force throughout 2024 Q3, without dates.
func (o published) ptp(t *testing.T) string {
	var rows [][]string
	lines(t, o.open(t, "ncci/ccipra-v302-layout.txt.gz"), func(line string) {
		c := strings.Split(line, "\t")
		if len(c) != 7 || !o.core[c[0]] || !o.core[c[1]] || c[5] == "9" {
			return
		}
		if c[3] <= "20240701" && (c[4] == "*" || c[4] >= "20240930") {
			rows = append(rows, []string{c[0], c[1], c[5]})
		}
	})
	return sheet("column1 column2 indicator", rows)
}

func (o published) csv(t *testing.T, name string) [][]string {
	r := csv.NewReader(o.open(t, name))
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (o published) mue(t *testing.T) string {
	var rows [][]string
	for _, f := range [][2]string{{"2024Q2", "ncci/mue_practitioner_2024q2.csv"}, {"2026Q2", "ncci/mue_practitioner_2026q2.csv"}} {
		for _, c := range o.csv(t, f[1]) {
			if o.procs[c[0]] {
				rows = append(rows, []string{f[0], c[0], c[1], c[2][:1]})
			}
		}
	}
	return sheet("release code units mai", rows)
}

// tooWide lists the add-on codes whose primaries are too many for a small
// library; without all of them none is shipped.
var tooWide = map[string]bool{"77002": true, "77003": true, "90833": true}

// addon is all of a code's relations, or one row without a primary for a code
// of which the table knows none.
func (o published) addon(t *testing.T) string {
	var rows [][]string
	related := map[string]bool{}
	for _, c := range o.csv(t, "ncci/aoc_2026q3.csv") {
		related[c[0]] = true
		if o.procs[c[0]] && !tooWide[c[0]] {
			rows = append(rows, []string{c[0], c[1], c[2], c[3], c[4]})
		}
	}
	for c := range o.procs {
		if !related[c] {
			rows = append(rows, []string{c, "", "", "", ""})
		}
	}
	return sheet("addon primary type from to", rows)
}

func (o published) pfs(t *testing.T) string {
	var rows [][]string
	for _, c := range o.csv(t, "pfs/PPRRVU2025_Oct.redacted.csv") {
		if o.procs[c[0]] {
			rows = append(rows, []string{c[0], c[1], c[3], c[14], c[13], c[18], c[19], c[20], c[21], c[22], c[23], c[5]})
		}
	}
	return sheet("code mod status global pctc multiple bilateral assistant cosurgeon team endo_base work", rows)
}

// dose is the amount that a drug's long descriptor ends in.
var dose = regexp.MustCompile(`, (?:PER |UP TO )?([0-9.,]*[0-9]) ?(MG|MCG|MICROGRAM|ML|CC|UNITS?)(?:\W|$)`)

var unitNames = map[string]string{"MG": "mg", "MCG": "mcg", "MICROGRAM": "mcg", "ML": "ml", "CC": "ml", "UNIT": "units", "UNITS": "units"}

func (o published) hcpcs(t *testing.T) string {
	long, rows := map[string]string{}, map[string][]string{}
	lines(t, o.open(t, "hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz"), func(line string) {
		line = fmt.Sprintf("%-320s", line)
		c := strings.TrimSpace(line[:5])
		system, wanted := "hcpcs", o.procs[c]
		if line[10] == '7' || line[10] == '8' {
			system, wanted = "modifier", o.mods[c]
		}
		if !wanted {
			return
		}
		key := system + c
		long[key] = strings.TrimSpace(long[key] + " " + strings.TrimSpace(line[11:91]))
		if line[10] == '3' || line[10] == '7' {
			rows[key] = []string{system, c, dashed(line[268:276]), dashed(line[284:292]), strings.TrimSpace(line[91:119]), "", ""}
		}
	})
	var out [][]string
	for key, r := range rows {
		if m := dose.FindStringSubmatch(long[key]); m != nil && (r[1][0] == 'J' || r[1][0] == 'Q') {
			r[5], r[6] = strings.ReplaceAll(m[1], ",", ""), unitNames[m[2]]
		}
		out = append(out, r)
	}
	return sheet("system code from to title amount unit", out)
}

func dashed(d string) string {
	if strings.TrimSpace(d) == "" {
		return ""
	}
	return d[:4] + "-" + d[4:6] + "-" + d[6:]
}

func dotted(c string) string {
	if len(c) > 3 {
		return c[:3] + "." + c[3:]
	}
	return c
}

func (o published) icd10cm(t *testing.T) string {
	type entry struct {
		row      []string
		children []string
	}
	found := map[string]*entry{}
	var path []string // of codes without dot, each above the next
	lines(t, o.member(t, "icd10cm/cm2025.zip", "icd10cm_order_2025.txt"), func(line string) {
		c := strings.TrimSpace(line[6:13])
		for len(path) > 0 && !strings.HasPrefix(c, path[len(path)-1]) {
			path = path[:len(path)-1]
		}
		if len(path) > 0 {
			if e := found[dotted(path[len(path)-1])]; e != nil {
				e.children = append(e.children, dotted(c))
			}
		}
		path = append(path, c)
		if o.icd[dotted(c)] {
			found[dotted(c)] = &entry{row: []string{dotted(c), line[14:15], strings.TrimSpace(line[77:])}}
		}
	})
	var rows [][]string
	for _, e := range found {
		rows = append(rows, append(e.row, strings.Join(e.children, " ")))
	}
	return sheet("code billable title children", rows)
}

func (o published) icd10pcs(t *testing.T) string {
	var rows [][]string
	lines(t, o.member(t, "icd10pcs/pcs2025.zip", "icd10pcs_codes_2025.txt"), func(line string) {
		if c, title, ok := strings.Cut(line, " "); ok && o.pcs[c] {
			rows = append(rows, []string{c, strings.TrimSpace(title)})
		}
	})
	return sheet("code title", rows)
}

// A node is an element of the tabular list that can carry notes.
type node struct {
	Name       string  `xml:"name"`
	Excludes1  []block `xml:"excludes1"`
	Excludes2  []block `xml:"excludes2"`
	CodeFirst  []block `xml:"codeFirst"`
	UseAlso    []block `xml:"useAdditionalCode"`
	CodeAlso   []block `xml:"codeAlso"`
	Inclusion  []block `xml:"inclusionTerm"`
	Characters []struct {
		Char string `xml:"char,attr"`
		Text string `xml:",chardata"`
	} `xml:"sevenChrDef>extension"`
	Diags    []node `xml:"diag"`
	Sections []struct {
		ID string `xml:"id,attr"`
		node
	} `xml:"section"`
}

type block struct {
	Note []string `xml:"note"`
}

type tabular struct{ notes, extensions string }

func (o published) tabular(t *testing.T) tabular {
	var doc struct {
		Chapters []node `xml:"chapter"`
	}
	if err := xml.NewDecoder(o.open(t, "icd10cm/icd10cm_tabular_2021.xml.gz")).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	var notes, characters [][]string
	var walk func(n node, owner, first, last string)
	walk = func(n node, owner, first, last string) {
		notes = append(notes, o.notesOf(n, owner, first, last)...)
		if o.below(owner) {
			for _, c := range n.Characters {
				characters = append(characters, []string{owner, c.Char, strings.TrimSpace(c.Text)})
			}
		}
		for _, s := range n.Sections {
			f, l, _ := strings.Cut(s.ID, "-")
			if l == "" {
				l = f
			}
			walk(s.node, s.ID, f, l)
		}
		for _, d := range n.Diags {
			walk(d, d.Name, "", "")
		}
	}
	for _, c := range doc.Chapters {
		f, l := c.span()
		walk(c, f+"-"+l, f, l)
	}
	return tabular{sheet("owner kind seq first last text", notes), sheet("owner character text", characters)}
}

// span is the first and the last category of a chapter.
func (n node) span() (first, last string) {
	for _, s := range n.Sections {
		f, l, _ := strings.Cut(s.ID, "-")
		if l == "" {
			l = f
		}
		if first == "" || f < first {
			first = f
		}
		last = max(last, l)
	}
	return first, last
}

// below reports that a code of the starter is the owner or stands below it.
func (o published) below(owner string) bool {
	for c := range o.icd {
		if c == owner || slices.Contains(ancestors(c), owner) {
			return true
		}
	}
	return false
}

// notesOf keeps the Excludes notes that bear on two codes of the starter, a note
// an item, and of those on codes and categories the blocks that ask for another
// code, a note a block: its items are one list. What blocks and chapters allow
// together (Excludes2) or ask for is left out.
func (o published) notesOf(n node, owner, first, last string) [][]string {
	var out [][]string
	add := func(kind, text string) {
		out = append(out, []string{owner, kind, fmt.Sprintf("%03d", len(out)+1), first, last, text})
	}
	excludes := func(kind string, blocks []block) {
		for _, b := range blocks {
			for _, text := range b.Note {
				if o.carried(owner, first, last) && o.named(text) {
					add(kind, strings.Join(strings.Fields(text), " "))
				}
			}
		}
	}
	asks := func(kind string, blocks []block) {
		for _, b := range blocks {
			if first == "" && o.below(owner) {
				add(kind, b.text())
			}
		}
	}
	excludes("excludes1", n.Excludes1)
	if first == "" {
		excludes("excludes2", n.Excludes2)
	}
	asks("code_first", n.CodeFirst)
	asks("use_additional", n.UseAlso)
	asks("code_also", n.CodeAlso)
	for _, b := range n.Inclusion {
		if first == "" && o.below(owner) && strings.Contains(b.text(), "not to be used with") {
			add("includes", b.text())
		}
	}
	return out
}

// text is the items of a block as one line: "code to identify: this (A); that (B)".
func (b block) text() string {
	text := strings.Join(strings.Fields(strings.Join(b.Note, "; ")), " ")
	return strings.ReplaceAll(text, ":;", ":")
}

func (o published) carried(owner, first, last string) bool {
	if first == "" {
		return o.below(owner)
	}
	for c := range o.icd {
		if category(c) >= first && category(c) <= last {
			return true
		}
	}
	return false
}

// named reports that a reference of the note is a code of the starter, or a
// family or range that holds one.
func (o published) named(text string) bool {
	for _, ref := range Refs(text) {
		for c := range o.icd {
			if refers(ref, c) {
				return true
			}
		}
	}
	return false
}

func refers(ref, c string) bool {
	first, last, isRange := strings.Cut(strings.TrimSuffix(ref, "-"), "-")
	if isRange {
		return category(c) >= category(first) && category(c) <= category(last)
	}
	return strings.HasPrefix(c, strings.TrimSuffix(first, "."))
}
