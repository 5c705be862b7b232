package code

import "testing"

// Modifiers that stand alone in clauses about them.
func TestStanding(t *testing.T) {
	check(t, [][2]string{
		{"CPT 01402 by us, with a CRNA would it be QK and QX?", "cpt 01402; modifier QK; modifier QX"},
		{"99232 or 99233 and the FS modifier?", "cpt 99232; cpt 99233; modifier FS"},
		{"Is a GT modifier still needed on 99213?", "modifier GT; cpt 99213"},
		{"G0378 x 8, no CR modifier any more?", "hcpcs G0378x8; modifier CR"},
		{"AI is for the admitting only, 99223", "modifier AI; cpt 99223"},
		{"27447-LT-78, I think 78 is correct", "cpt 27447[LT,78]; modifier 78"},
		{"11042 and 97597, is 59 enough?", "cpt 11042; cpt 97597; modifier 59"},
		{"20610 with 99213: 24 or 25?", "cpt 20610; cpt 99213; modifier 24; modifier 25"},
		{"J3301 x 4 from a single dose vial, JW or JZ?", "hcpcs J3301x4; modifier JW; modifier JZ"},
		{"Do we append XS to 97140?", "modifier XS; cpt 97140"},
		{"97110 denied, they want KX on 97110", "cpt 97110; modifier KX; cpt 97110"},
		{"17110 and 11102, why XU?", "cpt 17110; cpt 11102; modifier XU"},
		{"45380 with 45385, 59 vs XS", "cpt 45380; cpt 45385; modifier 59; modifier XS"},
		{"71046 in the hospital, need 26?", "cpt 71046; modifier 26"},
		{"93306 read only, is TC theirs?", "cpt 93306"},
		{"99213-25 and 20610. The 25 was on the claim", "cpt 99213[25]; cpt 20610; modifier 25"},
		{"52332-50, and then 50 is wrong for them", "cpt 52332[50]; modifier 50"},
		{"Does 91 apply to 82947 on the same day?", "modifier 91; cpt 82947"},
		{"modifiers 80, 82 and AS on 27447", "modifier 80; modifier 82; modifier AS; cpt 27447"},
		{"QW modifier on 87880", "modifier QW; cpt 87880"},
		{"remove 59 from 97140", "modifier 59; cpt 97140"},
		{"use XE not 59 on 97530", "modifier XE; modifier 59; cpt 97530"},
		{"what is missing is KX, 97110 was denied", "modifier KX; cpt 97110"},
		{"ABN on file so GA on 82306", "modifier GA; cpt 82306"},
		{"25 and 59 modifiers on 99213", "modifier 25; modifier 59; cpt 99213"},
		{"the modifier should be 78", "modifier 78"},
		{"modifiers such as 59 and XU", "modifier 59; modifier XU"},
		{"the payer wants GT instead of 95 on 99213", "modifier GT; modifier 95; cpt 99213"},
		{"64483 as RT on one line and LT on the other", "cpt 64483; modifier RT; modifier LT"},
		{"11730 nail, is it T5 or T6?", "cpt 11730; modifier T5; modifier T6"},
	})
}

// The same letters and numbers where no modifier is meant.
func TestNotStanding(t *testing.T) {
	check(t, [][2]string{
		{"Seen by our PA, 99213", "cpt 99213"},
		{"He is 59 and had 45378", "cpt 45378"},
		{"99213-25 for a patient aged 25", "cpt 99213[25]"},
		{"99213-25 on June 25", "cpt 99213[25]"},
		{"20610-RT, RT knee pain", "cpt 20610[RT]"},
		{"The clinic in ME bills 99213", "cpt 99213"},
		{"20610 for 25 patients", "cpt 20610"},
		{"97110, between 50 and 59 units a year", "cpt 97110"},
		{"PT and OT on the same day, 97110 and 97530", "cpt 97110; cpt 97530"},
		{"We use AI for notes", ""},
		{"RT or LT hand?", ""},
		{"The ED called the ICU, BP 120/80, HR 78", ""},
		{"Room 24 or 25?", ""},
	})
}
