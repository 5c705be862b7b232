package codeset

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// Outpatient is the Query.Setting that asks the hospital's NCCI tables; any
// other asks the practitioner's.
const Outpatient = "outpatient"

// Gather reads every stored row that bears on q in one round trip.
//
// Facts.Answers has an entry for each kind that a rule may ask, those that
// nothing answers with Missing. Facts.Codes has an entry for each code of q.
// Facts.Pairs has at most one row a pair of codes: the edit in force on the day
// (InForce), else the last one that ended before it; its Earlier are the others.
func Gather(ctx context.Context, tx pgx.Tx, q Query) (Facts, error) {
	g := newGathering(q)
	b := &pgx.Batch{}
	g.queue(b)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return Facts{}, fmt.Errorf("gather the rows of %d codes: %w", len(q.Codes), err)
	}
	return g.facts(), nil
}

// kinds lists the release kinds that may answer a question in the setting. The
// limits of DME suppliers stand beside either setting's: who supplies is a fact
// of the claim.
func kinds(setting string) []string {
	ptp, mue := KindPTPPractitioner, KindMUEPractitioner
	if setting == Outpatient {
		ptp, mue = KindPTPOutpatient, KindMUEOutpatient
	}
	return []string{ptp, mue, KindMUEDME, KindAddOn, KindPFS, KindHCPCS, KindCPT, KindICD10CM, KindICD10CMTabular,
		KindICD10PCS, KindLCD, KindArticle, KindMCE, KindPOS, KindStarter}
}

// A gathering is one look-up: what is asked, then the rows as they were read.
type gathering struct {
	q          Query
	kinds      []string
	codes      []string // of every system
	procedures []string // CPT and HCPCS
	hcpcs      []string // of them HCPCS
	diagnoses  []string // ICD-10-CM
	icd9       []string // ICD-9-CM
	facilities []string // places of service
	tree       []string // those and what is above them
	categories []string
	proposed   []string // what the diagnoses would be with their placeholders

	releases   []speaker
	codeRows   []codeRow
	seen       []seenRow
	pairs      []ptpRow
	proofs     []proofRow
	mues       []mueRow
	pfs        []pfsRow
	addons     []addonRow
	notes      []noteRow
	extensions []extensionRow
	complete   []completeRow
	mces       []mceRow
	glosses    []rangeGloss
	xrefs      []xrefRow
	mappings   []mappingRow
	places     []placeNameRow
	coverage   coverageLookup

	byID map[int64]speaker
}

func newGathering(q Query) *gathering {
	g := &gathering{q: q, kinds: kinds(q.Setting)}
	asked := make(map[code.Code]bool, len(q.Codes))
	for _, c := range q.Codes {
		if asked[c] {
			continue
		}
		asked[c] = true
		g.codes = append(g.codes, c.Code)
		switch c.System {
		case code.CPT, code.HCPCS:
			g.procedures = append(g.procedures, c.Code)
			if c.System == code.HCPCS {
				g.hcpcs = append(g.hcpcs, c.Code)
			}
		case code.ICD9CM:
			g.icd9 = append(g.icd9, c.Code)
		case code.POS:
			g.facilities = append(g.facilities, c.Code)
		case code.ICD10CM:
			g.diagnoses = append(g.diagnoses, c.Code)
			g.tree = append(append(g.tree, c.Code), ancestors(c.Code)...)
			g.categories = append(g.categories, category(c.Code))
			if p := withPlaceholders(c.Code); p != "" {
				g.proposed = append(g.proposed, p)
			}
		}
	}
	return g
}

func (g *gathering) queue(b *pgx.Batch) {
	on := g.q.On
	b.Queue(settleSQL, on, g.kinds)
	queue(b, &g.releases, releasesSQL, on)
	queue(b, &g.codeRows, codesSQL, slices.Concat(g.codes, g.tree, g.proposed))
	queue(b, &g.glosses, rangesSQL, on, g.codes)
	queue(b, &g.seen, seenSQL, g.kinds, g.codes)
	if len(g.procedures) > 0 {
		queue(b, &g.pairs, pairsSQL, on, g.procedures)
		queue(b, &g.proofs, proofsSQL, on, g.procedures)
		queue(b, &g.mues, muesSQL, g.procedures)
		queue(b, &g.pfs, pfsSQL, g.procedures)
		queue(b, &g.addons, addonsSQL, g.procedures)
	}
	if len(g.tree) > 0 {
		queue(b, &g.notes, notesSQL, g.tree, g.categories, g.diagnoses)
		queue(b, &g.extensions, extensionsSQL, g.tree)
		queue(b, &g.complete, completeSQL, g.diagnoses)
		queue(b, &g.mces, mcesSQL, g.diagnoses)
	}
	if len(g.facilities) > 0 {
		queue(b, &g.places, placesOnDaySQL, g.facilities)
	}
	g.queueSuccessors(b)
	if len(g.procedures) > 0 {
		g.coverage.queue(b, g)
	}
	b.Queue(restoreSQL)
}

const releasesSQL = `-- name: codeset.answers
select id, kind, name, via, dated, effective_from, effective_to, ` + asOf + ` as as_of from releases where id ` + answering

var muesSQL = `-- name: codeset.mues
select release_id, code, units, mai, rationale from mue_rows where code = any($1) and release_id ` + slotted(officeMUE, hospitalMUE, supplierMUE)

var pfsSQL = `-- name: codeset.pfs
select release_id, code, mod, status, global, pctc, multiple, bilateral, assistant, cosurgeon, team, endo_base, work
from pfs_rows where code = any($1) and release_id ` + slotted(pfsSlot) + ` order by code, mod`

var addonsSQL = `-- name: codeset.addons
select release_id, addon, primary_code, type, effective_from, effective_to
from addon_rows where addon = any($1) and release_id ` + slotted(addonSlot) + ` order by addon, primary_code, effective_from`

// Notes at a code of the query and above it; and the Excludes notes below one,
// which may bear on a header once it is completed. Inclusion terms are words for
// their own code and not inherited. What tells whether the list has a code stands
// beside them (notTabled).
var notesSQL = `-- name: codeset.notes
with held as (
    select release_id, kind, owner, first_category, last_category, seq, text, refs from icd_notes
    where owner = any($1) and (kind <> 'inclusion_term' or owner = any($3))
    union all
    select release_id, kind, owner, first_category, last_category, seq, text, refs from icd_notes
    where first_category is not null and kind <> 'inclusion_term' and exists (select from unnest($2::text[]) c where c between first_category and last_category)
    union all
    select n.release_id, n.kind, n.owner, n.first_category, n.last_category, n.seq, n.text, n.refs
    from unnest($3::text[]) h (code) join icd_notes n on n.owner > h.code and n.owner < h.code || '~'
    where n.kind in ('excludes1', 'excludes2') and n.owner <> all($1)
    union all
    select release_id, kind, owner, null, null, seq, '', '{}' from icd_notes where owner = 'A00' and kind = '` + kindCodes + `'
    union all
    select n.release_id, '` + kindHasNotes + `', c.code, null, null, 0, '', '{}'
    from unnest($2::text[]) c (code) join icd_notes n on n.owner >= c.code and n.owner < c.code || '~' where n.first_category is null and n.kind <> '` + kindCodes + `')
select distinct release_id, kind, owner, first_category, last_category, seq, text, refs
from held where release_id ` + slotted(tabularSlot) + ` order by owner, seq`

const extensionsSQL = `-- name: codeset.extensions
select owner, character, text from icd_extensions where owner = any($1) and release_id ` + answering + ` order by owner, character`

const glossesSQL = `-- name: codeset.glosses
select s.name as release, g.system, g.code, g.core, g.words, g.effective_from, g.effective_to, g.successor, g.cite
from glosses g join releases s on s.id = g.release_id where g.code = any($1) and g.release_id ` + answering

type mueRow struct {
	ReleaseID int64
	Code      string
	Units     int
	MAI       string
	Rationale string
}

type pfsRow struct {
	ReleaseID                       int64
	Code, Mod, Status, Global, PCTC string
	Multiple, Bilateral, Assistant  string
	Cosurgeon, Team, EndoBase, Work string
}

type addonRow struct {
	ReleaseID     int64
	Addon         string
	PrimaryCode   string
	Type          string
	EffectiveFrom *time.Time
	EffectiveTo   *time.Time
}

type noteRow struct {
	ReleaseID                   int64
	Kind, Owner                 string
	FirstCategory, LastCategory *string
	Seq                         int
	Text                        string
	Refs                        []string
}

type extensionRow struct{ Owner, Character, Text string }

// A glossRow is what the starter knows of a code beside the official files.
type glossRow struct {
	Release, System, Code      string
	Core                       bool
	Words                      string
	EffectiveFrom, EffectiveTo *time.Time
	Successor, Cite            string
}

func (r glossRow) source() Source {
	row := r.Code
	if r.Cite != "" {
		row += " (" + r.Cite + ")"
	}
	return Source{Set: KindStarter, Release: r.Release, Row: row, Via: KindStarter,
		EffectiveFrom: day(r.EffectiveFrom), EffectiveTo: day(r.EffectiveTo), Dated: r.EffectiveFrom != nil || r.EffectiveTo != nil}
}

// facts arranges the rows by code.
func (g *gathering) facts() Facts {
	g.byID = make(map[int64]speaker, len(g.releases))
	for _, r := range g.releases {
		g.byID[r.ID] = r
	}
	f := Facts{On: g.q.On, Answers: answers(g.kinds, g.releases, g.q.On), Codes: make(map[string]CodeFacts, len(g.q.Codes)),
		Pairs: g.pairFacts(), Core: g.core(), Notes: g.noteFacts()}
	for _, c := range g.q.Codes {
		cf := CodeFacts{Code: c, MUE: g.mue(c, false), SupplierMUE: g.mue(c, true), PFS: g.pfsFacts(c), SevenChars: g.extensionFacts(c), MCE: g.mceFacts(c), NotTabled: g.notTabled(c)}
		g.relate(&cf)
		g.describe(&cf)
		g.judge(&cf, f.Answers)
		g.succeed(&cf)
		g.finish(&cf)
		f.Codes[Key(c)] = cf
	}
	g.coverage.fill(&f, g.q)
	return f
}

// core names the codes of the query among which the starter's pairs are complete.
func (g *gathering) core() map[string]bool {
	if !slices.ContainsFunc(g.releases, func(r speaker) bool { return r.Via != "" && r.Kind == KindPTPPractitioner }) {
		return nil
	}
	m := map[string]bool{}
	for _, r := range g.glosses {
		if r.Core {
			m[r.Code] = true
		}
	}
	return m
}

// newer keeps the rows of the code that g should answer from: those of the
// starter while it is live beside an older official release, else all.
func newer[T any](g *gathering, rows []T, of func(T) (int64, bool)) []T {
	var official, starter []T
	for _, r := range rows {
		id, ok := of(r)
		switch {
		case !ok:
		case g.byID[id].Via != "":
			starter = append(starter, r)
		default:
			official = append(official, r)
		}
	}
	if len(starter) > 0 {
		return starter
	}
	return official
}

// mue returns the limit of c in the DME suppliers' table or in the setting's.
func (g *gathering) mue(c code.Code, supplier bool) *MUE {
	rows := newer(g, g.mues, func(r mueRow) (int64, bool) {
		return r.ReleaseID, isProcedure(c) && r.Code == c.Code && (g.byID[r.ReleaseID].Kind == KindMUEDME) == supplier
	})
	if len(rows) == 0 {
		return nil
	}
	r := rows[0]
	return &MUE{Limit: r.Units, MAI: r.MAI, Rationale: r.Rationale, Source: g.byID[r.ReleaseID].source(r.Code)}
}

func (g *gathering) pfsFacts(c code.Code) []PFS {
	var out []PFS
	for _, r := range newer(g, g.pfs, func(r pfsRow) (int64, bool) { return r.ReleaseID, isProcedure(c) && r.Code == c.Code }) {
		key := r.Code
		if r.Mod != "" {
			key += "-" + r.Mod
		}
		out = append(out, PFS{Mod: r.Mod, Status: r.Status, Global: r.Global, PCTC: r.PCTC, Multiple: r.Multiple,
			Bilateral: r.Bilateral, Assistant: r.Assistant, CoSurgeon: r.Cosurgeon, Team: r.Team, EndoBase: r.EndoBase,
			Work: r.Work, Source: g.byID[r.ReleaseID].source(key)})
	}
	return out
}

// relate sets what is known of c as an add-on code.
func (g *gathering) relate(cf *CodeFacts) {
	for _, r := range newer(g, g.addons, func(r addonRow) (int64, bool) { return r.ReleaseID, isProcedure(cf.Code) && r.Addon == cf.Code.Code }) {
		if r.PrimaryCode == "" {
			cf.NotAddOn = true
			continue
		}
		a := AddOn{Type: r.Type, Primary: r.PrimaryCode,
			Source: g.byID[r.ReleaseID].datedSource(r.Addon+"/"+r.PrimaryCode, r.EffectiveFrom, r.EffectiveTo)}
		if first(r.EffectiveFrom).After(g.q.On) || open(r.EffectiveTo).Before(g.q.On) {
			cf.AddOnElse = append(cf.AddOnElse, a)
			continue
		}
		cf.AddOn = append(cf.AddOn, a)
	}
}

// extensionFacts returns the characters of the nearest definition at or above c.
func (g *gathering) extensionFacts(c code.Code) []Extension {
	if c.System != code.ICD10CM {
		return nil
	}
	for _, owner := range append([]string{c.Code}, ancestors(c.Code)...) {
		var out []Extension
		for _, r := range g.extensions {
			if r.Owner == owner {
				out = append(out, Extension{Char: r.Character, Text: r.Text})
			}
		}
		if out != nil {
			return out
		}
	}
	return nil
}

// noteFacts names for each note the codes of the query that carry it. Beside an
// official list the starter's few notes are none.
func (g *gathering) noteFacts() []Note {
	var out []Note
	full := g.official(KindICD10CMTabular).ID != 0
	for _, r := range g.notes {
		if full && g.byID[r.ReleaseID].Via != "" || r.Kind == kindCodes || r.Kind == kindHasNotes {
			continue
		}
		n := Note{Kind: r.Kind, Owner: r.Owner, Text: r.Text, Refs: r.Refs,
			Source: g.byID[r.ReleaseID].source(r.Owner + " " + r.Kind)}
		for _, c := range g.q.Codes {
			if c.System == code.ICD10CM && r.holds(c.Code) && !slices.Contains(n.Bears, c.Code) {
				n.Bears = append(n.Bears, c.Code)
			}
		}
		out = append(out, n)
	}
	return out
}

func (r noteRow) holds(icd string) bool {
	if r.Kind == "inclusion_term" {
		return icd == r.Owner
	}
	if r.FirstCategory != nil {
		return category(icd) >= *r.FirstCategory && category(icd) <= *r.LastCategory
	}
	return icd == r.Owner || slices.Contains(ancestors(icd), r.Owner)
}

func isProcedure(c code.Code) bool { return c.System == code.CPT || c.System == code.HCPCS }
