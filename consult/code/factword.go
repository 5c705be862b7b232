package code

import "strings"

func set(words string) map[string]bool {
	out := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// A stated phrase and the fact that it is. Words are compared without their
// punctuation: "y/o" is "y o".
type phrase struct {
	words       []string
	name, value string
}

// phrases are the stated phrases and the names of states.
var phrases = func() map[string][]phrase {
	out := phraseIndex(phraseTable)
	for name, st := range stateNames {
		w := strings.Fields(name)
		out[w[0]] = insertLongest(out[w[0]], phrase{w, "state", st})
	}
	return out
}()

// phraseIndex reads the rows "name | value | phrase, phrase" of a table: the
// phrases by their first word, the longest first.
func phraseIndex(table string) map[string][]phrase {
	out := make(map[string][]phrase)
	for row := range strings.SplitSeq(strings.TrimSpace(table), "\n") {
		col := strings.SplitN(row, "|", 3)
		name, value := strings.TrimSpace(col[0]), strings.TrimSpace(col[1])
		for p := range strings.SplitSeq(col[2], ",") {
			if w := strings.Fields(p); len(w) > 0 {
				out[w[0]] = insertLongest(out[w[0]], phrase{w, name, value})
			}
		}
	}
	return out
}

// longest returns the longest phrase of index that begins at token i and the
// token behind it, 0 where none does.
func (r *reader) longest(index map[string][]phrase, i int) (phrase, int) {
	for _, p := range index[r.toks[i].w] {
		n := 1
		for n < len(p.words) && i+n < len(r.toks) && !r.toks[i+n].stop && r.toks[i+n].w == p.words[n] {
			n++
		}
		if n == len(p.words) {
			return p, i + n
		}
	}
	return phrase{}, 0
}

func insertLongest(list []phrase, p phrase) []phrase {
	i := 0
	for i < len(list) && len(list[i].words) >= len(p.words) {
		i++
	}
	return append(list[:i], append([]phrase{p}, list[i:]...)...)
}

// phraseTable: fact | value | phrases.
const phraseTable = `
payer | Medicare Advantage | medicare advantage, ma plan, medicare replacement, mapd
payer | Railroad Medicare | railroad medicare, rr medicare
payer | Medicare | medicare, mcr, medicare part b, medicare b, traditional medicare, original medicare
payer | Medicaid | medicaid, mcd, medi cal
payer | Blue Cross Blue Shield | bcbs, blue cross, blue cross blue shield, bluecross, blue shield, bc bs
payer | Anthem | anthem
payer | Florida Blue | florida blue
payer | UnitedHealthcare | uhc, united healthcare, unitedhealthcare, united health care, optum
payer | UMR | umr
payer | Aetna | aetna
payer | Cigna | cigna
payer | Humana | humana
payer | TRICARE | tricare
payer | Kaiser | kaiser, kaiser permanente
payer | Oscar | oscar health
payer | Centene | ambetter, centene
payer | Molina | molina
payer | Workers' compensation | workers comp, work comp, workers compensation, workmans comp, worker s comp, workers ' comp
payer | commercial | commercial payer, commercial insurance, commercial plan, commercial, private insurance
payer | self-pay | self pay, cash pay
contractor | Palmetto GBA | palmetto, palmetto gba
contractor | Noridian | noridian
contractor | Novitas | novitas
contractor | First Coast | first coast, fcso
contractor | NGS | ngs, national government services
contractor | WPS | wps
contractor | CGS | cgs
new_patient | yes | new patient, new pt, new to the practice, never seen before
new_patient | no | established patient, established pt, est patient, est pt, estab pt
setting | office | in the office, in office, office setting, physician office, clinic, non facility, nonfacility
setting | outpatient | outpatient hospital, hospital outpatient, hopd, outpatient department, provider based
setting | inpatient | inpatient, in the hospital, hospital inpatient
setting | asc | asc, ambulatory surgery center, surgery center, surgical center
setting | emergency | emergency department, emergency room, in the ed, in the er
setting | nursing facility | snf, nursing facility, nursing home, skilled nursing
setting | telehealth | telehealth, telemedicine, video visit, by video, virtual visit, audio only
specialty | dermatology | dermatology, dermatologist, derm
specialty | orthopedics | orthopedic, orthopedics, orthopaedic, ortho
specialty | cardiology | cardiology, cardiologist
specialty | gastroenterology | gastroenterology, gastroenterologist
specialty | primary care | family practice, family medicine, primary care, internal medicine, pcp
specialty | pediatrics | pediatrics, pediatrician, peds
specialty | physical therapy | physical therapy, physical therapist
specialty | chiropractic | chiropractic, chiropractor
specialty | podiatry | podiatry, podiatrist
specialty | ophthalmology | ophthalmology, ophthalmologist
specialty | optometry | optometry, optometrist
specialty | urology | urology, urologist
specialty | neurology | neurology, neurologist
specialty | psychiatry | psychiatry, psychiatrist
specialty | obstetrics and gynecology | obgyn, ob gyn, gynecology, gynecologist
specialty | ent | otolaryngology, ent
specialty | oncology | oncology, oncologist
specialty | pain management | pain management, pain clinic
specialty | general surgery | general surgery, general surgeon
depth | subcutaneous | subcutaneous tissue, subcutaneous, subq tissue, sub q tissue
depth | fascia | fascia, down to fascia
depth | muscle | into muscle, to muscle, muscle layer, muscle depth
depth | bone | to bone, into bone, bone depth, down to bone
depth | dermis | dermis, dermal, partial thickness
depth | full thickness | full thickness
technique | cryosurgery | cryo, cryotherapy, cryosurgery, liquid nitrogen, ln2, frozen
technique | shave | shave, shaved, shaving, shave removal
technique | punch | punch
technique | tangential | tangential
technique | incisional | incisional
technique | excision | excision, excised, excisional
technique | curettage | curettage, curetted, curette
technique | laser | laser
technique | electrosurgery | electrodesiccation, cautery, electrocautery, electrosurgery
technique | snare | snare, snared
technique | cold forceps | cold forceps, cold biopsy, forceps biopsy, biopsy forceps
technique | intralesional | intralesional
technique | ultrasound guidance | ultrasound guidance, ultrasound guided, us guidance, us guided, under ultrasound
technique | none | without ultrasound, no ultrasound, without us guidance, no us guidance, without guidance, no guidance
technique | landmark | landmark, landmarks, by palpation
relation_to_surgery | unrelated | unrelated to the surgery, unrelated, not related to the surgery
relation_to_surgery | planned | staged, planned return, planned second
relation_to_surgery | complication | return to the or, returned to the or, return to or, surgical complication, postoperative complication, post op complication, complication of the surgery
technique | fluoroscopy | fluoro, fluoroscopy, fluoroscopic guidance
technique | arthroscopic | arthroscopic, arthroscopy
technique | open | open approach
technique | simple closure | simple closure, simple repair
technique | layered closure | layered closure, intermediate closure, intermediate repair, layered repair
technique | complex closure | complex closure, complex repair
route | IM | im, intramuscular, intramuscularly
route | IV | intravenous, iv push, iv infusion, intravenously
route | subcutaneous | subcutaneous injection, subq, sub q, subcut, sc injection
route | intra-articular | intra articular, intraarticular
mdm | straightforward | straightforward mdm, mdm straightforward, straightforward decision making
mdm | low | low mdm, mdm low, low complexity, mdm is low, mdm was low
mdm | moderate | moderate mdm, mdm moderate, moderate complexity, mdm is moderate, mdm was moderate
mdm | high | high mdm, mdm high, high complexity, mdm is high, mdm was high
pathology | premalignant | premalignant, pre malignant, precancerous
pathology | benign | benign, path benign, pathology benign, benign path, benign pathology, path was benign, path came back benign, pathology was benign
pathology | malignant | path malignant, pathology malignant, path was malignant, came back malignant, path showed bcc, path showed scc, path showed melanoma
pathology | adenoma | path adenoma, adenoma, path showed adenoma, tubular adenoma, adenomatous
pathology | pending | path pending, pathology pending, awaiting path, awaiting pathology
vial | single-dose | single dose vial, single dose, single use vial, sdv
vial | multi-dose | multi dose vial, multi dose, multidose, multidose vial, mdv
wasted | 0 | no waste, no wastage, nothing wasted, none wasted, none discarded, nothing discarded, no drug wasted
drug | triamcinolone | kenalog, triamcinolone
drug | ketorolac | toradol, ketorolac
drug | ceftriaxone | rocephin, ceftriaxone
drug | methylprednisolone | depo medrol, depomedrol, solu medrol, methylprednisolone
drug | dexamethasone | decadron, dexamethasone
drug | betamethasone | celestone, betamethasone
drug | lidocaine | lidocaine, xylocaine
drug | bupivacaine | marcaine, bupivacaine
drug | cyanocobalamin | cyanocobalamin
drug | leuprolide | lupron, leuprolide, eligard
drug | onabotulinumtoxinA | botox, onabotulinumtoxina
drug | bleomycin | bleomycin
drug | pembrolizumab | keytruda, pembrolizumab
drug | denosumab | prolia, xgeva, denosumab
drug | medroxyprogesterone | depo provera, medroxyprogesterone
drug | testosterone | testosterone
drug | promethazine | phenergan, promethazine
drug | ondansetron | zofran, ondansetron
drug | diphenhydramine | benadryl, diphenhydramine
drug | filgrastim | neupogen, filgrastim, zarxio
drug | infliximab | remicade, infliximab, inflectra
drug | hyaluronan | synvisc, hyalgan, euflexxa, orthovisc, supartz, monovisc
drug | aflibercept | eylea, aflibercept
drug | bevacizumab | avastin, bevacizumab
drug | ranibizumab | lucentis, ranibizumab
drug | epinephrine | epinephrine
drug | heparin | heparin
`

// phrase emits the longest phrase that begins at token i.
func (r *reader) phrase(i int) {
	t := r.toks[i]
	if t.code {
		return
	}
	if p, end := r.longest(phrases, i); end > 0 {
		switch {
		case p.name == "state" && (r.region == Signature || end < len(r.toks) && len(r.word(end)) == 5 && r.toks[end].n >= 0):
		case p.value == "IM" && r.s[t.b:t.e] != "IM", p.value == "ent" && r.s[t.b:t.e] == "ent":
		default:
			r.emit(p.name, p.value, i, end-1)
			for k := i + 1; k < end; k++ {
				r.toks[k].code = true // "medicare advantage" is not Medicare too
			}
		}
		return
	}
	if t.e-t.b == 2 && stateZIPs[r.s[t.b:t.e]] != nil && (r.word(i+1) == "medicaid" || r.word(i+1) == "medicare" || r.word(i+1) == "bcbs") {
		r.emit("state", r.s[t.b:t.e], i, i)
	}
}

// Nouns that "same" and "different" say something about.
var relations = func() map[string]string {
	out := make(map[string]string)
	for name, words := range map[string]string{
		"same_site":     `site sites lesion lesions wound wounds incision incisions joint joints region regions area areas spot location side compartment polyp polyps level segment digit finger toe`,
		"same_session":  `day session visit encounter time date dos sitting`,
		"same_provider": `provider providers physician physicians doctor surgeon practitioner clinician`,
		"same_group":    `group practice tin`,
	} {
		for _, w := range strings.Fields(words) {
			out[w] = name
		}
	}
	return out
}()

// relation reads "same knee", "different lesion", "separate incision".
func (r *reader) relation(i int) {
	value := "no"
	switch r.word(i) {
	case "same":
		value = "yes"
	case "different", "separate", "another", "other", "distinct", "opposite", "contralateral":
	default:
		return
	}
	for j := i + 1; j < len(r.toks) && j <= i+2 && !r.toks[j].stop; j++ {
		name := relations[r.word(j)]
		if name == "" && sites[r.word(j)] != "" {
			name = "same_site"
		}
		if name == "same_session" && (r.word(i) == "other" || r.word(i) == "another") {
			return // "the other day"
		}
		if name != "" {
			r.emit(name, value, i, j)
			return
		}
	}
}

// sites maps body parts to their singular.
var sites = func() map[string]string {
	out := make(map[string]string)
	for _, w := range strings.Fields(`knee shoulder hip elbow wrist ankle hand foot finger toe thumb arm leg back neck face scalp nose ear eye eyelid lip chest
		abdomen breast buttock thigh calf heel forearm spine colon trunk cheek forehead axilla groin`) {
		out[w], out[w+"s"] = w, w
	}
	out["feet"], out["lumbar"], out["cervical"], out["thoracic"] = "foot", "lumbar spine", "cervical spine", "thoracic spine"
	return out
}()

// anatomy reads sites, sides and spinal levels. "Right" is a side only beside
// a site: "is this right?" is none.
func (r *reader) anatomy(i int) {
	t := r.toks[i]
	if t.code {
		return
	}
	if site := sites[t.w]; site != "" && r.word(i-1) != "come" && r.word(i-1) != "came" && r.word(i-1) != "get" && r.word(i-1) != "call" && !(t.w == "back" && r.word(i+1) != "pain" && sites[r.word(i+1)] == "" && !sided(r.word(i-1)) && r.word(i-1) != "low" && r.word(i-1) != "lower") {
		r.emit("site", site, i, i)
	}
	switch t.w {
	case "bilateral", "bilaterally":
		r.emit("laterality", "bilateral", i, i)
	case "left", "right", "both", "lt", "rt":
		side := map[string]string{"left": "left", "lt": "left", "right": "right", "rt": "right", "both": "bilateral"}[t.w]
		for j := i + 1; j < len(r.toks) && j <= i+2 && !r.toks[j].stop; j++ {
			if sites[r.word(j)] != "" {
				r.emit("laterality", side, i, i)
				return
			}
		}
		if t.w != "both" && i > 0 && sites[r.word(i-1)] != "" && r.has(t.b-2, ",(") {
			r.emit("laterality", side, i, i)
		}
	case "c", "t", "l":
		r.spinalLevel(i)
	}
}

func sided(w string) bool { return w == "left" || w == "right" || w == "upper" || w == "mid" }

// spinalLevel reads "L4-5", "L4-L5", "C5".
func (r *reader) spinalLevel(i int) {
	if i+1 >= len(r.toks) || r.toks[i+1].b != r.toks[i].e || r.toks[i+1].n < 1 || r.toks[i+1].n > 12 || r.is(r.toks[i+1].e, isLetter|isDigit) || r.has(r.toks[i+1].e, ".") && r.is(r.toks[i+1].e+1, isWord) {
		return
	}
	letter := strings.ToUpper(r.word(i))
	first := letter + r.word(i+1)
	e := r.toks[i+1].e
	if !r.has(e, "-/") {
		return // a bare "L4" says too little
	}
	j := i + 2
	last := letter
	if j < len(r.toks) && r.toks[j].n < 0 && len(r.word(j)) == 1 && strings.Contains("ctls", r.word(j)) {
		last = strings.ToUpper(r.word(j))
		j++
	}
	if j < len(r.toks) && r.toks[j].n >= 1 && r.toks[j].n <= 12 && r.toks[j].b <= e+2 {
		r.emit("level", first+"-"+last+r.word(j), i, j)
	}
}
