package cmsfile

import (
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// A CodeRow is one code of a diagnosis or procedure code set.
type CodeRow struct {
	System   code.System
	Code     string // normal form, ICD-10-CM with its dot
	Billable bool   // false: a header
	Title    string // long title
	Short    string // short title, where the file has one
}

// A GEMRow is one mapping of the general equivalence mappings between
// ICD-9-CM and ICD-10 (GEMs technical documentation, flags).
type GEMRow struct {
	From, To                        code.Code // To.Code is "" where NoMap
	Approximate, NoMap, Combination bool
	Scenario, ChoiceList            int
}

// A NoteRow is one tabular instruction where it stands.
type NoteRow struct {
	Kind  string // includes, inclusion_term, excludes1, excludes2, code_first, use_additional, code_also, note, seven_chr_note
	Owner string // code with its dot, or the span of a section or chapter: E08-E13
	First string // category that a section or chapter begins and ends with, else ""
	Last  string
	Text  string
}

// An ExtensionRow is one seventh character at the code that defines it.
type ExtensionRow struct{ Owner, Char, Text string }

// A SectionRow is a block or chapter of the tabular list.
type SectionRow struct {
	Span        string // E08-E13
	First, Last string // categories
	Title       string
	Chapter     bool
}

// A HCPCSRow is one code or modifier of HCPCS Level II (record layout of the
// Alpha-Numeric file; columns in parentheses).
type HCPCSRow struct {
	Code            string
	Modifier        bool
	Long, Short     string
	Pricing         []string // four pricing indicators (120-127), those given
	MultiplePricing string   // 128
	CIM, MCM        []string // manual references (129-134…, 147-154…)
	Statute         string   // 171-180
	LabCert         []string // 181-183…
	XRefs           []string // 205-209, five times
	Coverage        string   // C, D, I, M, S (230)
	ASCGroup        string   // 231-232, YY: approved for an ambulatory surgical center
	ASCFrom         time.Time
	ProcNote        string   // 253-256
	BETOS           string   // 257-259
	TypesOfService  []string // 261-265
	AnesthesiaUnits string   // 266-268
	Added           time.Time
	ActionFrom      time.Time
	Terminated      time.Time // last day in force; zero: none
	Action          string    // 293
}

// A NOCRow is a code for what has no code of its own.
type NOCRow struct {
	Code       string
	Title      string // cut at 79 characters in the printed form
	Added      time.Time
	Terminated time.Time // last day in force; zero: none
}

// A CPTRow is one code of the licence holder's own AMA file.
type CPTRow struct {
	Code string
	Form string // long, medium, short
	Text string // the descriptor: the AMA's, shown only under a licence
}

// A PTPRow is one NCCI procedure-to-procedure edit.
type PTPRow struct {
	Column1, Column2 string
	Before1996       bool // "*": in existence prior to 1996
	From             time.Time
	To               time.Time // last day in force; zero: open
	Indicator        string    // CCMI 0, 1, 9
	Rationale        string
	Line             int // of the text, or row of the sheet
}

// A PTPChange is one row of a quarterly change file.
type PTPChange struct {
	Change string // added, deleted, revised (modifier indicator)
	PTPRow
	Before string // revised: the indicator before, "" where the file does not say
}

// A MUERow is one medically unlikely edit.
type MUERow struct {
	Code      string
	Units     int
	MAI       string // 1 line, 2 date of service policy, 3 date of service clinical
	Rationale string
}

// An AddOnRow is one add-on code with one primary code, CCCCC where the
// contractor defines them.
type AddOnRow struct {
	AddOn, Primary string
	Type           string // 1, 2, 3
	From, To       time.Time
}

// A PFSRow is one row of the physician fee schedule (PPRRVU), figures and
// indicators as text as in the file.
type PFSRow struct {
	Code, Mod, Status                                string
	Work, NonFacPE, FacPE, MP, NonFacTotal, FacTotal string // relative value units
	NonFacNA, FacNA                                  string
	PCTC, Global, Pre, Intra, Post                   string
	Multiple, Bilateral, Assistant, CoSurgeon, Team  string
	Pricing                                          string // from 2026
	EndoBase, Conversion, Supervision, Imaging       string
}

// A GPCIRow is one locality with its geographic practice cost indices.
type GPCIRow struct {
	Contractor, State, Locality, Name string
	Work, PE, MP                      string
}

// A POSRow is one place of service code (CMS place of service code set).
type POSRow struct {
	Code, Name, Text string
	Facility         string // "facility", "non-facility", "" where the file does not say
}

// An MCERow names a code on one of the Medicare Code Editor's lists.
type MCERow struct {
	Code string // ICD-10-CM or PCS as in the file
	List string // the edit: age, sex, manifestation, …
	Rule string // the conflict as the file words it
}
