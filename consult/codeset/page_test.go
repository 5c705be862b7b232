package codeset_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// page returns the first entry of a code's page.
func page(t *testing.T, tx pgx.Tx, c, on string, o codeset.ShowOptions) codeset.Entry {
	t.Helper()
	return must(codeset.ShowPage(t.Context(), tx, c, must(code.ParseDay(on)), o))[0]
}

// TestPageFamily holds children to their titles, and notes to nearest first.
func TestPageFamily(t *testing.T) {
	tx := begin(t)
	e := page(t, tx, "M54.5", "2025-02-01", codeset.ShowOptions{})
	if len(e.Family) != 3 || e.Family[0] != (codeset.Child{Code: "M54.50", Title: "Low back pain, unspecified", Billable: true}) {
		t.Errorf("children %+v", e.Family)
	}
	publish(t, tx, publication{kind: "icd10cm-tabular", name: "FY2025", from: "2024-10-01", to: "2025-09-30"}, "icd_notes",
		"kind owner first_category last_category seq text",
		[]any{"note", "M00-M99", "M00", "M99", 1, "chapter"}, []any{"note", "M50-M54", "M50", "M54", 2, "block"},
		[]any{"excludes1", "M54", nil, nil, 3, "category"}, []any{"excludes1", "M54.5", nil, nil, 4, "its own"})
	var got []string
	for _, n := range page(t, tx, "M54.5", "2025-02-01", codeset.ShowOptions{}).Notes {
		got = append(got, n.Text)
	}
	if want := "its own, category, block, chapter"; strings.Join(got, ", ") != want {
		t.Errorf("notes %q, want %q", got, want)
	}
}

// TestPageSections: chapter before block, of the categories that hold the code.
func TestPageSections(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: "icd10cm-tabular", name: "FY2025", from: "2024-10-01", to: "2025-09-30"}, "icd_sections",
		"span first_category last_category title chapter",
		[]any{"M50-M54", "M50", "M54", "a block", false}, []any{"M00-M99", "M00", "M99", "a chapter", true}, []any{"M60-M63", "M60", "M63", "another", false})
	e := page(t, tx, "M54.50", "2025-02-01", codeset.ShowOptions{})
	if len(e.Sections) != 2 || e.Sections[0].Span != "M00-M99" || e.Sections[1].Source.Row != "M50-M54" {
		t.Errorf("sections %+v", e.Sections)
	}
}

// TestPageSettings: each setting has its limit and its edits, and what is not
// loaded is said.
func TestPageSettings(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: "ncci-mue-outpatient", name: "2025Q4", from: "2025-10-01", to: "2025-12-31"}, "mue_rows", mueColumns, []any{"20610", 3, "3"})
	publish(t, tx, publication{kind: "ncci-mue-dme", name: "2025Q4", from: "2025-10-01", to: "2025-12-31"}, "mue_rows", mueColumns, []any{"E0601", 1, "3"})
	publish(t, tx, publication{kind: "ncci-ptp-outpatient", name: "2025Q4", from: "2025-10-01", to: "2025-12-31", dated: true}, "ptp_rows", ptpColumns,
		[]any{"20610", "10060", "2020-01-01", nil, "1"}, []any{"20610", "10061", "2020-01-01", nil, "0"}, []any{"11042", "20610", "2020-01-01", nil, "0"},
		[]any{"20610", "99999", "2020-01-01", "2021-12-31", "1"}, []any{"20610", "99998", "2020-01-01", "2020-01-01", "9"})
	e := page(t, tx, "20610", "2025-11-15", codeset.ShowOptions{})
	if len(e.MUE) != 2 || e.MUE[0].Source.Set != "ncci-mue-practitioner" || e.MUE[1].Limit != 3 || e.MUE[1].Source.Set != "ncci-mue-outpatient" {
		t.Errorf("MUE %+v", e.MUE)
	}
	var sets []string
	for _, c := range e.PTPSets {
		if c.Source.Set == "ncci-ptp-outpatient" {
			sets = append(sets, fmt.Sprint(c.Indicator, " ", c.AsColumnOne, " ", c.AsColumnTwo))
		}
	}
	if want := []string{"0 1 1", "1 1 0"}; !slices.Equal(sets, want) {
		t.Errorf("outpatient edits by indicator %q, want %q", sets, want)
	}
	if e.PTP == nil || e.PTP.Source.Set != "ncci-ptp-practitioner" || e.PTP.AsColumnOne == 0 {
		t.Errorf("the practitioner's edits %+v", e.PTP)
	}
	if len(e.Silent) != 1 || e.Silent[0].Set != "ncci-mue-dme" || slices.Contains(e.Missing, "ncci-mue-dme") {
		t.Errorf("silent %+v, missing %q: the DME table has no row", e.Silent, e.Missing)
	}
	if e := page(t, tx, "20610", "2023-11-15", codeset.ShowOptions{}); !slices.Contains(e.Missing, "pfs") {
		t.Errorf("missing %q, no fee schedule answers", e.Missing)
	}
}

// TestPagePairs lists the pairs asked for, and says of the others why there is none.
func TestPagePairs(t *testing.T) {
	tx := begin(t)
	with := codeset.ShowOptions{With: []string{"99213", " j3301", "0001u"}}
	e := page(t, tx, "20610", "2025-11-15", with)
	if with.With[1] != " j3301" {
		t.Error("the caller's codes were changed")
	}
	if len(e.Pairs) != 1 || e.Pairs[0].Column1 != "20610" || e.Pairs[0].Column2 != "99213" || e.Pairs[0].Indicator != "1" {
		t.Errorf("pairs %+v", e.Pairs)
	}
	for _, n := range e.NoPairs {
		if proved := n.Source != nil; proved != (n.With == "J3301") {
			t.Errorf("%+v: only a code of the starter's core proves that there is no edit", n)
		}
	}
	publish(t, tx, publication{kind: "ncci-ptp-practitioner", name: "2025Q4", from: "2025-10-01", to: "2025-12-31", dated: true}, "ptp_rows", ptpColumns,
		[]any{"20610", "10060", "2020-01-01", nil, "1"}, []any{"20610", "10061", "2020-01-01", nil, "0"}, []any{"11042", "20610", "2020-01-01", nil, "0"},
		[]any{"20610", "99213", "2019-01-01", "2021-12-31", "1"})
	e = page(t, tx, "20610", "2025-11-15", codeset.ShowOptions{With: []string{"99213", "99214", "11042"}})
	if len(e.Pairs) != 2 || e.Pairs[0].InForce || e.Pairs[0].Source.EffectiveTo != "2021-12-31" || e.Pairs[1].Column1 != "11042" {
		t.Errorf("pairs %+v", e.Pairs)
	}
	if len(e.NoPairs) != 1 || e.NoPairs[0].With != "99214" || e.NoPairs[0].Source == nil {
		t.Errorf("without %+v", e.NoPairs)
	}
	e = page(t, tx, "20610", "2025-11-15", codeset.ShowOptions{Pairs: true, Limit: 2})
	if len(e.Pairs) != 2 || e.PairsTotal != 3 || e.Pairs[0].Column2 != "10060" || e.Pairs[1].Column2 != "10061" {
		t.Errorf("%d pairs in all: %+v", e.PairsTotal, e.Pairs)
	}
}

// TestPageAddOns names both ends of the relation.
func TestPageAddOns(t *testing.T) {
	tx := begin(t)
	e := page(t, tx, "11042", "2026-08-15", codeset.ShowOptions{})
	i := slices.IndexFunc(e.PrimaryOf, func(p codeset.PrimaryOf) bool { return p.AddOn == "11045" })
	if i < 0 || e.PrimaryOf[i].Type != "1" || e.PrimaryOf[i].Source.Row != "11045/11042" {
		t.Errorf("11042 is the primary of %+v", e.PrimaryOf)
	}
	if e := page(t, tx, "11045", "2026-08-15", codeset.ShowOptions{}); len(e.AddOn) == 0 || e.AddOn[0].Primary != "11042" || e.PrimaryOf != nil {
		t.Errorf("11045: add-on to %+v, primary of %+v", e.AddOn, e.PrimaryOf)
	}
}

// TestPageCrosswalks leads both ways, and to what HCPCS names instead.
func TestPageCrosswalks(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: "gem-cm", name: "2018", from: "2018-01-01", to: "2018-12-31"}, "gem_rows",
		"from_system from_code to_system to_code approximate no_map combination scenario choice_list",
		[]any{"icd10cm", "M54.50", "icd9cm", "724.2", true, false, false, 0, 0}, []any{"icd9cm", "724.2", "icd10cm", "M54.50", false, false, true, 1, 2},
		[]any{"icd9cm", "724.2", "icd10cm", "M54.51", true, false, false, 0, 0})
	e := page(t, tx, "M54.50", "2025-02-01", codeset.ShowOptions{})
	if len(e.Crosswalks) != 2 || !e.Crosswalks[0].Forward || e.Crosswalks[0].Code != "724.2" || e.Crosswalks[1].Forward || e.Crosswalks[1].Choice != 2 ||
		!e.Crosswalks[1].Source.AsOf {
		t.Errorf("M54.50: %+v", e.Crosswalks)
	}
	if e := page(t, tx, "724.2", "2025-02-01", codeset.ShowOptions{}); e.System != code.ICD9CM || len(e.Crosswalks) != 3 {
		t.Errorf("724.2: %s %+v", e.System, e.Crosswalks)
	}
	publish(t, tx, publication{kind: "hcpcs", name: "2025Q4", from: "2025-10-01", to: "2025-12-31", dated: true}, "hcpcs_rows",
		"code short pricing multiple_pricing coverage betos xrefs statute manuals types_of_service processing_note action action_from",
		[]any{"J3301", "short", []string{"51"}, "A", "D", "O1E", []string{"J3300 96372"}, "", []string{"2049"}, []string{"1"}, "0064", "C", "2025-10-01"})
	e = page(t, tx, "J3301", "2025-11-15", codeset.ShowOptions{})
	if len(e.Crosswalks) != 2 || e.Crosswalks[0].System != code.HCPCS || e.Crosswalks[1].System != code.CPT || e.Crosswalks[1].Code != "96372" {
		t.Errorf("J3301: %+v", e.Crosswalks)
	}
	var got []string
	for _, i := range e.HCPCS.Indicators {
		got = append(got, i.Name+" "+i.Value+": "+i.Meaning)
	}
	want := []string{"coverage D: special coverage instructions apply", "pricing 51: drug", "multiple pricing A: priced in one way only",
		"last action C: long text changed, effective 2025-10-01"}
	if !slices.Equal(got, want) {
		t.Errorf("indicators\n%q, want\n%q", got, want)
	}
}

// TestPageLists: the lists of the code editor and of codes for the unclassified.
func TestPageLists(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: "mce", name: "FY2025", from: "2024-10-01", to: "2025-09-30"}, "mce_rows", "code list rule",
		[]any{"M54.50", "Age", "made up"}, []any{"M54.50", "Age", "made up"}, []any{"M54.51", "Sex", "made up"})
	publish(t, tx, publication{kind: "hcpcs-noc", name: "2025", from: "2025-01-01", to: "2025-12-31"}, "noc_rows", "code title", []any{"J3301", "made up"})
	if e := page(t, tx, "M54.50", "2025-02-01", codeset.ShowOptions{}); len(e.Lists) != 1 || e.Lists[0].List != "Age" || e.Lists[0].Source.Release != "FY2025" {
		t.Errorf("lists %+v", e.Lists)
	}
	if e := page(t, tx, "J3301", "2025-11-15", codeset.ShowOptions{}); e.NOC == nil || e.NOC.Release != "2025" {
		t.Errorf("J3301 is on the list: %+v", e.NOC)
	}
	if e := page(t, tx, "J1885", "2025-11-15", codeset.ShowOptions{}); e.NOC != nil {
		t.Errorf("J1885 is not: %+v", e.NOC)
	}
}

// TestPagePlace: two digits are a modifier, a place of service, or both.
func TestPagePlace(t *testing.T) {
	tx := begin(t)
	if e := page(t, tx, "11", "2025-02-01", codeset.ShowOptions{}); e.System != code.POS || e.Status != "unknown" || e.NotChecked != "pos: no release loaded for 2025-02-01" {
		t.Errorf("without a list: %+v", e)
	}
	publish(t, tx, publication{kind: "pos", name: "2025", from: "2025-01-01", to: "2025-12-31"}, "pos_rows", "code name text facility",
		[]any{"11", "A room", "made up", "non-facility"}, []any{"25", "A house", "made up", ""}, []any{"59", "Unassigned", "", ""})
	for c, want := range map[string]string{"11": "pos valid", "25": "modifier valid, pos valid", "59": "modifier valid", "98": "pos unknown"} {
		var got []string
		for _, e := range must(codeset.Show(t.Context(), tx, c, must(code.ParseDay("2025-02-01")))) {
			got = append(got, string(e.System)+" "+e.Status)
			if (e.Place != nil) != (e.System == code.POS && e.Status == "valid") || e.Source == nil {
				t.Errorf("%s: place %+v by %+v", c, e.Place, e.Source)
			}
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", c, got, want)
		}
	}
}

// TestPageFigures: the numbers as the file has them, none of the starter's rows.
func TestPageFigures(t *testing.T) {
	tx := begin(t)
	if e := page(t, tx, "20610", "2025-11-15", codeset.ShowOptions{}); e.Figures != nil || len(e.PFS) != 1 {
		t.Errorf("the starter has no figures: %+v", e.Figures)
	}
	publish(t, tx, publication{kind: "pfs", name: "2026-01", from: "2026-01-01", to: "2026-03-31"}, "pfs_rows", pfsColumns+" nonfac_total fac_na",
		append(pfsRow("20610"), "2.50", "NA"))
	e := page(t, tx, "20610", "2026-02-15", codeset.ShowOptions{})
	if len(e.Figures) != 1 || e.Figures[0].Work != "1.00" || e.Figures[0].NonfacTotal != "2.50" || e.Figures[0].FacNA != "NA" || e.Figures[0].Source.Row != "20610" {
		t.Errorf("figures %+v", e.Figures)
	}
}

// TestPageHistory names every release that has the code, what changed from one
// to the next, and the first that lacks it.
func TestPageHistory(t *testing.T) {
	tx := begin(t)
	for name, limit := range map[string]int{"2023Q1": 5, "2023Q2": 5, "2023Q3": 4, "2023Q4": 0} {
		month := map[byte]string{'1': "01", '2': "04", '3': "07", '4': "10"}[name[5]]
		p := publication{kind: "ncci-mue-dme", name: name, from: "2023-" + month + "-01"}
		if limit == 0 {
			publish(t, tx, p, "mue_rows", mueColumns, []any{"E0000", 1, "3"})
			continue
		}
		publish(t, tx, p, "mue_rows", mueColumns, []any{"E0601", limit, "3"})
	}
	var got []string
	for _, h := range page(t, tx, "E0601", "2023-08-15", codeset.ShowOptions{}).History {
		if h.Set == "ncci-mue-dme" {
			got = append(got, fmt.Sprint(h.Release, " answers ", h.Answers, " gone ", h.Gone, " ", strings.Join(h.What, ", ")))
		}
	}
	want := []string{"2023Q1 answers false gone false limit: 5, MAI: 3", "2023Q2 answers false gone false ",
		"2023Q3 answers true gone false limit: 5 → 4", "2023Q4 answers false gone true "}
	if !slices.Equal(got, want) {
		t.Errorf("history\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestPageHistoryCase: capitals are no change, and the starter's part of a
// release that is loaded itself is not told twice.
func TestPageHistoryCase(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: "hcpcs", name: "2023Q4", from: "2023-10-01", dated: true}, "code_rows", codeColumns,
		[]any{"hcpcs", "J3301", "1990-01-01", nil, true, "made up"})
	publish(t, tx, publication{kind: "hcpcs", name: "2024Q4", from: "2024-10-01", dated: true}, "code_rows", codeColumns,
		[]any{"hcpcs", "J3301", "1990-01-01", nil, true, "MADE UP"})
	var got []string
	for _, h := range page(t, tx, "J3301", "2024-11-15", codeset.ShowOptions{}).History {
		if h.Set == "hcpcs" {
			got = append(got, h.Release+h.Via+" "+strings.Join(h.What, ", "))
		}
	}
	if want := []string{"2023Q4 title: made up, billable: yes", "2024Q4 "}; !slices.Equal(got, want) {
		t.Errorf("history %q, want %q", got, want)
	}
}
