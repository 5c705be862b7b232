package draft

import (
	"bytes"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	unsafe "github.com/yuin/goldmark/renderer/html"
)

func limit(n int) *int { return &n }

// TestVerdicts gives single findings and requires the verdict and the lines
// that follow.
func TestVerdicts(t *testing.T) {
	ptp := func(verdict string) edit.Finding {
		f := edit.Finding{Rule: "ncci.ptp", Verdict: verdict, Codes: []string{"20610", "20550"}, Statement: "s", Severity: edit.Warning}
		if verdict == "modifier_present" {
			f.Modifiers, f.ModifierOn = []string{"XS"}, "20550"
		}
		return f
	}
	for _, c := range []struct {
		name, codes, facts string
		intent             code.Intent
		findings           []edit.Finding
		notChecked         []string
		want, lines        string
	}{
		{"bundled", "20610 20550", "", code.BundlingPair, []edit.Finding{ptp("bundled")}, nil, "Do not report together", "20610 ×1"},
		{"modifier missing", "20610 20550", "", code.BundlingPair, []edit.Finding{ptp("modifier_allowed")}, nil,
			"Report together only with modifier 59", "20610 ×1 and 20550-59 ×1"},
		{"modifier there", "20610 20550", "", code.BundlingPair, []edit.Finding{ptp("modifier_present")}, nil,
			"Report together only with modifier XS", "20610 ×1 and 20550 ×1"},
		{"same site", "20610 20550", "same_site=yes", code.BundlingPair, []edit.Finding{ptp("modifier_allowed")}, nil, "Do not report together", "20610 ×1"},
		{"same day is no site", "20610 20550", "same_session=yes", code.BundlingPair, []edit.Finding{ptp("modifier_allowed")}, nil,
			"Report together only with modifier 59", "20610 ×1 and 20550-59 ×1"},
		{"clear", "20610 20550", "", code.BundlingPair, []edit.Finding{ptp("clear")}, nil, "Report together", "20610 ×1 and 20550 ×1"},
		{"clear, another pair unknown", "20610 20550", "", code.BundlingPair, []edit.Finding{ptp("clear")}, []string{"ncci.ptp 20610/1: not in the starter"},
			"Cannot be decided yet", ""},
		{"pair unknown", "20610 20550", "", code.BundlingPair, nil, []string{"ncci.ptp 20610/20550: not in the starter"}, "Cannot be decided yet", ""},
		{"replaced", "J2001", "", code.UnitsMUEDrug, []edit.Finding{{Rule: "code.status", Verdict: "replaced", Codes: []string{"J2001"}, Successor: "J2003"}}, nil,
			"Report J2003 instead", "J2003 ×to be counted"},
		{"not yet", "98016", "", code.BundlingPair, []edit.Finding{{Rule: "code.status", Verdict: "not_yet_effective", Codes: []string{"98016"}}}, nil,
			"Do not report 98016", ""},
		{"add-on alone", "11045", "", code.AddOn, []edit.Finding{{Rule: "ncci.addon", Verdict: "primary_missing", Codes: []string{"11045"}}}, nil,
			"Do not report 11045 alone", ""},
		{"add-on with primary", "11042 11045", "", code.AddOn, []edit.Finding{{Rule: "ncci.addon", Verdict: "primary_present", Codes: []string{"11045", "11042"}}}, nil,
			"Report together", "11042 ×1 and 11045 ×1"},
		{"too many units", "99214", "", code.UnitsMUEDrug, []edit.Finding{{Rule: "ncci.mue", Verdict: "exceeds", Codes: []string{"99214"}, Limit: limit(2)}}, nil,
			"Do not report more than 2 of 99214", "99214 ×at most 2"},
		{"limit of a commercial payer is its own", "99396", "", code.UnitsMUEDrug, []edit.Finding{{Rule: "ncci.mue", Verdict: "exceeds", Codes: []string{"99396"}, Limit: limit(0)}}, nil,
			"Do not report 99396 separately", ""},
		{"drug", "J3301", "", code.UnitsMUEDrug, []edit.Finding{{Rule: "drug.units", Verdict: "units", Codes: []string{"J3301"}, Units: 4}}, nil,
			"Report J3301 ×4", "J3301 ×4"},
		{"dose missing", "J3301", "", code.UnitsMUEDrug, []edit.Finding{{Rule: "drug.units", Verdict: edit.Undecided, Codes: []string{"J3301"}, Missing: []string{"dose"}}}, nil,
			"Cannot be decided yet", ""},
		{"outside the global period", "99213", "", code.GlobalPeriod, []edit.Finding{{Rule: "pfs.global", Verdict: "outside", Codes: []string{"10060", "99213"}, Days: "010"}}, nil,
			"Report 99213 separately", "99213 ×1"},
		{"decision for surgery", "99214", "", code.GlobalPeriod, []edit.Finding{{Rule: "pfs.global", Verdict: "modifier_57", Codes: []string{"27447", "99214"}, Days: "090"}}, nil,
			"Report 99214 separately only with modifier 57", "99214-57 ×1"},
		{"illegal modifier", "20610-25", "", code.ModifierChoice,
			[]edit.Finding{{Rule: "modifier.valid", Verdict: "invalid", Codes: []string{"20610"}, Lines: []int{0}, Modifiers: []string{"25"}}}, nil,
			"Do not use modifier 25 as asked", "20610 ×1"},
		{"nothing found, but the status unknown", "20610", "", code.ModifierChoice, []edit.Finding{{Rule: "pfs.status", Verdict: "payable", Codes: []string{"20610"}}},
			[]string{"code.status 20610: no release loaded"}, "Cannot be decided yet", ""},
		{"another rule fails", "20610", "", code.ModifierChoice,
			[]edit.Finding{{Rule: "pfs.assistant", Verdict: "conflict", Severity: edit.Error, Codes: []string{"20610"}}}, nil, "Do not report as written", "20610 ×1"},
		{"no rule names the modifier that is asked for", "20610", "", code.ModifierChoice, []edit.Finding{{Rule: "pfs.status", Verdict: "payable", Codes: []string{"20610"}}}, nil,
			"Cannot be decided yet", ""},
		{"nothing found", "69210", "", code.CodeSelect, []edit.Finding{{Rule: "pfs.status", Verdict: "payable", Codes: []string{"69210"}}}, nil,
			"Nothing found against it", "69210 ×1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := asked("", c.facts)
			in.Intents = []code.Intent{c.intent}
			for _, l := range strings.Fields(c.codes) {
				parts := strings.Split(l, "-")
				in.Claim.Lines = append(in.Claim.Lines, code.Line{Code: parts[0], Modifiers: parts[1:]})
			}
			in.Result = edit.Result{Findings: c.findings, NotChecked: c.notChecked}
			r := render(t, in)
			if v := verdictOf(r.Markdown); v != c.want {
				t.Errorf("verdict %q, want %q (%s)", v, c.want, r.Template)
			}
			if got := tableOf(r.Markdown); got != c.lines {
				t.Errorf("claim %q, want %q", got, c.lines)
			}
		})
	}
}

// tableOf reads the claim table back: "20610 ×1 and 20550-59 ×1".
func tableOf(markdown string) string {
	var out []string
	for line := range strings.Lines(markdown) {
		cells := strings.Split(line, "|")
		if len(cells) < 7 || strings.TrimSpace(cells[1]) < "1" || strings.TrimSpace(cells[1]) > "9" {
			continue
		}
		l := strings.TrimSpace(cells[2])
		if m := strings.TrimSpace(cells[3]); m != "" {
			l += "-" + m
		}
		out = append(out, l+" ×"+strings.TrimSpace(cells[4]))
	}
	return and(out)
}

// The questions come in the order of how many outcomes each closes, at most
// four, and none that was stated.
func TestQuestionsByBranches(t *testing.T) {
	branches := func(n int) []edit.Branch { return make([]edit.Branch, n) }
	in := asked("J3301 20610", "same_site=no")
	in.Intents = []code.Intent{code.BundlingPair}
	in.Result.Findings = []edit.Finding{
		{Rule: "drug.waste", Verdict: edit.Undecided, Codes: []string{"J3301"}, Missing: []string{"vial"}, Branches: branches(1)},
		{Rule: "drug.units", Verdict: edit.Undecided, Codes: []string{"J3301"}, Missing: []string{"dose"}, Branches: branches(3)},
		{Rule: "pfs.bilateral", Verdict: edit.Undecided, Codes: []string{"20610"}, Missing: []string{"laterality"}, Branches: branches(2)},
		{Rule: "ncci.ptp", Verdict: edit.Undecided, Codes: []string{"20610", "J3301"}, Missing: []string{"same_site"}, Branches: branches(9)},
		{Rule: "pfs.global", Verdict: edit.Undecided, Codes: []string{"20610"}, Missing: []string{"surgery_date", "surgery_code"}, Branches: branches(2)},
	}
	r := render(t, in)
	if got := strings.Join(r.Needs, " "); got != "dose laterality surgery_date surgery_code" || r.Kind != Asks {
		t.Errorf("needs %q, kind %s", got, r.Kind)
	}
}

// A reply that would be too long leaves out what bears least and says so.
func TestLongReplyIsShortened(t *testing.T) {
	in := visitAndInjection()
	long := strings.Repeat("word ", 40)
	for i := range 12 {
		f := edit.Finding{Rule: "pfs.status", Severity: edit.Warning, Verdict: "restricted", Codes: []string{"20610"}, Statement: long}
		if i == 5 {
			f.Severity, f.Statement = edit.Error, "the one that matters"
		}
		in.Result.Findings = append(in.Result.Findings, f)
	}
	r := render(t, in)
	if n := wordsBefore(r.Markdown, sourcesHeading); n > wordLimit {
		t.Errorf("%d words", n)
	}
	for _, s := range []string{"the one that matters", "We left out findings that bear less on the answer."} {
		if !strings.Contains(r.Markdown, s) {
			t.Errorf("lacks %q", s)
		}
	}
}

func TestSubject(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"99213-25 with 20610", "Re: 99213-25 with 20610"},
		{"Re: RE: 20610", "Re: 20610"},
		{"", "Your coding question"},
		{" \n a\r\nBcc: x@y.example", "Re: a Bcc: x@y.example"},
		{"MRN 0012345 20610", "Re: … 20610"},
		{"pt DOB: 3/14/1955, 99213", "Re: pt …, 99213"},
		{"123-45-6789 denied", "Re: … denied"},
		{"1EG4-TE5-MK73 and G0438", "Re: … and G0438"},
		{"Return visit 99213", "Re: Return visit 99213"},
	} {
		in := visitAndInjection()
		in.Subject = c.in
		if got := render(t, in).Subject; got != c.want {
			t.Errorf("subject %q becomes %q, want %q", c.in, got, c.want)
		}
	}
}

// Words of the asker cannot become markup, and the mail is not quoted.
func TestValuesAreInert(t *testing.T) {
	in := visitAndInjection()
	in.Claim.Payer = "<img src=x> [link](https://evil.example) | **bold**\n# head"
	in.Result.Findings[1].Statement = "see https://evil.example & <script>"
	r := render(t, in)
	var html bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(unsafe.WithUnsafe())).Convert([]byte(r.Markdown), &html); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"<img", "<a ", "<script", "<strong>bold", "<h1"} {
		if strings.Contains(html.String(), s) {
			t.Errorf("the reply holds %q", s)
		}
	}
}

// A finding without rows, lines or source must not stop a draft.
func TestSparseInput(t *testing.T) {
	for _, in := range []Input{
		{},
		{Intents: []code.Intent{code.Denial}},
		{Intents: []code.Intent{code.Denial}, Mentions: []code.Mention{{System: code.CARC, Code: "97"}}},
		{Intents: []code.Intent{code.GlobalPeriod}, Claim: edit.Claim{Lines: []code.Line{{Code: "99213"}}},
			Result: edit.Result{Findings: []edit.Finding{{Rule: "pfs.global", Verdict: "included", Codes: []string{"10060"}}, {Rule: "ncci.ptp", Codes: []string{"1"}}}}},
		{Intents: []code.Intent{code.DxCode}, Claim: edit.Claim{Dx: []string{"E11.9"}}, Rows: codeset.Facts{}},
	} {
		if r := render(t, in); r.Markdown == "" || r.Subject == "" || r.Needs == nil {
			t.Errorf("%v: empty reply", in.Intents)
		}
	}
}

// A lesion without a code and without a size: the size is asked for first.
func TestAsksForTheSize(t *testing.T) {
	r := render(t, asked("", "pathology=benign"))
	if got := strings.Join(r.Needs, " "); got != "size_cm site date_of_service payer" || r.Kind != Nothing {
		t.Errorf("needs %q, kind %s", got, r.Kind)
	}
}
