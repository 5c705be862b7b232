package cmsfile

import (
	"fmt"
	"iter"
	"path"
	"regexp"
	"strings"
)

// cptLayouts are the descriptor files of the AMA's CPT data files, which only
// their licence holder has: LONGULT, LONGUT (tab-separated), LONGULF, LONGUF
// (fixed width, 72 characters a record), MEDU and SHORTU (code, blank, text of
// at most 48 and 28 characters). We have never met a true one; the layouts are
// as the AMA documents them (file layout of the ASCII text files) and as those
// who load them say.
var cptLayouts = []layout{
	{kind: CPT, is: isCPT, partOf: cptPart, title: cptTitle},
}

// CPTLong are the parts that the long descriptors may come as, the best first:
// one data set of the AMA holds them in several.
var CPTLong = []string{"long", "long-fixed", "long-upper", "long-upper-fixed"}

// Longest texts. Medium ones had up to 100 characters in 2001, 48 since.
var cptLimit = map[string]int{"long": 1 << 16, "medium": 100, "short": 28}

const (
	cptMedium = 48  // today's longest medium descriptor
	cptWidth  = 110 // longest record of a fixed width file
)

// cptLine is code, tab or blank, text; or code, two digits of sequence, blank, text.
var cptLine = regexp.MustCompile(`^([0-9]{4}[0-9AFMTU])(\t|([0-9]{2})? )(\S[^\t]*)$`)

// A cptRecord is one line below the notice.
type cptRecord struct{ code, seq, sep, text string }

func cptRecordOf(text string) (cptRecord, bool) {
	m := cptLine.FindStringSubmatch(strings.TrimRight(text, " \t"))
	if m == nil || m[2] != "\t" && len(text) > cptWidth {
		return cptRecord{}, false
	}
	return cptRecord{code: m[1], seq: m[3], sep: m[2], text: squeeze(m[4])}, true
}

// cptNotice is how many lines above the codes are the AMA's notice: codes begin
// with a record that another follows. -1: no code in the lines.
func cptNotice(lines []string) int {
	for i, l := range lines {
		_, ok := cptRecordOf(l)
		if ok && i+1 < len(lines) && lines[i+1] != "" {
			_, ok = cptRecordOf(lines[i+1])
		}
		if ok {
			return i
		}
	}
	return -1
}

// isCPT wants the AMA's notice, and records below it.
func isCPT(h *head) bool {
	n := cptNotice(h.lines)
	if n < 1 {
		return false
	}
	notice := strings.ToUpper(strings.Join(h.lines[:n], " "))
	if strings.Contains(notice, "COLUMN 1") { // edits that lost their tabs
		return false
	}
	if !strings.Contains(squeeze(notice), "AMERICAN MEDICAL ASSOCIATION") || !strings.Contains(notice, "CPT") {
		return false
	}
	h.format = Text
	for _, l := range h.lines[n:min(n+enoughRecords, len(h.lines))] {
		r, ok := cptRecordOf(l)
		if !ok && !noText(l) {
			return false
		}
		if r.sep == "\t" {
			h.format = Tabs
		}
	}
	return true
}

// cptPart is long, medium or short: as the name says where the texts are short
// enough for it, else by the longest of them. Of the long ones it says too
// which rendering it is.
func cptPart(h *head) string {
	longest, fixed, upper := 0, false, true
	for _, l := range h.lines[cptNotice(h.lines):] {
		r, _ := cptRecordOf(l)
		longest = max(longest, len([]rune(r.text)))
		fixed = fixed || r.seq != ""
		upper = upper && r.text == strings.ToUpper(r.text)
	}
	part := "long"
	switch name := strings.ToLower(path.Base(h.member.Name)); {
	case fixed, strings.HasPrefix(name, "long"):
	case strings.HasPrefix(name, "med") && longest <= cptLimit["medium"]:
		part = "medium"
	case longest <= cptLimit["short"]:
		part = "short"
	case longest <= cptMedium, h.format == Text:
		part = "medium"
	}
	if part != "long" {
		return part
	}
	if upper {
		part += "-upper"
	}
	if fixed {
		part += "-fixed"
	}
	return part
}

var (
	cptEdition = regexp.MustCompile(`(?i)\bCPT(?:®|™|\(R\))?\s+((?:19|20)\d\d)\b`)
	cptClaim   = regexp.MustCompile(`(?i)(?:copyright|©|\(c\))([^.]*)`)
	fourDigits = regexp.MustCompile(`\b(?:19|20)\d\d\b`)
)

// cptTitle names the edition: as the notice does, else as the name does ("" leaves
// it to that), else by the copyright, which the AMA dates in the year before.
func cptTitle(h *head) string {
	notice := h.lines[:cptNotice(h.lines)]
	for _, l := range notice {
		if m := cptEdition.FindStringSubmatch(l); m != nil {
			return m[1]
		}
	}
	for _, name := range []string{h.member.Name, h.member.File, h.member.Path} {
		if _, ok := yearIn(name); ok {
			return ""
		}
	}
	if y := copyrightYear(notice); y > 0 {
		return fmt.Sprint(y + 1)
	}
	return ""
}

// copyrightYear is the last year that a sentence claims the copyright of, 0 where
// none does.
func copyrightYear(notice []string) int {
	last := 0
	for _, claim := range cptClaim.FindAllStringSubmatch(strings.Join(notice, " "), -1) {
		for _, y := range fourDigits.FindAllString(claim[1], -1) {
			last = max(last, number(y))
		}
	}
	return last
}

// CPTNotice is the line that has to stand by every CPT descriptor that is
// shown. Its year is that of the file's own notice, else the edition's.
func CPTNotice(m Member, edition Period) (string, error) {
	h, err := headOf(m)
	if err != nil {
		return "", err
	}
	year := edition.From.Year()
	if n := cptNotice(h.lines); n > 0 {
		if y := copyrightYear(h.lines[:n]); y > 0 {
			year = y
		}
	}
	return fmt.Sprintf("CPT © %d American Medical Association. All rights reserved. CPT is a registered trademark of the AMA.", year), nil
}

// ReadCPT reads a descriptor file of the AMA; part is what Identify said of it.
// This is the one reader that lets CPT descriptors out. Records of one code
// (fixed width) are joined in the order of their sequence numbers.
func ReadCPT(m Member, part string) iter.Seq2[CPTRow, error] {
	form, _, _ := strings.Cut(part, "-")
	return func(yield func(CPTRow, error) bool) {
		b := cptBuilder{m: m, form: form, seen: map[string]bool{}}
		h, err := headOf(m)
		if err == nil && cptNotice(h.lines) < 0 {
			err = m.refuse(0, "holds no line of code and descriptor")
		}
		if err != nil {
			yield(CPTRow{}, err)
			return
		}
		above := cptNotice(h.lines)
		for l, err := range m.lines() {
			if err == nil && (l.no <= above || noText(l.text)) {
				continue
			}
			var done *CPTRow
			if err == nil {
				done, err = b.take(l)
			}
			if err != nil {
				yield(CPTRow{}, err)
				return
			}
			if done != nil && !yield(*done, nil) {
				return
			}
		}
		yield(b.row, nil)
	}
}

// cptBuilder joins the records of one code.
type cptBuilder struct {
	m    Member
	form string
	seen map[string]bool
	row  CPTRow // being read; zero before the first
	seq  int
}

// take adds a line; the row that it ends is returned.
func (b *cptBuilder) take(l line) (*CPTRow, error) {
	r, ok := cptRecordOf(l.text)
	seq := number("0" + r.seq)
	switch {
	case !ok:
		return nil, b.m.refuse(l.no, "is no record of a CPT code, a tab or blank, and its descriptor")
	case len([]rune(r.text)) > cptLimit[b.form]:
		return nil, b.m.refuse(l.no, "the descriptor of %s is longer than %d characters, and so no %s one", r.code, cptLimit[b.form], b.form)
	case r.code == b.row.Code && seq > 1 && seq == b.seq+1:
		b.row.Text, b.seq = b.row.Text+" "+r.text, seq
		return nil, nil
	case seq > 1:
		return nil, b.m.refuse(l.no, "record %d of %s does not follow record %d of it", seq, r.code, seq-1)
	case b.seen[r.code]:
		return nil, b.m.refuse(l.no, "%s stands twice", r.code)
	}
	var done *CPTRow
	if b.row.Code != "" {
		row := b.row
		done = &row
	}
	b.seen[r.code], b.row, b.seq = true, CPTRow{Code: r.code, Form: b.form, Text: r.text}, seq
	return done, nil
}
