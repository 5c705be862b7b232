package code

import (
	"cmp"
	"slices"
	"strings"
)

// A sign is what an intent rule may ask of the mentions, facts and words.
type sign uint64

const (
	onePair        sign = 1 << iota // two different procedure codes or more
	anyCode                         // any procedure code
	noCode                          // no code of any kind
	visit                           // an E/M code
	onlyVisits                      // and no other procedure code
	diagnoses                       // a diagnosis and no procedure
	manyDx                          // two diagnoses or more, and more than procedures
	loneMod                         // a modifier that stands alone
	modified                        // a modifier on a code
	modChoice                       // two lone modifiers
	sameCode                        // one code twice with different modifiers
	globalMod                       // 24, 54, 55, 58, 78 or 79, or 99024
	remittance                      // a CARC or RARC
	document                        // an LCD, NCD or article
	alternatives                    // two codes as a choice: "A or B", "A/B", "A vs B"
	drugFact                        // a drug, dose, vial or wasted amount
	drugCode                        // a code of a drug
	manyUnits                       // a line of more than one unit
	surgeryFact                     // a surgery date or days after surgery
	placeFact                       // a place of service
	placeChoice                     // two places of service
	telehealthMod                   // 93, 95, GT on a line, or POS 02, 10
	telehealthCode                  // a code of a telephone or online service
	preventiveCode                  // a preventive visit or a wellness code
	timedCode                       // a code of therapy, psychotherapy, infusion
	countFact                       // lesions, sizes, areas
	timeFact                        // minutes, or start and stop
	payment                         // an APC
	errand                          // one of errandWords
	errands                         // two of them
	coding                          // one of codingWords
	idle                            // none of them, and no fact of a procedure
	eitherOr                        // an "or" or "vs" stands between two procedure codes
	visitFact                       // what a level of visit rests on
	oldCode                         // a code that has ended in the last years
)

// An intentRule adds weight to an intent where all its signs hold and one of
// its phrases is in the text (no phrases: signs alone suffice).
type intentRule struct {
	intent  Intent
	weight  int
	signs   sign
	phrases string // separated by "|"; compared in lower case with single spaces
}

// intentRules are read in order; intents of equal weight keep the order of
// their first rule, the more specific first.
var intentRules = []intentRule{
	{Denial, 3, remittance, ""},
	{Denial, 3, remittance | anyCode, ""},
	{Denial, 8, 0, "denied|denial|denials|denies|rejected|rejects|rejection|denying|not paid|refused to pay|eob|remark code|won't pay|will not pay|kicked back|kicked out|kicked the|was kicked|came back as|bounced|claim edit|scrubber says|scrubber throws|appeal|upheld|zero paid|paid none|paid nothing|pays nothing|unpaid|recoup|recouped|recoupment|took back|takeback|remit"},
	{CodeSelect, 8, alternatives, ""},
	{CodeSelect, -2, alternatives | onlyVisits, ""},
	{CodeSelect, 2, anyCode, ""},
	{CodeSelect, 6, 0, "which code|what code|which cpt|what cpt|correct code|right code|difference between|best code|how do i code|how do we code|how should we code|how should i code|how would you code|how to code|code for this|what do we bill|what can we bill|what should we bill|what would you bill|which one|choosing between|choose between|what is the code|need a code|what code is|who bills what|who is right|who's right|which is it|or just|how many lines|three lines|only report"},
	{CodeSelect, 5, eitherOr, ""},
	{CodeSelect, -4, eitherOr | onlyVisits | visitFact, ""},
	{CodeSelect, 4, 0, "what do i use|what should i use|what do we use|do i use|do we use|should i use|should we use|how is this coded|how would you code|which applies|which to use|pick|unlisted|what's the code|what is the right|which of these|code it as|code this as"},
	{CodeSelect, 3, anyCode | countFact, ""},
	{CodeSelect, 6, noCode | countFact, ""},
	{CodeSelect, 4, anyCode, "is it now|so it is|so it's|isn't it|should it be|should have been|or is it|would it be|insists on|wants to use|changed it to"},
	{GlobalPeriod, 8, 0, "global period|global days|post-op|postop|post op|in the global|within the global|global surg|global package|in global|during the global|the 90 days|90-day|90 day|the 10 days|10-day|10 day|return to the or|return to or|back to or|back to the or|go back|counting days|days after surgery|co-management|comanagement|staged"},
	{GlobalPeriod, 6, surgeryFact, ""},
	{GlobalPeriod, 5, globalMod, ""},
	{TelehealthPOS, 7, 0, "telehealth|telemedicine|video visit|by video|virtual visit|audio only|audio-only|phone visit|phone visits|phone call|phone only|telephone visit|telephone call|video to home|zoom|patient portal message|e-visit"},
	{TelehealthPOS, 4, placeFact | telehealthMod, ""},
	{TelehealthPOS, 6, telehealthCode, ""},
	{TelehealthPOS, 8, 0, "which pos|what pos|which place of service|what place of service|which place|pos 10 or|pos 02 or|place of service 24"},
	{TelehealthPOS, 5, placeChoice, ""},
	{UnitsMUEDrug, 8, 0, "how many units|many units|how many|unit|j code|j-code|dose|doses|dosage|vial|vials|leftover|left over|remainder|jw|jz|max|maximum|limit|jw or jz|jz or jw|8-minute|8 minute|eight minute|units can we|units do we|units should|max units|maximum units|discarded|wasted|wastage|units per|per unit|units total|too many units|number of units|how many doses|how many times|per block|per specimen|per day|rounded|hrs rounded|units problem|units right"},
	{UnitsMUEDrug, 5, 0, "mue|mues|medically unlikely"},
	{UnitsMUEDrug, 4, drugFact | anyCode, ""},
	{UnitsMUEDrug, 3, drugFact | drugCode, ""},
	{UnitsMUEDrug, 3, timedCode | timeFact, ""},
	{UnitsMUEDrug, 4, anyCode, "units"},
	{UnitsMUEDrug, 3, drugCode | manyUnits, ""},
	{UnitsMUEDrug, 3, drugFact | noCode | coding, ""},
	{CoverageNecessity, 7, document, ""},
	{CoverageNecessity, 7, 0, "lcd|ncd|ncds|abn|medical necessity|medically necessary|is it covered|covered by|covered|covers|cover|pay for|pays for|policy|article|preauth|prior authorization|preauthorization|authorization|non-covered|noncovered|not covered|necessity|frequency|per year|a year|every year|how frequently|dx support|supports medical|cover this|coverage|frequency limit|how often|too often|meet criteria|criteria|prior auth|ever paid|ever pay|won't take|will not take|guidelines apply|be approved|payable at all|carrier priced|how many applications|how long must|support it|need the|hospice"},
	{PreventiveScreening, 7, 0, "wellness|awv|preventive|annual physical|annual exam|annual|screening|screenings|well woman|well child|well visit|physical exam|physicals|welcome to medicare|counseling|high risk colon|well-woman|well-child|check-up|checkup"},
	{PreventiveScreening, 6, preventiveCode, ""},
	{NewDeletedCode, 7, oldCode, ""},
	{NewDeletedCode, 5, 0, "anymore|any more|went away|no longer|replaced by|what replaced|what happened to|valid for|active code|terminated|successor|outdated|sunset|used to be|expired code|updated code|new in 20|new for 20|as of january|since january|this year's codes|code set|effective january|effective october|old one|old ones|changed in|invalid as of|still use|still billable|still active|still exist|exist|valid on"},
	{NewDeletedCode, 9, 0, "deleted|new code|new codes|new ones|replaced|replacement code|crosswalk|no longer valid|still valid|still a valid|invalid code|discontinued|replaces|valid code|valid in 20|codes changed|code changed|cheat sheet from|old code|not valid on|are gone|is gone|retired"},
	{IncidentTo, 5, 0, "np|pa|aprn|locum|locum tenens|resident|teaching physician|reassign|who saw|plan of care|under dr|under our md|bill under|direct supervision|general supervision|in the building|on site|sign off|cosign|co-sign|co-signed"},
	{IncidentTo, 9, 0, "incident to|incident-to|supervising|supervision|split/shared visit|credentialed|not credentialed|under the physician|bill under doc|bill under the doc|under the doctor|bill under dr|bill under the dr|doc in suite|doctor in suite|under the doctor's|under his npi|under her npi|sign the np's"},
	{IncidentTo, 4, 0, "split shared|split/shared|split or shared"},
	{AddOn, 5, 0, "base code|stand alone|standalone|billed alone|alone|primary|primary procedure|each additional|additional"},
	{AddOn, 8, 0, "add-on|add on|add-ons|addon|add ons|primary code|parent code|by itself|without the primary|prolonged|go with it|goes with it"},
	{EMLevel, 5, 0, "mdm|decision making|level of service|what level|which level|level visit|level 2|level 3|level 4|level 5|e/m level|em level|time based|total time|new or established|new vs established|new versus established|established or new|new patient or|new-patient|high level|the levels|time table|critical care|observation hours|split shared|split/shared"},
	{EMLevel, 3, alternatives | onlyVisits, ""},
	{EMLevel, 5, onlyVisits | visitFact, ""},
	{EMLevel, 5, onlyVisits, "level|stable|chronic|problems|moderate|low|high|supports|support a|enough for|time|minutes|min|consult|consultation|discharge|admission|admit|observation|rounds|rounding|initial|subsequent|new pt|est pt|new patient|established|ed visit|documented|risk|exacerbation|counseling and coordination|total"},
	{EMLevel, 5, 0, "level|levels|upcode|downcode|downcoded|overcoded|undercoded|visit level"},
	{EMLevel, 2, onlyVisits, ""},
	{EMLevel, 3, visit | timeFact, ""},
	{ModifierChoice, 9, 0, "which modifier|what modifier|need a modifier|need modifier|right modifier|correct modifier|modifier needed|modifiers needed|modifier do|modifier should|modifier or|need 25|need a 25|need 59|need a 59|append|appending|which mod|what mod|hand mods|without a modifier|a modifier|order of|right order|order wrong|modifier in the right|modifiers in the right|fs modifier|the modifiers|mods|modifier to use|does mod|is mod|or mod|was mod|modifier at all"},
	{ModifierChoice, 5, loneMod, ""},
	{ModifierChoice, 3, loneMod | onePair, ""},
	{ModifierChoice, 6, modChoice, ""},
	{ModifierChoice, 7, sameCode, ""},
	{ModifierChoice, 3, 0, "modifier|modifiers|mod"},
	{ModifierChoice, 4, modified, "enough|ok or no|in the right|on the right line|is the 25|is 25|is a 25|is 59|wrong line|does the"},
	{BundlingPair, 5, onePair, "together|same day|same time|bundle|bundled|bundles|bundling|unbundle|ncci|ptp|both|separately|in addition|same session|same visit|along with|also bill|also charge|pair ok|any edit|includes|included|includes it|including|as well|beside|besides|scopes|conflict|survive|combo|combos"},
	{BundlingPair, 2, onePair, "with|plus|on top|add|any problem billing|bill these|bill both|separate"},
	{BundlingPair, 3, onePair, ""},
	{BundlingPair, 4, anyCode, "plus e/m|and e/m|e/m too|plus an e/m|with an e/m|plus a visit|with a visit|with an office visit|with an injection|with the injection|with a procedure|besides the|besides a|in addition to the|on top of the"},
	{DxCode, 8, diagnoses, ""},
	{DxCode, 4, manyDx, ""},
	{DxCode, 7, 0, "which diagnosis|what diagnosis|which dx|what dx|dx code|diagnosis code|icd-10 code|icd 10 code|icd-9|excludes1|excludes 1|excludes2|sequence|sequenced|sequencing|first listed|primary dx|principal dx|pdx|7th character|seventh character|7th char|7th digit|laterality|external cause|specificity|dx errors|typhoid dx|fall code|drg|ms-drg|cc or mcc|inpatient coder|hospital coder|cdi|unspecified code|symptom code|code first|use additional"},
	{PaymentRVU, 8, 0, "rate|rates|fees|worth|facility rate|non-facility|payment for|how much|reimburse|reimburses|priced|pricing|pay in|pays in|does it pay|what does medicare pay|how much does|rvu|rvus|fee schedule|how much will|reimbursement|reimbursed|allowable|allowed amount|conversion factor|gpci|payment amount|payment rate|underpaid|pays us more|pays more|pay more|sequester|land lower|land higher|expected the higher|contracted at|packaged"},
	{PaymentRVU, 3, payment, ""},
	{NotOurs, 5, noCode, "eligibility|claim status|days in process|in process|enrollment|enrolment|revalidation|attorney|lawyer|subpoena|lawsuit|password|portal login|check status|refund check"},
	{NotOurs, 8, 0, "fraud|fraudulent|kickback|false claims act|whistleblower|is it illegal|is this illegal|legal advice|attorney|lawyer|subpoena|subpoenaed"},
	{NotOurs, 7, errand, ""},
	{NotOurs, 8, errand | noCode, ""},
	{NotOurs, 13, errands, ""},
	{NotOurs, 5, noCode | idle, ""},
}

// errandWords are what mails speak of that ask nothing about coding: offices,
// money already billed, records, machines, people's errands. One is a hint, two
// outweigh numbers that look like codes.
const errandWords = "w-9|w9|1099|tax id|ein|remit address|change our remit|bank account|lockbox|routing|deposit|credit card|card ending|refund|invoice|past due|statement|balance|overpayment check|unidentified payment|check no|check number|batch|purchase order|vendor|order no|please order|printer|supplies|supply order|catalog|ship to|webinar|meeting|huddle|conference|rsvp|join|ceu|passcode|invite|schedule|clinic hrs|lunch|off work|vacation|holiday|moved|new location|our number changed|call me back|pls call|please call|call us back|voicemail|fax the|fax number|fax to|directory|provider directory|roster|caqh|credentialing application|load by|helpdesk|help desk|ticket|server|maintenance|ehr down|system down|password|log in|login|portal|reset|vpn|build|upgrade|outage|lab results|results|refill|prescription|pharmacy|med list|inr|rx|triage|appointment|reschedule|no show|merge|duplicate chart|duplicate charts|wrong chart|scanned in|medical records|records request|copy of|release of records|subpoena|retention|shred|paper charts|storage|complaint|angry|owe|owes|collections|payment plan|billing statement|duplicate statement|demographics|subscriber not found|auth status|eligibility|pending since|escalate|misdirected|delete it|please delete|testing the address|ignore|out of office|on vacation|job posting|resume|hiring|interview|training session|parking|service area|zip code|zips|practice locations|box 32|signed contract|contract|mailing|courier|lease|recall|lot|expired|directions|newsletter|subscription|unsubscribe|feedback|survey|business associate|baa"

// codingWords are what a question about coding speaks of beside its codes.
const codingWords = "code|codes|coded|coding|cpt|icd|hcpcs|modifier|modifiers|dx|diagnosis|units|level|levels|lcd|ncd|covered|coverage|criteria|approved|supervision|incident|global|day 0|mdm|allowed|rates|fee|lesions|lesion|ablation|established|ncci|e/m|mue|rvu|modality|what do we bill|can we bill|do we bill|how to bill|should we bill|bill for|billable|place of service|which place|payable|bundled|conversion factor|post op|postop|telehealth|add-on|preventive"

// Intents returns the kinds of question that text asks, the likelier first,
// from the closed list. Text may be subject and body joined, with the mentions
// and facts of both; their order within a region is that of the text. A text
// that names codes and shows no cue gets the intent that its codes alone
// suggest; one with neither gets none.
func Intents(text string, mentions []Mention, facts []Fact) []Intent {
	flat := flatten(text[:min(len(text), askedWithin)])
	signs := signsOf(text, flat, mentions, facts)
	weight := make(map[Intent]int)
	var found []Intent
	asked := questions(flat)
	for _, rule := range intentRules {
		if signs&rule.signs != rule.signs || rule.phrases != "" && !anyPhrase(flat, rule.phrases) {
			continue
		}
		if !slices.Contains(found, rule.intent) {
			found = append(found, rule.intent)
		}
		weight[rule.intent] += rule.weight
		if rule.phrases != "" && rule.weight > 3 && anyPhrase(asked, rule.phrases) {
			weight[rule.intent] += askedWeight
		}
	}
	slices.SortStableFunc(found, func(a, b Intent) int { return cmp.Compare(weight[b], weight[a]) })
	for n, i := range found {
		if n > 0 && weight[i] < saidWeight && i != BundlingPair || weight[i] <= 0 {
			found[n] = ""
		}
	}
	found = slices.DeleteFunc(found, func(i Intent) bool { return i == "" })
	if len(found) == 0 {
		return fallback(signs, mentions)
	}
	return found
}

// saidWeight is from which weight an intent is more than a hint, which only
// tells apart what nothing else does.
const saidWeight = 4

// askedWithin is how many bytes of a text are read for what it asks: what
// stands behind them is a pasted document.
const askedWithin = 32 << 10

// askedWeight is what a phrase adds that stands in a question.
const askedWeight = 3

// questions returns the sentences of flat that end in a question mark.
func questions(flat string) string {
	var out strings.Builder
	from := 0
	for i := range len(flat) {
		switch {
		case flat[i] == '?':
			out.WriteString(flat[from : i+1])
			out.WriteByte(' ')
			from = i + 1
		case (flat[i] == '.' || flat[i] == '!') && i+1 < len(flat) && flat[i+1] == ' ':
			from = i + 1
		}
	}
	return " " + out.String() + " "
}

func fallback(signs sign, mentions []Mention) []Intent {
	switch {
	case signs&anyCode != 0:
		return []Intent{CodeSelect}
	case len(mentions) > 0:
		return []Intent{DxCode}
	}
	return nil
}

// flatten writes text in lower case with single spaces and ASCII dashes, a
// space at each end.
func flatten(text string) string {
	f := fold(text)
	return " " + strings.Join(strings.FieldsFunc(strings.ToLower(f.s), func(r rune) bool {
		return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == ',' || r == '"'
	}), " ") + " "
}

// anyPhrase tells whether one of the phrases begins a word of flat and ends
// one.
func anyPhrase(flat, phrases string) bool {
	for p := range strings.SplitSeq(phrases, "|") {
		for at := 0; ; {
			i := strings.Index(flat[at:], p)
			if i < 0 {
				break
			}
			i += at
			if class[flat[i-1]]&isWord == 0 && class[flat[i+len(p)]]&isWord == 0 {
				return true
			}
			at = i + 1
		}
	}
	return false
}

func signsOf(text, flat string, mentions []Mention, facts []Fact) (s sign) {
	mods := make(map[string]string)
	places, lone := map[string]bool{}, map[string]bool{}
	dx, visits := 0, 0
	for i, m := range mentions {
		switch m.System {
		case CPT, HCPCS, CDT:
			if was, ok := mods[m.Code]; ok && was != strings.Join(m.Modifiers, "") {
				s |= sameCode
			} else if !ok {
				visits += btoi(ofVisit(m))
			}
			mods[m.Code] = strings.Join(m.Modifiers, "")
			s |= codeSigns(m)
			if i > 0 && procedure(mentions[i-1]) && mentions[i-1].Region == m.Region && chosen(text, mentions[i-1], m) {
				s |= alternatives
			}
			if i > 0 && procedure(mentions[i-1]) && mentions[i-1].Region == m.Region && alternated(text, mentions[i-1], m) {
				s |= eitherOr
			}
		case ICD10CM, ICD9CM:
			dx++
			if oldCodes[m.Code] {
				s |= oldCode
			}
		case Modifier:
			s |= loneMod
			if lone[m.Code] = true; len(lone) > 1 {
				s |= modChoice
			}
		case CARC, RARC:
			s |= remittance
		case LCD, NCD, Article:
			s |= document
		case APC:
			s |= payment
		case POS:
			if m.Code == "02" || m.Code == "10" {
				s |= telehealthMod
			}
			if places[m.Code] = true; len(places) > 1 {
				s |= placeChoice
			}
		}
	}
	return s | countSigns(len(mods), visits, dx, len(mentions)) | factSigns(facts) | wordSigns(flat, facts)
}

// oldCodes are codes whose end is asked about: the office, observation,
// consultation, prolonged and telephone codes that CPT dropped from 2021 to
// 2025, and others of shared/DOMAIN.md C.3. They decide nothing but what a mail
// is about.
var oldCodes = set(`99201 99217 99218 99219 99220 99224 99225 99226 99241 99251 99354 99355 99356 99357 99441 99442 99443 G2012
	11100 11101 J1020 J1030 J1040 J2001 M54.5 R51 R05 N18.3 M51.36 T81.4XXA`)

// countSigns are the signs of how many procedures, visits and diagnoses there
// are among all mentions.
func countSigns(procedures, visits, dx, all int) (s sign) {
	if procedures > 1 {
		s |= onePair
	}
	if procedures > 0 && visits == procedures {
		s |= onlyVisits
	}
	if dx > 0 && procedures == 0 {
		s |= diagnoses
	}
	if dx > 1 && dx > procedures {
		s |= manyDx
	}
	if all == 0 {
		s |= noCode
	}
	return s
}

// ofVisit tells whether m is an evaluation and management code.
func ofVisit(m Mention) bool { return m.System == CPT && m.Code >= "99202" && m.Code <= "99499" }

// codeSigns are the signs of one procedure code and its modifiers. The ranges
// are sections of CPT and HCPCS.
func codeSigns(m Mention) (s sign) {
	s = anyCode
	c := m.Code
	switch {
	case m.System == HCPCS:
		switch {
		case c[0] == 'J' || c >= "Q2000" && c < "Q6000":
			s |= drugCode
		case c == "G0402" || c == "G0438" || c == "G0439" || c == "G0101" || c == "G0105" || c == "G0121" || c == "Q0091":
			s |= preventiveCode
		case c == "G2012" || c == "G2010":
			s |= telehealthCode
		}
	case c >= "99381" && c <= "99397":
		s |= preventiveCode
	case c >= "99441" && c <= "99443" || c >= "98000" && c <= "98016":
		s |= telehealthCode
	case c >= "97010" && c <= "97799" || c >= "90832" && c <= "90840" || c >= "96360" && c <= "96379" || c >= "96130" && c <= "96139":
		s |= timedCode
	}
	if ofVisit(m) {
		s |= visit
	}
	if oldCodes[c] {
		s |= oldCode
	}
	if c == "99024" {
		s |= globalMod
	}
	if m.Units > 1 {
		s |= manyUnits
	}
	for _, mod := range m.Modifiers {
		s |= modified
		switch mod {
		case "93", "95", "GT":
			s |= telehealthMod
		case "24", "54", "55", "58", "78", "79":
			s |= globalMod
		}
	}
	return s
}

// wordSigns are the signs of what the text speaks of beside its codes.
func wordSigns(flat string, facts []Fact) (s sign) {
	n := 0
	for p := range strings.SplitSeq(errandWords, "|") {
		if anyPhrase(flat, p) {
			if n++; n > 1 {
				s |= errands
				break
			}
		}
	}
	if n > 0 {
		s |= errand
	}
	if anyPhrase(flat, codingWords) {
		return s | coding
	}
	if polite(flat) {
		return 0
	}
	for _, f := range facts {
		switch f.Name {
		case "procedure", "technique", "lesion_count", "size_cm", "depth", "surgery_date", "days_after_surgery", "courtesy", "new_patient":
			return s
		}
	}
	if strings.Count(flat, " ") > 5 {
		s |= idle
	}
	return s
}

// polite tells whether flat is made of the words of a mail of thanks.
func polite(flat string) bool {
	for w := range strings.FieldsFuncSeq(flat, func(c rune) bool { return c < 'a' || c > 'z' }) {
		h := hashSeed
		for i := range len(w) {
			h = (h ^ uint32(w[i])) * hashStep
		}
		if id := words.lookup(w, h); id == 0 || words.entries[id].kinds&courtesy == 0 {
			return false
		}
	}
	return true
}

func procedure(m Mention) bool { return m.System == CPT || m.System == HCPCS || m.System == CDT }

func factSigns(facts []Fact) (s sign) {
	for _, f := range facts {
		switch f.Name {
		case "drug", "dose", "vial", "wasted", "strength":
			s |= drugFact
		case "surgery_date", "days_after_surgery":
			s |= surgeryFact
		case "place_of_service":
			s |= placeFact
		case "minutes", "start_stop":
			s |= timeFact | visitFact
		case "mdm", "new_patient":
			s |= visitFact
		case "lesion_count", "size_cm", "area_cm2", "length_cm":
			s |= countFact
		}
	}
	return s
}

// between returns what stands between two codes that follow each other by at
// most far bytes, and whether they do. Their offsets may belong to a part of text.
func between(text string, a, b Mention, far int) (string, bool) {
	i := a.End
	if i > len(text) || text[a.Start:i] != a.Text {
		if i = strings.Index(text, a.Text); i < 0 {
			return "", false
		}
		i += len(a.Text)
	}
	gap, _, found := strings.Cut(text[i:min(len(text), i+far+len(b.Text))], b.Text)
	return gap, found
}

// alternated tells whether "or" or "vs" stands in the few words between two
// codes, with no end of a sentence.
func alternated(text string, a, b Mention) bool {
	gap, ok := between(text, a, b, 60)
	if !ok || strings.Contains(gap, ". ") || strings.ContainsAny(gap, "?!") {
		return false
	}
	gap = " " + strings.ToLower(gap) + " "
	return strings.Contains(gap, " or ") || strings.Contains(gap, " vs") || strings.Contains(gap, " versus ")
}

// chosen tells whether two codes that follow each other are offered as a
// choice. A slash is one to the intents; to a claim's lines it is none.
func chosen(text string, a, b Mention) bool {
	gap, ok := between(text, a, b, 24)
	return ok && (worded(gap) || strings.Trim(gap, " \t\r\n,") == "/")
}
