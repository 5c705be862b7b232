package code

import (
	"math/bits"
	"strings"
)

// What a word near a number says about it.
type cue uint16

const (
	cueLabel   cue = 1 << iota // names a procedure code outright: "CPT 99213"
	cueProc                    // talk of procedures, claims and payment
	cueDx                      // talk of diagnoses
	cueMeasure                 // after a number: it counts or measures something
	cueID                      // before a number: an identifier follows, always
	cueIDColon                 // the same with ":", "#" or "number" between
	cueIDHash                  // the same with "#" or "number" between
	cueNumber                  // "number", "no": the word before it is the label
	cueDenial                  // talk of remittances
	cueMod                     // "mod", "modifier"
	cueAppend                  // a modifier may follow: "append", "with"
	cueJoin                    // joins the members of a list
	cueChange                  // "from 99213 to 99214" is no range
)

// cues is the one dictionary of context words; Find looks up the words around
// a candidate, never every word of the text.
var cues = dictionary(map[cue]string{
	cueLabel | cueProc: `cpt cpts hcpcs code codes`,
	cueProc: `coded coding bill billed billing bills billable charge charged charges report reported reporting procedure
		procedures px proc pay pays paid payable payment bundled bundle bundles bundling unbundle unbundled line lines claim
		claims submit submitted perform performed inj injection injections visit office bilateral add-on addon
		edit edits ncci mue ptp rvu global medicare carrier payer same day reimbursed reimbursement vs versus valid invalid deleted replaced replacement covered allowed`,
	cueDx:               `dx dxs diagnosis diagnoses icd icd10 icd10cm icd9 diag linked secondary`,
	cueDenial | cueProc: `denied denial denials deny denies rejected rejection`,
	cueDenial:           `carc rarc remark remarks eob era eobs remit remittance adjustment reason`,
	cueMod | cueProc:    `mod mods modifier modifiers modifer modifers modifyer modifyers`,
	cueAppend:           `append appended appending with w add added adding use used using without need needs put attach attached needed`,
	cueJoin:             `and or vs versus`,
	cueJoin | cueAppend: `plus`,
	cueChange:           `from change changed changing correct corrected downcode downcoded upcode upcoded downgraded upgraded convert converted`,
	cueNumber:           `no number num nbr nr numbers nos`,
	cueID | cueNumber:   `id`,
	cueID: `suite ste room rm zip zips zipcode zipcodes postal mrn npi tin ein ssn icn dcn tcn invoice invoices inv acct accts account accounts lot lots serial dea clia mbi
		hicn upin taxonomy loinc snomed pmid isbn pin eft trace ticket tickets ext extension extn fax tel telephone phone ph cell mobile pager
		apt apartment bldg building floor box boxes taxid chart page pages po model part ptan license refill rx port uid userid pid booth gate flight seat
		ids mrns npis crn caqh naic rxbin pcn routing aba iban swift lockbox slip voucher batch build version ver firmware bates exhibit docket tab
		shelf shelves drawer bin rack row rows cell asset sku item items cat catalog barcode pallet dock bay desk locker badge terminal
		route rte hwy highway interstate exit accession confirmation conf passcode password otp statement stmt receipt receipts
		superbill superbills numbered folder transmittal form forms publication bulletin table tables figure appendix
		meeting webinar subpoena warrant incident inc ward bed hall wing rooms suites parking space store branch
		wo rma permit stall employee emp vendor odometer cert certificate course ceu ceus enc fin har csn requisition bug prescription population usd
		salary census attn payroll deposit balance amount total subtotal approx approximately roughly voicemail
		plate vin imei mac sleeve sleeves crate container truck pier hangar platform apn parcel`,
	cueIDColon: `ref reference policy member auth authorization tracking license lic control subscriber
		document doc precert referral dob`,
	cueIDHash: `acc accn specimen customer case check ck claim claims order visit encounter patient pt request record group version contract
		call rec file files`,
	cueMeasure: `mg mcg ug g gm grams ml cc l iu lb lbs kg oz cm mm inch inches feet ft min mins minute minutes hr hrs hour hours day
		days week weeks wk wks month months mo yr yrs year years y yo percent pts patients people dollars usd cents lesions
		lesion warts wart polyps polyp sites injections visits sessions steps miles mile members claims cells copies bpm mmhg units unit degrees
		vials vial levels muscles times sq square am pm biopsies tags providers employees records calls charts points`,
})

// A lexicon is a hash table with open addressing. Nearly every word that is
// looked up is none of its own and ends at an empty slot: half of what a map
// costs was the time of Find.
type lexicon struct {
	outline outline
	slots   [1 << lexiconBits]struct {
		word string
		cue  cue
	}
}

// An outline holds the lengths of some words by their first and last letter, a
// bit each. It tells most words that are none of them without reading them.
type outline [1 << 10]uint32

func (o *outline) add(w string) { *o.at(w[0], w[len(w)-1]) |= 1 << len(w) }

// may tells whether the word f.s[b:e], which is shorter than 32 bytes, could be
// one of them in any case.
func (o *outline) may(f *folded, b, e int) bool { return *o.at(f.s[b], f.s[e-1])>>(e-b)&1 != 0 }

// outlined is the outline of the last words of the keys.
func outlined[T any](words map[string]T) *outline {
	o := new(outline)
	for w := range words {
		o.add(w[strings.LastIndexByte(w, ' ')+1:])
	}
	return o
}

func (o *outline) at(first, last byte) *uint32 { return &o[int(first&31)<<5|int(last&31)] }

const (
	lexiconBits = 11 // four slots a word
	hashFactor  = 0x9E3779B97F4A7C15
)

func dictionary(rows map[cue]string) *lexicon {
	out := new(lexicon)
	for c, words := range rows {
		for _, w := range strings.Fields(words) {
			h := uint64(0)
			for i := range len(w) {
				h = mix(h, w[i])
			}
			at := out.slot(h, []byte(w))
			out.slots[at].word = w
			out.slots[at].cue |= c
			out.outline.add(w)
		}
	}
	return out
}

// mix takes the next byte of a word into its hash.
func mix(h uint64, c byte) uint64 { return bits.RotateLeft64(h, 7) ^ uint64(c) }

// slot returns where word is, or the empty slot that ends its search.
func (l *lexicon) slot(h uint64, word []byte) uint64 {
	i := h * hashFactor >> (64 - lexiconBits)
	for l.slots[i].word != "" && l.slots[i].word != string(word) {
		i = (i + 1) % (1 << lexiconBits)
	}
	return i
}

// cue looks the word s[b:e] up, in any case.
func (f *folded) cue(b, e int) cue {
	var buf [20]byte
	if e-b > len(buf) || b >= e || !cues.outline.may(f, b, e) {
		return 0
	}
	h := uint64(0)
	for i := b; i < e; i++ {
		c := lowerOf[f.s[i]]
		buf[i-b] = c
		h = mix(h, c)
	}
	return cues.slots[cues.slot(h, buf[:e-b])].cue
}

// around is the context of one place: how many words away the nearest cue of
// each sort stands (0: none near).
type around struct {
	proc, dx, denial int
	label            bool // the word before names a code system
	dxLabel          bool // the word before names a diagnosis
	dxAfter          bool // a diagnosis cue follows; it mostly speaks of what comes after it
	measured         bool // the word after measures
}

const (
	wordsBefore = 6
	wordsAfter  = 4
)

func (f *folded) around(b, e int) (a around) {
	i := b
	for n := 1; n <= wordsBefore; n++ {
		wb, we, ok := f.before(i, isBetween, "")
		if !ok {
			break
		}
		c := f.cue(wb, we)
		a.note(c, n)
		if n == 1 {
			a.label = c&cueLabel != 0
			a.dxLabel = c&cueDx != 0
		}
		i = wb
	}
	i = e
	for n := 1; n <= wordsAfter; n++ {
		wb, we, ok := f.after(i, isBetween, "")
		if !ok {
			break
		}
		c := f.cue(wb, we)
		if n == 1 && c&cueMeasure != 0 && wb-e <= 1 {
			a.measured = true
		}
		a.dxAfter = a.dxAfter || c&cueDx != 0
		a.note(c&^cueDx, n+1)
		i = we
	}
	return a
}

func (a *around) note(c cue, distance int) {
	if c&(cueProc|cueDx|cueDenial) == 0 {
		return
	}
	nearer := func(p *int) {
		if *p == 0 || distance < *p {
			*p = distance
		}
	}
	if c&cueProc != 0 {
		nearer(&a.proc)
	}
	if c&cueDx != 0 {
		nearer(&a.dx)
	}
	if c&cueDenial != 0 {
		nearer(&a.denial)
	}
}

// dxNearer tells whether a diagnosis cue stands nearer than a procedure cue.
func (a around) dxNearer() bool { return a.dx > 0 && (a.proc == 0 || a.dx < a.proc) }
