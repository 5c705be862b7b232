package code

import (
	"cmp"
	"slices"
	"strings"
)

// A sign is what an intent rule may ask of the mentions and facts.
type sign uint16

const (
	onePair       sign = 1 << iota // two different procedure codes or more
	anyCode                        // any procedure code
	noCode                         // no code of any kind
	visit                          // an E/M code
	diagnoses                      // a diagnosis and no procedure
	loneMod                        // a modifier that stands alone
	remittance                     // a CARC or RARC
	document                       // an LCD, NCD or article
	alternatives                   // two codes as a choice: "A or B", "A/B", "A vs B"
	drugFact                       // a drug, dose, vial or wasted amount
	surgeryFact                    // a surgery date or days after surgery
	placeFact                      // a place of service
	telehealthMod                  // 93, 95, GT on a line, or POS 02, 10
	countFact                      // lesions, sizes, areas
	timeFact                       // minutes, or start and stop
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
	{Denial, 6, remittance, ""},
	{Denial, 7, 0, "denied|denial|denies|rejected|rejection|denying|not paid|refused to pay|eob|remark code|won't pay|will not pay"},
	{CodeSelect, 6, alternatives, ""},
	{CodeSelect, 5, 0, "which code|what code|which cpt|what cpt|correct code|right code|difference between|best code|how do i code|how do we code|how should we code|how should i code|how would you code|how to code|code for this|what do we bill|what can we bill|what should we bill|what would you bill|which one"},
	{CodeSelect, 3, anyCode | countFact, ""},
	{GlobalPeriod, 5, 0, "global period|global days|post-op|postop|post op|in the global|within the global|global surg|global package|in global|during the global"},
	{GlobalPeriod, 4, surgeryFact, ""},
	{TelehealthPOS, 5, 0, "telehealth|telemedicine|video visit|by video|virtual visit|audio only|audio-only|phone visit|telephone visit|video to home"},
	{TelehealthPOS, 2, placeFact | telehealthMod, ""},
	{TelehealthPOS, 3, 0, "which pos|what pos|which place of service|what place of service"},
	{UnitsMUEDrug, 5, 0, "how many units|many units|mue|medically unlikely|jw or jz|jz or jw|8-minute|8 minute|eight minute|units can we|units do we|units should|max units|maximum units|discarded|wasted|wastage"},
	{UnitsMUEDrug, 4, drugFact | anyCode, ""},
	{UnitsMUEDrug, 3, drugFact | noCode, ""},
	{CoverageNecessity, 5, document, ""},
	{CoverageNecessity, 4, 0, "lcd|ncd|abn|medical necessity|medically necessary|is it covered|covered by|cover this|coverage|frequency limit|how often"},
	{PreventiveScreening, 4, 0, "wellness|awv|preventive|annual physical|annual exam|screening|well woman|well child|physical exam|welcome to medicare"},
	{NewDeletedCode, 5, 0, "deleted|new code|replaced|replacement code|crosswalk|no longer valid|still valid|still a valid|invalid code|discontinued|replaces|valid code|valid in 20"},
	{IncidentTo, 5, 0, "incident to|incident-to|supervising|split/shared|split shared|split or shared|credentialed|not credentialed|under the physician|bill under doc|bill under the doc|under the doctor|bill under dr|bill under the dr|doc in suite|doctor in suite"},
	{AddOn, 4, 0, "add-on|add on code|addon|primary code|parent code|by itself|without the primary"},
	{EMLevel, 4, 0, "mdm|decision making|level of service|what level|which level|level visit|level 3|level 4|level 5|e/m level|em level|time based|total time|new or established|new vs established|new versus established|established or new|new patient or|new-patient"},
	{EMLevel, 2, visit | alternatives, ""},
	{EMLevel, 3, visit | timeFact, ""},
	{ModifierChoice, 5, 0, "which modifier|what modifier|need a modifier|need modifier|right modifier|correct modifier|modifier needed|modifiers needed|modifier do|modifier should|modifier or|need 25|need a 25|need 59|need a 59|append|which mod|what mod"},
	{ModifierChoice, 4, loneMod, ""},
	{ModifierChoice, 2, 0, "modifier|modifiers|bilateral"},
	{BundlingPair, 4, onePair, "with|together|same day|same time|bundle|bundled|bundling|unbundle|ncci|ptp|edit|both|separately|in addition|same session|same visit|along with|also bill"},
	{BundlingPair, 3, onePair, ""},
	{BundlingPair, 4, anyCode, "plus e/m|and e/m|e/m too|plus an e/m|with an e/m|plus a visit|with a visit|with an office visit|with an injection|with the injection|with a procedure|besides the|besides a|in addition to the|on top of the"},
	{DxCode, 5, diagnoses, ""},
	{DxCode, 4, 0, "which diagnosis|what diagnosis|which dx|what dx|dx code|diagnosis code|icd-10 code|icd 10 code|excludes1|excludes 1|excludes2|sequence|sequenced|first listed|primary dx|7th character|seventh character|laterality"},
	{PaymentRVU, 4, 0, "pay in|pays in|does it pay|what does medicare pay|how much does|rvu|fee schedule|how much does|how much will|reimbursement|allowable|allowed amount|conversion factor|gpci|payment amount|payment rate"},
	{NotOurs, 5, noCode, "eligibility|claim status|days in process|in process|enrollment|enrolment|revalidation|attorney|lawyer|subpoena|lawsuit|password|portal login|check status|refund check"},
	{NotOurs, 3, 0, "fraud|fraudulent|kickback|false claims act|whistleblower|is it illegal|is this illegal|legal advice|attorney|lawyer|subpoena|subpoenaed"},
}

// Intents returns the kinds of question that text asks, the likelier first,
// from the closed list. Text may be subject and body joined, with the mentions
// and facts of both; their order within a region is that of the text. A text
// that names codes and shows no cue gets the intent that its codes alone
// suggest; one with neither gets none.
func Intents(text string, mentions []Mention, facts []Fact) []Intent {
	flat := flatten(text)
	signs := signsOf(text, mentions, facts)
	weight := make(map[Intent]int)
	var found []Intent
	for _, rule := range intentRules {
		if signs&rule.signs != rule.signs || rule.phrases != "" && !anyPhrase(flat, rule.phrases) {
			continue
		}
		if weight[rule.intent] == 0 {
			found = append(found, rule.intent)
		}
		weight[rule.intent] += rule.weight
	}
	if len(found) == 0 {
		return fallback(signs, mentions)
	}
	slices.SortStableFunc(found, func(a, b Intent) int { return cmp.Compare(weight[b], weight[a]) })
	return found
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

func signsOf(text string, mentions []Mention, facts []Fact) (s sign) {
	procedures := make(map[string]bool)
	dx := false
	for i, m := range mentions {
		switch m.System {
		case CPT, HCPCS, CDT:
			procedures[m.Code] = true
			s |= anyCode
			if m.System == CPT && m.Code >= "99202" && m.Code <= "99499" {
				s |= visit
			}
			if i > 0 && procedure(mentions[i-1]) && mentions[i-1].Region == m.Region && chosen(text, mentions[i-1], m) {
				s |= alternatives
			}
			for _, mod := range m.Modifiers {
				if mod == "93" || mod == "95" || mod == "GT" {
					s |= telehealthMod
				}
			}
		case ICD10CM, ICD9CM:
			dx = true
		case Modifier:
			s |= loneMod
		case CARC, RARC:
			s |= remittance
		case LCD, NCD, Article:
			s |= document
		case POS:
			if m.Code == "02" || m.Code == "10" {
				s |= telehealthMod
			}
		}
	}
	if len(procedures) > 1 {
		s |= onePair
	}
	if dx && len(procedures) == 0 {
		s |= diagnoses
	}
	if len(mentions) == 0 {
		s |= noCode
	}
	return s | factSigns(facts)
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
			s |= timeFact
		case "lesion_count", "size_cm", "area_cm2", "length_cm":
			s |= countFact
		}
	}
	return s
}

// chosen tells whether two codes that follow each other are offered as a
// choice. Their offsets may belong to a part of text.
func chosen(text string, a, b Mention) bool {
	i := a.End
	if i > len(text) || text[a.Start:i] != a.Text {
		if i = strings.Index(text, a.Text); i < 0 {
			return false
		}
		i += len(a.Text)
	}
	between, _, found := strings.Cut(text[i:min(len(text), i+24+len(b.Text))], b.Text)
	if !found {
		return false
	}
	switch strings.Trim(strings.ToLower(between), " \t\r\n,") {
	case "/", "or", "vs", "vs.", "versus", "or just", "or is it", "instead of", "rather than", "or should it be", "or do we use":
		return true
	}
	return false
}
