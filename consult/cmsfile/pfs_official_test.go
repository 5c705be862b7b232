package cmsfile

import (
	"slices"
	"testing"
)

// TestOfficialPFS reads the release of October 2025 as csv and as text: both
// must give the same rows.
func TestOfficialPFS(t *testing.T) {
	csv := identified(t, official(t, "pfs/PPRRVU2025_Oct.redacted.csv")[0], Ident{Kind: PFS, Format: Comma, Proved: true, Period: Schedule.from(2025, 10)})
	rows := all(t, ReadPFS(csv, Comma))
	if len(rows) != 19090 {
		t.Errorf("%d rows, want 19,090", len(rows))
	}
	text := identified(t, official(t, "pfs/PPRRVU2025_Oct.redacted.txt")[0], Ident{Kind: PFS, Part: "text", Format: Text, Proved: true, Period: Schedule.from(2025, 10)})
	for i, r := range all(t, ReadPFS(text, Text)) {
		if i >= len(rows) || r != rows[i] {
			t.Fatalf("row %d of the text: %+v, of the csv: %+v", i, r, rows[min(i, len(rows)-1)])
		}
	}
	i := slices.IndexFunc(rows, func(r PFSRow) bool { return r.Code == "45378" && r.Mod == "53" })
	if i < 0 || rows[i].Global != "000" || rows[i].Conversion != "32.3465" {
		t.Errorf("45378-53 is missing or wrong")
	}
}

// TestOfficialPFS2026 reads the first rows of the layout of 2026.
func TestOfficialPFS2026(t *testing.T) {
	m := identified(t, official(t, "layouts/PPRRVU2026_Jul_nonQPP.head.redacted.csv")[0], Ident{Kind: PFS, Format: Comma, Proved: true, Period: Schedule.from(2026, 7)})
	rows := all(t, ReadPFS(m, Comma))
	want := PFSRow{Code: "00100", Status: "J", Work: "0.00", NonFacPE: "0.00", FacPE: "0.00", MP: "0.00", NonFacTotal: "0.00", FacTotal: "0.00",
		PCTC: "9", Global: "XXX", Pre: "0.00", Intra: "0.00", Post: "0.00", Multiple: "9", Bilateral: "9", Assistant: "9", CoSurgeon: "9", Team: "9",
		Pricing: "9", Conversion: "33.4009", Supervision: "09", Imaging: "99"}
	if len(rows) != 2 || rows[1] != want {
		t.Errorf("rows %+v, the second one should be %+v", rows, want)
	}
}

func TestOfficialLists(t *testing.T) {
	gpci := all(t, ReadGPCI(identified(t, official(t, "pfs/GPCI2025.csv")[0], Ident{Kind: GPCI, Part: "indices", Format: Comma, Proved: true, Period: Year(2025)}), Comma))
	if len(gpci) != 109 || gpci[1] != (GPCIRow{"02102", "AK", "01", "ALASKA", "1.5", "1.081", "0.592"}) {
		t.Errorf("%d localities, the second %+v", len(gpci), gpci[1])
	}
	pos := all(t, ReadPOS(identified(t, official(t, "pos/pos_codes_2024.csv")[0], Ident{Kind: POS, Format: Comma, Proved: true, Period: Year(2024)}), Comma))
	if len(pos) != 99 || pos[1].Facility != "facility" || pos[10].Facility != "non-facility" {
		t.Errorf("%d place of service codes", len(pos))
	}
	mce := all(t, ReadMCE(identified(t, official(t, "mce/mce_code_edits_v41.csv")[0], Ident{Kind: MCE, Format: Comma, Proved: true, Period: FiscalYear(2024, false)}), Comma))
	if len(mce) != 7946 {
		t.Errorf("%d rows of the code editor, want 7,946", len(mce))
	}
}
