package code

import "strings"

// plainProcedures are procedures by the words that mails use where they name no
// code: the fact, its value and phrases. They decide nothing; a reply says that it
// understood them.
const plainProcedures = `
procedure | carpal tunnel release | carpal tunnel release, carpal tunnel surgery
procedure | knee arthroscopy | knee arthroscopy, knee scope
procedure | shoulder arthroscopy | shoulder arthroscopy, shoulder scope
procedure | knee replacement | knee replacement, tka
procedure | hip replacement | hip replacement, tha
procedure | cataract surgery | cataract surgery, cataract extraction, phaco
procedure | colonoscopy | colonoscopy
procedure | upper endoscopy | upper endoscopy, egd
procedure | gallbladder removal | cholecystectomy, lap chole
procedure | hernia repair | hernia repair, herniorrhaphy
procedure | joint injection | joint injection, knee injection, shoulder injection, hip injection
procedure | epidural injection | epidural injection, epidural steroid injection
procedure | trigger point injection | trigger point injection, trigger point injections
procedure | skin biopsy | skin biopsy, punch biopsy, shave biopsy
procedure | lesion removal | lesion removed, lesion removal, mole removal, mole removed, lesion excision
procedure | wart treatment | wart treatment, warts frozen, wart removal
procedure | wound debridement | wound debridement
procedure | nail removal | nail avulsion, nail removal, toenail removal
procedure | abscess drainage | incision and drainage, abscess drainage
procedure | ear wax removal | ear wax removal, earwax removal, cerumen removal
`

var plainIndex = phraseIndex(plainProcedures)

// plainWords is how long a text may be to be read word by word: a question
// without a code is short, and what is longer is an attachment or a thread.
const plainWords = 500

// plainly reads, from a text that names no code, which procedures it names in
// words ("procedure"), and whether it says thanks and nothing else ("courtesy").
func (r *reader) plainly(mentions []Mention) {
	if len(r.toks) > plainWords {
		return
	}
	for _, m := range mentions {
		if m.Confidence >= Accepted {
			return
		}
	}
	for i, t := range r.toks {
		if t.b >= r.tail {
			break
		}
		if p, end := r.longest(plainIndex[r.said(t)], i); end > 0 {
			r.emit("procedure", p.value, i, end-1)
		}
	}
	if r.thanks() {
		r.emit("courtesy", "thanks", 0, len(r.toks)-1)
	}
}

// thanks: every word is one of courtesy, one of them thanks, and nothing asks.
func (r *reader) thanks() bool {
	said := false
	for i := range r.toks {
		w := r.word(i)
		if r.kinds(i)&courtesy == 0 {
			return false
		}
		said = said || strings.HasPrefix(w, "thank") || w == "thx" || w == "ty"
	}
	return said && !strings.Contains(r.s, "?")
}
