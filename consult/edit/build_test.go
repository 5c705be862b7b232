package edit

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// day is the date of service of most tests.
var day = time.Date(2024, 8, 15, 0, 0, 0, 0, time.UTC)

// A world builds Facts as whole releases would answer for day.
type world struct{ codeset.Facts }

func newWorld() *world {
	w := &world{codeset.Facts{On: day, Answers: map[string]codeset.Answer{}, Codes: map[string]codeset.CodeFacts{}, Core: map[string]bool{}}}
	for _, kind := range []string{
		codeset.KindICD10CM, codeset.KindICD10CMTabular, codeset.KindHCPCS, codeset.KindCPT, codeset.KindPTPPractitioner, codeset.KindPTPOutpatient,
		codeset.KindMUEPractitioner, codeset.KindMUEOutpatient, codeset.KindAddOn, codeset.KindPFS,
	} {
		w.Answers[kind] = codeset.Answer{Kind: kind, Release: "TEST"}
	}
	return w
}

// source is the source of a test row.
func source(set, row string) codeset.Source {
	return codeset.Source{Set: set, Release: "TEST", Row: row, EffectiveFrom: "2020-01-01", Dated: true}
}

func system(c string) code.System {
	if c[0] >= 'A' && c[0] <= 'Z' {
		return code.HCPCS
	}
	return code.CPT
}

// put changes the facts of a code, which is valid from the start.
func (w *world) put(s code.System, c string, change func(*codeset.CodeFacts)) *world {
	key := codeset.Key(code.Code{System: s, Code: c})
	cf, ok := w.Codes[key]
	if !ok {
		cf = codeset.CodeFacts{Code: code.Code{System: s, Code: c}, Status: code.Valid, Billable: true, Source: source(string(s), c)}
	}
	if change != nil {
		change(&cf)
	}
	w.Codes[key] = cf
	return w
}

func (w *world) valid(codes ...string) *world {
	for _, c := range codes {
		w.put(system(c), c, nil)
	}
	return w
}

func (w *world) dx(codes ...string) *world {
	for _, c := range codes {
		w.put(code.ICD10CM, c, nil)
	}
	return w
}

// schedule gives a code its fee schedule row.
func (w *world) schedule(c string, row codeset.PFS) *world {
	if row.Status == "" {
		row.Status = "A"
	}
	row.Source = source(codeset.KindPFS, c)
	return w.put(system(c), c, func(cf *codeset.CodeFacts) { cf.PFS = append(cf.PFS, row) })
}

func (w *world) days(c, global string) *world {
	return w.schedule(c, codeset.PFS{Global: global, PCTC: "0", Multiple: "2", Bilateral: "1"})
}

func (w *world) mue(c string, limit int, mai string) *world {
	return w.put(system(c), c, func(cf *codeset.CodeFacts) {
		cf.MUE = &codeset.MUE{Limit: limit, MAI: mai, Source: source(codeset.KindMUEPractitioner, c)}
	})
}

func (w *world) addon(c, typ string, primaries ...string) *world {
	return w.put(system(c), c, func(cf *codeset.CodeFacts) {
		for _, p := range primaries {
			cf.AddOn = append(cf.AddOn, codeset.AddOn{Type: typ, Primary: p, Source: source(codeset.KindAddOn, c+"/"+p)})
		}
	})
}

func (w *world) drug(c string, amount float64, unit string) *world {
	return w.put(system(c), c, func(cf *codeset.CodeFacts) {
		cf.Drug = &codeset.Drug{Amount: amount, Unit: unit, Source: source(codeset.KindHCPCS, c)}
	})
}

func (w *world) ptp(c1, c2, indicator string) *world {
	w.Pairs = append(w.Pairs, codeset.PTP{Column1: c1, Column2: c2, Indicator: indicator, InForce: true,
		Source: source(codeset.KindPTPPractitioner, c1+"/"+c2+"/2020-01-01")})
	return w.valid(c1, c2)
}

func (w *world) ended(c1, c2, indicator, last string) *world {
	src := source(codeset.KindPTPPractitioner, c1+"/"+c2+"/2010-01-01")
	src.EffectiveTo = last
	w.Pairs = append(w.Pairs, codeset.PTP{Column1: c1, Column2: c2, Indicator: indicator, Source: src})
	return w.valid(c1, c2)
}

func (w *world) note(kind, owner, bears, text string, refs ...string) *world {
	w.Notes = append(w.Notes, codeset.Note{Kind: kind, Owner: owner, Bears: strings.Fields(bears), Text: text, Refs: refs,
		Source: source(codeset.KindICD10CMTabular, owner+" "+kind)})
	return w
}

// starter makes the starter answer instead of the release.
func (w *world) starter(kinds ...string) *world {
	for _, kind := range kinds {
		w.Answers[kind] = codeset.Answer{Kind: kind, Release: "TEST", Starter: true}
	}
	return w
}

// lose takes a release away.
func (w *world) lose(kinds ...string) *world {
	for _, kind := range kinds {
		w.Answers[kind] = codeset.Answer{Kind: kind, Missing: "the release of 2024-08-15 is not loaded"}
	}
	return w
}

// claim reads lines like "99213-25 20610x2" and diagnoses and facts like
// "dx:E11.9 dose=60_mg"; an underscore stands for a blank.
func claim(text string) Claim {
	c := Claim{On: day, OnStated: true, Payer: "Medicare", Setting: "practitioner", Facts: map[string][]string{}}
	for _, w := range strings.Fields(text) {
		name, value, isFact := strings.Cut(w, "=")
		value = strings.ReplaceAll(value, "_", " ")
		dx, isDx := strings.CutPrefix(w, "dx:")
		switch {
		case isFact && name == "payer":
			c.Payer = value
		case isFact && name == "setting":
			c.Setting = value
		case isFact:
			c.Facts[name] = append(c.Facts[name], value)
		case isDx:
			c.Dx = append(c.Dx, dx)
		default:
			c.Lines = append(c.Lines, line(w))
		}
	}
	return c
}

func line(w string) code.Line {
	w, times, _ := strings.Cut(w, "x")
	parts := strings.Split(w, "-")
	l := code.Line{Code: parts[0], Modifiers: parts[1:]}
	for _, r := range times {
		l.Units = l.Units*10 + int(r-'0')
	}
	return l
}

// check runs Check and holds every finding against the contract's table.
func (w *world) check(t *testing.T, text string) Result {
	t.Helper()
	return w.checkClaim(t, claim(text))
}

func (w *world) checkClaim(t *testing.T, c Claim) Result {
	t.Helper()
	r := Check(w.Facts, c)
	for _, f := range r.Findings {
		if err := contractual(f); err != nil {
			t.Errorf("%+v: %v", f, err)
		}
	}
	return r
}

// of returns the findings of one rule.
func of(r Result, rule string) []Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool { return f.Rule != rule })
}

// verdicts writes the findings of one rule as "verdict codes", several joined
// by semicolons.
func verdicts(r Result, rule string) string {
	var s []string
	for _, f := range of(r, rule) {
		v := f.Verdict + " " + strings.Join(f.Codes, "/")
		if rule == "modifier.valid" {
			v += "-" + f.Modifiers[0]
		}
		s = append(s, v)
	}
	return strings.Join(s, "; ")
}

// A row is one line of a table test: a world, a claim, and the verdicts of a
// rule.
type row struct {
	name  string
	world *world
	claim string
	rule  string
	want  string
	says  string // parts of the first finding's statement, split by "|"
	skips string // the entry that not_checked must begin with
}

func run(t *testing.T, rows []row) {
	t.Helper()
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.world.check(t, tt.claim)
			if got := verdicts(r, tt.rule); got != tt.want {
				t.Errorf("%s: %s is %q, want %q\n%v", tt.claim, tt.rule, got, tt.want, r.NotChecked)
			}
			if fs := of(r, tt.rule); tt.says != "" && len(fs) > 0 {
				for _, part := range strings.Split(tt.says, "|") {
					if !strings.Contains(fs[0].Statement, part) {
						t.Errorf("statement %q lacks %q", fs[0].Statement, part)
					}
				}
			}
			if tt.skips != "" && !slices.ContainsFunc(r.NotChecked, func(s string) bool { return strings.HasPrefix(s, tt.skips) }) {
				t.Errorf("not_checked lacks %q: %q", tt.skips, r.NotChecked)
			}
		})
	}
}
