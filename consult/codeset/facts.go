package codeset

import (
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// Release kinds, as the contract lists them.
const (
	KindICD10CM         = "icd10cm"
	KindICD10CMTabular  = "icd10cm-tabular"
	KindICD10PCS        = "icd10pcs"
	KindHCPCS           = "hcpcs"
	KindCPT             = "cpt"
	KindPTPPractitioner = "ncci-ptp-practitioner"
	KindPTPOutpatient   = "ncci-ptp-outpatient"
	KindMUEPractitioner = "ncci-mue-practitioner"
	KindMUEOutpatient   = "ncci-mue-outpatient"
	KindMUEDME          = "ncci-mue-dme"
	KindAddOn           = "ncci-addon"
	KindPFS             = "pfs"
	KindLCD             = "mcd-lcd"
	KindArticle         = "mcd-article"
	KindMCE             = "mce"
	KindPOS             = "pos"
	KindStarter         = "starter"
)

// A Source names the stored row that a fact rests on, or, without Row, the
// release whose silence it rests on.
type Source struct {
	Set           string `json:"set"`                      // release kind
	Release       string `json:"release"`                  // "2024Q3", "FY2026"
	Row           string `json:"row,omitempty"`            // the row's key in its file
	EffectiveFrom string `json:"effective_from,omitempty"` // YYYY-MM-DD
	EffectiveTo   string `json:"effective_to"`             // last day in force; "" while open
	Dated         bool   `json:"dated,omitempty"`          // the two dates are the row's own; else the release's period
	Via           string `json:"via,omitempty"`            // "starter" for a row of the starter library
	AsOf          bool   `json:"as_of,omitempty"`          // the release of that day is not loaded; this is the last before it
}

// A Query names what Gather looks up. It is one database round trip however
// many codes it has.
type Query struct {
	On      time.Time   // date of service, midnight UTC
	Codes   []code.Code // every code that the question names, all readings, modifiers included
	Setting string      // "outpatient" for the hospital tables, else practitioner

	// Contractor and State, as the question names them ("Palmetto GBA", "NC"),
	// keep the coverage documents to those that hold there; "" for all.
	Contractor, State string
}

// Facts holds every stored row that bears on a query. It is a plain value:
// edit.Check reads it without a database, and it is stored with the draft so
// that the draft can be made again byte for byte.
type Facts struct {
	On      time.Time            `json:"on"`
	Answers map[string]Answer    `json:"answers"` // by release kind: who answers for On
	Codes   map[string]CodeFacts `json:"codes"`   // by Key(code)
	Pairs   []PTP                `json:"pairs,omitempty"`
	Core    map[string]bool      `json:"core,omitempty"` // starter: codes among which its pairs are complete
	Notes   []Note               `json:"notes,omitempty"`

	Coverage     []Coverage `json:"coverage,omitempty"`      // by code, then articles before LCDs
	CoverageGaps []string   `json:"coverage_gaps,omitempty"` // why there may be more: a kind and what of it is not loaded
	Contractors  []string   `json:"contractors,omitempty"`   // loaded contractors that the query's contractor and state mean; none where neither is stated, or none is known by that name
}

// Key is the map key of a code in Facts.Codes: "cpt 99213".
func Key(c code.Code) string { return string(c.System) + " " + c.Code }

// An Answer says which release of a kind speaks for the date of service.
type Answer struct {
	Kind    string `json:"kind"`
	Release string `json:"release,omitempty"` // empty: nothing loaded answers
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
	AsOf    bool   `json:"as_of,omitempty"`
	Dated   bool   `json:"dated,omitempty"`   // a dated table: it answers for days before From by its rows' dates
	Starter bool   `json:"starter,omitempty"` // the starter answers: absence proves nothing
	Missing string `json:"missing,omitempty"` // why nothing answers, for not_checked
}

// CodeFacts is what the loaded releases say of one code on the date.
type CodeFacts struct {
	Code      code.Code   `json:"code"`
	Status    code.Status `json:"status"` // Unchecked where nothing loaded can tell
	NotYet    bool        `json:"not_yet,omitempty"`
	Billable  bool        `json:"billable,omitempty"`
	Title     string      `json:"title,omitempty"` // official text, where free (ICD, HCPCS); never CPT's
	Words     string      `json:"words,omitempty"` // our own plain words
	Successor string      `json:"successor,omitempty"`
	// SuccessorSource is the row that names Successor, nil without one. Several
	// codes are joined by commas, or are a range.
	SuccessorSource *Source `json:"successor_source,omitempty"`
	// Successors are the codes that a release names for one that is not valid on
	// the day: cross references of an ended HCPCS code; the codes of a range in
	// Successor that a release of the day has; the equivalences of an
	// ICD-9-CM code, or, before ICD-10, of an ICD-10-CM code.
	Successors []Successor `json:"successors,omitempty"`
	Source     Source      `json:"source"` // of Status
	// Children are the codes directly below an ICD-10-CM header. Of a code that is
	// unknown only because its seventh character (W19.XXX) or its placeholders
	// (W19.A) are missing: the ones meant.
	Children []string `json:"children,omitempty"`
	// Above is the nearest listed code above an ICD-10-CM code that is Unknown, nil
	// where there is none.
	Above *Above `json:"above,omitempty"`
	// Complete lists the billable codes below an ICD-10-CM header where a published
	// release has at most 40 of them and Children are not all of them; nil else.
	Complete []string `json:"complete,omitempty"`
	// NotTabled says of an ICD-10-CM code why the tabular list that answers cannot
	// tell its notes: "FY2021 does not have it". It is "" where the list has the code,
	// or the one that its seventh character extends, and where no official list answers.
	NotTabled  string      `json:"not_tabled,omitempty"`
	SevenChars []Extension `json:"seven_chars,omitempty"`
	MCE        []MCE       `json:"mce,omitempty"` // of an ICD-10-CM code
	MUE        *MUE        `json:"mue,omitempty"`
	PFS        []PFS       `json:"pfs,omitempty"` // one a modifier: "", 26, TC, 53
	AddOn      []AddOn     `json:"addon,omitempty"`
	// SupplierMUE is the limit of the DME suppliers' table, whatever the query's
	// setting; nil where it has none or is not loaded.
	SupplierMUE *MUE `json:"supplier_mue,omitempty"`
	// AddOnElse are the rows of the add-on table that had ended before the day or
	// begin after it.
	AddOnElse []AddOn `json:"addon_else,omitempty"`
	NotAddOn  bool    `json:"not_addon,omitempty"` // the starter says that the add-on table has no row for the code
	Drug      *Drug   `json:"drug,omitempty"`
	// Wording is the HCPCS release that Title and Drug are from, where Source's
	// does not tell those of the day: from the day since when they stand to the
	// last of that release. From a day after the question's: no release loaded
	// tells the day's own wording, and Drug is nil.
	Wording *Source `json:"wording,omitempty"`

	worded int64 // the release's id, 0 where none words it
}

// Above is a code of the list that answers, above one that it does not have:
// M79.3 above M79.31. Billable as in the order file.
type Above struct {
	Code     string `json:"code"`
	Billable bool   `json:"billable"`
}

// PTP is one row of the NCCI procedure-to-procedure table that names two codes
// of the query, in force on the date or ended before it. Earlier are the pair's
// other rows that began by the date, in either order of the columns, the last
// first; rows of indicator 9, never in force, are none of them.
type PTP struct {
	Column1   string `json:"column1"`
	Column2   string `json:"column2"`
	Indicator string `json:"indicator"` // CCMI: 0, 1, 9
	InForce   bool   `json:"in_force"`
	Rationale string `json:"rationale,omitempty"`
	Source    Source `json:"source"`

	Earlier []Period `json:"earlier,omitempty"`
}

// A Period is how long a row of the PTP table was in force (columns Column 1,
// Column 2, Effective Date, Deletion Date, Modifier). The days are YYYY-MM-DD; To
// is the last in force, "" for none.
type Period struct {
	Column1   string `json:"column1"`
	Column2   string `json:"column2"`
	Indicator string `json:"indicator"`
	From      string `json:"from"`
	To        string `json:"to"`
}

// MUE is a medically unlikely edit of a code: units a line (MAI 1) or a day
// (MAI 2 and 3).
type MUE struct {
	Limit     int    `json:"limit"`
	MAI       string `json:"mai"`
	Rationale string `json:"rationale,omitempty"`
	Source    Source `json:"source"`
}

// MCE is one list of the Medicare Code Editor that names a diagnosis: "age",
// "sex" or "other" (column icd_conflict_group) with its rule in the file's own
// words, "Maternity (Ages 9-64)" (icd_conflict_rule).
type MCE struct {
	List   string `json:"list"`
	Rule   string `json:"rule"`
	Source Source `json:"source"`
}

// PFS is one physician fee schedule row. The indicators are strings as in the
// file (PPRRVU columns STATUS CODE, GLOB DAYS, PCTC IND, MULT PROC, BILAT
// SURG, ASST SURG, CO-SURG, TEAM SURG, ENDO BASE).
type PFS struct {
	Mod       string `json:"mod,omitempty"`
	Status    string `json:"status"`
	Global    string `json:"global"`
	PCTC      string `json:"pctc"`
	Multiple  string `json:"multiple"`
	Bilateral string `json:"bilateral"`
	Assistant string `json:"assistant"`
	CoSurgeon string `json:"cosurgeon"`
	Team      string `json:"team"`
	EndoBase  string `json:"endo_base,omitempty"`
	Work      string `json:"work,omitempty"`
	Source    Source `json:"source"`
}

// AddOn is one row of the NCCI add-on code table in force on the date.
// Primary "CCCCC" stands for contractor-defined primaries.
type AddOn struct {
	Type    string `json:"type"` // 1, 2, 3
	Primary string `json:"primary"`
	Source  Source `json:"source"`
}

// Drug is the billing unit of a drug code, read out of its HCPCS descriptor.
type Drug struct {
	Amount float64 `json:"amount"` // in Unit a billing unit: J3301 10 mg
	Unit   string  `json:"unit"`   // mg, mcg, ml, units
	Source Source  `json:"source"`
}

// An Extension is a seventh character allowed for an ICD-10-CM code by the
// nearest sevenChrDef above it.
type Extension struct {
	Char string `json:"char"`
	Text string `json:"text"`
}

// A Note is an ICD-10-CM tabular instruction that stands on Owner or is
// inherited from it. Refs are the codes, ranges ("E08-E13") and families
// ("E11.-") that its text names.
type Note struct {
	Kind   string   `json:"kind"` // excludes1, excludes2, code_first, use_additional, code_also; only to read: includes, inclusion_term, note, seven_chr_note
	Owner  string   `json:"owner"`
	Bears  []string `json:"bears"` // the codes of the query that carry it, their own or inherited
	Text   string   `json:"text"`
	Refs   []string `json:"refs,omitempty"`
	Source Source   `json:"source"`
}
