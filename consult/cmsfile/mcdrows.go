package cmsfile

import "time"

// An MCDDocument is one version of an LCD or article (tables lcd and article).
type MCDDocument struct {
	ID      string // L33312, A52369
	Display string // how the database shows it: of a proposed one DL…, DA… with a number of its own
	Version int
	Title   string
	Status  string    // A approved, R retired, P proposed; of a listing also its note in words
	From    time.Time // first day of this version; zero: not said
	To      time.Time // last day; zero: open
}

// An MCDContractor is one contractor; its key has three parts.
type MCDContractor struct {
	Key     string // id.type.version
	Name    string
	Number  string
	Subtype string // id of the contractor's sub-type: 1 MAC A, 2 MAC B, 3 HHH MAC, 4 DME MAC
	Retired bool
}

// An MCDServed says that a document is a contractor's.
type MCDServed struct {
	Document   string
	Version    int
	Contractor string // key
}

// An MCDState is a state, or part of one, as the database names it.
type MCDState struct{ ID, Abbrev, Name string }

// An MCDJurisdiction says that a contractor serves a state.
type MCDJurisdiction struct {
	Contractor string // key
	State      string // id
	From, To   time.Time
}

// An MCDPrimary says for which state a document of a single contractor is.
type MCDPrimary struct {
	Document string
	Version  int
	State    string // id
}

// Lists of a document: what a group of its codes, or its paragraph, is for.
const (
	ListHCPCS      = "hcpcs"      // what the document is about
	ListCovered    = "covered"    // diagnoses that support necessity
	ListNoncovered = "noncovered" // diagnoses that do not
	ListPCS        = "pcs"
	ListModifier   = "modifier"
	ListBill       = "bill"
	ListRevenue    = "revenue"
	ListTable      = "table" // code table of an article: self-administered drugs
)

// An MCDGroup is the paragraph above a group of codes. Groups of different
// lists belong together by what their paragraphs say, not by their numbers.
type MCDGroup struct {
	Document string
	Version  int
	List     string
	Group    int
	Text     string // paragraphs without markup, a line each
	Asterisk string // what a star at a code of this group means
}

// An MCDCode is one code of a document. Codes entered as a range stand one by one.
type MCDCode struct {
	Document string
	Version  int
	List     string
	Group    int // 0: the list has no groups
	Code     string
	Asterisk bool
	From, To time.Time // of a code table's row
}

// An MCDRelated names another document that a document refers to.
type MCDRelated struct {
	Document string
	Version  int
	Related  string
	// RelatedVersion is the version at the time of writing.
	RelatedVersion int
}

// An MCDRetire is the day on which a document will be retired.
type MCDRetire struct {
	Document string
	On       time.Time
}
