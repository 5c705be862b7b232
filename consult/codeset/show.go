package codeset

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// An Entry is everything known of one code on a day, as "codes show" prints it.
type Entry struct {
	System        code.System `json:"system"`
	Code          string      `json:"code"`
	Status        string      `json:"status"` // a verdict of code.status; unknown too where nothing loaded can tell
	NotChecked    string      `json:"not_checked,omitempty"`
	Billable      bool        `json:"billable"`
	Title         string      `json:"title,omitempty"` // official text, where free or licensed
	Words         string      `json:"words,omitempty"`
	Descriptor    string      `json:"descriptor,omitempty"` // the AMA's, only while its licence is current; never without Notice
	Notice        string      `json:"notice,omitempty"`     // the copyright line to show with it
	Successor     string      `json:"successor,omitempty"`
	EffectiveFrom string      `json:"effective_from,omitempty"`
	EffectiveTo   string      `json:"effective_to"`
	Children      []string    `json:"children,omitempty"`
	SevenChars    []Extension `json:"seven_chars,omitempty"`
	Notes         []Note      `json:"notes,omitempty"`
	MUE           []MUE       `json:"mue,omitempty"`
	PTP           *PTPCount   `json:"ptp,omitempty"`
	AddOn         []AddOn     `json:"addon,omitempty"`
	PFS           []PFS       `json:"pfs,omitempty"`
	Drug          *Drug       `json:"drug,omitempty"`
	History       []Source    `json:"history,omitempty"` // rows of releases that do not speak for the day
	Source        *Source     `json:"source,omitempty"`
}

// PTPCount counts the edits in force that name a code; those of the starter are
// only the ones within its core.
type PTPCount struct {
	AsColumnOne int `json:"as_column_one"`
	AsColumnTwo int `json:"as_column_two"`
}

// shapes are the forms that a code of each system is written in, the dot of
// ICD-10-CM being optional.
var shapes = []struct {
	system code.System
	shape  *regexp.Regexp
}{
	{code.CPT, regexp.MustCompile(`^[0-9]{4}[0-9AFMTU]$`)},
	{code.HCPCS, regexp.MustCompile(`^[A-CEGHJ-MP-V][0-9]{4}$`)},
	{code.CDT, regexp.MustCompile(`^D[0-9]{4}$`)},
	{code.Modifier, regexp.MustCompile(`^[0-9A-Z]{2}$`)},
	{code.ICD10CM, regexp.MustCompile(`^[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?$`)},
	{code.ICD10PCS, regexp.MustCompile(`^[0-9A-HJ-NP-Z]{7}$`)},
}

// readings returns the codes that s can mean, in normal form.
func readings(s string) []code.Code {
	s = strings.ToUpper(strings.TrimSpace(s))
	var out []code.Code
	for _, r := range shapes {
		if !r.shape.MatchString(s) {
			continue
		}
		c := code.Code{System: r.system, Code: s}
		if r.system == code.ICD10CM && len(s) > 3 && s[3] != '.' {
			c.Code = s[:3] + "." + s[3:]
		}
		out = append(out, c)
	}
	return out
}

// Show returns what is known of a code on the day, one entry a system that
// knows it. A code that no system knows, or no system has the shape of, is one
// entry with status unknown.
func Show(ctx context.Context, tx pgx.Tx, s string, on time.Time) ([]Entry, error) {
	codes := readings(s)
	if len(codes) == 0 {
		return []Entry{{Code: s, Status: "unknown", NotChecked: "no code system writes its codes so"}}, nil
	}
	f, err := Gather(ctx, tx, Query{On: on, Codes: codes})
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, c := range codes {
		e := f.entry(c)
		if err := e.count(ctx, tx, on); err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	known := slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return e.Status == "unknown" })
	if len(known) == 0 {
		return entries[:1], nil
	}
	return known, nil
}

// entry arranges the facts of c.
func (f Facts) entry(c code.Code) Entry {
	cf := f.Codes[Key(c)]
	e := Entry{System: c.System, Code: c.Code, Status: cf.verdict(), Billable: cf.Billable, Title: cf.Title, Words: cf.Words,
		Successor: cf.Successor, Children: cf.Children, SevenChars: cf.SevenChars, AddOn: cf.AddOn, PFS: cf.PFS, Drug: cf.Drug}
	for _, n := range f.Notes {
		if slices.Contains(n.Bears, c.Code) && c.System == code.ICD10CM {
			e.Notes = append(e.Notes, n)
		}
	}
	if cf.MUE != nil {
		e.MUE = []MUE{*cf.MUE}
	}
	if cf.Status == code.Unchecked {
		e.NotChecked = f.unchecked(c)
		return e
	}
	e.Source, e.EffectiveFrom, e.EffectiveTo = &cf.Source, cf.Source.EffectiveFrom, cf.Source.EffectiveTo
	return e
}

// verdict is the status as code.status says it.
func (cf CodeFacts) verdict() string {
	switch {
	case cf.NotYet:
		return "not_yet_effective"
	case cf.Status == code.Unchecked:
		return string(code.Unknown)
	case cf.Status != code.Valid && cf.Successor != "":
		return "replaced"
	}
	return string(cf.Status)
}

// unchecked says why nothing loaded can tell the status of c.
func (f Facts) unchecked(c code.Code) string {
	kind := setOf(c.System)
	switch a := f.Answers[kind]; {
	case kind == "":
		return string(c.System) + ": no release of this system can be loaded"
	case a.Starter || c.System == code.CPT && f.Answers[KindPFS].Starter:
		return kind + ": not in the starter"
	default:
		return a.Missing
	}
}

// count adds what lies outside a question's rows: how many edits name the code,
// and its rows in other releases.
func (e *Entry) count(ctx context.Context, tx pgx.Tx, on time.Time) error {
	const edits = `-- name: codeset.count_edits
select count(*) filter (where column1 = $2) as as_column_one, count(*) filter (where column2 = $2) as as_column_two
from ptp_rows p where release_id ` + answering + ` and (column1 = $2 or column2 = $2) and ` + inForce
	const history = `-- name: codeset.history
` + elsewhere + `(s.via = '' or s.part_of = (select max(id) from releases where kind = 'starter')) order by s.kind, s.effective_from, s.id`
	var counts []PTPCount
	var seen []seenRow
	var texts []cptText
	b := &pgx.Batch{}
	b.Queue(settleSQL, on, kinds(""))
	queue(b, &counts, edits, on, e.Code)
	queue(b, &seen, history, kinds(""), []string{e.Code})
	if e.System == code.CPT {
		queue(b, &texts, cptTextsSQL, e.Code)
	}
	b.Queue(restoreSQL)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("count what names %s: %w", e.Code, err)
	}
	if counts[0] != (PTPCount{}) {
		e.PTP = &counts[0]
	}
	if len(texts) > 0 {
		e.Descriptor, e.Notice = texts[0].Text, texts[0].Notice
	}
	for _, r := range seen {
		if r.about(code.Code{System: e.System, Code: e.Code}) {
			e.History = append(e.History, r.datedSource(r.Code, r.RowFrom, r.RowTo))
		}
	}
	return nil
}

// A cptText is a descriptor with the notice that it must not be shown without.
type cptText struct{ Text, Notice string }

// cptTextsSQL finds the descriptors of a code, the long one first. Nothing else
// reads the table.
const cptTextsSQL = `-- name: codeset.cpt_texts
select t.text, s.notice from cpt_texts t join releases s on s.id = t.release_id
where t.code = $1 and t.release_id ` + answering + ` and ` + licensed + `
order by s.effective_from desc, s.id desc, array_position(array['long', 'medium', 'short'], t.form)`
