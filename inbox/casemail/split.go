package casemail

import (
	"regexp"
	"strings"
)

// regions are the parts of a text, each with marks.
type regions struct{ fresh, quote, signature string }

// split parts what the sender wrote now from what is quoted and from the
// signature. What was forwarded counts as written now: it may be the question.
// Lines keep their order within each region.
func split(text, subject string) regions {
	lines := strings.Split(text, "\n")
	quoted := make([]bool, len(lines))
	tail := quoteStart(lines, quoted, forwards(subject))
	for i := tail; i < len(lines); i++ {
		quoted[i] = true
	}
	var fresh, quote []string
	for i, line := range lines {
		if quoted[i] {
			quote = append(quote, line)
		} else {
			fresh = append(fresh, line)
		}
	}
	cut := signatureStart(fresh)
	return regions{trimLines(fresh[:cut]), trimLines(quote), trimLines(fresh[cut:])}
}

func trimLines(lines []string) string {
	for len(lines) > 0 && blankLine(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && blankLine(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return strings.TrimRight(strings.Join(lines, "\n"), " \t")
}

var (
	forwardSubject = regexp.MustCompile(`(?i)^\s*(fwd?|fw|wg|tr|rv|i)\s*:`)
	forwardLine    = regexp.MustCompile(`(?i)^[\s>]*(-{2,}\s*(forwarded (message|by|mail).*|weitergeleitete nachricht.*|message transf.*)|begin forwarded message:|forwarded message( follows)?:?|-{3,}\s*forwarded.*)\s*$`)
	originalLine   = regexp.MustCompile(`(?i)^\s*(-{2,}\s*(original (message|appointment)|reply message|urspr.ngliche nachricht|message d.origine|mensaje original|messaggio originale)\s*-{2,}|_{20,})\s*$`)
	wroteLine      = regexp.MustCompile(`(?i)^\s*(on\b.{6,}\bwrote|am\b.{6,}\bschrieb\b.*|le\b.{6,}\ba .crit|el\b.{6,}\bescribi.|il\b.{6,}\bha scritto|.{3,120}<[^<>\s]+@[^<>\s]+>\s*(wrote|schrieb)|\S+@\S+ wrote)\s*:\s*$`)
	wroteOpens     = regexp.MustCompile(`(?i)^\s*(on|am|le|el|il)\s.{4,}`)
	headerLine     = regexp.MustCompile(`(?i)^\s*\*?(from|sent|date|to|cc|subject|reply-to|importance|attachments|von|gesendet|an|betreff|datum|de|envoy.|objet|enviado|para|asunto)\s?:\*?(\s|$)`)
	fromLine       = regexp.MustCompile(`(?i)^\s*\*?(from|von|de)\s?:\*?\s*\S`)
)

func forwards(subject string) bool { return forwardSubject.MatchString(subject) }

// quoteStart marks the quoted lines among lines, and returns the line from
// which on everything is quoted. A forwarded message ends the search: nothing
// from it on is a quote. So does the header of another message with nothing
// written above it: that was passed on without a word.
func quoteStart(lines []string, quoted []bool, forward bool) int {
	fresh := false // words of the sender's own stand above
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		fresh = fresh || i > 0 && !quoted[i-1] && !blankLine(lines[i-1])
		switch {
		case isQuoted(line):
			if opens := i == 0 || !quoted[i-1]; opens && (forwardOpens(line) || forward && headerBlock(lines[i:])) {
				return len(lines) // Apple Mail sets in what it forwards
			} else if opens {
				foreignAttribution(lines[:i], quoted)
			}
			quoted[i] = true
		case len(line) > 400:
		case forwardOpens(line):
			return len(lines)
		case outlookOpens(line, lines[i:]):
			if forward || !fresh {
				return len(lines)
			}
			return i
		default:
			if n := attribution(lines[i:]); n > 0 {
				if end := i + n; !quoteFollows(lines[end:]) {
					return i
				}
				for j := i; j < i+n; j++ {
					quoted[j] = true
				}
				i += n - 1
			}
		}
	}
	return len(lines)
}

func isQuoted(line string) bool {
	return strings.HasPrefix(strings.TrimLeft(line, " "), ">")
}

// forwardOpens reports whether line announces a forwarded message.
func forwardOpens(line string) bool {
	if len(line) > 400 || strings.IndexByte(line, '-') < 0 && strings.IndexByte(line, ':') < 0 && !strings.Contains(line, "essage") {
		return false
	}
	return forwardLine.MatchString(line)
}

// outlookOpens reports whether lines, of which line is the first, begin with
// the rule or the header fields that Outlook puts above the message answered.
func outlookOpens(line string, lines []string) bool {
	text := strings.TrimSpace(line)
	switch {
	case strings.ContainsRune(line, quoteMark):
		return headerBlock(lines)
	case text == "":
		return false
	case text[0] == '-' || text[0] == '_':
		return originalLine.MatchString(line) && headerBlock(lines[1:])
	case strings.IndexByte(text[:min(len(text), 12)], ':') > 0:
		return fromLine.MatchString(text) && headerBlock(lines)
	}
	return false
}

// headerBlock reports whether lines begin with the header fields that Outlook
// and others put above the message answered: a From and two more within seven
// lines.
func headerBlock(lines []string) bool {
	from, fields := false, 0
	for _, line := range lines[:min(len(lines), 10)] {
		text := strings.TrimLeft(strings.TrimSpace(unmark(line)), "> ")
		switch {
		case text == "" && fields == 0:
		case headerLine.MatchString(text):
			fields++
			from = from || fromLine.MatchString(text)
		case fields == 0:
			return false
		}
	}
	return from && fields >= 3
}

// attribution counts the lines of "On DATE, NAME wrote:", which mail programs
// wrap over up to four.
func attribution(lines []string) int {
	if strings.HasSuffix(strings.TrimRight(lines[0], " \t"), ":") && wroteLine.MatchString(lines[0]) {
		return 1
	}
	if !wroteOpens.MatchString(lines[0]) {
		return 0
	}
	for n := 1; n < min(len(lines), 4); n++ {
		next := strings.TrimSpace(lines[n])
		if next == "" || isQuoted(lines[n]) || len(next) > 200 {
			return 0
		}
		if strings.HasSuffix(next, ":") && wroteLine.MatchString(joinLines(lines[:n+1])) {
			return n + 1
		}
	}
	return 0
}

func joinLines(lines []string) string {
	return strings.Join(strings.Fields(strings.Join(lines, " ")), " ")
}

// anyWrote is an attribution in any language: it names an address or a time.
var anyWrote = regexp.MustCompile(`(<?\S+@\S+|\d{1,2}[:.h]\d{2}).*:\s*$`)

// foreignAttribution marks the line above a quotation, with the one before if
// it was wrapped, when it looks like an attribution that no rule above knows.
func foreignAttribution(lines []string, quoted []bool) {
	last := len(lines) - 1
	if last >= 0 && strings.TrimSpace(lines[last]) == "" {
		last--
	}
	if last < 0 || quoted[last] || len(lines[last]) > 200 || !strings.HasSuffix(strings.TrimSpace(lines[last]), ":") {
		return
	}
	if anyWrote.MatchString(lines[last]) {
		quoted[last] = true
		if last > 0 && len(lines[last-1]) < 200 && strings.HasSuffix(strings.TrimSpace(lines[last-1]), "<") {
			quoted[last-1] = true
		}
	}
}

// quoteFollows reports whether the next line with words is marked as quoted.
func quoteFollows(lines []string) bool {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			return isQuoted(line)
		}
	}
	return false
}
