package code

import "testing"

// Numbers in the form of a code in mails that speak of something else.
func TestNoTalkOfCodes(t *testing.T) {
	check(t, [][2]string{
		{"Last month we mailed 20550 statements and scanned 11721 pages. Postage is up again.", ""},
		{"Our team closed 97110 tickets and answered 99213 calls this year, not bad for four people.", ""},
		{"The report counts 64483 encounters, that is 1,240 more than in spring, and 3,300 no-shows.", ""},
		{"Total for May: we processed 36415 claims, 12 people, 2 out sick.", ""},
		{"The van covers 10060, 11201 and 33533 on Mondays, the other territory is with the courier from Dayton.", ""},
		{"Which zips are in their area? 77002, 97140, 45378 and 60611 or are these all out of territory", ""},
		{"Zip is 43235 or 43239, can you look it up?", ""},
		{"From 97110 to 97140 zip is all Portland, I believe.", ""},
		{"The new zip will be on the form. Zip stays 45331 till then.", ""},
		{"Directory\nLobby ...... 11042\nKitchen ..... 20610\nLab .......... 36415\nPlease print it.", ""},
		{"New extensions:\nRadiology ..... 71046\nNurses ..... 99211\nVoicemail is dialled as before.", ""},
		{"Org chart: Lee 20604, Maria 20611, Ahmed 11102 report to Tessa 99213 in building 4", ""},
		{"They owe 64721 since March, nobody picks up.", ""},
		{"He owes us 99214 dollars and 12 cents", ""},
		{"We are owed 20553 from the landlord", ""},
		{"Work order 97140 is open since May and nobody came", ""},
		{"Purchase order 11042 shipped with 17000 on the box", ""},
		{"I paid with check 99203, please confirm", ""},
		{"Ref 64483-50. Still waiting.", ""},
		{"Policy HOM 20610-22 and water in room 3", ""},
		{"Specimen F24-88305 was lost in transport", ""},
		{"S26-11102 is the case on the requisition", ""},
		{"Customer no. 20611 was double charged for toner", ""},
		{"acc no 17110-59 from the lab slip", ""},
		{"suite 97530 is cold and 97535 is not. thermostat says 58", ""},
		{"The carton numbers are 70450, 70486 and 71046, the truck leaves at 9:00", ""},
		{"ticket 99285 was merged into 99284 and the printer still jams", ""},
		{"The meter read 64721 in May", ""},
		{"Take i10 east past the mall, then left", ""},
		{"The fee list (rev. 2023-11) is old, so is the form (rev 1999)", ""},
		{"The parking garage holds 11200 cars, so nobody circles for long", ""},
		{"He walked 11042 steps and slept well", ""},
	})
}

// Codes in mails that say little else.
func TestLittleTalkOfCodes(t *testing.T) {
	check(t, [][2]string{
		{"99213 or 99214?", "cpt 99213; cpt 99214"},
		{"fluoro 77002 with 20610", "cpt 77002; cpt 20610"},
		{"20552 vs 20553", "cpt 20552; cpt 20553"},
		{"17000 + 17003 same day", "cpt 17000; cpt 17003"},
		{"20611 alone or 76942 too", "cpt 20611; cpt 76942"},
		{"Lot 4471B, exp 063026, lot 88123X. 90471 with 90686?", "cpt 90471; cpt 90686"},
		{"29826 with 29827, MRN 88213, case 20, OR 4, room 17?", "cpt 29826; cpt 29827"},
		{"what about 97597?", "cpt 97597"},
		{"does 36415 pay", "cpt 36415"},
		{"our 99213 claims deny", "cpt 99213"},
		{"They denied 99213 claims again", "cpt 99213"},
		{"all 20610 claims were denied", "cpt 20610"},
		{"Ref: question on coding 20610", "cpt 20610"},
		{"the check for 99214 came", "cpt 99214"},
		{"Is 11042 right, 97597, or both?", "cpt 11042; cpt 97597"},
		{"99203/4/5?", "cpt 99203; cpt 99204; cpt 99205"},
		{"call me at (614) 555-0117, bill says 99284", "cpt 99284"},
		{"two shots, 90471 & 90472?", "cpt 90471; cpt 90472"},
	})
}

// Modifiers alone in sentences about codes.
func TestModifiersInTalk(t *testing.T) {
	check(t, [][2]string{
		{"82306 denied, do we need the GA if she signed?", "cpt 82306; modifier GA"},
		{"82607, should I bill it under GA?", "cpt 82607; modifier GA"},
		{"20610, they used RT for the LT", "cpt 20610; modifier RT; modifier LT"},
		{"73562 went out with LT instead of RT", "cpt 73562; modifier LT; modifier RT"},
		{"Locum saw him, 99232. Is it Q5 or is that Q6", "cpt 99232; modifier Q5; modifier Q6"},
		{"00810 with the CRNA alone, QK or QX", "cpt 00810; modifier QK; modifier QX"},
		{"is T6 enough on 28285 or do we need 59", "modifier T6; cpt 28285; modifier 59"},
		{"When do we pick XU over 59? 97530 and 97116", "modifier XU; modifier 59; cpt 97530; cpt 97116"},
		{"should Q8 come before 59? 11721", "modifier Q8; modifier 59; cpt 11721"},
		{"11750, 59 not needed", "cpt 11750; modifier 59"},
		{"44143 back to the OR. The auditor says 58.", "cpt 44143; modifier 58"},
		{"99214 in the global. 24? or 79?", "cpt 99214; modifier 24; modifier 79"},
		{"78 vs 58", "modifier 78; modifier 58"},
		{"24 or 25?", "modifier 24; modifier 25"},
		{"99222 needs 57 or 25?", "cpt 99222; modifier 57; modifier 25"},
		{"A0429 HH denied. Should it be NH?", "hcpcs A0429[HH]; modifier NH"},
		{"A0428 and A0425 from the nursing home, is NH right", "hcpcs A0428; hcpcs A0425; modifier NH"},
		{"ambulance runs, modifier RJ or JR on A0428?", "modifier RJ; modifier JR; hcpcs A0428"},
		{"CPT  M1  M2  Units\n11721  59  Q8  1\nis M2 wrong", "cpt 11721[59,Q8]x1"},
		{"27447 under GA, no block", "cpt 27447"},
		{"The 59 year old had 45378", "cpt 45378"},
		{"BCBS paid 19120 at 100 and 38525 at 50.", "cpt 19120; cpt 38525"},
		{"She is over 59, 45378 again", "cpt 45378"},
	})
}

// Units, reasons, revenue codes and slips as claims show them.
func TestClaimForms(t *testing.T) {
	check(t, [][2]string{
		{"97110 GP units: 3, 97140 GP units: 1", "cpt 97110[GP]x3; cpt 97140[GP]x1"},
		{"SVC 45380 59   UNITS 1  BILLED 650.00", "cpt 45380[59]x1"},
		{"64493-50 1 each", "cpt 64493[50]x1"},
		{"29075 and two Q4010", "cpt 29075; hcpcs Q4010x2"},
		{"J1100 + one J3301", "hcpcs J1100; hcpcs J3301x1"},
		{"A0425 HN units 14", "hcpcs A0425[HN]x14"},
		{"97110 x1\n97140 x1", "cpt 97110x1; cpt 97140x1"},
		{"Ln  Code   Mod  Units  Charge\n1   99213  25   1      145.00\n2   J1030       2      30.00\n3   20550       1      90.00\n", "cpt 99213[25]x1; hcpcs J1030x2; cpt 20550x1"},
		{"FL42   FL44    FL45      FL46\n0450   99283 25   031225     1\n0300   36415      031225     1\n", "revenue 0450; cpt 99283[25]x1; revenue 0300; cpt 36415x1"},
		{"0360  29881 RT\n0370  01400\n0710", "revenue 0360; cpt 29881[RT]; revenue 0370; cpt 01400"},
		{"REV   HCPCS   UNITS\n0636  J2405   4\n0258          2\n", "revenue 0636; hcpcs J2405x4; revenue 0258x2"},
		{"Line  POS  CPT    Units\n1     11   99213  1\n2     22   20610  1\n", "pos 11; cpt 99213x1; pos 22; cpt 20610x1"},
		{"99213 denied for B15", "cpt 99213; carc B15"},
		{"got a B7 denial on 99204", "carc B7; cpt 99204"},
		{"vitamin B12 level denied, 82607", "cpt 82607"},
		{"CO-45/PR-3 on 99213", "carc 45; carc 3; cpt 99213"},
		{"CO-45, PR-1 and PR-3", "carc 45; carc 1; carc 3"},
		{"dx E11.9, I10, J45.909 and N18.31", "icd10cm E11.9; icd10cm I10; icd10cm J45.909; icd10cm N18.31"},
		{"dx: E119 I1O", "icd10cm E11.9; icd10cm I10 ~"},
		{"Z79.4, I10 and R51.9", "icd10cm Z79.4; icd10cm I10; icd10cm R51.9"},
		{"G43.909, I1O", "icd10cm G43.909"},
		{"J33O1   kenalog\n2O610   shoulder", "hcpcs J3301 ~; cpt 20610 ~"},
		{"992 13   102.11   CO-45", "cpt 99213 ~; carc 45"},
		{"9921 3", ""},
		{"dx N39 .0", "icd10cm N39.0 ~"},
		{"The article lists I35.0 I think", "icd10cm I35.0"},
		{"G2012", "hcpcs G2012"},
		{"new rev code 0450 and rev 2024", "revenue 0450"},
	})
}
