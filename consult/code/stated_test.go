package code

import (
	"slices"
	"testing"
)

// Lines as people write them, beside the mails of testdata: what each states.
func TestStated(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"pt is 71, Humana, right hip", "patient_age=71 payer=Humana laterality=right site=hip"},
		{"Mr. Ochoa, 58, came in for a shot", "patient_age=58"},
		{"established pt 34, 99213", "new_patient=no patient_age=34"},
		{"New pt, 9, with a rash", "new_patient=yes patient_age=9"},
		{"62 yrs, female", "patient_age=62 patient_sex=female"},
		{"45M with a hernia", "patient_age=45 patient_sex=male"},
		{"an 8 y.o. girl", "patient_age=8 patient_sex=female"},
		{"aged 90", "patient_age=90"},
		{"twenty-two year old man", "patient_age=22 patient_sex=male"},
		{"temp 101 F", ""},
		{"98.6F", ""},
		{"seen 2 years ago", ""},
		{"over the last 3 yrs", ""},
		{"est. pt, same problem", "new_patient=no"},
		{"three AKs", "lesion_count=3"},
		{"nine warts\n1) which wart code\n2. lesions: how many units", "lesion_count=9"},
		{"(1) which wart code for two (2) lesions", "lesion_count=2"},
		{"a dozen tags", "lesion_count=12"},
		{"two dozen skin tags", "lesion_count=24"},
		{"a single lesion", "lesion_count=1"},
		{"twenty one warts", "lesion_count=21"},
		{"one callus", "lesion_count=1"},
		{"two levels", "level_count=2"},
		{"one level, L5-S1", "level_count=1 level=L5-S1"},
		{"level 4 visit", ""},
		{"six muscles", "muscle_count=6"},
		{"3 views of the ankle", "view_count=3 site=ankle"},
		{"two vials of Kenalog", "vial_count=2 drug=triamcinolone"},
		{"two 100 mg vials", "vial_count=2 vial=100 mg"},
		{"3 x 2 cm", "size_cm=3 area_cm2=6"},
		{"3 cm x 2 cm", "size_cm=3 area_cm2=6"},
		{"30 x 20 mm wound", "size_cm=3 area_cm2=6"},
		{"18 sq. cm", "area_cm2=18"},
		{"25cm2", "area_cm2=25"},
		{"5 sq cm discarded", "wasted=5 sq cm"},
		{"4 cm umbilical hernia", "size_cm=4"},
		{"3 cm gash", "length_cm=3"},
		{"two 5 mm anchors", ""},
		{"2 hrs 5 min", "minutes=125"},
		{"1h 10m", "minutes=70"},
		{"an hour", ""},
		{"1.5 hours", "minutes=90"},
		{"minutes were 30 for exercise and 15 for manual", "minutes=30 minutes=15"},
		{"start 07:31 stop 09:46", "start_stop=07:31-09:46"},
		{"anesthesia time 0740-1002", "start_stop=07:40-10:02"},
		{"1:10 pm to 3:20 pm", "start_stop=13:10-15:20"},
		{"2:00-2:45 pm", "start_stop=14:00-14:45"},
		{"11:30 to 12:15 pm", "start_stop=11:30-12:15"},
		{"Clinic hrs 0720-1630", ""},
		{"R heel", "laterality=right site=heel"},
		{"L shoulder", "laterality=left site=shoulder"},
		{"right inguinal", "laterality=right"},
		{"hip fracture right.", "site=hip laterality=right"},
		{"both hips", "laterality=bilateral site=hip"},
		{"bilat knees", "laterality=bilateral site=knee"},
		{"each knee", "laterality=bilateral site=knee"},
		{"OU drops", ""},
		{"injected OS.", "laterality=left"},
		{"is that the right code", ""},
		{"what is left over", ""},
		{"upper arm", "site=arm"},
		{"came back later", ""},
		{"on the other hand", ""},
		{"Eylea 2 mg", "drug=aflibercept dose=2 mg"},
		{"Injectafer 750 mg IV", "drug=ferric carboxymaltose dose=750 mg route=IV"},
		{"Botox 155 units", "drug=onabotulinumtoxinA dose=155 units"},
		{"200 unit vial of Botox", "vial=200 units drug=onabotulinumtoxinA"},
		{"heparin 5,000 units SQ", "drug=heparin dose=5000 units route=subcutaneous"},
		{"45 mg/kg amoxicillin", "dose=45 mg/kg drug=amoxicillin"},
		{"400 mg/5 mL", "strength=400 mg/5 ml"},
		{"1% lidocaine", "strength=1% drug=lidocaine"},
		{"EBL 20 mL", ""},
		{"toradol 30mg im", "drug=ketorolac dose=30 mg route=IM"},
		{"im not sure", ""},
		{"no waste", "wasted=0"},
		{"hospital outpatient, cardiology", "setting=outpatient specialty=cardiology"},
		{"We are a DME supplier", "setting=dme"},
		{"DMEPOS supplier claim", "setting=dme"},
		{"supplier claim for E0601", "setting=dme"},
		{"done in the ED", "setting=emergency"},
		{"ED chart", "setting=emergency"},
		{"house call", "setting=home"},
		{"observation status", "setting=observation"},
		{"OT here", "specialty=occupational therapy"},
		{"GI group", "specialty=gastroenterology"},
		{"WC claim", "payer=Workers' compensation"},
		{"our commercial biller", ""},
		{"Tricare", "payer=TRICARE"},
		{"in one visit", "same_session=yes"},
		{"surgery date 01/09/2025", "surgery_date=2025-01-09"},
		{"DOS 20250314", "date_of_service=2025-03-14"},
		{"01/16/2025 99214 25", "date_of_service=2025-01-16"},
		{"colonoscopy of June 24, 2025", "date_of_service=2025-06-24 procedure=colonoscopy"},
		{"letter of June 24, 2025", ""},
		{"path: lipoma", "pathology=benign"},
		{"path showed SCC", "pathology=malignant"},
		{"99213 please\n\nBest regards,\nAna Roe, CPC\nLeft Coast Knee Center, Houston TX 77002\nTel 713-555-0100", ""},
	} {
		var got []string
		for _, f := range factsOf(tt.text) {
			if tt.text[f.Start:f.End] != f.Text {
				t.Errorf("%q: fact %s says %q, offsets say %q", tt.text, f.Name, f.Text, tt.text[f.Start:f.End])
			}
			got = append(got, f.Name+"="+f.Value)
		}
		want := splitFacts(tt.want)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q:\n got %q\nwant %q", tt.text, got, want)
		}
	}
}
