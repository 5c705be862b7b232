package code

import (
	"strings"
	"testing"
)

// check runs a table of texts and what they name, without a code set.
func check(t *testing.T, rows [][2]string) {
	t.Helper()
	for _, row := range rows {
		if got := strings.Join(recognise(row[0], nil), "; "); got != row[1] {
			t.Errorf("%q:\n got %q\nwant %q", row[0], got, row[1])
		}
	}
}

func TestNoise(t *testing.T) {
	check(t, [][2]string{
		{"ZIP 99213", ""},
		{"zip code: 99213", ""},
		{"Portland OR 97110", ""},
		{"OR 27447 first case", "cpt 27447"},
		{"Phoenix, AZ 85025-1234", ""},
		{"New York 10060", ""},
		{"in Texas 20610 is paid", "cpt 20610"},
		{"in Texas 77002 is ours", ""},
		{"Room 11042", ""},
		{"Ste. 20610", ""},
		{"P.O. Box 20610", ""},
		{"20610 Oak Tree Blvd", ""},
		{"99213 Dr Smith billed", "cpt 99213"},
		{"acct# 99213", ""},
		{"MRN: 20610", ""},
		{"invoice no. 99213", ""},
		{"claim number 99213", ""},
		{"claim 99213 denied", "cpt 99213"},
		{"check 99213 and 20610 please", "cpt 99213; cpt 20610"},
		{"check #20610", ""},
		{"CPT #99213", "cpt 99213"},
		{"CPT code number 99213", "cpt 99213"},
		{"$99213", ""},
		{"$ 99213.00", ""},
		{"1,099,213.50", ""},
		{"20000 units of heparin", ""},
		{"12000 miles", ""},
		{"17000 mg", ""},
		{"45%", ""},
		{"2025-03-14 99213", "cpt 99213"},
		{"3/14/25 99213", "cpt 99213"},
		{"9:30 99213", "cpt 99213"},
		{"(713) 555-0142 ext 99213", ""},
		{"+1 713-555-0142", ""},
		{"555-0142 x20610", ""},
		{"123-45-6789", ""},
		{"12-3456789", ""},
		{"https://x.example/20610?c=99213", ""},
		{"www.example.com/99213", ""},
		{"see cms.gov/files/99213.pdf", ""},
		{"dr20610@example.com", ""},
		{"a.99213@example.com and 20610", "cpt 20610"},
		{"42 U.S.C. 12101", ""},
		{"42 USC 12101 et seq", ""},
		{"§ 56101", ""},
		{"Health and Safety Code 11165", ""},
		{"section 11042", ""},
		{"LOINC 12345-6", ""},
		{"20250314-99213", ""},
		{"100992130", ""},
		{"scan_99213_final.pdf", ""},
		{"_99213_", "cpt 99213"},
		{"**99213**", "cpt 99213"},
		{"model L3000", ""},
		{"MD 99213", "cpt 99213"},
		{"Baltimore, MD 21201", ""},
		{"02345", ""},
		{"00100", ""},
		{"CPT 00100", "cpt 00100"},
	})
}

func TestModifiersOnCodes(t *testing.T) {
	check(t, [][2]string{
		{"99213-25", "cpt 99213[25]"},
		{"99213 -25", "cpt 99213[25]"},
		{"99213 25", "cpt 99213[25]"},
		{"99213, 25", "cpt 99213[25]"},
		{"99213/25", "cpt 99213[25]"},
		{"99213 (25)", "cpt 99213[25]"},
		{"CPT 99213.25", "cpt 99213[25]"},
		{"paid 99213.25", ""},
		{"99213 mod 25", "cpt 99213[25]"},
		{"99213 modifier -25", "cpt 99213[25]"},
		{"99213 w/ mod 25", "cpt 99213[25]"},
		{"99213 with 25", "cpt 99213[25]"},
		{"99213 with 25 minutes", "cpt 99213"},
		{"99213 25 minutes", "cpt 99213"},
		{"99213 25 y/o", "cpt 99213"},
		{"99213 mod 25 or 57?", "cpt 99213; modifier 25; modifier 57"},
		{"97110-GP-59-KX", "cpt 97110[GP,59,KX]"},
		{"97110 GP,59", "cpt 97110[GP,59]"},
		{"97110GP59", "cpt 97110[GP,59]"},
		{"20610RTLT", "cpt 20610[RT,LT]"},
		{"20610rt", "cpt 20610[RT]"},
		{"20610 rt", "cpt 20610"},
		{"99213 AT the office", "cpt 99213"},
		{"98941 AT", "cpt 98941[AT]"},
		{"98941-AT, 97140-59", "cpt 98941[AT]; cpt 97140[59]"},
		{"99213 PT came back", "cpt 99213"},
		{"99213pt", "cpt 99213"},
		{"99213 in TX", "cpt 99213"},
		{"A0425-RH x 12 miles", "hcpcs A0425[RH]x12"},
		{"E0601-NU-KX", "hcpcs E0601[NU,KX]"},
		{"12345-67", "cpt 12345-12367"},
		{"99213-24-25-57-59-76", "cpt 99213[24,25,57,59]"},
	})
}

func TestModifiersAlone(t *testing.T) {
	check(t, [][2]string{
		{"modifier 25, 57 or 59", "modifier 25; modifier 57; modifier 59"},
		{"modifiers RT/LT", "modifier RT; modifier LT"},
		{"Mod: 59", "modifier 59"},
		{"the modifier is missing", ""},
		{"modifier 10", ""},
		{"modern 25 style", ""},
		{"59 or XS", "modifier 59; modifier XS"},
		{"26/TC", "modifier 26; modifier TC"},
		{"add 59", "modifier 59"},
		{"used -76", "modifier 76"},
		{"with 25 patients", ""},
		{"25 or 26 patients", ""},
		{"24-25 visits", ""},
		{"x{ep}", "modifier XE; modifier XP"},
		{"{25}", ""},
		{"page 25", ""},
	})
}

func TestUnits(t *testing.T) {
	check(t, [][2]string{
		{"J3301x4", "hcpcs J3301x4"},
		{"J3301 X 4", "hcpcs J3301x4"},
		{"J3301 *4", "hcpcs J3301x4"},
		{"J3301 (4)", "hcpcs J3301x4"},
		{"J3301 4u", "hcpcs J3301x4"},
		{"J3301, 4 units", "hcpcs J3301x4"},
		{"J3301 - four units", "hcpcs J3301x4"},
		{"J3301 for 4 units", "hcpcs J3301x4"},
		{"J3301 qty: 4", "hcpcs J3301x4"},
		{"J3301 units: 4", "hcpcs J3301x4"},
		{"4 x J3301", "hcpcs J3301x4"},
		{"4x J3301", "hcpcs J3301x4"},
		{"four units of J3301", "hcpcs J3301x4"},
		{"97110 x2 weeks", "cpt 97110"},
		{"97110 x 30 min", "cpt 97110"},
		{"97110 (2024)", "cpt 97110"},
		{"J3301 40 mg", "hcpcs J3301"},
		{"J3301 x 4 and J1100 x 10", "hcpcs J3301x4; hcpcs J1100x10"},
		{"97110-GP x 3 units", "cpt 97110[GP]x3"},
		{"17003 x12 lesions", "cpt 17003x12"},
		{"99213 in 2 units", "cpt 99213"},
	})
}

func TestRangesAndLists(t *testing.T) {
	check(t, [][2]string{
		{"99202-99205", "cpt 99202-99205"},
		{"99202 - 99205", "cpt 99202-99205"},
		{"99202 to 99205", "cpt 99202-99205"},
		{"from 99202 to 99205", "cpt 99202; cpt 99205"},
		{"changed 99213 to 99214", "cpt 99213; cpt 99214"},
		{"99215 to 99213", "cpt 99215; cpt 99213"},
		{"20610-76942", "cpt 20610; cpt 76942"},
		{"99202-05", "cpt 99202-99205"},
		{"99211-5", "cpt 99211-99215"},
		{"11400-6", "cpt 11400-11406"},
		{"99205-2", "cpt 99205"},
		{"99213, 14, 15", "cpt 99213; cpt 99214; cpt 99215"},
		{"99213 and 14", "cpt 99213; cpt 99214"},
		{"99213 or 4", "cpt 99213; cpt 99214"},
		{"99213/4", "cpt 99213; cpt 99214"},
		{"99213 and 20 minutes", "cpt 99213"},
		{"99213 and 2 lesions", "cpt 99213"},
		{"99213, 30 people", "cpt 99213"},
		{"G0438/9", "hcpcs G0438; hcpcs G0439"},
		{"9921x", ""},
		{"J1020/30/40", "hcpcs J1020; hcpcs J1030; hcpcs J1040"},
		{"E08-E13", "icd10cm E08-E13"},
		{"O00-O9A", "icd10cm O00-O9A"},
		{"S52.521A-S52.529A", "icd10cm S52.521A-S52.529A"},
	})
}

func TestDiagnoses(t *testing.T) {
	check(t, [][2]string{
		{"E11.9", "icd10cm E11.9"},
		{"e11.9", "icd10cm E11.9"},
		{"E11.9.", "icd10cm E11.9"},
		{"(M17.11)", "icd10cm M17.11"},
		{"dx I10", "icd10cm I10"},
		{"I10 on the freeway", "icd10cm I10"},
		{"dx R05", "icd10cm R05"},
		{"N95 mask", ""},
		{"J20", ""},
		{"Z3A.38", "icd10cm Z3A.38"},
		{"O9A.211", "icd10cm O9A.211"},
		{"U07.1 U09.9", "icd10cm U07.1; icd10cm U09.9"},
		{"U12.1", ""},
		{"M171.1", "icd10cm M17.11 ~"},
		{"E11 .9", "icd10cm E11.9 ~"},
		{"dx E11,9", "icd10cm E11.9 ~"},
		{"W19A", "icd10cm W19.XXXA ~"},
		{"H1N1 flu", ""},
		{"vitamin B12", ""},
		{"T12 fx", ""},
		{"P450", ""},
		{"dx: Z0000", "icd10cm Z00.00"},
		{"T36.0X5A", "icd10cm T36.0X5A"},
		{"M54.5-", "icd10cm M54.5"},
		{"E11.*", "icd10cm E11"},
		{"v2.0", ""},
		{"icd-10 K21.9", "icd10cm K21.9"},
		{"ICD9 401.9", "icd9cm 401.9"},
		{"401.9", ""},
		{"ICD-9: E812.0", "icd9cm E812.0"},
		{"OR0DTJ4ZZ", ""},
		{"0DTJ4ZZ and 02703DZ", "icd10pcs 0DTJ4ZZ; icd10pcs 02703DZ"},
	})
}

func TestRemittance(t *testing.T) {
	check(t, [][2]string{
		{"CO97", "carc 97"},
		{"CO-B7", "carc B7"},
		{"denied B15", "carc B15"},
		{"co-97", ""},
		{"CO 80202", ""},
		{"PR 1 of 2", ""},
		{"EOB PR 1", "carc 1"},
		{"CARC 151", "carc 151"},
		{"denial code 234", "carc 234"},
		{"reason code CO-45", "carc 45"},
		{"RARC N130", "rarc N130"},
		{"remark M20", "rarc M20"},
		{"MA13", "rarc MA13"},
		{"CO-16 M76", "carc 16; rarc M76"},
		{"dx E119, CO-97 N130, N290", "icd10cm E11.9; carc 97; rarc N130; rarc N290"},
		{"OA-23/PI-97", "carc 23; carc 97"},
	})
}

func TestOtherSystems(t *testing.T) {
	check(t, [][2]string{
		{"POS 2", "pos 02"},
		{"pos: 11", "pos 11"},
		{"POS 11, 22 patients", "pos 11"},
		{"POS 95", ""},
		{"place-of-service 21", "pos 21"},
		{"revenue code 636", "revenue 0636"},
		{"rev 0450", "revenue 0450"},
		{"MS-DRG 65", "drg 065"},
		{"DRG code 470", "drg 470"},
		{"N400003029328", "ndc 00003029328"},
		{"N40000302932", ""},
		{"N4 00003029328", "ndc 00003029328"},
		{"55513-0190-01", "ndc 55513-0190-01"},
		{"0003-0293-28-1", ""},
		{"L33312", "lcd L33312"},
		{"LCDs L33312 and L33313", "lcd L33312; lcd L33313"},
		{"NCD 20.4", "ncd 20.4"},
		{"1000F", ""},
		{"3074F and 1000F", "cpt 3074F; cpt 1000F"},
		{"0900M", ""},
		{"0002M", "cpt 0002M"},
		{"2000T", ""},
	})
}
