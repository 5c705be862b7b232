package code

import "testing"

// Numbers that a label, an address or what hangs on them makes something else.
func TestIdentifiersAreNoCodes(t *testing.T) {
	check(t, [][2]string{
		{"practice IDs: 58558, 59025", ""},
		{"boxes 99201 to 99285 went to storage", ""},
		{"superbills numbered 11100 through 11450", ""},
		{"member ID 80012 45378", ""},
		{"meeting id 964 15992 20610, passcode 80053", ""},
		{"invoices 11042, 27447 and 93000 are open", ""},
		{"rooms 20610 and 20611 are free", ""},
		{"ZIPs 77002, 77030 and 85025", ""},
		{"confirmation 11042-97597", ""},
		{"build 20610, release notes attached", ""},
		{"lockbox 93000 is closed", ""},
		{"batch 93458 did not balance", ""},
		{"lic MD-29881 and RN-99291", ""},
		{"Case No. 24-CV-93000", ""},
		{"our account # A-20610", ""},
		{"letter 2025-11042", ""},
		{"ref 45378-B", ""},
		{"the account 77067-A", ""},
		{"decision on 77002-445", ""},
		{"dial in and press 99214#", ""},
		{"312 555 0149,,99214", ""},
		{"45331 zip, Greenville", ""},
		{"97140 Sherwood zip", ""},
		{"27 Elm Street, Sherwood 97140", ""},
		{"1200 Oak Ave, Suite 4, Pomeroy 99347", ""},
		{"med rec # 70450", ""},
		{"accession 85025", ""},
		{"Exhibit 93000, tab M54", ""},
		{"row 99213 is empty", ""},
		{"item 97530, shelf 20610", ""},
		{"highway 20610 exit 11042", ""},
		{"form 97140", ""},
	})
}

// Codes stay codes beside hyphens, slashes and identifiers.
func TestCodesBesideIdentifiers(t *testing.T) {
	check(t, [][2]string{
		{"CPT-99213", "cpt 99213"},
		{"OV-99213", "cpt 99213"},
		{"knee-20610", "cpt 20610"},
		{"20610-76942", "cpt 20610; cpt 76942"},
		{"acct 20610, 99213 denied", "cpt 99213"},
		{"MRN 45378, procedure 45378", "cpt 45378"},
		{"invoice 4411 for 99213 and 20610", "cpt 99213; cpt 20610"},
		{"skin tags 11200", "cpt 11200"},
		{"order 80053 with 85025?", "cpt 80053; cpt 85025"},
		{"Dr. Smith billed 99213 on St. Mary's day", "cpt 99213"},
		{"99211-5", "cpt 99211-99215"},
		{"Suite 210 is where 99213 was done", "cpt 99213"},
	})
}

// A text full of other numbers that speaks of no codes names none.
func TestNumbersAmongNumbers(t *testing.T) {
	check(t, [][2]string{
		{"Toner 77110, drum 20553, 412 sheets, 518 clips and 730 pens by Friday", ""},
		{"Deliver 93000 to 2214 Mill, gate code 5531, driver 8841", ""},
		{"99213, 20610 and J3301 x 4 for acct 778812 (412-555-0140)", "cpt 99213; cpt 20610; hcpcs J3301x4"},
		{"billed 99213 and 20610, paid 412.00 of 530.00, check 8812", "cpt 99213; cpt 20610"},
	})
}
