package draft

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

var update = flag.Bool("update", false, "write the golden replies anew")

// A question is what the recogniser hands over, in short: lines as
// "99213-25 20610-RT J1885x4", facts as "lesion_count=9".
type question struct {
	name, subject, lines, dx, facts, payer string
	intents                                []code.Intent
	template                               string
	kind                                   Kind
	needs                                  string
	must, mustNot                          []string
}

const (
	pair  = code.BundlingPair
	which = code.CodeSelect
	mod   = code.ModifierChoice
)

// questions are worked cases of DOMAIN.md E.10, by their numbers, and the
// shapes around them. On the starter library alone the date is 2025-11-15.
var questions = []question{
	{name: "01-visit-and-injection", subject: "99213-25 with 20610", lines: "99213-25 20610", intents: []code.Intent{pair, mod},
		template: "bundling", kind: Complete,
		must:    []string{"**Report together only with modifier 25.**", "column 1", "indicator 1", "| 1 | 99213 | 25 |", "000"},
		mustNot: []string{"57", "59"}},
	{name: "01b-visit-and-injection-plain", subject: "Re: 99213 and 20610 same day", lines: "99213 20610-RT", intents: []code.Intent{pair},
		facts: "date_of_service=2025-11-10", template: "bundling", kind: Complete,
		must:    []string{"**Report together only with modifier 25.**", "| 1 | 99213 | 25 |", "| 2 | 20610 | RT |", "(stated by you)"},
		mustNot: []string{"57", "59"}},
	{name: "03-guidance-same-joint", subject: "20610 + 76942 same knee", lines: "20610-RT 76942", intents: []code.Intent{pair}, facts: "same_site=yes site=knee",
		template: "code-select", kind: Complete,
		must: []string{"**Report 20611-RT ×1 instead.**", "indicator 1", "stored", "report"}},
	{name: "05-two-injections-same-knee", subject: "20610 + 20550", lines: "20610 20550", intents: []code.Intent{pair},
		template: "bundling", kind: Asks, needs: "same_site", must: []string{"**Report together only with modifier 59.**", "20550", "indicator 1"}},
	{name: "07-seven-lesions", subject: "96405 vs 96406", lines: "96405 96406", facts: "lesion_count=7 drug=bleomycin", intents: []code.Intent{which},
		template: "code-select", kind: Complete,
		must:    []string{"**Report 96405 ×1.**", "up to and including 7 lesions", "more than 7", "indicator 0", "not injections", "MAI 2"},
		mustNot: []string{"59", "25"}},
	{name: "08-nine-lesions-both", subject: "96405 and 96406", lines: "96405x1 96406x1", facts: "lesion_count=9", intents: []code.Intent{pair, which},
		template: "code-select", kind: Complete, must: []string{"**Report 96406 ×1 instead.**", "| 1 | 96406 |", "indicator 0"}, mustNot: []string{"59"}},
	{name: "08b-lesions-not-stated", subject: "96405 or 96406?", lines: "96405 96406", intents: []code.Intent{which},
		template: "code-select", kind: Asks, needs: "lesion_count",
		must: []string{"**Cannot be decided yet.**", "If up to and including 7 lesions, then report 96405 ×1", "If more than 7 lesions, then report 96406 ×1"}},
	{name: "11-two-debridements", subject: "11042 with 97597", lines: "11042 97597", intents: []code.Intent{pair},
		template: "bundling", kind: Asks, needs: "same_site", must: []string{"**Report together only with modifier 59.**", "indicator 1", "deepest", "XS"}},
	{name: "13-debridement-42", subject: "42 sq cm", lines: "11042", facts: "area_cm2=42 depth=subcutaneous", intents: []code.Intent{which, code.UnitsMUEDrug},
		template: "code-select", kind: Complete, must: []string{"11042 ×1 and 11045 ×2", "42 − 20 = 22", "| 2 | 11045 |"}},
	{name: "17-biopsies", subject: "biopsies", lines: "11104 11102", facts: "lesion_count=3 technique=punch technique=tangential", intents: []code.Intent{which},
		template: "code-select", kind: Asks, needs: "lesion_count", must: []string{"highest technique", "indicator 0"}},
	{name: "23-repair-in-the-emergency-room", subject: "12001 with 99284", lines: "12001 99284", intents: []code.Intent{pair},
		template: "bundling", kind: Complete, must: []string{"**Report together only with modifier 25.**", "no edit", "| 2 | 99284 | 25 |"}},
	{name: "25-polyps", subject: "45385 and 45380", lines: "45385 45380", intents: []code.Intent{pair},
		template: "bundling", kind: Asks, needs: "same_site", must: []string{"column 1", "indicator 1", "59"}},
	{name: "27-screening-became-biopsy", subject: "G0121 -> 45380", lines: "G0121 45380", payer: "Medicare", intents: []code.Intent{code.PreventiveScreening, pair},
		template: "code-select", kind: Complete, must: []string{"**Report 45380-PT ×1 instead.**", "indicator 0", "33"}},
	{name: "31-ecg", subject: "93000 or 93005 / 93010", lines: "93000 93005 93010", intents: []code.Intent{which},
		template: "code-select", kind: Asks, needs: "setting", must: []string{"no modifier 26 or TC", "93010"}},
	{name: "33-finger-stick", subject: "36416", lines: "36416", intents: []code.Intent{pair},
		template: "general", kind: Complete, must: []string{"**Do not report 36416 separately.**", "status B"}},
	{name: "35-toradol", subject: "99214, 96372, J1885 60 mg", lines: "99214 96372 J1885", facts: "dose=60_mg", intents: []code.Intent{pair, mod, code.UnitsMUEDrug},
		template: "units", kind: Complete, must: []string{"J1885 ×4", "15 mg", "25"}},
	{name: "37-kenalog", subject: "Kenalog 40 mg J3301 with 20610", lines: "20610 J3301", facts: "dose=40_mg", intents: []code.Intent{code.UnitsMUEDrug},
		template: "units", kind: Complete, must: []string{"**Report J3301 ×4.**", "10 mg"}, mustNot: []string{"59"}},
	{name: "45-preventive-and-problem", subject: "99396 + 99213", lines: "99396 99213", payer: "Aetna", intents: []code.Intent{pair, code.PreventiveScreening},
		template: "bundling", kind: Complete, must: []string{"no published policy of Aetna"}},
	{name: "49-visit-and-eye-exam", subject: "99213 + 92014", lines: "99213 92014", intents: []code.Intent{pair},
		template: "bundling", kind: Complete, must: []string{"**Do not report together.**", "indicator 0"}},
	{name: "57-knee", subject: "29881 + 29877", lines: "29881 29877", intents: []code.Intent{pair},
		template: "bundling", kind: Asks, needs: "site", must: []string{"indicator 0", "G0289"}},
	{name: "61-global-day-8", subject: "day 8 after I&D", lines: "10060 99213", facts: "surgery_date=2025-11-07", intents: []code.Intent{code.GlobalPeriod},
		template: "global", kind: Complete, must: []string{"010", "2025-11-17"}},
	{name: "65-both-sides", subject: "64483 bilateral L4-5", lines: "64483", facts: "laterality=bilateral level=L4-L5", intents: []code.Intent{mod},
		template: "modifier", kind: Complete, must: []string{"| 1 | 64483 | 50 | 1 |"}},
	{name: "69-nails", subject: "11720 + 11721", lines: "11720x1 11721x1", facts: "lesion_count=8", intents: []code.Intent{pair},
		template: "code-select", kind: Complete, must: []string{"**Report 11721 ×1 instead.**", "indicator 0"}},
	{name: "77-smoker", subject: "F17.210 and Z87.891", dx: "F17.210 Z87.891", intents: []code.Intent{code.DxCode},
		template: "diagnosis", kind: Complete, must: []string{"**Do not report together.**", "unrelated"}},
	{name: "81-no-such-code", subject: "M79.31", dx: "M79.31", facts: "date_of_service=2025-02-01", intents: []code.Intent{code.DxCode},
		template: "diagnosis", kind: Complete, must: []string{"**Not valid as written.**", "M79.3 above it is complete and can be billed"}},
	{name: "91-addon-denied", subject: "11045 denied B15", lines: "11045", facts: "carc=B15", intents: []code.Intent{code.Denial, code.AddOn},
		template: "denial", kind: Asks, needs: "primary_code", must: []string{"**Correct the claim.**", "11042", "another service"}},
	{name: "95-illegal-modifiers", subject: "26 on 93000", lines: "93000-26 20610-25 99213-59", intents: []code.Intent{mod},
		template: "modifier", kind: Asks, needs: "same_session", must: []string{"**Do not use modifier"}},
	{name: "99-new-code", subject: "99241", lines: "99241", intents: []code.Intent{code.NewDeletedCode}, template: "code-status", kind: Asks, needs: "date_of_service",
		must: []string{"**Do not report 99241.**", "2022-12-31"}},
	{name: "a-level", subject: "99213 or 99214", lines: "99213 99214", intents: []code.Intent{code.EMLevel}, template: "em-level", kind: Asks,
		needs: "minutes mdm new_patient place_of_service"},
	{name: "b-coverage", subject: "LCD for 64483", lines: "64483", intents: []code.Intent{code.CoverageNecessity}, template: "coverage", kind: Asks,
		needs: "contractor date_of_service payer"},
	{name: "c-telehealth", subject: "90837 video", lines: "90837", payer: "UHC", intents: []code.Intent{code.TelehealthPOS}, template: "telehealth", kind: Asks,
		needs: "technique place_of_service date_of_service"},
	{name: "d-incident-to", subject: "NP note", lines: "99213", intents: []code.Intent{code.IncidentTo}, template: "incident-to", kind: Asks,
		needs: "place_of_service payer same_group new_patient"},
	{name: "e-payment", subject: "RVU of 20610", lines: "20610", intents: []code.Intent{code.PaymentRVU}, template: "payment", kind: Asks,
		needs: "state place_of_service date_of_service"},
	{name: "x-no-code", subject: "help", template: "missing", kind: Nothing, needs: "date_of_service payer place_of_service", intents: []code.Intent{pair}},
	{name: "x-no-question", subject: "99213 20610", lines: "99213 20610", template: "missing", kind: Nothing, needs: "date_of_service payer place_of_service"},
	{name: "x-not-ours", subject: "claim status", intents: []code.Intent{code.NotOurs}, template: "not-ours", kind: Complete},
}

// TestQuestions runs each question through the true pipeline, the starter
// library in a database, Gather, Check and Render, and requires the facts that
// the reply must state.
func TestQuestions(t *testing.T) {
	gather := starter(t)
	for _, q := range questions {
		t.Run(q.name, func(t *testing.T) {
			in := q.input(t, gather)
			r := render(t, in)
			if r.Template != q.template || r.Kind != q.kind || strings.Join(r.Needs, " ") != q.needs {
				t.Errorf("template %s, kind %s, needs %v; want %s, %s, %s", r.Template, r.Kind, r.Needs, q.template, q.kind, q.needs)
			}
			for _, s := range q.must {
				if !strings.Contains(r.Markdown, s) {
					t.Errorf("the reply does not state %q", s)
				}
			}
			for _, s := range q.mustNot {
				if slices.Contains(numerals(answerOf(r.Markdown)), s) || len(s) > 3 && strings.Contains(r.Markdown, s) {
					t.Errorf("the reply states %q", s)
				}
			}
			contract(t, in, r)
			if *update {
				store(t, q.name, in, r)
			}
		})
	}
}

// TestGolden renders the stored inputs of the same questions again, byte for
// byte, as a draft's reply is made again from what was stored with it.
func TestGolden(t *testing.T) {
	for _, q := range questions {
		t.Run(q.name, func(t *testing.T) {
			var in Input
			stored, err := os.ReadFile(goldenFile(q.name, ".json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(stored, &in); err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(goldenFile(q.name, ".md"))
			if err != nil {
				t.Fatal(err)
			}
			if got := mail(render(t, in)); got != string(want) {
				t.Errorf("differs (go test ./consult/draft -run TestQuestions -update writes it anew):\n%s", got)
			}
		})
	}
}

func goldenFile(name, ext string) string { return filepath.Join("testdata", "golden", name+ext) }

func mail(r Reply) string { return "Subject: " + r.Subject + "\n\n" + r.Markdown }

// store writes the input of a question and its reply.
func store(t *testing.T, name string, in Input, r Reply) {
	t.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	for ext, text := range map[string]string{".json": string(b) + "\n", ".md": mail(r)} {
		if err := os.WriteFile(goldenFile(name, ext), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// starter returns a Gather over the starter library.
func starter(t *testing.T) func(codeset.Query) codeset.Facts {
	pool := pgtest.New(t)
	ctx := context.Background()
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := codeset.LoadStarter(ctx, tx, date("2025-11-15"), "test")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(q codeset.Query) (f codeset.Facts) {
		err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) (err error) {
			f, err = codeset.Gather(ctx, tx, q)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
}

func (q question) input(t *testing.T, gather func(codeset.Query) codeset.Facts) Input {
	on := date("2025-11-15")
	in := Input{CaseID: 17, Subject: q.subject, Answered: on, Intents: q.intents}
	in.Claim = edit.Claim{On: on, Payer: q.payer, Setting: "practitioner", Dx: strings.Fields(q.dx), Facts: map[string][]string{}}
	for _, f := range strings.Fields(q.facts) {
		name, value, ok := strings.Cut(f, "=")
		if !ok {
			t.Fatalf("fact %q", f)
		}
		in.Claim.Facts[name] = append(in.Claim.Facts[name], strings.ReplaceAll(value, "_", " "))
		in.Stated = append(in.Stated, code.Fact{Name: name, Value: value})
	}
	if v := in.Claim.Facts["date_of_service"]; v != nil {
		in.Claim.On, in.Claim.OnStated = date(v[0]), true
	}
	query := codeset.Query{On: in.Claim.On, Setting: in.Claim.Setting}
	mention := func(s code.System, name string) {
		query.Codes = append(query.Codes, code.Code{System: s, Code: name})
		in.Mentions = append(in.Mentions, code.Mention{System: s, Code: name})
	}
	for _, l := range strings.Fields(q.lines) {
		l, units, _ := strings.Cut(l, "x")
		parts := strings.Split(l, "-")
		line := code.Line{Code: parts[0], Modifiers: parts[1:]}
		line.Units, _ = strconv.Atoi(units)
		in.Claim.Lines = append(in.Claim.Lines, line)
		system := code.CPT
		if line.Code[0] >= 'A' {
			system = code.HCPCS
		}
		mention(system, line.Code)
	}
	for _, d := range in.Claim.Dx {
		mention(code.ICD10CM, d)
	}
	query.Codes = append(query.Codes, Related(in.Claim)...)
	for _, r := range in.Claim.Facts["carc"] {
		in.Mentions = append(in.Mentions, code.Mention{System: code.CARC, Code: r})
	}
	in.Rows = gather(query)
	in.Result = edit.Check(in.Rows, in.Claim)
	return in
}

// shippedWords is the text of all shipped templates.
func shippedWords() string {
	var b strings.Builder
	files, _ := filepath.Glob("../../templates/reply/*")
	for _, f := range files {
		text, _ := os.ReadFile(f)
		b.Write(text)
	}
	return b.String()
}

// BenchmarkRender drafts a question of three lines with its findings.
func BenchmarkRender(b *testing.B) {
	stored, err := os.ReadFile(goldenFile("35-toradol", ".json"))
	if err != nil {
		b.Fatal(err)
	}
	var in Input
	if err := json.Unmarshal(stored, &in); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Render(in); err != nil {
			b.Fatal(err)
		}
	}
}
