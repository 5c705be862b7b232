package edit

import "fmt"

// Kinds of services of which a place of the body does not tell two apart. The
// ranges are ours and follow the subsections of CPT.
var (
	// imaging is that of head, chest, spine and belly: a film of a limb or a breast
	// has a side and is none of it.
	imaging = elsewhere([2]string{"70010", "72295"}, [2]string{"74018", "74190"}, [2]string{"76506", "76536"}, [2]string{"76604", "76604"},
		[2]string{"76700", "76857"})
	guidance = elsewhere([2]string{"76000", "76000"}, [2]string{"76930", "76965"}, [2]string{"76998", "76998"}, [2]string{"77001", "77003"},
		[2]string{"77011", "77013"}, [2]string{"77021", "77022"})
	coronary    = elsewhere([2]string{"92920", "92944"})
	catheter    = elsewhere([2]string{"93451", "93461"})
	retina      = elsewhere([2]string{"92132", "92134"}, [2]string{"92227", "92229"}, [2]string{"92250", "92250"})
	injections  = elsewhere([2]string{"96360", "96379"}, [2]string{"96401", "96425"})
	assessments = elsewhere([2]string{"96105", "96171"}, [2]string{"G0442", "G0447"})
)

// ofKind is the setting of a pair of two such kinds, column one before column
// two; an operation behind an image, as an injection for it, is left to its site.
func ofKind(one, two string) (setting, bool) {
	talk := func(c string) bool { return assessments(c) || BySession(c) }
	switch {
	case coronary(one) && catheter(two):
		return forDiagnosis(two, one), true
	case guidance(two) && performed(one):
		return forGuidance(two, one), true
	case imaging(two) && performed(one):
		s := forReason(two, one)
		s.modifiers = distinct
		return s, true
	case retina(one) && retina(two):
		return ofEyes, true
	case injections(one) && injections(two):
		return byAccess, true
	case talk(one) && talk(two) && (assessments(one) || assessments(two)):
		return forReason(two, one), true
	}
	return setting{}, false
}

// ofEyes is the setting of pictures of the back of the eye, of which a few
// conditions need two kinds on one eye (NCCI Policy Manual chapter XI).
var ofEyes = setting{
	criterion: "that they were of two eyes, or why one eye needed both", modifiers: distinct, anatomic: true, fact: "same_site",
	still:    "why one eye needed both",
	branches: [2]string{"they were of two eyes, or the record shows why one eye needed both", "they were of one eye, and one of them was enough"},
}

// byAccess is the setting of infusions and injections.
var byAccess = setting{
	criterion: "a separate encounter, or an access or route of its own for each", modifiers: bySession.modifiers, fact: "same_session",
	still:    "an access or route of its own for each",
	branches: [2]string{"they were of separate encounters, or each had an access or route of its own", "they were given in one encounter by one access"},
}

// forGuidance is the setting of imaging guidance beside an operation, which takes
// it in where it guided that operation.
func forGuidance(image, operation string) setting {
	return setting{
		criterion: fmt.Sprintf("that %s guided another procedure than %s, or one of another session", image, operation), modifiers: distinct, fact: "same_site",
		branches: [2]string{image + " guided another procedure, or one of another session", image + " guided " + operation},
	}
}

// forDiagnosis is the setting of a catheter study before a coronary intervention,
// which takes in the pictures that only lead it (NCCI Policy Manual chapter XI).
func forDiagnosis(study, intervention string) setting {
	s := bySession
	s.still = "a full diagnostic study before the decision for " + intervention + ", with no earlier catheter study, with one that was not adequate, or after a change of the patient's condition"
	s.criterion = s.still
	s.branches = [2]string{"the diagnosis rests on " + study + ", because no adequate earlier catheter study was there or the condition had changed", study + " only led " + intervention}
	return s
}
