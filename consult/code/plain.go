package code

import "strings"

// plainProcedures are procedures by the words that mails use where they name no
// code: fact value and phrases. They decide nothing; a reply says that it
// understood them.
const plainProcedures = `
carpal tunnel release | carpal tunnel release, carpal tunnel surgery
knee arthroscopy | knee arthroscopy, knee scope
shoulder arthroscopy | shoulder arthroscopy, shoulder scope
knee replacement | knee replacement, tka
hip replacement | hip replacement, tha
cataract surgery | cataract surgery, cataract extraction, phaco
colonoscopy | colonoscopy
upper endoscopy | upper endoscopy, egd
gallbladder removal | cholecystectomy, lap chole
hernia repair | hernia repair, herniorrhaphy
joint injection | joint injection, knee injection, shoulder injection, hip injection
epidural injection | epidural injection, epidural steroid injection
trigger point injection | trigger point injection, trigger point injections
skin biopsy | skin biopsy, punch biopsy, shave biopsy
lesion removal | lesion removed, lesion removal, mole removal, mole removed, lesion excision
wart treatment | wart treatment, warts frozen, wart removal
wound debridement | wound debridement
nail removal | nail avulsion, nail removal, toenail removal
abscess drainage | incision and drainage, abscess drainage
ear wax removal | ear wax removal, earwax removal, cerumen removal
`

// plainWords is how long a text may be to be read word by word: a question
// without a code is short, and what is longer is an attachment or a thread.
const plainWords = 500

// courtesies are the words that a mail of thanks is made of.
var courtesies = set(`thanks thank thx ty you very much so a lot many again for your the help answer reply quick great
 perfect got it ok okay have nice good day weekend evening week and this that was is helpful appreciate appreciated received
 best regards kind cheers all team dear hi hello everyone`)

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
	for row := range strings.SplitSeq(strings.TrimSpace(plainProcedures), "\n") {
		value, said, _ := strings.Cut(row, "|")
		for p := range strings.SplitSeq(said, ",") {
			if i, j := r.words(strings.Fields(p)); j > 0 {
				r.emit("procedure", strings.TrimSpace(value), i, j-1)
			}
		}
	}
	if r.thanks() {
		r.emit("courtesy", "thanks", 0, len(r.toks)-1)
	}
}

// words finds a run of words: the first token and the one behind the last, 0
// where the text has no such run.
func (r *reader) words(run []string) (i, end int) {
	for i := 0; i+len(run) <= len(r.toks); i++ {
		n := 0
		for n < len(run) && r.word(i+n) == run[n] {
			n++
		}
		if n == len(run) {
			return i, i + n
		}
	}
	return 0, 0
}

// thanks: every word is one of courtesy, one of them thanks, and nothing asks.
func (r *reader) thanks() bool {
	said := false
	for i := range r.toks {
		w := r.word(i)
		if !courtesies[w] {
			return false
		}
		said = said || strings.HasPrefix(w, "thank") || w == "thx" || w == "ty"
	}
	return said && !strings.Contains(r.s, "?")
}
