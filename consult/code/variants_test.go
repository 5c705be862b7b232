package code

import "testing"

// Slips of scanners and typists.
func TestRepairsOfSlips(t *testing.T) {
	check(t, [][2]string{
		{"J33O1 x4 with 20610", "hcpcs J3301x4 ~; cpt 20610"},
		{"charge J1O30 today, 40 mg", "hcpcs J1030 ~"},
		{"E.11.9 rejected", "icd10cm E11.9 ~"},
		{"CPT 992 13 and dx E11 .9", "cpt 99213 ~; icd10cm E11.9 ~"},
		{"code 99 214?", "cpt 99214 ~"},
		{"T8141A and W19A", "icd10cm T81.41XA ~; icd10cm W19.XXXA ~"},
		{"T814XA", "icd10cm T81.4XXA ~"},
		{"S61.41A", "icd10cm S61.41XA ~"},
		{"V43.52D", "icd10cm V43.52XD ~"},
		{"T36.0X5A and S52.521A", "icd10cm T36.0X5A; icd10cm S52.521A"},
		{"S06.0XAA", "icd10cm S06.0XAA"},
		{"I82.4Y1", "icd10cm I82.4Y1"},
		{"C84.Z0", "icd10cm C84.Z0"},
		{"toner Q2612A and lamp J1885X", ""},
	})
}

// What else a text names decides for the doubtful.
func TestCompany(t *testing.T) {
	check(t, [][2]string{
		{"is 93880 covered for R55 only?", "cpt 93880; icd10cm R55"},
		{"90715 given, 90471, Z23.", "cpt 90715; cpt 90471; icd10cm Z23"},
		{"c3490? no, sorry C34.90", "icd10cm C34.90; icd10cm C34.90"},
		{"badge Z23 at gate C20", ""},
		{"our old code 00810 is gone, so 00811-P3?", "cpt 00810; cpt 00811[P3]"},
		{"c9021", "hcpcs C9021"},
		{"I87.2 to I87.9", "icd10cm I87.2-I87.9"},
		{"changed I87.2 to I87.9", "icd10cm I87.2; icd10cm I87.9"},
		{"J0178 2 units JZ", "hcpcs J0178[JZ]x2"},
		{"98940-at with m99.03", "cpt 98940[AT]; icd10cm M99.03"},
		{"15 minutes in the suite. 62321 was billed", "cpt 62321"},
	})
}
