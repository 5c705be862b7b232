package casemail

import (
	"regexp"
	"strings"
)

var (
	mobileLine = regexp.MustCompile(`(?i)^\s*(sent from my \S+[^,?]{0,60}|sent from (yahoo|mail|outlook|samsung|proton|aol|the aol)\b.{0,60}|sent via \S+.{0,60}|get outlook for .{0,40}|sent with .{0,60}|sent on the (go|run).{0,40}|von meinem \S+ gesendet.{0,40}|envoy. de mon \S+.{0,40}|enviado desde mi \S+.{0,40})\s*$`)
	closing    = regexp.MustCompile(`(?i)^\s*((many |kind |best |warm |with |thank |thanks )*(thanks|thank you|thx|regards|best|sincerely|respectfully|cheers|cordially|wishes|yours truly|yours|tia)( (again|so much|very much|in advance|for your (help|time|assistance)|and (kind |best )?regards))*)\s*[,.!-]*\s*$`)
	disclaimer = regexp.MustCompile(`(?i)^\W*(confidential(ity)?\b.{0,40}(notice|note|statement|:)|notice of confidentiality|this (e-?mail|message|communication|transmission)( \S+){0,8} (is|are|may|contains?|intended)\b|privileged and confidential|disclaimer|hipaa (notice|disclaimer)|caution: this email|the information (contained|transmitted) in this)`)
)

const (
	maxSignature  = 25  // lines, after which a "--" was no signature's
	maxSignOff    = 10  // lines between the closing and the end
	longestOfSign = 90  // columns; a longer line is prose
	searched      = 400 // lines looked at from the end for a notice
)

// signatureStart returns the index of the line where the signature begins,
// len(lines) if there is none. The mark of the mail program and the "-- " of
// RFC 3676 section 4.3 count first, then the footer of a telephone, then a
// closing with a few short lines after it, then a notice of confidentiality.
// A signature is never the whole mail.
func signatureStart(lines []string) int {
	end, first := len(lines), 0
	for end > 0 && blankLine(lines[end-1]) {
		end--
	}
	for first < end && blankLine(lines[first]) {
		first++
	}
	for i := first + 1; i < end; i++ {
		if delimiter(lines[i], end-i) {
			return i
		}
		if forwardOpens(lines[i]) {
			return len(lines) // below stands another's mail with another's signature
		}
	}
	cut := end
	for i := end - 1; i > max(first, end-searched); i-- {
		if line := lines[i]; noticeOpens(line) && disclaimer.MatchString(line[:min(len(line), 200)]) {
			cut = i
		}
	}
	cut = mobileFooter(lines, first, cut)
	cut = signOff(lines, first, cut)
	cut = visitingCard(lines, first, cut)
	if cut == end {
		return len(lines)
	}
	return cut
}

func delimiter(line string, left int) bool {
	switch {
	case strings.ContainsRune(line, signatureMark):
		return true
	case line == "-- ":
		return true
	}
	return (line == "--" || line == "-- \t" || line == "—") && left <= maxSignature
}

// noticeOpens spares most lines the regular expression.
func noticeOpens(line string) bool {
	line = strings.ToLower(line[:min(len(line), 60)])
	for _, word := range []string{"confiden", "privileg", "disclaim", "hipaa", "this e", "this m", "this c", "this t", "caution", "the information"} {
		if strings.Contains(line, word) {
			return true
		}
	}
	return false
}

// mobileFooter finds "Sent from my …" as the last words.
func mobileFooter(lines []string, first, end int) int {
	for i, seen := end-1, 0; i > first && seen < 3; i-- {
		if strings.TrimSpace(lines[i]) == "" {
			continue
		}
		if len(lines[i]) < 200 && mobileLine.MatchString(lines[i]) {
			return i
		}
		seen++
	}
	return end
}

var (
	nameLine    = regexp.MustCompile(`^\s*\*?\p{Lu}[\p{L}'’.-]+( \p{Lu}[\p{L}'’.-]*){1,3}(\s*[,|–-].{0,60})?\*?$`)
	contactLine = regexp.MustCompile(`(?i)\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b|\S+@\S+\.\S+|\bwww\.`)
)

// visitingCard finds a last paragraph of short lines that begins with a name
// and tells how to reach it: what many write without a closing word.
func visitingCard(lines []string, first, end int) int {
	last := end - 1
	for last > first && blankLine(lines[last]) {
		last--
	}
	start, contact := last, false
	for ; start > first && !blankLine(lines[start]); start-- {
		line := strings.TrimSpace(lines[start])
		if last-start >= maxSignOff || len(line) > longestOfSign || strings.HasSuffix(line, "?") {
			return end
		}
		contact = contact || contactLine.MatchString(line)
	}
	if start == first && !blankLine(lines[start]) || !contact || start+1 >= last || !nameLine.MatchString(lines[start+1]) {
		return end
	}
	return start + 1
}

// signOff finds "Thanks," or the like with a name and a few short lines after
// it. A question among them says that it is none.
func signOff(lines []string, first, end int) int {
	count := 0
	for i := end - 1; i > first; i-- {
		line := strings.TrimSpace(unmark(lines[i]))
		if line == "" {
			continue
		}
		if len(line) < 80 && closing.MatchString(line) {
			if count == 0 {
				return end
			}
			return i
		}
		if count++; count > maxSignOff || len(line) > longestOfSign || strings.HasSuffix(line, "?") {
			return end
		}
	}
	return end
}
