package cmsfile

import (
	"strings"
	"testing"
)

func TestPTPChangesGolden(t *testing.T) {
	golden(t, "ncci/changes.txt.golden", dump(t, PTPChanges(fixture(t, "ncci/changes.txt"), Tabs)))
}

// TestPTPChangesSheets: a sheet a sort of change.
func TestPTPChangesSheets(t *testing.T) {
	m := workbook(t, "Outpatient Hospital PTP changes 2026Q3.xlsx", map[string][][]any{
		"1 Additions": {{"Column 1", "Column 2", "Effective Date", "CCMI"}, {20610, 20550, 20260701, 1}},
		"2 Deletions": {{"copyright 2025 American Medical Association"}, {"Column 1", "Column 2", "Deletion Date"}, {10060, 10061, 20260630}},
		"3 Revisions": {{"Column 1", "Column 2", "Old CCMI", "New CCMI"}, {10060, 20610, 0, 1}},
	})
	id, err := Identify(m)
	if err != nil || id.Kind != PTPOutpatient || id.Part != "changes" || id.Proved || id.Period.Name != "2026Q3" {
		t.Errorf("%+v, %v", id, err)
	}
	rows, err := take(PTPChanges(m, Sheet))
	if err != nil || len(rows) != 3 || rows[0].Change != Added || rows[1].Change != Deleted || rows[2].Change != Revised ||
		rows[2].Before != "0" || rows[2].Indicator != "1" || rows[1].To.IsZero() || rows[1].Line != 3 {
		t.Errorf("%+v, %v", rows, err)
	}
	m = workbook(t, "changes.xlsx", map[string][][]any{"1 Additions": {{"Column 1", "Column 2", "Effective Date", "CCMI"}, {20610, 20550, 20260701, 1}},
		"2 Deletions": {{"Column 1", "Column 2", "Deletion Date"}, {10060, 1, 20260630}}})
	if _, err := take(PTPChanges(m, Sheet)); err == nil || !strings.Contains(err.Error(), `line 2: in sheet "2 Deletions": "1" is no CPT or HCPCS code`) {
		t.Error(err)
	}
}

// TestPTPChangesByName: one file a sort of change, which only its name tells,
// and one whose rows tell.
func TestPTPChangesByName(t *testing.T) {
	const text = "Column 1\tColumn 2\t*=in existence prior to 1996\tEffective Date\tDeletion Date *=no data\tModifier\tPTP Edit Rationale\n20610\t20550\t\t20260701\t*\t1\tMore extensive procedure\n"
	m := memory("ccipra-v322r0 additions.txt", text)
	id, err := Identify(m)
	if err != nil || id.Part != "changes added" || id.Kind != PTPPractitioner || id.Period.Name != "2026Q3" {
		t.Errorf("%+v, %v", id, err)
	}
	if rows, err := take(PTPChanges(m, Tabs)); err != nil || len(rows) != 1 || rows[0].Change != Added || !rows[0].To.IsZero() {
		t.Errorf("%+v, %v", rows, err)
	}
	own := "Change,Column 1,Column 2,Effective Date,Deletion Date,Modifier\nAdd,20610,20550,2026-07-01,,1\nD,10060,10061,,2026-06-30,\nModifier change,10060,20610,2026-07-01,,0\n"
	rows, err := take(PTPChanges(memory("x.csv", own), Comma))
	if err != nil || len(rows) != 3 || rows[0].Change != Added || rows[1].Change != Deleted || rows[2].Change != Revised {
		t.Errorf("%+v, %v", rows, err)
	}
}

// TestPTPChangesSaid: where the sort of a change may be said, and what goes first.
func TestPTPChangesSaid(t *testing.T) {
	const head = "Column 1\tColumn 2\tChange\tEffective Date\tDeletion Date\tModifier"
	for _, c := range []struct{ name, file, text, want string }{
		{"letter A", "x.txt", head + "\n20610\t20550\ta\t20260701\t\t1\n", Added},
		{"letter D", "x.txt", head + "\n20610\t20550\tD\t\t20260630\t\n", Deleted},
		{"letter R", "x.txt", head + "\n20610\t20550\tR\t\t\t1\n", Revised},
		{"letter C", "x.txt", head + "\n20610\t20550\tc\t\t\t1\n", Revised},
		{"own word", "x.txt", head + "\n20610\t20550\tdeleted\t\t20260630\t\n", Deleted},
		{"row before title", "x.txt", "Additions\n" + head + "\n20610\t20550\tDelete\t\t20260630\t\n", Deleted},
		{"title before name", "deletions.txt", "Additions\n" + head + "\n20610\t20550\t\t20260701\t\t1\n", Added},
		{"title between", "x.txt", "Additions\n" + head + "\n20610\t20551\t\t20260701\t\t1\nDeletions\n20610\t20550\t\t\t20260630\t\n", Deleted},
		{"name", "PTP deletions.txt", head + "\n20610\t20550\t\t\t20260630\t\n", Deleted},
		{"the old indicator", "x.txt", head + "\tPrior Modifier\n20610\t20550\t\t20260701\t20260630\t1\t0\n", Revised},
		{"names over two rows", "x.txt", "Additions\nColumn 1\tColumn 2\tEffective\tModifier\n\t\tDate\t0=not allowed\n20610\t20550\t20260701\t1\n", Added},
	} {
		rows, err := take(PTPChanges(memory(c.file, c.text), Tabs))
		if err != nil || len(rows) == 0 || rows[len(rows)-1].Change != c.want || rows[len(rows)-1].Column2 != "20550" {
			t.Errorf("%s: %+v, %v", c.name, rows, err)
		}
	}
}

func TestPTPChangesRefused(t *testing.T) {
	const head = "Column 1\tColumn 2\tEffective Date\tDeletion Date\tModifier\n"
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "Additions\n" + head, "holds no change"},
		{"of no sort", "Edits\n" + head + "20610\t20550\t20260701\t*\t1\n", "line 3: neither a column nor a title nor a name says whether"},
		{"of two sorts", "Additions and Deletions\n" + head + "20610\t20550\t20260701\t*\t1\n", "line 3: neither a column"},
		{"code", "Additions\n" + head + "20610\t2055\t20260701\t*\t1\n", `line 3: "2055" is no CPT or HCPCS code`},
		{"date", "Additions\n" + head + "20610\t20550\t2026\t*\t1\n", `line 3: "2026" is no date`},
		{"indicator", "Additions\n" + head + "20610\t20550\t20260701\t*\t3\n", `line 3: modifier indicator "3" is none of 0, 1, 9`},
		{"addition without indicator", "Additions\n" + head + "20610\t20550\t20260701\t*\t\n", "line 3: an addition without its effective date and modifier indicator"},
		{"deletion without date", "Deletions\n" + head + "20610\t20550\t20260701\t*\t\n", "line 3: a deletion without its deletion date"},
		{"revision of nothing", "Revisions\n" + head + "20610\t20550\t20260701\t*\t\n", "line 3: a revision without a new modifier indicator"},
		{"last day", "Deletions\n" + head + "20610\t20550\t\tsoon\t\n", `line 3: "soon" is no date`},
		{"ends first", "Deletions\n" + head + "20610\t20550\t20260701\t20260630\t\n", "line 3: ends 2026-06-30, before its first day 2026-07-01"},
	} {
		rows, err := take(PTPChanges(memory("ncci.txt", c.text), Tabs))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %d rows, error %v\nwant %s", c.name, len(rows), err, c.want)
		}
	}
}

func FuzzPTPChanges(f *testing.F) {
	f.Add("Additions\nColumn 1\tColumn 2\tEffective Date\tModifier\n20610\t20550\t20260701\t1\nDeletions\nColumn 1\tColumn 2\tDeletion Date\n20610\t20550\t20260701\n")
	f.Fuzz(func(t *testing.T, text string) {
		m := memory("changes.txt", text)
		_, _ = Identify(m)
		rows, err := take(PTPChanges(m, Tabs))
		for _, r := range rows {
			if !procedure([]byte(r.Column1)) || r.Change == "" || r.Line == 0 {
				t.Errorf("%+v", r)
			}
		}
		if err == nil && len(rows) == 0 || err != nil && !strings.HasPrefix(err.Error(), m.String()) {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	})
}
