package draft

import (
	"strings"
	"testing"
)

// signed are questions whose first replies a coder refused to sign, with what a
// reply must say (parts divided by "|") and what it must not.
var signed = []struct{ text, template, verdict, must, never string }{
	{"Provider wants to bill 99215 for everything to make up revenue, is this fraud?", "not-ours", "Not a coding question", "compliance officer", "Nothing found"},
	{"Is M54.5 still valid for DOS 11/15/2025?", "code-status", "Not valid as written", "M54.50", "is a valid code on|Another error"},
	{"99441 DOS 2/10/2025 medicare", "code-status", "Do not report 99441", "98008-98015|modifier 93", "to be counted|Report 98008"},
	{"What does 99214 pay in Florida?", "payment", "Cannot be decided yet", "", "minutes"},
	{"Can F17.210 and Z87.891 both go on the claim for 99214 on 11/15/2025? Medicare.", "", "Do not report together", "Excludes1", "minutes|the underlying condition before Z87.891"},
	{"MUE for 90837 and its adjudication indicator?", "units", "Do not report more than 2 of 90837", "MAI 3|a day", "Nothing found"},
	{"COPD f/u, patient wheezes, neb given: 94640 plus E/M?", "", "Cannot be decided yet", "other code", "Nothing found"},
	{"May we bill 99211 with an injection?", "", "Cannot be decided yet", "other code", "Nothing found"},
	{"Should I report 90471 besides the vaccine code?", "", "Cannot be decided yet", "other code", "Nothing found"},
	{"93000-26 for hospital EKG read", "", "Do not use modifier 26 as asked", "93010", "What to put on the claim"},
	{"10060, seen day 8 for recheck, bill 99213?", "global", "Do not report 99213 separately", "", "What to put on the claim"},
	{"97530 with 97140, which gets the 59? medicare 11/15/2025", "", "Report together", "2024Q3|needs no modifier", "97140 on this date"},
	{"CO-97 N20 20550 $85.00 denied; 20610 paid. same shoulder 11/03/2025", "denial", "Do not report together", "the denial stands", "What to put on the claim|corrected claim"},
	{"UMR denied 99396 + 99214-25 with CO-4. Should the 25 sit on another line?", "denial", "Appeal with the record", "25 is on 99214", "explains the denial best: 99396"},
	{"42 sq cm subq debridement - how many units 11042 and 11045", "", "Report 11042 ×1 and 11045 ×2", "2 units are within it", ""},
	{"W19A", "", "Report W19.XXXA instead", "read W19A as W19.XXXA", "Valid as written"},
	{"Pt had 4 inj, 2O610 LT and 992l3 25", "bundling", "Report together only with modifier 25", "read 2O610 as 20610", ""},
	{"5 AKs frozen, 17000 or 17110?", "code-select", "Report 17000 ×1 and 17003 ×4", "You state 5 lesions", "premalignant or benign, which"},
	{"20 warts frozen: 17000 or 17110?", "code-select", "Report 17111 ×1 instead", "", "17110/17000"},
	{"we froze 3 AKs and 2 warts same day medicare. 17000 and 17110 ok? DOS 11/15/2025", "code-select",
		"Report 17000-59 ×1, 17003-59 ×2 and 17110 ×1", "3 premalignant and 2 benign|17110 (column 1) with 17000|indicator 1", "did not state"},
	{"5 lesions frozen, 17000 or 17110?", "code-select", "Cannot be decided yet", "premalignant", ""},
	{"20610-RT and 20610-LT both knees medicare, 11/15/2025", "", "Report 20610-50 ×1", "| 1 | 20610 | 50 | 1 |", "ultrasound|RT, LT"},
	{"modifier 25 on 20610? 59 on 99213?", "", "Do not use modifiers 25 and 59 as asked", "", ""},
	{"99213 w 69210 bilateral medicare. 50?", "", "Report together only with modifier 25", "69210 has bilateral indicator 2", ""},
	{"G2211 denied with 99214-25 and a flu shot. Ever payable with 25? DOS 11/15/2025", "denial", "Cannot be decided yet", "vaccine administration", ""},
	{"G2211 denied with 99214-25 and a flu shot. Ever payable with 25? DOS 8/15/2024", "denial", "Correct the claim", "In 2024 Medicare does not pay G2211", "vaccine administration"},
	{"DC bills 98941 for new low-back episode; which modifier marks active care?", "modifier", "Cannot be decided yet", "AT marks active treatment", "Nothing found|Only 98941"},
	{"PT: 23 min 97110 + 10 min 97140 = how many units, Medicare vs CPT rule?", "units", "Cannot be decided yet", "23 to 37 are 2", "Report together"},
	{"new vs established: seen 2 years ago by partner in same group same specialty. 99203?", "", "Cannot be decided yet", "within the last 3 years", ""},
	{"G0438 and G0439 same year?", "", "Do not report together", "once in a lifetime", ""},
	{"lidocaine J2001 with 20610, DOS 11/15/2024", "", "Do not report J2001 separately", "local anesthetic|last day was 2024-09-30", "to be counted"},
	{"11400 with 12031 0.4cm benign lesion layered closure", "", "", "0.5 cm or less", ""},
	{"polyp path = adenoma. K63.5?", "diagnosis", "Not valid as written", "D12", "Every diagnosis"},
	{"E11.65 and E11.9 together?", "diagnosis", "Not valid as written", "no complication", "Every diagnosis"},
	{"COPD with pneumonia, J44.0 and J18.9 - order?", "diagnosis", "Valid as written", "sets no order", "Every diagnosis"},
	{"J9040 30 units bleomycin how many units", "units", "Report J9040 ×2 instead", "makes 2 units", "exceed|at most"},
	{"O80 with O70.1", "", "Not valid as written", "uncomplicated delivery", "Every diagnosis"},
	{"E11.9 with M17.99?", "", "", "", "Every diagnosis"},
	{"our doc was subpoenaed re 99215 claims", "not-ours", "Not a coding question", "", ""},
	{"pt seen by PA in office, doc in suite, bill under doc? 99213 medicare", "incident-to", "Cannot be decided yet", "", "Nothing found"},
	{"what's the difference between 17110 and 17111", "code-select", "Cannot be decided yet", "15 or more", "Do not report together"},
	{"99215 68 min medicare prolonged G2212?", "code-select", "Report 99215 ×1", "from 69 minutes", "extra 15 minutes"},
	{"99215 and G2212, 70 min, medicare", "code-select", "Report 99215 ×1 and G2212 ×1", "69 to 83", ""},
	{"99417 x1 with 99215, Aetna, 70 minutes", "code-select", "Report 99215 ×1 and 99417 ×2", "from 55 minutes", ""},
	{"can i bill 99213 and 99214 same day same doc", "", "Report together only with modifier 25", "one visit whose level counts", "decision to do the procedure"},
	{"Novitas LCD for 64483 M54.16", "coverage", "", "", "Which payer"},
	{"11042 x3 denied, MUE?", "denial", "Correct the claim", "", "why more units"},
	{"CO-16 MA130 99213", "denial", "Cannot be decided yet", "a new, complete claim", "the remark code and the lines"},
	{"11720 or 11721? 6 nails", "code-select", "Report 11721 ×1", "", ""},
	{"90853 and 90837 same day?", "bundling", "Report together only with modifier 59", "separate session or time", "lesion"},
	{"99396 and 99213 commercial, same visit", "", "Report together only with modifier 25", "a commercial payer", "of commercial|; commercial may"},
	{"45385 45380 denied CO-97 N130, different polyps, Medicare. what modifier? Also what does 45385 pay in Ohio?", "denial", "Correct the claim", "Not answered here: - the amount of payment", ""},
	{"G0439 and 99214-25, what dx code?", "bundling", "Report together only with modifier 25", "which diagnosis belongs", ""},
	{"99213-25 with 20610 same day?", "", "", "", "Not answered here"},
	{"20610-50 both knees, how many units? medicare", "", "Report 20610-50 ×1", "", "more than 2"},
	{"second cataract 66984-79-RT done 3 weeks after the left eye (66984-LT on 10/20/2025), DOS 11/12/2025", "", "Cannot be decided yet", "Which code was the surgery", "lines of their own"},
	{"Does the physician have to sign the NP's incident-to note?", "incident-to", "Cannot be decided yet", "plan of care", "found no code"},
	{"15 min 99213 or 99214? spent 32 minutes total, est pt", "em-level", "Cannot be decided yet", "you state 15 and 32 minutes", "did not state"},
	{"does 20610 have a global period?", "global", "Cannot be decided yet", "000 global days", "Nothing found"},
	{"How many units of J3301 with 20610?", "units", "Cannot be decided yet", "Which dose was given|a unit is 10 mg", "Report together"},
	{"Kenalog 40 mg bilateral knees 20610-50, J3301 how many units?", "units", "Cannot be decided yet", "for each side or for both in total|40 mg of J3301 make 4 units|each side had it, then report twice", "Report J3301 ×4."},
	{"How many units of 11042?", "", "", "How many cm² were debrided", ""},
	{"Is 36415 payable?", "", "", "paid, if at all, under another schedule", "clinical laboratory"},
	{"11042 or 97597?", "", "Cannot be decided yet", "as a choice|only against reporting both", "Report together|Do not report"},
	{"99213 or 20610 today?", "", "Cannot be decided yet", "as a choice", "modifier 25 goes"},
	{"carpal tunnel release, visit 3 weeks later", "missing", "Cannot be decided yet", "carpal tunnel release, 21 days after the surgery|names no code|Which code was the surgery", ""},
	{"Thanks!", "thanks", "Nothing to answer", "welcome", "date of service?|What we need"},
	{"Thanks for 20610. And 99213?", "", "", "", "Nothing to answer"},
	{"Lesion removed, note gives no size. Code?", "missing", "Cannot be decided yet", "We understood: lesion removal", ""},
	{"D2740 crown - can we bill medical?", "", "Cannot be decided yet", "CDT|American Dental Association", "ICD|Another date"},
}

// TestSigned holds the replies to what was found wrong with them.
func TestSigned(t *testing.T) {
	gather := starter(t)
	for _, m := range signed {
		t.Run(m.text, func(t *testing.T) {
			in := read(m.text, gather)
			r := render(t, in)
			if m.template != "" && r.Template != m.template {
				t.Errorf("template %s, want %s (intents %v)", r.Template, m.template, in.Intents)
			}
			if v := verdictOf(r.Markdown); m.verdict != "" && v != m.verdict {
				t.Errorf("verdict %q, want %q (facts %v)", v, m.verdict, in.Claim.Facts)
			}
			contract(t, in, r)
			flat := strings.Join(strings.Fields(answerOf(r.Markdown)), " ")
			for s := range strings.SplitSeq(m.must, "|") {
				if !strings.Contains(flat, s) {
					t.Errorf("does not say %q", s)
				}
			}
			for s := range strings.SplitSeq(m.never, "|") {
				if s != "" && strings.Contains(flat, s) {
					t.Errorf("says %q", s)
				}
			}
			if t.Failed() {
				t.Log(answerOf(r.Markdown))
			}
		})
	}
}
