package draft

import "github.com/caseconsultant/caseconsultant/consult/codeset"

// A Page is everything that a template can name. Each value that was not ours
// is a Text; docs/reply.md explains the fields to the people who edit the
// templates, and a test holds that list to this struct.
type Page struct {
	Subject string // the asker's, for the Subject line only; empty: the mail had none

	Case         Text // "17"; empty: asked on the command line
	Answered     Text // day of the answer
	On           Text // date of service that the answer holds for
	OnStated     bool // false: today is assumed
	OnSeveral    bool // because several days were named
	Payer        Text // empty: none stated, Medicare's rules
	Practitioner bool // false: hospital outpatient tables

	Verdict    Text  // from the closed list of docs/reply.md
	Decided    bool  // false: the verdict waits for a fact
	Codes      Text  // the codes that the question names, "20610 and 99213"
	Under      Text  // the verdict by Medicare's rules, where the payer has its own
	By         By    // what the verdict rests on
	Says       Text  // the sentence that the verdict rests on, where no other field words it
	Pair       *Pair // the NCCI pair that decides; nil: none does
	Beside     *Pair // an edit between the answer and another line of the claim
	Errors     bool  // a finding fails the claim that the verdict does not speak of
	More       bool  // there are further pairs
	Choice     *Choice
	Global     *Global
	Units      []Unit
	AddOn      *AddOn
	Dx         *Dx
	Status     *Status
	Illegal    []Line // a modifier that does not fit; Why says why
	Denial     *Denial
	Read       Text   // slips of the pen that were read as codes, "2O610 as 20610"
	Unanswered []Text // parts of the question that this reply leaves open, and why
	Understood Text   // what a mail without a code states, in plain words
	Remarks    []Text // rules beside the tables that answer where nothing else does
	Dental     Text   // the codes asked about when all are CDT codes

	Claim     []Line
	OnlyIf    bool // the claim table holds only if the record shows what it must
	Why       []Reason
	Shortened bool // findings were left out of Why to keep the reply short
	Passed    Text // the rules that found nothing against the claim, in plain words
	Record    []Text
	Branches  []Branch
	NoEdit    Text   // pairs without an edit, beside pairs that have one
	Bears     Text   // facts that bear on it and were not asked for, in plain words
	Recent    []Text // edits that began or ended in the last two years
	AsOf      bool   // a release older than the date of service answered
	Starter   bool   // the starter library answered
	Payers    Payers
	Questions []Question
	ByHand    bool // undecided, and no fact that could be asked for decides it
	Unchecked []Text
	Sources   []Text

	Year  Text // of the answer, for the copyright line
	Block Blocks

	found found
	tag   string // last line of the body

	said      codeset.Source // the row that Says rests on; zero: a finding has it
	objected  bool           // a remark speaks against the diagnoses
	remarked  []string       // where Remarks are from
	unchecked []Text         // Unchecked in fewer words, for a reply that grows too long
}

// found is everything that the sections were made of; templates see only what
// decides.
type found struct {
	pairs    []Pair
	addOns   []AddOn
	dx       []Dx
	statuses []Status
}

// By tells what the verdict rests on; at most one is true.
type By struct {
	Status, Illegal, AddOn, Units, Bilateral, Global, Pair, Convention, Dx, Choice, Denial, Nothing, Open, Other bool
	Alone, Dental, Included, Timed                                                                               bool
}

// Blocks are the shared parts, block-NAME.md, already rendered.
type Blocks struct {
	Header, Answer, Claim, Why, Record, Changes, Payers, Questions, Denied, Sources, Notices string
}

// A Pair is one NCCI pair of the claim, column one first.
type Pair struct {
	One, Two     Text
	Indicator    Text // "0", "1"; empty: no edit in force
	Bundled      bool // indicator 0
	NeedModifier bool // indicator 1, no fitting modifier on the claim yet
	HasModifier  bool // indicator 1, and it is there
	Clear        bool // no edit in force
	Visits       bool // both are visits
	EM           Text // the visit of the pair; empty: none
	Procedure    Text // the other code of such a pair
	Modifier     Text // the modifier that fits: 25, 57, or 59
	On           Text // the code whose line carries it
	Same         bool // stated: same site, lesion, or session
	Separate     bool // stated: a different one
	Session      bool // what is separate can only be the session: therapy, treatments
	AsOf         Text // the older release that answered; empty: that of the date
}

// A Choice is what a family of consult/draft/choices.toml says of the question.
type Choice struct {
	Variable Text // what decides, in plain words: "the number of lesions treated"
	Stated   Text // what the asker stated of it, "9 lesions"; empty: nothing
	Report   Text // "96406 ×1", or "11042 ×1 and 11045 ×2"; empty: undecided
	When     Text // when that is right: "more than 7 lesions"
	Working  Text // the arithmetic, if any
	Combined bool // one line stands for the codes asked
	Counted  bool // a number decides
}

// Global is the global period that bears on the question.
type Global struct {
	Code, Days                  Text
	Surgery, Last               Text // dates; empty: no surgery date stated
	Included, Outside, Modified bool
	Modifier                    Text // 24, 25, 57, 58, 78, 79
	On                          Text // the code whose line bears it
	Present                     bool
	Undecided                   bool
	Statement                   Text
}

// A Unit is what the rules say of the units of one code.
type Unit struct {
	Code, Words Text
	Units       Text // computed from the dose, or stated; empty: neither
	Dose, Each  Text // "60 mg", "15 mg"
	Waste       Text // what is discarded and how it is marked, in a sentence
	Computed    bool
	Limit, MAI  Text
	Asked       bool // the limit itself is what was asked for
	Exceeds     bool
	Line        bool // MAI 1: the limit is a line's
	Zero        bool // the limit is 0
}

// An AddOn is an add-on code and whether its primary is on the claim.
type AddOn struct {
	Code, Primaries             Text
	Missing, Present, Contracts bool
	Beside                      Text // missing although this primary stands on the claim: it is not paid, or another's
	Statement                   Text
}

// Dx is what the diagnosis rules say of one code or two.
type Dx struct {
	Code, With, Children                             Text
	Complete, Incomplete, Seventh, Placeholder       bool
	Excludes1, First, Advised, Invalid, Inconsistent bool
	Statement                                        Text
}

// A Status is the standing of one code on the date.
type Status struct {
	Code, Words, Successor, To, Statement     Text
	Valid, Deleted, NotYet, Unknown, Replaced bool
	Several                                   bool // more than one code, or a range, took its place
	Bundled, NotForMedicare, NotCovered       bool // Medicare fee schedule
	Indicator                                 Text
}

// A Denial is what the asker pasted from the remittance.
type Denial struct {
	Codes    []Gloss
	Cause    Text // the finding that explains it best; empty: none does
	FixClaim bool // a corrected claim is the way out
	Coverage bool // it rests on coverage, and no policy is loaded
	Stands   bool // it is right as the case is stated
}

// A Gloss is a reason code in our own words.
type Gloss struct{ Code, Means Text }

// A Line is one line of the claim table.
type Line struct {
	No, Code, Modifiers, Units, Words, Dx, Why Text
}

// A Reason is one finding that bears on the answer.
type Reason struct {
	Says, Source Text

	weight int // what bears least is left out first; higher bears more
}

// A Branch is one "if … then …".
type Branch struct{ If, Then Text }

// Payers tells which differences between payers bear on these codes.
type Payers struct {
	Medicaid, Commercial                bool
	Modifier59, Bilateral               bool
	Consultation, Preventive, Prolonged bool
	VaccineAdmin, Telephone             bool
}

// A Question is one that we ask back, from the closed catalogue.
type Question struct{ No, Ask Text }
