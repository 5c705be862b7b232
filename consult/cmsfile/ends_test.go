package cmsfile

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strings"
	"testing"
)

// anyRows lets readers of different rows stand in one table.
func anyRows[T any](rows iter.Seq2[T, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for r, err := range rows {
			if !yield(r, err) {
				return
			}
		}
	}
}

const nocCSV = "HCPCS,LONG DESCRIPTION,ADD DATE,TERM DATE\n"

// ending are the readers of code lists over texts of several rows.
func ending(t *testing.T) map[string]func(change func(string) string) iter.Seq2[any, error] {
	of := func(path string) string { return textOf(t, fixture(t, path)) }
	noc := nocCSV + "A0999,Test supply,19870101,\nJ0001,Test drug,20100101,20201231\nJ0009,Test drug,20100101,\n"
	var cpt strings.Builder // longer than what Identify looks at
	cpt.WriteString(ama)
	for i := range 9000 {
		fmt.Fprintf(&cpt, "%05d\talpha wording of this test, number %d\r\n", i, i)
	}
	return map[string]func(func(string) string) iter.Seq2[any, error]{
		"HCPCS text": func(f func(string) string) iter.Seq2[any, error] {
			return anyRows(ReadHCPCS(memory("x", f(of(hcpcsFiles[0].path))), Text))
		},
		"HCPCS table": func(f func(string) string) iter.Seq2[any, error] {
			return anyRows(ReadHCPCS(memory("x", f(of(hcpcsFiles[2].path))), Comma))
		},
		"NOC print": func(f func(string) string) iter.Seq2[any, error] {
			return anyRows(ReadNOC(memory("x", f(of("hcpcs/NOC_Codes_TEST_2019.prn"))), Text))
		},
		"NOC table": func(f func(string) string) iter.Seq2[any, error] {
			return anyRows(ReadNOC(memory("x", f(noc)), Comma))
		},
		"CPT": func(f func(string) string) iter.Seq2[any, error] {
			return anyRows(ReadCPT(memory("LONGULT.txt", f(cpt.String())), "long"))
		},
	}
}

// TestListEnds: blank lines and DOS's mark at the end of a file are no rows; who
// stops reading gets no more of them; a file that is damaged further down is an
// error with its line behind the rows before.
func TestListEnds(t *testing.T) {
	for name, read := range ending(t) {
		as := func(s string) string { return s }
		whole, err := take(read(as))
		if err != nil || len(whole) < 2 {
			t.Fatalf("%s: %d rows, %v", name, len(whole), err)
		}
		marked, err := take(read(func(s string) string { return strings.TrimRight(s, "\r\n") + "\r\n   \r\n\r\n\x1a\r\n" }))
		if err != nil || !reflect.DeepEqual(marked, whole) {
			t.Errorf("%s with an end of DOS: %d rows, not %d, %v", name, len(marked), len(whole), err)
		}
		for _, n := range []int{1, 2, len(whole)} { // a reader that goes on panics
			left := n
			for range read(as) {
				if left--; left == 0 {
					break
				}
			}
		}
		rows, err := take(read(func(s string) string { return strings.TrimRight(s, "\r\n") + "\r\nA0\x00\r\n" }))
		if e := (*Error)(nil); !errors.As(err, &e) || e.Line == 0 || len(rows) == 0 || len(rows) >= len(whole) {
			t.Errorf("%s, damaged at its end: %d rows, %v", name, len(rows), err)
		}
	}
}

// TestListUnreadable: what cannot be opened is the medium's error, not an empty list.
func TestListUnreadable(t *testing.T) {
	const gone = "x: cannot be unpacked: the medium is gone"
	m := Member{File: "x", Name: "x", open: func() (io.ReadCloser, error) { return nil, errors.New("the medium is gone") }}
	for name, rows := range map[string]iter.Seq2[any, error]{
		"HCPCS text": anyRows(ReadHCPCS(m, Text)), "HCPCS table": anyRows(ReadHCPCS(m, Comma)), "HCPCS sheet": anyRows(ReadHCPCS(m, Sheet)),
		"NOC print": anyRows(ReadNOC(m, Text)), "NOC table": anyRows(ReadNOC(m, Comma)), "NOC sheet": anyRows(ReadNOC(m, Sheet)),
		"CPT": anyRows(ReadCPT(m, "long")),
	} {
		if got, err := take(rows); len(got) != 0 || err == nil || err.Error() != gone {
			t.Errorf("%s: %d rows, %v", name, len(got), err)
		}
	}
	if _, err := CPTNotice(m, Period{}); err == nil || err.Error() != gone {
		t.Errorf("notice: %v", err)
	}
}

// TestNOCTableRefused: the table's own faults.
func TestNOCTableRefused(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no header", "A0999,Test supply,19870101,\n", "x: holds no code under a header HCPCS, LONG DESCRIPTION, ADD DATE, TERM DATE"},
		{"nothing below it", nocCSV, "x: holds no code under a header HCPCS, LONG DESCRIPTION, ADD DATE, TERM DATE"},
		{"cut", nocCSV + "A0999,Test supply\n", "x, line 2: A0999 has no date of adding"},
		{"another code continues", nocCSV + "A0999,Test supply,19870101,\nJ0001,words,,\n", "x, line 3: J0001 has no date of adding"},
		{"twice", nocCSV + "A0999,Test supply,19870101,\nA0999,Test supply,19870101,\n", "x, line 3: A0999 stands twice"},
		{"last day", nocCSV + "A0999,Test supply,19870101,20251301\n", `x, line 2: "20251301" is no date`},
	} {
		if _, err := take(ReadNOC(memory("x", c.text), Comma)); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	rows, err := take(ReadNOC(memory("x", nocCSV+"A0999,Test supply,19870101,\nA0999,that goes on,,\n"), Comma))
	if err != nil || len(rows) != 1 || rows[0].Title != "Test supply that goes on" {
		t.Errorf("a description on two rows: %+v, %v", rows, err)
	}
}

// TestListNames: what the list is called does not make a text one, and what a
// descriptor file is called does not tell its form or edition where it cannot.
func TestListNames(t *testing.T) {
	if id, err := Identify(memory("NOC.prn", "     NOC CODES - HCPCS 2019\n\n  A0999  Test supply   19870101\n")); err == nil && id.Kind == HCPCSNOC {
		t.Errorf("a list without its header: %+v", id)
	}
	const undated = "CPT is a trademark of the American Medical Association.\r\n\r\n"
	for _, c := range []struct{ name, text, part, period string }{
		{"codes.txt", ama + "00001 alpha\r\n00002 beta\r\n", "short", "2026"},
		{"codes.txt", ama + "00001 alpha\r\n00002 wording of more than twenty-eight letters\r\n", "medium", "2026"},
		{"MEDU.txt", ama + "00001 alpha\r\n00002 beta\r\n", "medium", "2026"},
		{"codes.txt", ama + "00001\talpha\r\n00002\t" + strings.Repeat("wording ", 8) + "\r\n", "long", "2026"},
		{"codes.txt", ama + "00001\tALPHA\r\n00002\t" + strings.Repeat("WORDING ", 8) + "\r\n", "long-upper", "2026"},
		{"LONGULT.txt", undated + "00001\talpha\r\n00002\tbeta\r\n", "long", ""},
	} {
		if id, err := Identify(memory(c.name, c.text)); err != nil || id.Kind != CPT || id.Part != c.part || id.Period.Name != c.period {
			t.Errorf("%s %q: %+v, %v", c.name, c.text[len(c.text)-20:], id, err)
		}
	}
	if id, err := Identify(memory("LONGULT.txt", ama+"00001\talpha\r\n00002\tbeta\r\nsomething else\r\n")); err == nil && id.Kind == CPT {
		t.Errorf("other lines among the codes: %+v", id)
	}
	for text, want := range map[string]string{undated: "CPT © 2024 ", ama: "CPT © 2025 "} {
		got, err := CPTNotice(memory("x", text+"00001\talpha\r\n00002\tbeta\r\n"), Period{From: date(2024, 1, 1)})
		if err != nil || !strings.HasPrefix(got, want) {
			t.Errorf("notice %q, %v, want %s", got, err, want)
		}
	}
}
