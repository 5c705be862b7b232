// Package code recognises the medical codes that a text names, and the facts
// and questions around them. It knows shapes and context only; what is live on
// a date of service is handed to Resolve by the caller.
//
//	text ──Find──▶ candidates ──(codeset.Gather)──▶ Resolve ──▶ mentions
//
// One file holds one recogniser. All offsets are byte offsets into the text
// that was given, and text[m.Start:m.End] == m.Text always holds.
package code

import "time"

// A System names a code system as the command-line contract spells it.
type System string

// The code systems of the contract. CPT covers categories I, II and III, PLA
// and MAAA codes.
const (
	CPT      System = "cpt"
	HCPCS    System = "hcpcs"
	ICD10CM  System = "icd10cm"
	ICD10PCS System = "icd10pcs"
	ICD9CM   System = "icd9cm"
	Modifier System = "modifier"
	POS      System = "pos"
	Revenue  System = "revenue"
	CARC     System = "carc"
	RARC     System = "rarc"
	NDC      System = "ndc"
	DRG      System = "drg"
	APC      System = "apc"
	LCD      System = "lcd"
	NCD      System = "ncd"
	Article  System = "article"
	CDT      System = "cdt"
)

// Regions of a mail, as Mention.Region and Fact.Region name them. An
// attachment's region is "attachment:" and its name.
const (
	Subject   = "subject"
	Body      = "body"
	Quote     = "quote"
	Signature = "signature"
)

// A Code is one code of one system in its normal form: upper case, ICD-10-CM
// with its dot. It is comparable and serves as a map key.
type Code struct {
	System System `json:"system"`
	Code   string `json:"code"`
}

// A Status says what the loaded code sets know of a code on a date of service.
type Status string

// Unchecked is the status where no loaded release can answer.
const (
	Unchecked Status = ""
	Valid     Status = "valid"
	Deleted   Status = "deleted"
	Unknown   Status = "unknown"
)

// A Mention is one reading of one place in a text that names a code.
type Mention struct {
	System     System   `json:"system"`
	Code       string   `json:"code"`
	Through    string   `json:"through,omitempty"` // last code of a range, else empty
	Modifiers  []string `json:"modifiers,omitempty"`
	Units      int      `json:"units,omitempty"` // 0 where the text states none
	Text       string   `json:"text"`
	Start      int      `json:"start"`
	End        int      `json:"end"`
	Region     string   `json:"region"`
	Confidence float64  `json:"confidence"` // 0 to 1; from 0.5 we say that the code is named
	Note       string   `json:"note,omitempty"`
	Status     Status   `json:"status,omitempty"`

	instead bool // Resolve: offered in place of the code before, "A or B"
	hint    hint // what Find leaves for Resolve; empty in what Resolve returns
}

// Key returns the code that m names.
func (m Mention) Key() Code { return Code{m.System, m.Code} }

// A Fact is something that a text states about the case, under one of the
// contract's fact names.
type Fact struct {
	Name   string `json:"name"`
	Value  string `json:"value"` // normal form: dates YYYY-MM-DD, numbers plain
	Text   string `json:"text"`
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Region string `json:"region,omitempty"`
}

// An Intent is one of the contract's closed list of question kinds.
type Intent string

// The intents of the contract, in the order of DOMAIN.md B.2.
const (
	BundlingPair        Intent = "bundling_pair"
	ModifierChoice      Intent = "modifier_choice"
	Denial              Intent = "denial"
	CodeSelect          Intent = "code_select"
	DxCode              Intent = "dx_code"
	EMLevel             Intent = "em_level"
	UnitsMUEDrug        Intent = "units_mue_drug"
	CoverageNecessity   Intent = "coverage_necessity"
	GlobalPeriod        Intent = "global_period"
	TelehealthPOS       Intent = "telehealth_pos"
	PreventiveScreening Intent = "preventive_screening"
	NewDeletedCode      Intent = "new_deleted_code"
	IncidentTo          Intent = "incident_to"
	AddOn               Intent = "addon"
	PaymentRVU          Intent = "payment_rvu"
	NotOurs             Intent = "not_ours"
)

// A Line is one procedure line of a claim: a CPT or HCPCS code with the
// modifiers in the order written and the units stated (0: not stated).
type Line struct {
	Code      string   `json:"code"`
	Modifiers []string `json:"modifiers,omitempty"`
	Units     int      `json:"units,omitempty"`

	// Or says that the text offers this line in place of the one before it, "A
	// or B", so that the two are not both on the claim.
	Or bool `json:"or,omitempty"`
}

// Day returns t's calendar day in its own zone as midnight UTC, the form in
// which every date of service is kept.
func Day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// ParseDay reads YYYY-MM-DD as midnight UTC.
func ParseDay(s string) (time.Time, error) { return time.Parse(time.DateOnly, s) }
