package cmsfile

import "strings"

// ErrNoRelease is what Identify finds of files that hold codes and are still no
// release of a table: lists of changes, corrections, notes. An error that wraps
// it says what the file is and what to import instead. It is an ErrNoCodeFile.
var ErrNoRelease error = noRelease{}

type noRelease struct{}

func (noRelease) Error() string { return "no release of a table" }
func (noRelease) Unwrap() error { return ErrNoCodeFile }

// A notice tells a file that is no release by words of its first lines or rows.
type notice struct {
	words []string // all of them in one line, upper case
	what  string
}

var notices = []notice{
	{[]string{"HCPCS/MOD", "TYPE OF CHANGE", "SHORT DESCRIPTION"},
		"the list of changes that goes with a HCPCS Alpha-Numeric file; import the file itself (…_ANWEB), which holds them"},
	{[]string{"ALPHA-NUMERIC HCPCS CORRECTIONS"},
		"corrections in words to a HCPCS Alpha-Numeric file; import the next quarter's file (…_ANWEB), which holds them"},
	{[]string{"PROCESSING NOTES"},
		"the wording of HCPCS processing notes; import the Alpha-Numeric file (…_ANWEB), which names their numbers"},
	{[]string{"CONCEPT ID", "CPT CODE", "DESCRIPTOR"},
		"the AMA's consumer or clinician descriptors; import the long, medium and short descriptor files (LONGULT, MEDU, SHORTU)"},
}

// noticeRows is how far down the words may stand.
const noticeRows = 10

// noRelease says what a file that is no release is, "" for any other.
func (h *head) noRelease() string {
	if isMedicaids(h) {
		return "Medicaid's NCCI table, which is another than Medicare's; import Medicare's (ccipra, ccioph, …-MCR)"
	}
	lines := h.lines[:min(len(h.lines), noticeRows)]
	for _, r := range h.table[:min(len(h.table), noticeRows)] {
		lines = append(lines[:len(lines):len(lines)], strings.Join(r.cells, " "))
	}
	for _, l := range lines {
		for _, n := range notices {
			if n.in(headName(l)) {
				return n.what
			}
		}
	}
	return ""
}

func (n notice) in(line string) bool {
	for _, w := range n.words {
		if !strings.Contains(line, w) {
			return false
		}
	}
	return true
}
