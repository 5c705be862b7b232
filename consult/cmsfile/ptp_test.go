package cmsfile

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"
)

// dump writes rows as golden files hold them, one a line.
func dump[T any](t *testing.T, rows iter.Seq2[T, error]) []byte {
	t.Helper()
	all, err := take(rows)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range all {
		fmt.Fprintf(&b, "%+v\n", r)
	}
	return []byte(strings.ReplaceAll(b.String(), " 00:00:00 +0000 UTC", ""))
}

// unlined leaves out where the rows stand, which differs between text and workbook.
func unlined(rows iter.Seq2[PTPRow, error]) iter.Seq2[PTPRow, error] {
	return func(yield func(PTPRow, error) bool) {
		for r, err := range rows {
			if r.Line = 0; !yield(r, err) {
				return
			}
		}
	}
}

// above are the six lines above the edits of a table.
const above = "CPT only copyright 2023 American Medical Association.  All rights reserved.\r\nColumn1/Column2 Edits\r\n" +
	"Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n" +
	"\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n\t\t\t\t*=no data\t1=allowed\t\r\n\t\t\t\t\t9=not applicable\t\r\n"

func TestPTPGolden(t *testing.T) {
	for _, name := range []string{"ccipra-v302r0-f1.txt", "ccioph-v322r0-f4.txt"} {
		golden(t, "ncci/"+name+".golden", dump(t, unlined(PTP(fixture(t, "ncci/"+name), Tabs))))
	}
}

// TestPTPSheet: the workbook with the same seven columns reads as the text does,
// dates as numbers of days and codes as numbers included.
func TestPTPSheet(t *testing.T) {
	m := workbook(t, "ccipra-v302r0-f1.xlsx", map[string][][]any{"Sheet1": {
		{"CPT only copyright 2023 American Medical Association.  All rights reserved."},
		{"Column1/Column2 Edits"},
		{"Column 1", "Column 2", "*=in existence\nprior to 1996", "Effective\nDate", "Deletion\nDate\n*=no data", "Modifier\n0=not allowed\n1=allowed\n9=not applicable", "PTP Edit Rationale"},
		{"0001A", "0591T", "", "20220101", "20231231", "1", "Mutually exclusive procedures"},
		{"0001A", "90473", "", "20220101", "20220101", "9", "Mutually exclusive procedures"},
		{"0001A", 90473, nil, 20220101, "*", 0, "Mutually exclusive procedures"},
		{10060, 10061, "*", 35065, "*", 1, "More extensive procedure"},
		{10060, 20610, nil, 20100401, 20191231, 1, "More extensive procedure"},
		{10060, 20610, nil, 20200101, "*", 0, "More extensive procedure"},
		{"J3301", "A4550", nil, 20200101, "*", 1, "Standards of medical/surgical practice"},
	}})
	golden(t, "ncci/ccipra-v302r0-f1.txt.golden", dump(t, unlined(PTP(m, Sheet))))
	id, err := Identify(m)
	if err != nil || id.Kind != PTPPractitioner || id.Part != "f1" || id.Format != Sheet || id.Period.Name != "2024Q3" {
		t.Errorf("%+v, %v", id, err)
	}
}

func TestPTPRefused(t *testing.T) {
	const edit = "10060\t10061\t\t20200101\t*\t1\tMore extensive procedure\r\n"
	for _, c := range []struct{ name, text, want string }{
		{"no rows", above, "holds no edit"},
		{"no header", edit, "line 1: an edit without a header above it that names Column 1 and Column 2"},
		{"column missing", strings.Replace(above, "Deletion", "Ended", 1) + edit, `line 6: the header has no column "Deletion Date"`},
		{"no table", strings.Repeat("words\r\n", 50), "line 41: no edit within the first 40 lines"},
		{"code", above + strings.Replace(edit, "10060", "1006", 1), `line 7: "1006" is no CPT or HCPCS code`},
		{"code of the first edit", above + strings.Replace(edit, "10060", "1006", 1) + edit, `line 7: "1006" is no CPT or HCPCS code`},
		{"column 1", above + edit + strings.Replace(edit, "10060", "1006l", 1), `line 8: "1006l" is no CPT or HCPCS code`},
		{"column 2", above + edit + strings.Replace(edit, "10061", "1006l", 1), `line 8: "1006l" is no CPT or HCPCS code`},
		{"itself", above + strings.Replace(edit, "10061", "10060", 1), "line 7: pairs 10060 with itself"},
		{"mark", above + strings.Replace(edit, "10061\t", "10061\tx", 1), `line 7: "x" where * marks an edit from before 1996`},
		{"date", above + strings.Replace(edit, "20200101", "20200231", 1), `line 7: "20200231" is no date`},
		{"no date", above + strings.Replace(edit, "20200101", "*", 1), "line 7: has no effective date"},
		{"deletion blank", above + strings.Replace(edit, "*", "", 1), `line 7: "" is no date`},
		{"order of dates", above + strings.Replace(edit, "*", "20191231", 1), "line 7: ends 2019-12-31, before its first day 2020-01-01"},
		{"indicator", above + strings.Replace(edit, "\t1\t", "\t2\t", 1), `line 7: modifier indicator "2" is none of 0, 1, 9`},
		{"too few", above + "10060\t10061\t\t20200101\r\n" + edit, "line 7: has 4 columns, not 7"},
		{"too many", above + strings.Replace(edit, "\r\n", "\tmore\r\n", 1), "line 7: has 8 columns, not 7"},
		{"empty line within", above + edit + "\r\n" + strings.Replace(edit, "10060", "10061", 1), "line 8: is empty, and more follows"},
		{"twice", above + edit + edit, "line 8: the edit 10060/10061 of 2020-01-01 stands twice, first at line 7"},
		{"twice, apart", above + edit + strings.Replace(edit, "10061", "10040", 1) + edit, "line 9: the edit 10060/10061 of 2020-01-01 stands twice, first at line 7"},
		{"twice, apart, with others after", above + edit + strings.Replace(edit, "10061", "10040", 1) + edit + strings.Replace(edit, "10060", "20610", 1),
			"line 9: the edit 10060/10061 of 2020-01-01 stands twice, first at line 7"},
		{"comes back", above + edit + strings.Replace(edit, "10060", "20610", 1) + strings.Replace(edit, "10061", "10080", 1),
			"line 9: column 1 10060 comes back after others, first at line 7: mixed, or not in its order"},
		{"cut in the columns", above + edit + "10060\t10080\t\t2020", "line 8: the file ends within this row: cut off; download it again"},
		{"cut in the rationale", above + edit + "10060\t10080\t\t20200101\t*\t1\tMore exten", "line 8: the file ends within this row: cut off; download it again"},
		{"long line", above + edit + strings.Repeat("x", 300<<10), "line 8: is longer than 256 KB: not a table"},
	} {
		rows, err := take(PTP(memory("ccipra-v302r0-f1.txt", c.text), Tabs))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %d rows, error %v\nwant %s", c.name, len(rows), err, c.want)
		}
	}
}

// TestPTPSheetRefused: a workbook is held to what the text is.
func TestPTPSheetRefused(t *testing.T) {
	head := []any{"Column 1", "Column 2", "in existence prior to 1996", "Effective Date", "Deletion Date", "Modifier"}
	edit := []any{10060, 10061, nil, 20200101, "*", 1}
	words := slices.Repeat([][]any{{"words"}}, 50)
	for _, c := range []struct {
		name string
		rows [][]any
		want string
	}{
		{"no edit", [][]any{head}, "holds no edit"},
		{"no table", words, "line 41: no edit within the first 40 lines"},
		{"no header", [][]any{edit}, "line 1: an edit without a header above it"},
		{"column missing", [][]any{head[:5], edit}, `the header has no column "Modifier"`},
		{"code of the first edit", [][]any{head, {"1006l", 10061, nil, 20200101, "*", 1}, edit}, `line 2: "1006l" is no CPT or HCPCS code`},
		{"number that is no code", [][]any{head, edit, {10060, 61, nil, 20200101, "*", 1}}, `line 3: "61" is no CPT or HCPCS code`},
		{"day before 1982 as a number", [][]any{head, edit, {10060, 10080, nil, 29999, "*", 1}}, `line 3: "29999" is no date`},
		{"more cells", [][]any{head, {10060, 10080, nil, 20200101, "*", 1, "more"}}, "line 2: has 7 columns, not 6"},
		{"twice", [][]any{head, edit, edit}, "line 3: the edit 10060/10061 of 2020-01-01 stands twice, first at line 2"},
	} {
		rows, err := take(PTP(workbook(t, "ccipra-v302.xlsx", map[string][][]any{"1": c.rows}), Sheet))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %d rows, error %v\nwant %s", c.name, len(rows), err, c.want)
		}
	}
}

// TestPTPTaken: what looks odd and is right.
func TestPTPTaken(t *testing.T) {
	const edit = "10060\t10061\t\t20200101\t20200101\t9\tMore extensive procedure\r\n"
	for _, c := range []struct {
		name, text string
		rows       int
	}{
		{"never in force beside the edit of that day", above + edit + strings.Replace(edit, "20200101\t9", "*\t1", 1) + edit, 3},
		{"last line without its end", above + edit + strings.TrimSuffix(strings.Replace(edit, "10061", "10080", 1), "\r\n"), 2},
		{"empty lines at the end", above + edit + "\r\n\t\t\t\t\t\t\r\n", 1},
		{"lines end with LF", strings.ReplaceAll(above+edit, "\r", ""), 1},
		{"not in the order of column 2", above + edit + strings.Replace(edit, "10061", "10040", 1), 2},
	} {
		if rows, err := take(PTP(memory("ccipra.txt", c.text), Tabs)); err != nil || len(rows) != c.rows {
			t.Errorf("%s: %d rows, %v", c.name, len(rows), err)
		}
	}
}

// TestPTPStops: a caller that wants no more rows gets no more, and no error.
func TestPTPStops(t *testing.T) {
	n := 0
	for _, err := range PTP(fixture(t, "ncci/ccipra-v302r0-f1.txt"), Tabs) {
		if n++; err != nil || n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("%d rows", n)
	}
}

// TestPTPOfficial counts the whole table of 2024 Q3 (data/README.md).
func TestPTPOfficial(t *testing.T) {
	m := official(t, "ncci/ccipra-v302-layout.txt.gz")[0]
	id, err := Identify(m)
	if err != nil || id.Kind != PTPPractitioner || id.Period.Name != "2024Q3" || id.Part != "" || id.Format != Tabs || !id.Proved {
		t.Errorf("%+v, %v", id, err)
	}
	var rows, open, ended, never int
	for r, err := range PTP(m, id.Format) {
		if err != nil {
			t.Fatal(err)
		}
		rows++
		switch {
		case r.To.IsZero():
			open++
		case !r.OnceInForce():
			never++
			fallthrough
		default:
			ended++
		}
	}
	if rows != 2546017 || open != 1669820 || ended != 876197 || never != 98853 {
		t.Errorf("%d rows, %d open, %d ended, %d of them never in force", rows, open, ended, never)
	}
}

// TestPTPHead2026 reads the true beginning of a table of 2026.
func TestPTPHead2026(t *testing.T) {
	m := official(t, "layouts/ccipra-v322r0-f1.head.txt")[0]
	id, err := Identify(m)
	if err != nil || id.Kind != PTPPractitioner || id.Period.Name != "2026Q3" || id.Part != "f1" {
		t.Errorf("%+v, %v", id, err)
	}
	rows, err := take(PTP(m, id.Format))
	if err != nil || len(rows) != 9 || rows[8].Line != 15 || !rows[8].To.IsZero() || rows[6].From.Format(time.DateOnly) != "2018-07-01" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func FuzzPTP(f *testing.F) {
	f.Add(above + "10060\t10061\t*\t20200101\t*\t1\tMore extensive procedure\r\n")
	f.Add(above + "10060\t10061\t\t20200101\t20201231\t9\tMore")
	f.Add("Column 1\tColumn 2\n10060\t10061\n")
	f.Fuzz(func(t *testing.T, text string) {
		m := memory("ccipra-v302r0-f1.txt", text)
		_, _ = Identify(m)
		rows, err := take(PTP(m, Tabs))
		for _, r := range rows {
			if !procedure([]byte(r.Column1)) || !procedure([]byte(r.Column2)) || r.From.IsZero() {
				t.Errorf("%+v", r)
			}
		}
		if err != nil && !strings.HasPrefix(err.Error(), m.String()) {
			t.Errorf("error without its file: %v", err)
		}
	})
}

// BenchmarkPTP reads the 2.5 million rows of a release; unpacking alone is
// beside it.
func BenchmarkPTP(b *testing.B) {
	m := official(b, "ncci/ccipra-v302-layout.txt.gz")[0]
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range PTP(m, Tabs) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("unpack", func(b *testing.B) {
		for b.Loop() {
			r, err := m.Open()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil {
				b.Fatal(err)
			}
			_ = r.Close()
		}
	})
}
