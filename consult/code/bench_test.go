package code_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// mailText is mail prose with codes at the density that questions have, and a
// signature, repeated to size.
func mailText(size int) string {
	const mail = `Hi team, we have a question about a Medicare patient seen on 3/14/2025. The provider billed 99213-25 with 20610-RT
and J3301 x 4 for the right knee (M17.11). The carrier paid $92.03 for the injection and denied the visit with CO-97 and N130.
The note says the patient came for follow up of hypertension and the knee pain was addressed separately. Is the visit
payable on appeal, or should the modifier be on another line? Please advise when you have a moment. We also wondered whether
the documentation supports the separate service, since the history, the examination and the plan are all in one paragraph
and the physician did not say why the injection was decided on that day. Thank you for your help with this.

Jane Doe, CPC
Lakeside Orthopedics, 4800 Main Street, Suite 210, Houston, TX 77002
Phone 713-555-0142 x99213, fax (713) 555-0199, NPI 1234567893
This e-mail is confidential under 45 CFR 164.312 and 18 U.S.C. 2510.

`
	return strings.Repeat(mail, size/len(mail)+1)
}

// benchMail is the size of a mail with its quote and signature.
const benchMail = 5000

// workloads are what every benchmark reads: one mail of 5 KB, and the labelled
// mails one after the other, those held back too.
func workloads(b *testing.B) []workload {
	var mails []string
	for _, l := range slices.Concat(corpus(b, seenFile), corpus(b, openFile), corpus(b, heldFile)) {
		mails = append(mails, l.subject+"\n"+l.body)
	}
	return []workload{{"mail", []string{mailText(benchMail)}}, {"corpus", mails}}
}

type workload struct {
	name  string
	texts []string
}

func (w workload) size() (n int64) {
	for _, t := range w.texts {
		n += int64(len(t))
	}
	return n
}

// each runs read over the texts of every workload.
func each(b *testing.B, read func(text string)) {
	for _, w := range workloads(b) {
		b.Run(w.name, func(b *testing.B) {
			b.SetBytes(w.size())
			b.ReportAllocs()
			for b.Loop() {
				for _, text := range w.texts {
					read(text)
				}
			}
		})
	}
}

func BenchmarkFind(b *testing.B) { each(b, func(text string) { code.Find(code.Body, text) }) }

func BenchmarkFindUnicode(b *testing.B) {
	text := strings.ReplaceAll(mailText(benchMail), " - ", " – ") + "×"
	text = strings.ReplaceAll(text, "you ", "you\u00a0")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		code.Find(code.Body, text)
	}
}

// BenchmarkFindProse is what text without a digit costs.
func BenchmarkFindProse(b *testing.B) {
	text := regexp.MustCompile(`[0-9]+`).ReplaceAllString(mailText(benchMail), "")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		code.Find(code.Body, text)
	}
}

func BenchmarkResolve(b *testing.B) {
	text := mailText(benchMail)
	cands := code.Find(code.Body, text)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		code.Resolve(text, cands, nil)
	}
}

func BenchmarkFacts(b *testing.B) {
	text := mailText(benchMail)
	ms := code.Resolve(text, code.Find(code.Body, text), nil)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		code.Facts(code.Body, text, ms)
	}
}

// shapes is the yardstick: the bare shapes of every system as one alternation
// of Go's regexp, in upper and lower case, with the dashes and blanks that mails
// have, and with nothing of the context that decides which of them is a code.
// Labels stand where only they make a number one.
var shapes = regexp.MustCompile(strings.NewReplacer("PROC", `(?:\d{5}|\d{4}[FTUMA]|[A-V]\d{4})`, "DX", `[A-TV-Z]\d[0-9AB](?:\.?[0-9A-Z]{1,4})?`,
	"DASH", `[-‐‑–—−]`, "BLANK", `[ \x{a0}]`).Replace(`(?i)\b(?:` + strings.Join([]string{
	`\d{5}DASH\d{3,4}DASH\d{1,2}|\d{4}DASH\d{4}DASH\d{2}|N4\d{11}`,                             // NDC
	`PROCBLANK?(?:DASH|to|thru|through)BLANK?PROC`,                                             // ranges of procedures
	`PROC(?:,BLANK?\d{1,2}|/\d{1,2}|BLANK(?:and|or)BLANK\d{1,2})+`,                             // short lists
	`(?:CPT|HCPCS|code)?PROC(?:(?:DASH|BLANK|/)?[0-9A-Z]{2}){0,4}(?:BLANK?[X×]BLANK?\d{1,3})?`, // CPT I, II, III, PLA; HCPCS; CDT
	`[LA]\d{5}`,                                              // LCD, article
	`DX(?:DASHDX|\.?DASH)?`,                                  // ICD-10-CM, ranges, families
	`[0-9B-DF-HX][0-9A-HJ-NP-Z]{6}`,                          // ICD-10-PCS
	`(?:CO|PR|OA|PI|CR)(?:DASH|BLANK)?[AB]?\d{1,3}`,          // CARC with its group
	`(?:MA|M|N)\d{1,3}|(?:CARC|RARC)BLANK?[A-Z]{0,2}\d{1,3}`, // RARC
	`(?:POS|place of service):?BLANK?\d{1,2}|rev(?:enue)?(?: code)?:?BLANK?\d{3,4}`,                       //
	`(?:DRG|APC):?BLANK?\d{1,4}|NCD:?BLANK?\d{1,3}(?:\.\d{1,2})*|ICDDASH?9:?BLANK?[VE]?\d{2,3}(?:\.\d+)?`, //
	`mod(?:ifier)?s?:?BLANK?DASH?[0-9A-Z]{2}|X\{[EPSU]+\}`,                                                // modifiers that stand alone
}, "|") + `)`))

func BenchmarkRegexp(b *testing.B) {
	each(b, func(text string) { shapes.FindAllStringIndex(text, -1) })
}

// leastRatio is how many times faster than the yardstick Find must be.
const leastRatio = 5

// BenchmarkFindAgainstRegexp reads every workload with both in turn and reports
// how many times as fast Find is, by the best pass of each: the machine may be
// busy with something else.
func BenchmarkFindAgainstRegexp(b *testing.B) {
	for _, w := range workloads(b) {
		b.Run(w.name, func(b *testing.B) {
			ours, theirs := time.Duration(1<<62), time.Duration(1<<62)
			for b.Loop() {
				start := time.Now()
				for _, text := range w.texts {
					code.Find(code.Body, text)
				}
				middle := time.Now()
				for _, text := range w.texts {
					shapes.FindAllStringIndex(text, -1)
				}
				ours, theirs = min(ours, middle.Sub(start)), min(theirs, time.Since(middle))
			}
			ratio := theirs.Seconds() / ours.Seconds()
			b.ReportMetric(ratio, "x-regexp")
			b.ReportMetric(float64(w.size())/1e6/ours.Seconds(), "MB/s-find")
			b.ReportMetric(float64(w.size())/1e6/theirs.Seconds(), "MB/s-regexp")
			if ratio < leastRatio {
				b.Errorf("Find is %.1f times as fast as one alternation of the shapes, want %d", ratio, leastRatio)
			}
		})
	}
}

// Hostile input must cost no more a byte than mail does, up to a factor that
// only quadratic behaviour exceeds.
func TestLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("allocates megabytes")
	}
	for _, unit := range []string{"9", "99213-", "x", "99213 ", "a@", "E11.", "(", "mod ", "{X", "1/", "99213,14,", "http://", "9-", "CO-", " \n", "X{EPSU}", "E11.9-", "\u00a09", "A0100 ", "0.", "99202-5 ", "same ", "3 x ", "3/14/2025 ", "-99", "https://a/", "id ", "Mr Aa ", "pt A. ", "a@b.", "1 Aa "} {
		small, large := cost(unit, 1<<16), cost(unit, 1<<20)
		for range 3 { // another process may have had the processor
			if large > 100*max(small, 1e6) {
				large = min(large, cost(unit, 1<<20))
			}
		}
		if large > 100*max(small, 1e6) {
			t.Errorf("%q: 64 KB take %.1f ms, 1 MB %.1f ms", unit, small/1e6, large/1e6)
		}
	}
}

// cost is the time that all of the package takes, in nanoseconds.
func cost(unit string, size int) float64 {
	text := strings.Repeat(unit, size/len(unit))
	start := time.Now()
	ms := code.Resolve(text, code.Find(code.Body, text), nil)
	code.Intents(text, ms, code.Facts(code.Body, text, ms))
	code.Lines(ms)
	code.Identifiers(code.Body, text)
	return float64(time.Since(start).Nanoseconds())
}
