package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// BySession tells the services that have no site or lesion, so that only the
// session or the time can set two of them apart: psychotherapy, respiratory
// treatments, physical therapy.
func BySession(c string) bool {
	return len(c) == 5 && (c >= "90785" && c <= "90899" || c >= "94002" && c <= "94799" || c >= "97010" && c <= "97799" && c != "97597" && c != "97598" && c != "97605" && c != "97606" && c != "97607" && c != "97608")
}

// A setting is what can set the two codes of a pair apart, and how it is shown.
type setting struct {
	criterion string    // what the record must show for 59
	modifiers []string  // of distinct, those that can say so
	anatomic  bool      // a place of the body can say so too
	again     string    // a further modifier that can, behind "or "; or ""
	fact      string    // what is asked where it is not stated
	branches  [2]string // that they are set apart, and that they are not
	closing   string    // a clause on what is never paid apart, or ""
	still     string    // what can set them apart where fact is stated to be yes; or ""
	stillFact string    // what is asked then, or ""
}

// bySite is the setting of most pairs, two procedures on a body.
var bySite = setting{
	criterion: "a separate site, lesion, injury or session", modifiers: distinct, anatomic: true, fact: "same_site",
	branches: [2]string{"site, lesion or session differ", "site and session are the same"},
}

// bySession is that of services without a site.
var bySession = setting{
	criterion: "a separate session or time", modifiers: []string{"59", "XE", "XP", "XU"}, fact: "same_session",
	branches: [2]string{"the sessions or times are separate", "it was one session"},
}

// byTime is that of therapy, whose timed services one session may hold one after
// the other (NCCI Policy Manual chapter XI; CMS, Proper Use of Modifiers 59, XE,
// XP, XS and XU).
func byTime() setting {
	s := bySession
	s.still, s.stillFact = "times that do not overlap", "start_stop"
	return s
}

// bySpecimen is that of laboratory tests and pathology (NCCI Policy Manual
// chapter X, section B).
var bySpecimen = setting{
	criterion: "a separate specimen or encounter", modifiers: distinct, again: "91 for a test repeated for a further result", fact: "same_session", still: "a separate specimen",
	branches: [2]string{"specimen or encounter differ", "they are of one specimen and encounter"},
}

// tests are diagnostic tests and treatments of CPT's medicine section that have
// no site: electrocardiograms and monitors, device checks, echocardiograms,
// blood pressure monitors, ventilation and pulmonary tests, sleep studies and
// electroencephalograms. Vascular studies, coronary interventions, eyes, muscle
// and nerve studies and infusions, which have a side, a vessel or an access, are
// none of them (NCCI Policy Manual chapter XI).
var tests = elsewhere([2]string{"93000", "93299"}, [2]string{"93303", "93356"}, [2]string{"93784", "93793"}, [2]string{"94002", "94799"},
	[2]string{"95782", "95830"})

// laboratory is true of CPT's laboratory and pathology section and of the
// proprietary laboratory analyses.
func laboratory(c string) bool {
	return within(c, "80047", "89398") || len(c) == 5 && c[4] == 'U' && within(c[:4], "0001", "0999")
}

// anesthetics are the local anesthetics by their texts in the HCPCS file.
var anesthetics = []string{"J0665", "J0670", "J2001", "J2003", "J2004", "J2400", "J2795", "S0020"}

// anesthesiaIncluded is the reason that the PTP file gives for an edit on
// anesthesia by the surgeon (column PTP Edit Rationale).
const anesthesiaIncluded = "Anesthesia service included in surgical procedure"

// setting says what can set the pair apart. Anesthesia by whoever does the
// procedure is part of it (NCCI Policy Manual chapter II, section A).
func (k *checker) setting(p codeset.PTP) setting {
	either := func(is func(string) bool) bool { return is(p.Column1) || is(p.Column2) }
	s := bySite
	switch kind, ok := ofKind(p.Column1, p.Column2); {
	case ok:
		s = kind
	case tests(p.Column2) && performed(p.Column1):
		s = forReason(p.Column2, p.Column1)
	case tests(p.Column1) && performed(p.Column2):
		s = forReason(p.Column1, p.Column2)
	case therapy(p.Column1) && therapy(p.Column2):
		s = byTime()
	case BySession(p.Column1) && BySession(p.Column2), either(tests):
		s = bySession
	case either(laboratory):
		s = bySpecimen
		if !laboratory(p.Column2) {
			s.again = ""
		}
	case drugItem(p.Column2) || slices.Contains(anesthetics, p.Column2):
		s = forUse(p.Column2, p.Column1)
	case drugItem(p.Column1):
		s = forUse(p.Column1, p.Column2)
	}
	if operative(p.Column1) && (p.Rationale == anesthesiaIncluded || slices.Contains(anesthetics, p.Column2)) {
		s.closing = fmt.Sprintf("; given as anesthesia by whoever does %s, %s is part of it and takes no such modifier", p.Column1, p.Column2)
	}
	if k.date() < xBegins {
		s.modifiers = []string{"59"}
	}
	return s
}

// forUse is the setting of a drug and what it may have been given for.
func forUse(drug, other string) setting {
	s := bySession
	s.still = fmt.Sprintf("a use of %s apart from %s", drug, other)
	s.criterion = "a separate encounter or " + s.still
	s.branches = [2]string{drug + " was given in another encounter or for a use apart from " + other, drug + " was given for " + other}
	return s
}

// performed is true of operations and anesthesia.
func performed(c string) bool { return operative(c) || anesthesia(c) }

// forReason is the setting of a test beside an operation, whose own monitoring and
// control it is unless it was made for another reason (CMS, Proper Use of
// Modifiers 59, XE, XP, XS and XU).
func forReason(test, other string) setting {
	s := bySession
	s.still = fmt.Sprintf("a reason for %s apart from %s", test, other)
	s.criterion = "a separate session or " + s.still
	s.branches = [2]string{test + " was done in another session or for a reason apart from " + other, test + " was done for " + other}
	return s
}

// therapy tells the services of CPT's physical medicine section.
func therapy(c string) bool { return BySession(c) && within(c, "97010", "97799") }

// closing is that of the setting, of which a pair with a visit has none.
func (k *checker) closing(p codeset.PTP) string {
	if em, _ := k.visitOf(p); em != "" {
		return ""
	}
	return k.setting(p).closing
}

// which names the modifiers that can set the pair apart.
func (s setting) which() string {
	text := s.modifiers[0]
	if len(s.modifiers) > 1 {
		text += " (or " + strings.Join(s.modifiers[1:], ", ") + ")"
	}
	if s.anatomic {
		text += " or an anatomic modifier"
	}
	if s.again != "" {
		text += ", or " + s.again + ","
	}
	return text
}
