package edit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// worked are the cases of DOMAIN.md E.10 on the starter library, 2025-11-15
// where the case names no date: claim, then what must be among the findings
// (as terse writes them) and, behind "!", what must not.
var worked = []struct{ name, on, claim, must string }{
	{"1", "", "99213-25 20610", "ncci.ptp modifier_present 20610/99213 i1; pfs.global modifier_25 20610/99213 000; modifier.valid valid 99213-25; !modifier_57"},
	{"1 without 25", "", "99213 20610", "ncci.ptp modifier_allowed 20610/99213 i1 +25 on 99213; pfs.global modifier_25 20610/99213 000; !59; !57"},
	{"3", "", "20610 76942", "ncci.ptp modifier_allowed 20610/76942 i1"},
	{"3b", "", "20611 76942", "ncci.ptp modifier_allowed 20611/76942 i1"},
	{"5", "", "20610 20550 same_site=yes", "ncci.ptp modifier_allowed 20610/20550 i1"},
	{"7", "", "96405 96406", "ncci.ptp bundled 96406/96405 i0; ncci.mue within 96405 MAI 2 1/1; ncci.mue within 96406 MAI 2 1/1; !ncci.addon"},
	{"8", "", "96405x1 96406x1", "ncci.ptp bundled 96406/96405 i0"},
	{"9", "", "96405 11900", "ncci.ptp modifier_allowed 96405/11900 i1"},
	{"9b", "", "11900 11901", "ncci.ptp bundled 11901/11900 i0"},
	{"11", "", "97597 11042", "ncci.ptp modifier_allowed 11042/97597 i1 +59 XE XP XS XU on 97597; ncci.mue within 11042 MAI 2 1/1"},
	{"13", "", "11042x1 11045x2", "ncci.addon primary_present 11045/11042"},
	{"15", "", "17000-59 17110", "ncci.ptp modifier_present 17110/17000 i1; modifier.valid valid 17000-59"},
	{"17", "", "11104 11105x1 11103x1", "ncci.addon primary_present 11105/11104; ncci.addon primary_present 11103/11104"},
	{"17b", "", "11104 11102", "ncci.ptp bundled 11104/11102 i0"},
	{"19", "", "11400 12031", "ncci.ptp modifier_allowed 11400/12031 i1"},
	{"19b", "", "11402 12032", "!ncci.ptp bundled; !ncci.ptp modifier"},
	{"21", "", "14040 11441", "ncci.ptp modifier_allowed 14040/11441 i1"},
	{"23", "", "12001 99284-25", "pfs.global modifier_25 12001/99284 000 present; !ncci.ptp bundled; !ncci.ptp modifier"},
	{"25", "", "45385 45380-59", "ncci.ptp modifier_present 45385/45380 i1; pfs.multiple applies 45385 3"},
	{"27", "", "45380 G0121", "ncci.ptp bundled 45380/G0121 i0"},
	{"29", "", "dx:D12.6 dx:K63.5", "icd10cm.excludes1 conflict K63.5/D12.6"},
	{"31", "", "93000-26", "modifier.valid invalid 93000-26; pfs.pctc conflict 93000 4"},
	{"31b", "", "93000 93010", "ncci.ptp modifier_allowed 93000/93010 i1"},
	{"33", "", "36416", "pfs.status bundled 36416 B; ncci.mue exceeds 36416 MAI 3 1/0"},
	{"35", "", "99214-25 96372 J1885 dose=60_mg", "ncci.ptp modifier_present 96372/99214 i1; drug.units units J1885 x4; ncci.mue within J1885 MAI 3 4/8"},
	{"37", "", "20610 J3301 dose=40_mg", "drug.units units J3301 x4; ncci.mue within J3301 MAI 3 4/16; !ncci.ptp bundled; !ncci.ptp modifier"},
	{"39", "", "J0696 96372 dose=1_g", "drug.units units J0696 x4"},
	{"41", "2024-11-15", "J2001", "code.status replaced J2001 > J2003"},
	{"41b", "2024-08-15", "J2001", "code.status valid J2001"},
	{"43", "", "G0438 G0439", "ncci.ptp bundled G0438/G0439 i0"},
	{"45", "", "99396 99213-25 payer=Aetna", "pfs.status not_covered 99396 N; !ncci.ptp bundled; !ncci.ptp modifier"},
	{"47", "", "99417 G2212", "pfs.status not_valid_for_medicare 99417 I; pfs.status payable G2212 A"},
	{"49", "", "99213 92014", "ncci.ptp bundled 99213/92014 i0"},
	{"53", "", "97010 97110", "pfs.status bundled 97010 B"},
	{"55", "", "90791 99213", "ncci.ptp bundled 90791/99213 i0"},
	{"55b", "", "90791 90792", "ncci.ptp bundled 90792/90791 i0"},
	{"57", "", "29881 29877-59", "ncci.ptp bundled 29881/29877 i0"},
	{"57b", "", "29881 G0289", "ncci.ptp modifier_allowed 29881/G0289 i1; ncci.addon primary_present G0289/29881; ncci.mue within G0289 MAI 2 1/1"},
	{"59", "", "29827 29823", "!ncci.ptp bundled; !ncci.ptp modifier"},
	{"61", "", "10060 99213 surgery_date=2025-11-07", "pfs.global included 10060/99213 010"},
	{"61 in days", "", "10060 days_after_surgery=8", "pfs.global included 10060 010"},
	{"61b", "", "10060 99213 surgery_date=2025-11-04", "pfs.global outside 10060/99213 010"},
	{"63", "", "66984-79-LT surgery_date=2025-10-25 surgery_code=66984", "pfs.global modifier_79 66984/66984 090 present; ncci.mue within 66984 MAI 2 1/1; modifier.valid valid 66984-LT"},
	{"65", "", "64483-50x1 77003", "pfs.bilateral applies 64483 1; ncci.mue within 64483 MAI 2 1/1; modifier.valid valid 64483-50; ncci.ptp modifier_allowed 64483/77003 i1"},
	{"69", "", "11720 11721", "ncci.ptp bundled 11721/11720 i0"},
	{"69b", "", "11720 11055", "ncci.ptp modifier_allowed 11055/11720 i1"},
	{"71", "", "94640 94060", "ncci.ptp modifier_allowed 94060/94640 i1"},
	{"73", "", "dx:E11.9 dx:Z79.4", "icd10cm.use_additional satisfied E11.9/Z79.4; icd10cm.complete complete E11.9"},
	{"73b", "", "dx:Z79.4 dx:Z79.84", "icd10cm.excludes1 conflict Z79.4/Z79.84"},
	{"75", "", "dx:J44.0 dx:J18.9", "icd10cm.code_also"},
	{"77", "", "dx:F17.210 dx:Z87.891", "icd10cm.excludes1 conflict F17.210/Z87.891"},
	{"79", "", "dx:R51.9 dx:G43.909", "icd10cm.excludes1 conflict G43.909/R51.9"},
	{"81", "", "dx:M79.31 dx:M79.3", "code.status unknown M79.31; code.status valid M79.3; icd10cm.complete complete M79.3; !icd10cm.complete complete M79.31"},
	{"87", "", "99024", "pfs.status bundled 99024 B"},
	{"89", "", "G0101 99213-25 Q0091", "ncci.ptp modifier_present G0101/99213 i1; ncci.ptp modifier_present Q0091/99213 i1"},
	{"91", "", "11045", "ncci.addon primary_missing 11045"},
	{"93", "", "17311 88305", "ncci.ptp modifier_allowed 17311/88305 i1"},
	{"95", "", "93000-26 93010-TC 77067-50 11045-51 20610-25 99213-59", "modifier.valid invalid 93000-26; modifier.valid invalid 93010-TC; modifier.valid invalid 77067-50; " +
		"modifier.valid invalid 11045-51; modifier.valid invalid 20610-25; modifier.valid invalid 99213-59"},
}

// switches are the changes of DOMAIN.md C.3 that the starter knows, on both
// sides of their day.
var switches = []struct{ name, on, claim, must string }{
	{"telephone visits", "2024-12-31", "99441", "code.status valid 99441"},
	{"telephone visits after", "2025-01-01", "99441", "code.status replaced 99441 > 98008-98015"},
	{"check-in before", "2024-12-31", "98016 G2012", "code.status not_yet_effective 98016; code.status valid G2012"},
	{"check-in", "2025-01-01", "98016 G2012", "code.status valid 98016; code.status replaced G2012 > 98016"},
	{"methylprednisolone before", "2024-03-31", "J1030 J1010", "code.status valid J1030; code.status not_yet_effective J1010"},
	{"methylprednisolone", "2024-04-01", "J1030 J1010", "code.status replaced J1030 > J1010; code.status valid J1010"},
	{"lidocaine before", "2024-09-30", "J2001 J2003", "code.status valid J2001; code.status not_yet_effective J2003"},
	{"lidocaine", "2024-10-01", "J2001 J2003", "code.status replaced J2001 > J2003; code.status valid J2003"},
	{"99201 before", "2020-12-31", "99201", "code.status valid 99201"},
	{"99201", "2021-01-01", "99201", "code.status deleted 99201"},
	{"biopsies before", "2018-12-31", "11100", "code.status valid 11100"},
	{"biopsies", "2019-01-01", "11100", "code.status replaced 11100 > 11102-11107"},
	{"consultations before", "2022-12-31", "99241", "code.status valid 99241"},
	{"consultations", "2023-01-01", "99241", "code.status deleted 99241"},
	{"T81.4XXA before", "2018-09-30", "dx:T81.4XXA", "code.status valid T81.4XXA; !icd10cm.complete"},
	{"T81.4XXA", "2025-02-01", "dx:T81.4XXA", "code.status replaced T81.4XXA > T81.40-T81.49; !icd10cm"},
	{"headers", "2025-02-01", "dx:M54.5 dx:R51 dx:N18.3 dx:M51.36", "icd10cm.complete incomplete M54.5; icd10cm.complete incomplete R51; " +
		"icd10cm.complete incomplete N18.3; icd10cm.complete incomplete M51.36; code.status valid M54.5"},
	{"seventh character", "2025-02-01", "dx:S52.521 dx:S52.521A dx:S52.521B", "icd10cm.complete seventh_character_missing S52.521; " +
		"icd10cm.complete complete S52.521A; code.status unknown S52.521B; !icd10cm.complete complete S52.521B"},
	{"before all releases", "2010-02-01", "20610 99213 dx:M54.5", "!ncci.ptp; !ncci.mue; !pfs.; !icd10cm.complete"},
}

// terse writes a finding as the table above does.
func terse(f Finding) string {
	s := f.Rule + " " + f.Verdict + " " + strings.Join(f.Codes, "/")
	switch {
	case f.Rule == "modifier.valid":
		s += "-" + f.Modifiers[0]
	case f.Rule == "ncci.mue" && f.Limit != nil:
		s += fmt.Sprintf(" MAI %s %d/%d", f.MAI, f.Units, *f.Limit)
	case f.Rule == "drug.units":
		s += fmt.Sprintf(" x%d", f.Units)
	case f.Successor != "":
		s += " > " + f.Successor
	}
	if f.ModifierIndicator != "" {
		s += " i" + f.ModifierIndicator
	}
	if f.Rule == "ncci.ptp" && f.Verdict == "modifier_allowed" {
		s += " +" + strings.Join(f.Modifiers, " ") + " on " + f.ModifierOn
	}
	for _, x := range []string{f.Days, f.Indicator} {
		if x != "" && f.Rule != "modifier.valid" {
			s += " " + x
		}
	}
	if f.Present {
		s += " present"
	}
	return s
}

func TestWorkedCasesOnStarter(t *testing.T) {
	pool := pgtest.New(t)
	load(t, pool)
	for _, tt := range slices.Concat(worked, switches) {
		t.Run(tt.name, func(t *testing.T) {
			c := claim(tt.claim)
			c.On = time.Date(2025, 11, 15, 0, 0, 0, 0, time.UTC)
			if tt.on != "" {
				c.On, _ = code.ParseDay(tt.on)
			}
			w := world{gather(t, pool, c)}
			r := w.checkClaim(t, c)
			var all []string
			for _, f := range r.Findings {
				all = append(all, terse(f))
			}
			text := strings.Join(all, "\n")
			for _, want := range strings.Split(tt.must, "; ") {
				not, negative := strings.CutPrefix(want, "!")
				if strings.Contains(text, not) == negative {
					t.Errorf("want %q in\n%s\n%q", want, text, r.NotChecked)
				}
			}
		})
	}
}

func load(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := codeset.LoadStarter(t.Context(), tx, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), "test"); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func gather(t *testing.T, pool *pgxpool.Pool, c Claim) codeset.Facts {
	t.Helper()
	q := codeset.Query{On: c.On, Setting: c.Setting, Codes: Codes(c)}
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	f, err := codeset.Gather(t.Context(), tx, q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
