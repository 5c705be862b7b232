package codeset_test

import (
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

var (
	mue2025Q1 = publication{codeset.KindMUEPractitioner, "2025Q1", "2025-01-01", "2025-03-31", false}
	mue2025Q3 = publication{codeset.KindMUEPractitioner, "2025Q3", "2025-07-01", "2025-09-30", false}
	ptp2025Q1 = publication{codeset.KindPTPPractitioner, "2025Q1", "2025-01-01", "2025-03-31", true}
	pfs2025   = publication{codeset.KindPFS, "2025-01", "2025-01-01", "2025-12-31", false}
	icd2025   = publication{codeset.KindICD10CM, "FY2025", "2024-10-01", "2025-09-30", false}
	icd2026   = publication{codeset.KindICD10CM, "FY2026", "2025-10-01", "2026-09-30", false}
)

// TestWhoAnswers is the rule of which release answers for a date of service,
// over the starter and two official quarters with one missing between them.
func TestWhoAnswers(t *testing.T) {
	tx := begin(t)
	publish(t, tx, mue2025Q1, "mue_rows", mueColumns, []any{"20610", 7, "3"})
	publish(t, tx, mue2025Q3, "mue_rows", mueColumns, []any{"20610", 9, "3"})
	publish(t, tx, ptp2025Q1, "ptp_rows", ptpColumns, []any{"20610", "99213", "2020-01-01", nil, "1"})
	for _, test := range []struct {
		on, kind string
		want     codeset.Answer
		why      string
	}{
		{"2024-03-31", codeset.KindMUEPractitioner, codeset.Answer{Missing: "ncci-mue-practitioner: no release loaded for 2024-03-31"}, "before the first"},
		{"2024-05-01", codeset.KindMUEPractitioner, codeset.Answer{Release: "2024Q2", Starter: true}, "the starter's own period"},
		{"2024-12-31", codeset.KindMUEPractitioner, codeset.Answer{Release: "2024Q2", Starter: true, AsOf: true}, "after the starter's, before an official one"},
		{"2025-01-01", codeset.KindMUEPractitioner, codeset.Answer{Release: "2025Q1"}, "first day of an official quarter"},
		{"2025-03-31", codeset.KindMUEPractitioner, codeset.Answer{Release: "2025Q1"}, "its last day"},
		{"2025-04-01", codeset.KindMUEPractitioner, codeset.Answer{Release: "2025Q1", AsOf: true}, "the quarter between is not loaded"},
		{"2025-11-15", codeset.KindMUEPractitioner, codeset.Answer{Release: "2025Q3", AsOf: true}, "after the last"},
		{"2026-05-01", codeset.KindMUEPractitioner, codeset.Answer{Release: "2025Q3", AsOf: true}, "absence is the official one's to tell, though the starter has 2026Q2"},
		{"2019-05-01", codeset.KindPTPPractitioner, codeset.Answer{Release: "2025Q1", Dated: true}, "a dated table answers for every earlier day"},
		{"2024-08-15", codeset.KindPTPPractitioner, codeset.Answer{Release: "2025Q1", Dated: true}, "and hides the starter there"},
		{"2025-04-01", codeset.KindPTPPractitioner, codeset.Answer{Release: "2025Q1", Dated: true, AsOf: true}, "after its period"},
		{"2019-05-01", codeset.KindAddOn, codeset.Answer{Release: "2026Q3", Dated: true, Starter: true}, "the starter's dated part"},
		{"2019-05-01", codeset.KindPFS, codeset.Answer{Missing: "pfs: no release loaded for 2019-05-01"}, "before the first"},
		{"2025-11-15", codeset.KindLCD, codeset.Answer{Missing: "mcd-lcd: no release loaded for 2025-11-15"}, "nothing of the kind"},
	} {
		got := gather(t, tx, test.on).Answers[test.kind]
		got.Kind, got.From, got.To = "", "", ""
		if got != test.want {
			t.Errorf("%s on %s: %+v, want %+v (%s)", test.kind, test.on, got, test.want, test.why)
		}
	}
}

// TestWhichRow follows one MUE value over the same releases.
func TestWhichRow(t *testing.T) {
	tx := begin(t)
	publish(t, tx, mue2025Q1, "mue_rows", mueColumns, []any{"20610", 7, "3"}, []any{"99999", 5, "3"})
	for _, test := range []struct {
		on, code string
		limit    int
		source   codeset.Source
	}{
		{"2024-05-01", "20610", 2, codeset.Source{Release: "2024Q2", Via: "starter", EffectiveFrom: "2024-04-01", EffectiveTo: "2024-06-30"}},
		{"2024-10-01", "20610", 2, codeset.Source{Release: "2024Q2", Via: "starter", EffectiveFrom: "2024-04-01", EffectiveTo: "2024-06-30", AsOf: true}},
		{"2025-02-01", "20610", 7, codeset.Source{Release: "2025Q1", EffectiveFrom: "2025-01-01", EffectiveTo: "2025-03-31"}},
		{"2025-05-01", "20610", 7, codeset.Source{Release: "2025Q1", EffectiveFrom: "2025-01-01", EffectiveTo: "2025-03-31", AsOf: true}},
		{"2026-05-01", "20610", 2, codeset.Source{Release: "2026Q2", Via: "starter", EffectiveFrom: "2026-04-01", EffectiveTo: "2026-06-30"}},
		{"2026-05-01", "99999", 5, codeset.Source{Release: "2025Q1", EffectiveFrom: "2025-01-01", EffectiveTo: "2025-03-31", AsOf: true}},
	} {
		m := gather(t, tx, test.on, "cpt "+test.code).Codes["cpt "+test.code].MUE
		if m == nil {
			t.Errorf("%s on %s: no MUE", test.code, test.on)
			continue
		}
		test.source.Set, test.source.Row = codeset.KindMUEPractitioner, test.code
		if m.Limit != test.limit || m.Source != test.source {
			t.Errorf("%s on %s: %d from %+v, want %d from %+v", test.code, test.on, m.Limit, m.Source, test.limit, test.source)
		}
	}
}

// TestOutpatient asks the hospital tables, of which the starter has none.
func TestOutpatient(t *testing.T) {
	tx := begin(t)
	q := codeset.Query{On: now, Setting: codeset.Outpatient, Codes: nil}
	q.Codes = append(q.Codes, parse("cpt 20610"), parse("cpt 99213"))
	f := must(codeset.Gather(t.Context(), tx, q))
	if len(f.Pairs) != 0 || f.Core != nil || f.Answers[codeset.KindPTPOutpatient].Missing == "" {
		t.Errorf("pairs %v, core %v, answer %+v", f.Pairs, f.Core, f.Answers[codeset.KindPTPOutpatient])
	}
	if _, ok := f.Answers[codeset.KindPTPPractitioner]; ok {
		t.Error("the practitioner table answers a hospital question")
	}
}
