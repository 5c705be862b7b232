package cmsfile

import "testing"

func TestPeriodIn(t *testing.T) {
	tests := []struct {
		cadence          Cadence
		text             string
		name, first, end string // "" for none
	}{
		{Quarterly, "ccipra-v302r0-f1.txt", "2024Q3", "2024-07-01", "2024-09-30"},
		{Quarterly, "ccioph-v310r1-f4.xlsx", "2025Q1", "2025-01-01", "2025-03-31"},
		{Quarterly, "Medicare NCCI 2026Q3 Practitioner Services MUE Table", "2026Q3", "2026-07-01", "2026-09-30"},
		{Quarterly, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", "2026Q3", "2026-07-01", "2026-09-30"},
		{Quarterly, "AOC_V2026Q3-MCR.txt", "2026Q3", "2026-07-01", "2026-09-30"},
		{Quarterly, "mue_practitioner_2024q2.csv", "2024Q2", "2024-04-01", "2024-06-30"},
		{QuarterOrYear, "HCPC2024_OCT_ANWEB.txt", "2024Q4", "2024-10-01", "2024-12-31"},
		{QuarterOrYear, "HCPC2019_CONTR_ANWEB.txt", "2019", "2019-01-01", "2019-12-31"},
		{Quarterly, "v30.2", "2024Q3", "2024-07-01", "2024-09-30"},
		{FiscalYearly, "icd10cm_order_2025.txt", "FY2025", "2024-10-01", "2025-09-30"},
		{FiscalYearly, "April 1 2025/icd10cm-order-2025.txt", "FY2025-APR", "2025-04-01", "2025-09-30"},
		{FiscalYearly, "icd10cm-order-April-2025.txt", "FY2025-APR", "2025-04-01", "2025-09-30"},
		{FiscalYearly, "FY2026-APR", "FY2026-APR", "2026-04-01", "2026-09-30"},
		{Schedule, "PPRRVU2025_Oct.csv", "2025-10", "2025-10-01", "2025-12-31"},
		{Schedule, "PPRRVU2026_Jul_nonQPP.csv", "2026-07", "2026-07-01", "2026-09-30"},
		{Schedule, "RVU25D.zip", "2025-10", "2025-10-01", "2025-12-31"},
		{Yearly, "2018_I9gem.txt", "2018", "2018-01-01", "2018-12-31"},
		{Yearly, "GPCI2025.csv", "2025", "2025-01-01", "2025-12-31"},
		{Monthly, "mcd_documents_latest_2025-08.csv", "2025-08", "2025-08-01", "2025-08-31"},
		{Quarterly, "download.txt", "", "", ""},
		{Quarterly, "2030/mue_practitioner.csv", "", "", ""},
		{Schedule, "PPRRVU.csv", "", "", ""},
		{Yearly, "file120251.txt", "", "", ""},
	}
	for _, tt := range tests {
		p, ok := tt.cadence.periodIn(tt.text)
		if !ok && tt.name == "" {
			continue
		}
		if p.Name != tt.name || p.From.Format("2006-01-02") != tt.first || p.To.Format("2006-01-02") != tt.end {
			t.Errorf("%s: %v, %v; want %s", tt.text, p, ok, tt.name)
		}
	}
}

func TestParsePeriod(t *testing.T) {
	for name, c := range map[string]Cadence{"2024Q3": Quarterly, "v30.2": Quarterly, "2019": QuarterOrYear, "FY2026": FiscalYearly, "FY2026-APR": FiscalYearly,
		"2025-10": Schedule, "2025": Yearly, "2025-08": Monthly} {
		if p, ok := c.ParsePeriod(name); !ok || p.IsZero() {
			t.Errorf("%s: %v", name, p)
		}
	}
	for name, c := range map[string]Cadence{"the 2024Q3 one": Quarterly, "2024Q5": Quarterly, "2019": Quarterly, "FY26": FiscalYearly, "2025-13": Schedule, "v30.9": Quarterly, "": Yearly} {
		if p, ok := c.ParsePeriod(name); ok {
			t.Errorf("%q is taken for %v", name, p)
		}
	}
}
