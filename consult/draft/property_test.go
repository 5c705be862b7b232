package draft

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// randomClaims makes questions of random claims: two to five lines of codes that
// the starter knows, with modifiers, units, diagnoses and facts.
func randomClaims(n uint64) []question {
	codes := strings.Fields("10060 11042 11045 11102 11104 11400 11720 11721 12001 17000 17003 17110 20550 20610 20611 27447 29877 29881 36415 " +
		"36416 45380 45385 64483 66984 69210 76942 77067 90471 93000 93010 96372 96405 96406 97110 97140 97530 97597 98940 99024 99213 99214 " +
		"99291 99292 99396 G0121 G0439 J0696 J1885 J3301 99201 20930 64727")
	mods := []string{"", "", "", "", "", "", "", "", "-25", "-59", "-50", "-RT", "-LT", "-26", "-24", "-JW", "-51", "-62", "-80", "-53", "-78"}
	dx := strings.Fields("E11.9 Z79.4 F17.210 Z87.891 M54.5 M17.11 M17.12 S52.521A K63.5 O80 Z37.0 Z38.00 W19.XXXA E10.9 C44.311 N40.0 J44.0")
	facts := strings.Fields("lesion_count=9 area_cm2=42 dose=40_mg minutes=35 same_site=yes same_site=no same_group=yes same_provider=no " +
		"laterality=bilateral laterality=right surgery_date=2025-11-03 days_after_surgery=8 setting=outpatient place_of_service=22 carc=97 carc=50 " +
		"vial=40_mg wasted=20_mg patient_age=35 patient_sex=male patient_sex=female state=TX contractor=NGS relation_to_surgery=unrelated")
	intents := [][]code.Intent{{code.BundlingPair}, {code.ModifierChoice}, {code.BundlingPair, code.ModifierChoice}, {code.Denial},
		{code.CodeSelect}, {code.UnitsMUEDrug}, {code.CoverageNecessity}, {code.GlobalPeriod}, {code.AddOn}, {code.DxCode}, {code.EMLevel}}
	var out []question
	for seed := range n {
		r := rand.New(rand.NewPCG(seed, 2))
		q := question{name: fmt.Sprint(seed), subject: "q", payer: []string{"", "Medicare", "Medicare", "Aetna"}[r.IntN(4)], intents: intents[r.IntN(len(intents))]}
		for range 2 + r.IntN(3) {
			q.lines += " " + codes[r.IntN(len(codes))] + mods[r.IntN(len(mods))]
			if r.IntN(4) == 0 {
				q.lines += fmt.Sprintf("x%d", 1+r.IntN(9))
			}
		}
		for range r.IntN(4) {
			q.dx += " " + dx[r.IntN(len(dx))]
		}
		for range r.IntN(4) {
			q.facts += " " + facts[r.IntN(len(facts))]
		}
		out = append(out, q)
	}
	return out
}

// TestNoErrorIsReportedTogether: with a finding that fails the asked lines no
// reply says "Report together", and one that says so under a condition tells the
// error.
func TestNoErrorIsReportedTogether(t *testing.T) {
	gather := starter(t)
	together := 0
	for _, q := range randomClaims(600) {
		in := q.input(t, gather)
		r := render(t, in)
		verdict := verdictOf(r.Markdown)
		if !strings.HasPrefix(verdict, "Report together") {
			continue
		}
		together++
		for _, f := range in.Result.Findings {
			if f.Severity != edit.Error {
				continue
			}
			if verdict == "Report together" || !strings.Contains(r.Markdown, string(say(f.Statement))) {
				t.Errorf("%q for%s dx%s facts%s %s: %s %s\n%s", verdict, q.lines, q.dx, q.facts, q.payer, f.Rule, f.Statement, answerOf(r.Markdown))
			}
		}
		if t.Failed() {
			return
		}
	}
	if together < 20 {
		t.Errorf("only %d replies say that codes go together", together)
	}
}

// TestMissingFactsAreTold: each fact that an undecided finding waits for is asked
// for, or stands under "What would change this answer". Of codes that are
// offered as a choice only one is on the claim.
func TestMissingFactsAreTold(t *testing.T) {
	gather := starter(t)
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	waits := 0
	for _, q := range randomClaims(600) {
		in := q.input(t, gather)
		r := render(t, in)
		_, changes, _ := strings.Cut(r.Markdown, "## What would change this answer")
		changes, _, _ = strings.Cut(changes, "\n## ")
		for _, f := range in.Result.Findings {
			if f.Verdict != edit.Undecided {
				continue
			}
			for _, m := range f.Missing {
				waits++
				if words := s.words.Facts[m]; words == "" || !slices.Contains(r.Needs, m) && !strings.Contains(changes, words) {
					t.Fatalf("%s waits for %s, and nothing says so (%s) for%s dx%s facts%s:\n%s", f.Rule, m, f.Statement, q.lines, q.dx, q.facts, r.Markdown)
				}
			}
		}
	}
	if waits < 100 {
		t.Errorf("only %d facts were waited for", waits)
	}
}

// TestEveryFactHasWords: what may be missing can be asked for and named.
func TestEveryFactHasWords(t *testing.T) {
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, fact := range catalogue {
		if s.words.Facts[fact] == "" || s.words.Questions[fact] == "" {
			t.Errorf("words.toml has no question or no name for %s", fact)
		}
	}
}

// With coverage loaded every procedure that no document names is found so; the
// reply tells it where coverage is what the question is about.
func TestNotListedWhereAsked(t *testing.T) {
	notListed := edit.Finding{Rule: "coverage.lcd", Verdict: "not_listed", Severity: edit.Warning, Codes: []string{"20610"},
		Statement: "No coverage document of NGS lists 20610.", Source: codeset.Source{Set: codeset.KindLCD, Release: "2025-11"}}
	for _, tt := range []struct {
		name    string
		intents []code.Intent
		facts   map[string][]string
		want    bool
	}{
		{"a pair", []code.Intent{code.BundlingPair}, nil, false},
		{"coverage", []code.Intent{code.CoverageNecessity}, nil, true},
		{"diagnosis link", []code.Intent{code.DxCode}, nil, true},
		{"CO-50", []code.Intent{code.Denial}, map[string][]string{"carc": {"50"}}, true},
		{"CO-11", []code.Intent{code.Denial}, map[string][]string{"carc": {"11"}}, true},
		{"CO-97", []code.Intent{code.Denial}, map[string][]string{"carc": {"97"}}, false},
	} {
		in := asked("20610 99213", "")
		in.Intents, in.Claim.Facts = tt.intents, tt.facts
		in.Result.Findings = []edit.Finding{notListed}
		if got := strings.Contains(render(t, in).Markdown, "No coverage document of NGS"); got != tt.want {
			t.Errorf("%s: told %v, want %v", tt.name, got, tt.want)
		}
	}
}

// The cause of an add-on's denial is what the finding says: a primary that is
// missing, one that is not paid itself, or another provider's.
func TestDenialOfAnAddOnTellsWhy(t *testing.T) {
	of := func(codes ...string) string {
		f := edit.Finding{Rule: "ncci.addon", Verdict: "primary_missing", Codes: codes, Statement: "11045 is an add-on code, and 11042 is on the claim but denied."}
		return string(brief(f))
	}
	if got := of("11045", "11042"); !strings.Contains(got, "is on the claim but denied") || strings.Contains(got, "none of its primary") {
		t.Error(got)
	}
	if got := of("11045"); !strings.Contains(got, "none of its primary codes is on the claim") {
		t.Error(got)
	}
}
