package code

import (
	"slices"
	"strings"
	"testing"
)

func factsOf(text string) []Fact {
	return Facts(Body, text, Resolve(text, Find(Body, text), nil))
}

func TestFacts(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"DOS 3/14/2025 we billed 99213", "date_of_service=2025-03-14"},
		{"date of service: March 14, 2025", "date_of_service=2025-03-14"},
		{"seen 2025-03-14 in the office", "date_of_service=2025-03-14 setting=office"},
		{"on 03/14/25 we did 20610", "date_of_service=2025-03-14"},
		{"DOB 3/14/1955, DOS 4/1/2025", "date_of_service=2025-04-01"},
		{"denied 4/20/2025, what now for 99213", ""},
		{"On Fri, Mar 14, 2025 at 10:02 AM Dr Lee wrote: 99213?", ""},
		{"DOS 10/9/2025, surgery 10/1, unrelated visit", "date_of_service=2025-10-09 surgery_date=2025-10-01 relation_to_surgery=unrelated"},
		{"10060 on 11/3/2025, patient came back 11/11/2025. DOS 11/11/2025", "surgery_date=2025-11-03 date_of_service=2025-11-11"},
		{"10060 on 11/3/2025, came back 11/11/2025", "surgery_date=2025-11-03 date_of_service=2025-11-11"},
		{"66984-LT on 10/20/2025, second eye, DOS 11/12/2025", "surgery_date=2025-10-20 date_of_service=2025-11-12 site=eye"},
		{"20610 on 3/1/2025 and 20610 on 3/14/2025", "date_of_service=2025-03-01 date_of_service=2025-03-14"},
		{"seen 3/1/2025 too, DOS 3/14/2025 for 99213", "date_of_service=2025-03-14"},
		{"surgery 12/20, DOS 1/5/2025", "surgery_date=2024-12-20 date_of_service=2025-01-05"},
		{"10060, seen day 8", "days_after_surgery=8"},
		{"carpal tunnel release, visit", "procedure=carpal tunnel release"},
		{"Thanks, have a nice weekend!", "courtesy=thanks"},
		{"Thanks, and the modifier?", ""},
		{"Surgery was on 2/1/2025 (27447), seen 3/3/2025", "surgery_date=2025-02-01 surgery_code=27447 date_of_service=2025-03-03"},
		{"20610 without ultrasound", "technique=none"},
		{"post-op day 12 visit", "days_after_surgery=12"},
		{"2 weeks post-op", "days_after_surgery=14"},
		{"Palmetto denied it, Medicare pt", "contractor=Palmetto GBA payer=Medicare"},
		{"Medicare Advantage through UHC", "payer=Medicare Advantage payer=UnitedHealthcare"},
		{"BCBS denial; MCR secondary", "payer=Blue Cross Blue Shield payer=Medicare"},
		{"TX Medicaid", "state=TX payer=Medicaid"},
		{"we are in New Jersey", "state=NJ"},
		{"POS 11", "place_of_service=11"},
		{"20610 and 20550 same knee", "same_site=yes site=knee"},
		{"different lesion, separate incision", "same_site=no same_site=no"},
		{"same day, same provider", "same_session=yes same_provider=yes"},
		{"est pt, new patient?", "new_patient=no new_patient=yes"},
		{"67 y/o F with a wart", "patient_age=67 patient_sex=female"},
		{"67yo male", "patient_age=67 patient_sex=male"},
		{"a 6-month-old girl", "patient_age=0 patient_sex=female"},
		{"72F", "patient_age=72 patient_sex=female"},
		{"nine flat warts treated with bleomycin", "lesion_count=9 drug=bleomycin"},
		{"7 lesions frozen", "lesion_count=7 technique=cryosurgery"},
		{"excision 0.4 cm benign lesion", "technique=excision size_cm=0.4 pathology=benign"},
		{"4 mm lesion", "size_cm=0.4"},
		{"1.2 cm, excised with 0.2 cm margins; 2.5 cm layered closure", "size_cm=1.2 technique=excision margin_cm=0.2 length_cm=2.5 technique=layered closure"},
		{"2.5 cm laceration repair", "length_cm=2.5"},
		{"42 cm² subcutaneous debridement", "area_cm2=42 depth=subcutaneous"},
		{"42 sq cm", "area_cm2=42"},
		{"wound 6 x 7 cm", "size_cm=7 area_cm2=42"},
		{"23 min 97110 + 10 min 97140", "minutes=23 minutes=10"},
		{"total time 1 hr 10 min", "minutes=70"},
		{"97110 from 9:00 to 9:23 am", "start_stop=09:00-09:23"},
		{"Kenalog 40mg J3301 4 units", "drug=triamcinolone dose=40 mg units=4"},
		{"gave 15 units, wasted 5 mg", "units=15 wasted=5 mg"},
		{"20 mg discarded from an 80 mg vial", "wasted=20 mg vial=80 mg"},
		{"40 mg/mL single-dose vial", "strength=40 mg/ml vial=single-dose"},
		{"1 g IM Rocephin", "dose=1 g route=IM drug=ceftriaxone"},
		{"right knee", "laterality=right site=knee"},
		{"is this right? please get back to me", ""},
		{"bilateral 64483 at L4-5", "laterality=bilateral level=L4-L5"},
		{"CO-97 N130", "group_code=CO carc=97 rarc=N130"},
		{"moderate MDM", "mdm=moderate"},
		{"glucose 140 mg/dL", ""},
	} {
		var got []string
		for _, f := range factsOf(tt.text) {
			if tt.text[f.Start:f.End] != f.Text {
				t.Errorf("%q: fact %s says %q, offsets say %q", tt.text, f.Name, f.Text, tt.text[f.Start:f.End])
			}
			got = append(got, f.Name+"="+f.Value)
		}
		want := slices.Compact(splitFacts(tt.want))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q:\n got %q\nwant %q", tt.text, got, want)
		}
	}
}

// splitFacts splits at the spaces before a fact name: values may hold spaces.
func splitFacts(s string) (out []string) {
	for _, w := range strings.Fields(s) {
		if strings.Contains(w, "=") {
			out = append(out, w)
		} else {
			out[len(out)-1] += " " + w
		}
	}
	return out
}

func TestIntents(t *testing.T) {
	for _, tt := range []struct {
		text  string
		first Intent
		also  []Intent
	}{
		{"96405/96406?", CodeSelect, nil},
		{"99213 vs 99214", CodeSelect, []Intent{EMLevel}},
		{"can we bill 99213-25 with 20610 same day?", BundlingPair, nil},
		{"97140 with 98940 same region: edit?", BundlingPair, nil},
		{"99214-25 with 20610 denied CO-97", Denial, []Intent{BundlingPair}},
		{"which modifier for the bilateral 64483, 50 or RT/LT?", ModifierChoice, nil},
		{"E11.9 and Z79.4, which is sequenced first?", DxCode, nil},
		{"10060, seen day 8, is the visit in the global period?", GlobalPeriod, nil},
		{"90837 video visit to home, UHC wants which POS?", TelehealthPOS, nil},
		{"How many units of J3301 for 40 mg Kenalog?", UnitsMUEDrug, nil},
		{"Is 11721 covered under LCD L33833 and how often?", CoverageNecessity, nil},
		{"Is 99201 deleted?", NewDeletedCode, nil},
		{"Can 11045 be billed without the primary code? It is an add-on", AddOn, nil},
		{"NP visit incident to, 99213", IncidentTo, nil},
		{"RVU for 99213?", PaymentRVU, nil},
		{"Our claim is 45 days in process, please check eligibility", NotOurs, nil},
		{"G0439 and a physical exam, Medicare wellness", PreventiveScreening, nil},
		{"99215 68 min total time, what level", EMLevel, nil},
		{"99213", CodeSelect, nil},
		{"20610-RT or 20610-59, what modifier does BCBS want?", ModifierChoice, nil},
		{"97110-GP-59 x2, are the modifiers in the right order?", ModifierChoice, nil},
		{"JW or JZ on J0178?", UnitsMUEDrug, nil},
		{"MUE for 97110?", UnitsMUEDrug, nil},
		{"97110 with 97140, too many units?", UnitsMUEDrug, nil},
		{"Claim rejected, 11042 and 97597", Denial, nil},
		{"Aetna won't pay 20610 with 99213", Denial, []Intent{BundlingPair}},
		{"M54.5 not valid on the date of service, what replaced it?", NewDeletedCode, nil},
		{"What happened to 99241?", NewDeletedCode, nil},
		{"S52.521A or M80.031A, which dx code first?", DxCode, nil},
		{"Principal diagnosis for M17.11 with Z96.651?", DxCode, nil},
		{"Is 93880 covered for R55?", CoverageNecessity, nil},
		{"NCD 240.4 for E0601?", CoverageNecessity, nil},
		{"99396 + Q0091, annual", PreventiveScreening, nil},
		{"27447, seen again within the 90 days, 99024?", GlobalPeriod, nil},
		{"Audio only visit, 99213-93?", TelehealthPOS, nil},
		{"Which POS for a child seen in the car?", TelehealthPOS, nil},
		{"Does the PA need direct supervision to bill incident to?", IncidentTo, nil},
		{"What does 99213 pay under the fee schedule?", PaymentRVU, nil},
		{"2026 conversion factor and GPCI?", PaymentRVU, nil},
		{"Which level is supported, moderate MDM?", EMLevel, nil},
		{"Please send a W-9 and our remit address", NotOurs, nil},
		{"Patient cannot log in to the portal, reset the password", NotOurs, nil},
		{"Invoice 20553 past due, statement attached", NotOurs, nil},
		{"Please fax the medical records request to our office", NotOurs, nil},
	} {
		ms := Resolve(tt.text, Find(Body, tt.text), nil)
		got := Intents(tt.text, ms, Facts(Body, tt.text, ms))
		if len(got) == 0 || got[0] != tt.first {
			t.Errorf("%q: intents %v, want %s first", tt.text, got, tt.first)
		}
		for _, w := range tt.also {
			if !slices.Contains(got, w) {
				t.Errorf("%q: intents %v lack %s", tt.text, got, w)
			}
		}
	}
	subject, body := "Level?", "99213 or 99214"
	ms := Resolve(body, Find(Body, body), nil)
	if got := Intents(subject+"\n"+body, ms, nil); !slices.Contains(got, CodeSelect) || got[0] != EMLevel {
		t.Errorf("subject and body joined: intents %v, want %s first, since the subject asks for the level, and %s too", got, EMLevel, CodeSelect)
	}
	if got := Intents("Thank you, have a nice weekend", nil, nil); got != nil {
		t.Errorf("thanks: intents %v, want none", got)
	}
}
