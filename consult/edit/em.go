package edit

// emRanges says which codes are evaluation and management (E/M) services for
// the modifiers 24, 25, 57 and 59 and for the global surgery rules.
//
//   - 99202-99499 and 98000-98016: the Evaluation and Management section of CPT
//     (the latter since 2025).
//   - 92002-92014: general ophthalmological visits; the global surgery rules
//     treat them as visits (CMS IOM 100-04 chapter 12, section 40).
//   - G0402, G0438, G0439: Medicare's preventive visits.
//   - G0463, G0380-G0384: hospital clinic and type B emergency visits.
//   - G0406-G0408, G0425-G0427: telehealth consultations.
var emRanges = [][2]string{
	{"92002", "92014"}, {"98000", "98016"}, {"99202", "99499"},
	{"G0380", "G0384"}, {"G0402", "G0402"}, {"G0406", "G0408"}, {"G0425", "G0427"}, {"G0438", "G0439"}, {"G0463", "G0463"},
}

// IsEM says whether the code is an evaluation and management service, which
// takes 24, 25 and 57 and never 59.
func IsEM(c string) bool {
	for _, r := range emRanges {
		if within(c, r[0], r[1]) {
			return true
		}
	}
	return false
}

// within compares codes of one shape: five characters, the last four digits.
func within(c, lo, hi string) bool {
	if len(c) != len(lo) || c < lo || c > hi {
		return false
	}
	for _, r := range c[1:] {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}
