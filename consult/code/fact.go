package code

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Facts returns what text states about the case, by the contract's fact names,
// in the order of the text. Mentions are those of the same text, candidates or
// resolved, of which the ones with confidence from Accepted count: their digits count nothing else, and adjustment reasons, remarks and places
// of service become facts too. A fact stated twice with one value is returned
// once. A date without its year takes the year of a full date of service in
// the text and is left out where there is none. A level is a vertebral one. The
// sender's sign-off states nothing of the case. Beyond the contract's names:
// level_count, muscle_count, view_count, vial_count (what "two levels", "three
// views" count), days_after_surgery ("seen day 8"), surgery_code ("surgery 27447"),
// relation_to_surgery (planned, complication, unrelated), margin_cm ("0.2 cm
// margins"); and of a text without a code procedure ("carpal tunnel release")
// and courtesy (thanks and nothing else).
func Facts(region, text string, mentions []Mention) []Fact {
	r := reader{folded: fold(text), region: region}
	r.tokenise()
	r.tail = r.signOff()
	r.fromMentions(mentions)
	r.dates()
	for i := range r.toks {
		if r.toks[i].b >= r.tail {
			break
		}
		r.stated(i)
	}
	r.plainly(mentions)
	return r.once()
}

// stated reads what begins at token i.
func (r *reader) stated(i int) {
	t := &r.toks[i]
	if t.code {
		return
	}
	if t.n >= 0 {
		r.startStop(i)
		r.counted(i)
		r.measured(i)
		r.aged(i)
	}
	if t.id == 0 {
		return
	}
	k := t.lex().kinds
	if k&(tellsPlace|tellsSide) != 0 {
		r.anatomy(i)
	}
	if k&beginsPhrase != 0 {
		r.phrase(i)
	}
	if k&relates != 0 {
		r.relation(i)
	}
	if k&tellsPerson != 0 {
		r.person(i)
	}
	if k&tellsTime != 0 {
		r.afterSurgery(i)
		r.timed(i)
	}
	if k&tellsPathology != 0 {
		r.pathology(i)
	}
}

// fewFacts is up to how many facts a comparison of each with each is cheap.
const fewFacts = 48

// once sorts the facts by their place and drops those stated before.
func (r *reader) once() []Fact {
	slices.SortStableFunc(r.out, func(a, b Fact) int { return cmp.Compare(a.Start, b.Start) })
	var seen map[[2]string]bool
	kept := r.out[:0]
	for _, f := range r.out {
		if len(kept) < fewFacts {
			if slices.ContainsFunc(kept, func(k Fact) bool { return k.Value == f.Value && k.Name == f.Name }) {
				continue
			}
		} else {
			if seen == nil {
				seen = make(map[[2]string]bool)
				for _, k := range kept {
					seen[[2]string{k.Name, k.Value}] = true
				}
			}
			k := [2]string{f.Name, f.Value}
			if seen[k] {
				continue
			}
			seen[k] = true
		}
		kept = append(kept, f)
	}
	return kept
}

// emit adds a fact that rests on the tokens i to j inclusive.
func (r *reader) emit(name, value string, i, j int) {
	r.emitAt(name, value, r.toks[i].b, r.toks[j].e)
}

func (r *reader) emitAt(name, value string, b, e int) {
	start, end := r.span(b, e)
	r.out = append(r.out, Fact{Name: name, Value: value, Text: r.text[start:end], Start: start, End: end, Region: r.region})
}

// plain writes a number without needless zeros.
func plain(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// fromMentions marks the tokens inside mentions and turns remittance codes and
// places of service into facts.
func (r *reader) fromMentions(mentions []Mention) {
	i := 0
	for _, m := range mentions {
		if m.Confidence < Accepted {
			continue
		}
		for i < len(r.toks) {
			start, end := r.span(r.toks[i].b, r.toks[i].e)
			if start >= m.End {
				break
			}
			if end > m.Start {
				r.toks[i].code = true
			}
			i++
		}
		name := ""
		if m.System == CPT && m.Code >= "10004" && m.Code <= "69990" && m.Through == "" && r.surgeryBefore(i) {
			r.out = append(r.out, Fact{"surgery_code", m.Code, m.Text, m.Start, m.End, r.region})
		}
		switch m.System {
		case CARC:
			name = "carc"
			if m.Note != "" && !strings.Contains(m.Note, " ") {
				r.out = append(r.out, Fact{"group_code", m.Note, m.Text, m.Start, m.End, r.region})
			}
		case RARC:
			name = "rarc"
		case POS:
			name = "place_of_service"
		default:
			continue
		}
		r.out = append(r.out, Fact{name, m.Code, m.Text, m.Start, m.End, r.region})
	}
}
