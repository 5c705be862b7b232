package edit

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// A kind says on which sort of code a modifier cannot stand, by the code's
// number and the modifier's own text alone.
type kind struct {
	modifiers []string
	bad       func(c string) bool
	why       string // behind "does not fit: "
	cite      string // where it is published
	rules     string // of Medicare's own, if they are; "" for anybody's
}

// kinds are the misfits beside those of fits. Each rests on CPT appendix A (by
// modifier), on the modifier's text in the HCPCS file, or on the section of the
// CMS manual that cite names. A modifier of which none of these says where it
// goes is not listed, and neither is a code that they leave open.
var kinds = []kind{
	{anatomic, IsEM, "it names the place of a procedure, and an evaluation and management service has none",
		"HCPCS modifier text and NCCI Policy Manual chapter I, section E", ""},
	{[]string{"LC", "LD", "LM", "RC", "RI"}, notCoronary, "it names a coronary artery", "HCPCS modifier text", ""},
	{[]string{"E1", "E2", "E3", "E4"}, notEyelid, "it names an eyelid", "HCPCS modifier text", ""},
	{fingers, notFinger, "it names a finger", "HCPCS modifier text", ""},
	{toes, notToe, "it names a toe", "HCPCS modifier text", ""},
	{[]string{"P1", "P2", "P3", "P4", "P5", "P6"}, notAnesthesia, "a physical status goes on an anesthesia code", "CPT anesthesia guidelines", ""},
	{[]string{"AA", "AD", "QK", "QY", "QS", "G8", "G9"}, notAnesthesia, "it goes on an anesthesia code", "HCPCS modifier text", ""},
	{[]string{"23"}, IsEM, "it goes on a procedure that took unusual anesthesia", "CPT appendix A", ""},
	{[]string{"47"}, func(c string) bool { return anesthesia(c) || IsEM(c) },
		"it goes on the procedure whose surgeon gave the anesthesia, never on an anesthesia code or a visit", "CPT appendix A", ""},
	{[]string{"63"}, func(c string) bool { return IsEM(c) || anesthesia(c) || within(c, "70010", "89398") },
		"it goes on a procedure, not on a visit, anesthesia, radiology or laboratory code", "CPT appendix A", ""},
	{[]string{"53", "73", "74"}, IsEM, "it belongs on a procedure that was stopped", "CPT appendix A", ""},
	{[]string{"76", "77"}, IsEM, "a repeated evaluation and management service does not take it", "CPT appendix A", ""},
	{[]string{"90", "92"}, func(c string) bool { return IsEM(c) || notLaboratory(c) }, "it belongs on a laboratory test", "CPT appendix A", ""},
	{[]string{"QW"}, func(c string) bool { return IsEM(c) || notLaboratory(c) }, "it marks a waived laboratory test", "HCPCS modifier text", ""},
	{[]string{"1P", "2P", "3P", "8P"}, func(c string) bool { return !category2(c) }, "it goes on a category II code alone", "CPT category II guidelines", ""},
	{[]string{"93", "95", "GT", "GQ", "FQ"}, func(c string) bool { return anesthesia(c) || operative(c) },
		"an operation and its anesthesia are not done by telecommunication", "CPT appendices P and T list no such code", ""},
	{[]string{"FS", "FT"}, notVisit, "it belongs on an evaluation and management service", "HCPCS modifier text", ""},
	{[]string{"AI"}, notVisit, "it belongs on the admitting physician's first visit",
		"Medicare Claims Processing Manual chapter 12, section 30.6", "visit rules"},
	{[]string{"AT"}, func(c string) bool { return !within(c, "98940", "98942") }, "it marks active treatment with 98940, 98941 or 98942", "HCPCS modifier text", ""},
	{[]string{"GP", "GO", "GN", "CQ", "CO"}, func(c string) bool { return IsEM(c) || anesthesia(c) || drugItem(c) },
		"it belongs on a service under a therapy plan of care", "Medicare Claims Processing Manual chapter 5, section 20", "therapy rules"},
	{[]string{"PT"}, IsEM, "it marks a colorectal screening test that became another procedure", "HCPCS modifier text", ""},
	{[]string{"PT"}, screening, "it goes on the procedure that the colorectal screening test became, which is reported in place of the screening code",
		"CMS MLN Matters MM7012", "claims instructions"},
	{[]string{"JW", "JZ", "JA", "JB", "JE", "JG", "TB", "JK", "JL", "KD", "KO", "KP", "KQ"}, notDrug, "it belongs on a drug or biological", "HCPCS modifier text", ""},
	{[]string{"NU", "UE", "RR", "NR", "LL", "BP", "BR", "BU", "MS", "KH", "KI", "KJ", "KR", "RA", "RB"}, noItem,
		"it belongs on an item of equipment, orthotics or prosthetics", "HCPCS modifier text", ""},
	{[]string{"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9"}, noItem, "it counts the wounds that a dressing is for", "HCPCS modifier text", ""},
	{[]string{"K0", "K1", "K2", "K3", "K4"}, noItem, "it grades the wearer of a prosthesis", "HCPCS modifier text", ""},
	{[]string{"QL", "QM", "QN", "GM"}, func(c string) bool { return !within(c, "A0021", "A0999") }, "it belongs on an ambulance service", "HCPCS modifier text", ""},
}

var (
	fingers = []string{"FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"}
	toes    = []string{"TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9"}
)

// The sections of CPT by their numbers. Medicare's own visits among the G codes
// are more than IsEM knows, so that G is open to notVisit; qualifying
// circumstances (99100 to 99140) and dental codes are open to notAnesthesia.
func anesthesia(c string) bool { return within(c, "00100", "01999") }
func notAnesthesia(c string) bool {
	return !anesthesia(c) && !within(c, "99100", "99140") && !within(c, "D0000", "D9999")
}
func operative(c string) bool { return within(c, "10004", "69990") }
func notVisit(c string) bool  { return !IsEM(c) && (noItem(c) || drugItem(c)) }
func category2(c string) bool { return len(c) == 5 && c[4] == 'F' && within(c[:4], "0000", "9999") }

// screening is true of the screening tests for colorectal cancer that PT speaks of.
func screening(c string) bool {
	return slices.Contains([]string{"G0104", "G0105", "G0106", "G0120", "G0121"}, c)
}

// elsewhere says of a CPT code that its subsection is of another part of the
// body: among ranges.
func elsewhere(ranges ...[2]string) func(string) bool {
	return func(c string) bool {
		return slices.ContainsFunc(ranges, func(r [2]string) bool { return within(c, r[0], r[1]) })
	}
}

// Subsections of CPT's surgery section that hold no procedure on the part. Skin,
// vessels and nerves are left open for digits and lids, and so are radiology and
// medicine; 20605 to 20611 are the joints larger than a finger's or a toe's.
var (
	notCoronary = elsewhere([2]string{"00100", "32999"}, [2]string{"38100", "69990"})
	notEyelid   = elsewhere([2]string{"20600", "20611"}, [2]string{"22010", "32999"}, [2]string{"33016", "37799"}, [2]string{"40490", "59899"})
	notFinger   = elsewhere([2]string{"20605", "20611"}, [2]string{"21010", "24999"}, [2]string{"26990", "28899"}, [2]string{"30000", "32999"},
		[2]string{"40490", "59899"}, [2]string{"65091", "69990"})
	notToe = elsewhere([2]string{"20605", "20611"}, [2]string{"21010", "26550"}, [2]string{"26990", "27599"}, [2]string{"30000", "32999"},
		[2]string{"40490", "59899"}, [2]string{"65091", "69990"})
)

// drugItem is true of HCPCS drug codes.
func drugItem(c string) bool { return within(c, "J0100", "J9999") }

// notDrug is true of visits and of CPT codes outside immune globulins and
// vaccines. HCPCS holds drugs under many letters and stays open.
func notDrug(c string) bool {
	return IsEM(c) || noItem(c) && !within(c, "90281", "90399") && !within(c, "90476", "90759") && !within(c, "91300", "91399")
}

// noItem is true of CPT's numbers, which name services, never equipment.
func noItem(c string) bool { return within(c, "00100", "99999") }

// A clash is two sets of modifiers of which no two can be true of one line.
type clash struct {
	one, other []string
	why        string // behind the sentence; may be empty
	rules      string // of Medicare's own, if they are
}

// clashes: by the texts of the modifiers (CPT appendix A, HCPCS file), where
// why does not name another ground.
var clashes = []clash{
	{[]string{"LT"}, []string{"RT"}, "", ""},
	{[]string{"50"}, []string{"LT", "RT"}, "", ""},
	{[]string{"50"}, slices.Concat(lefts, rights), "", ""},
	{[]string{"LT"}, rights, "", ""},
	{[]string{"RT"}, lefts, "", ""},
	{[]string{"59"}, []string{"XE", "XP", "XS", "XU"}, "", ""},
	{[]string{"26"}, []string{"TC"}, "", ""},
	{[]string{"JW"}, []string{"JZ"}, "", ""},
	{[]string{"58"}, []string{"78", "79"}, "", ""},
	{[]string{"78"}, []string{"79"}, "", ""},
	{[]string{"76"}, []string{"77"}, "", ""},
	{[]string{"52"}, []string{"53", "73", "74"}, "", ""},
	{[]string{"53"}, []string{"73", "74"}, "; a physician reports 53, a hospital or surgical center 73 or 74", ""},
	{[]string{"73"}, []string{"74"}, "", ""},
	// The contractors' instructions on surgical comanagement: the surgeon's own part
	// of the after-care is a line of its own (docs/rules.md).
	{[]string{"54"}, []string{"55"}, "; whoever bills the operation and part of the after-care bills them on two lines", ""},
	{[]string{"62"}, []string{"66", "80", "81", "82", "AS"}, "", ""},
	{[]string{"66"}, []string{"80", "81", "82", "AS"}, "", ""},
	{[]string{"80"}, []string{"81", "82"}, "", ""},
	{[]string{"81"}, []string{"82"}, "", ""},
	// The Medicare contractors' instructions on AS (Noridian, First Coast; docs/rules.md).
	{[]string{"AS"}, []string{"80", "81", "82"}, "; a physician reports 80 to 82, and a physician assistant, nurse practitioner " +
		"or clinical nurse specialist AS alone", "contractors' instructions"},
	{[]string{"93"}, []string{"95"}, "", ""},
	{[]string{"GA"}, []string{"GZ"}, "", ""},
	// The Medicare contractors' articles on the notice of noncoverage (docs/rules.md).
	{[]string{"GY"}, []string{"GA", "GZ"}, "; GY says that the service is excluded by law, and GA and GZ that it is expected to be denied as not necessary",
		"contractors' instructions"},
	{therapies, therapies, "; a line is under one plan of care", ""},
	{[]string{"CQ"}, []string{"CO"}, "", ""},
	{[]string{"NU"}, []string{"RR", "UE"}, "", ""},
	{[]string{"RR"}, []string{"UE"}, "", ""},
	{statuses, statuses, "", ""},
	{anesthetists, anesthetists, "", ""},
}

var (
	lefts        = []string{"FA", "F1", "F2", "F3", "F4", "TA", "T1", "T2", "T3", "T4", "E1", "E2"}
	rights       = []string{"F5", "F6", "F7", "F8", "F9", "T5", "T6", "T7", "T8", "T9", "E3", "E4"}
	therapies    = []string{"GN", "GO", "GP"}
	statuses     = []string{"P1", "P2", "P3", "P4", "P5", "P6"}
	anesthetists = []string{"AA", "AD", "QK", "QX", "QY", "QZ"}
)

// against returns the modifiers of the line that contradict modifier j, and why
// where the two texts do not say it themselves.
func against(mods []string, j int) (others, why, rules string) {
	var found []string
	for _, c := range clashes {
		for _, m := range mods {
			here := slices.Contains(c.one, mods[j]) && slices.Contains(c.other, m) || slices.Contains(c.other, mods[j]) && slices.Contains(c.one, m)
			if !here || m == mods[j] || slices.Contains(found, m) {
				continue
			}
			found, rules = append(found, m), cmp.Or(rules, c.rules)
			if !strings.Contains(why, c.why) {
				why += c.why
			}
		}
	}
	return strings.Join(found, " and "), why, rules
}

// sideNamed returns the modifier of the line that already names the side of
// modifier j, where that is LT or RT.
func sideNamed(mods []string, j int) string {
	named := map[string][]string{"LT": lefts, "RT": rights}[mods[j]]
	i := slices.IndexFunc(mods, func(m string) bool { return slices.Contains(named, m) })
	if i < 0 {
		return ""
	}
	return mods[i]
}

// Pricing modifiers decide payment and go first, informing ones behind them: no
// section of the manual was found that says so, but the contractors' claim
// instructions do (docs/rules.md, "Order of modifiers"). QS stands behind the
// anesthesia modifier. CQ and CO stand behind GP and GO and are in neither list;
// neither are GN, GO and GP, of which no instruction found says whether they go
// before or behind 59.
var (
	pricing = []string{"22", "24", "25", "26", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59", "62", "66", "73", "74", "76", "77",
		"78", "79", "80", "81", "82", "91", "AS", "TC", "XE", "XP", "XS", "XU", "AA", "AD", "QK", "QX", "QY", "QZ"}
	informing = slices.Concat(anatomic, statuses,
		[]string{"GA", "GX", "GY", "GZ", "KX", "Q7", "Q8", "Q9", "93", "95", "GT", "GQ", "32", "AT", "QS", "G8", "G9"})
)

// standBehind says which modifier modifier j must stand behind where it stands before
// it; else it is "".
func standBehind(mods []string, j int) string {
	if m := pairedWith[mods[j]]; m != "" && slices.Contains(mods[j+1:], m) {
		return "belongs behind " + m
	}
	if !slices.Contains(informing, mods[j]) {
		return ""
	}
	for _, m := range mods[j+1:] {
		if slices.Contains(pricing, m) {
			return "informs and belongs behind " + m + ", which decides payment"
		}
	}
	return ""
}

// pairedWith: an assistant's modifier goes on the line beside that of the plan of
// care that it works under (CMS IOM 100-04 chapter 5, section 20.1; CY 2019 and
// 2020 physician fee schedule final rules; since 2020-01-01).
var (
	pairedWith  = map[string]string{"CQ": "GP", "CO": "GO"}
	pairedSince = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
)

// lineHolds is how many modifiers a claim line has room for (CMS-1500 item 24D,
// CMS IOM 100-04 chapter 26, section 10.4).
const lineHolds = 4
