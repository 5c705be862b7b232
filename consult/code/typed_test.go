package code

import "testing"

// One label speaks for a list.
func TestListsAfterLabels(t *testing.T) {
	check(t, [][2]string{
		{"DRG 481 or 482?", "drg 481; drg 482"},
		{"MS-DRG 470 v. 469", "drg 470; drg 469"},
		{"DRG 291 rather than 292", "drg 291; drg 292"},
		{"DRGs 871, 872 and 853", "drg 871; drg 872; drg 853"},
		{"DRG 065, 3 days", "drg 065"},
		{"rev codes 0450, 0636 and 0301", "revenue 0450; revenue 0636; revenue 0301"},
		{"rev 450/636", "revenue 0450; revenue 0636"},
		{"revenue code 0360 or 0361?", "revenue 0360; revenue 0361"},
		{"rev 0510 and 99213", "revenue 0510; cpt 99213"},
		{"rev 0250, 120.00", "revenue 0250"},
		{"Form 1450 rev. 0450", ""},
	})
}
