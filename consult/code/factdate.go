package code

import (
	"slices"
	"strings"
)

// A day found in the text with what the words around make of it.
type statedDay struct {
	writtenDay
	b, e int    // span
	i, j int    // first and last token
	kind string // fact name, "" undecided, "-" another date

	explicit  bool // "DOS" or "date of service" names it
	afterCode bool // "10060 on 11/3/2025"
}

// dates finds the days that the text states and says which is which.
func (r *reader) dates() {
	var days []statedDay
	for i := 0; i < len(r.toks); i++ {
		t := r.toks[i]
		if t.b >= r.tail {
			break
		}
		if t.code || t.id != 0 && t.lex().kinds&month == 0 || t.id == 0 && t.n < 0 {
			continue
		}
		d, e, ok := r.dayAt(i)
		if !ok {
			continue
		}
		j := i
		for j+1 < len(r.toks) && r.toks[j+1].b < e {
			j++
		}
		day := statedDay{writtenDay: d, b: t.b, e: e, i: i, j: j, afterCode: r.afterCode(i)}
		day.kind, day.explicit = r.dayKind(i, j)
		if day.kind == "" && (day.afterCode || d.year > 0 && r.beforeCode(j)) {
			day.kind = "date_of_service"
		}
		days = append(days, day)
		for k := i; k <= j; k++ {
			r.toks[k].code = true
		}
		i = j
	}
	r.loneDay(days)
	tellApart(days)
	r.emitDays(days)
}

// dayAt reads the date whose first token is i.
func (r *reader) dayAt(i int) (writtenDay, int, bool) {
	t := r.toks[i]
	if t.id == 0 {
		if t.e-t.b == 8 && r.digits(t.b, t.e) {
			return r.compactDay(i)
		}
		if d, e, ok := r.dateAt(t.b, r.run(t.b, isDigit)); ok {
			return d, e, true
		}
		if r.kinds(i+1)&month == 0 {
			return writtenDay{}, 0, false
		}
	}
	return r.namedDate(t.b, t.e)
}

// compactDay reads "DOS 20250314" and "DOS 03142025", which only the label
// makes a date.
func (r *reader) compactDay(i int) (writtenDay, int, bool) {
	t := r.toks[i]
	w := r.word(i - 1)
	if w != "dos" && w != "service" && w != "date" && w != "on" {
		return writtenDay{}, 0, false
	}
	d := writtenDay{r.number(t.b, t.b+4), r.number(t.b+4, t.b+6), r.number(t.b+6, t.e)}
	if d.year < 1990 || d.year > 2100 {
		d = writtenDay{r.number(t.b+4, t.e), r.number(t.b, t.b+2), r.number(t.b+2, t.b+4)}
	}
	return d, t.e, d.valid() && d.year >= 1990
}

// loneDay makes the one undecided day of a text about codes, which states no
// date of service, that date.
func (r *reader) loneDay(days []statedDay) {
	one := -1
	for i, d := range days {
		switch {
		case d.kind == "date_of_service" || d.kind == "" && one >= 0 && days[one].String() != d.String():
			return
		case d.kind == "" && d.year > 0:
			one = i
		}
	}
	if one < 0 || r.region == Quote {
		return
	}
	d := days[one]
	if slices.ContainsFunc(r.toks, func(t token) bool { return t.code && (t.b < d.b || t.b > d.e) && t.n >= 0 }) {
		days[one].kind = "date_of_service"
	}
}

// beforeCode tells whether a code follows the date that ends with token j at
// once, as in a remittance's row.
func (r *reader) beforeCode(j int) bool {
	return j+1 < len(r.toks) && r.toks[j+1].code && !r.toks[j+1].stop && !r.toks[j+1].line && r.toks[j+1].n >= 0
}

// afterCode tells whether a code stands right before the date at token i, or
// before its "on".
func (r *reader) afterCode(i int) bool {
	if r.word(i-1) == "on" {
		i--
	}
	if i > 1 && len(r.word(i-1)) == 2 && !r.toks[i-1].code {
		i-- // a modifier glued to the code
	}
	return i > 0 && r.toks[i-1].code && !r.toks[i].stop
}

// tellApart settles what several service dates are: beside an explicit one, or
// beside a later visit, the day of a code is the day of an earlier procedure;
// any other day that the explicit one does not repeat is no date of service.
func tellApart(days []statedDay) {
	var explicit, visit string
	for _, d := range days {
		switch {
		case d.kind != "date_of_service" || d.year == 0:
		case d.explicit:
			explicit = d.String()
		case !d.afterCode:
			visit = max(visit, d.String())
		}
	}
	for i, d := range days {
		if d.kind != "date_of_service" || d.explicit || d.year == 0 || d.String() == explicit {
			continue
		}
		switch {
		case d.afterCode && d.String() < max(explicit, visit) && (explicit == "" || d.String() < explicit):
			days[i].kind = "surgery_date"
		case explicit != "":
			days[i].kind = "-"
		}
	}
}

// dayKind looks for the nearest cue: up to five words before in the sentence,
// then two after. "on" or "of" alone makes a date of service.
func (r *reader) dayKind(i, j int) (kind string, explicit bool) {
	for k := j + 1; k < len(r.toks) && k <= j+12; k++ {
		if r.word(k) == "wrote" {
			return "-", false
		}
		if r.toks[k].stop {
			break
		}
	}
	on := false
	for k := i - 1; k >= 0 && k >= i-5; k-- {
		w := r.word(k)
		if r.toks[k].code && strings.HasPrefix(w, "992") {
			return "date_of_service", false // the day of a visit, whatever was spoken of before it
		}
		if r.kinds(k)&cuesDay != 0 {
			kind := r.toks[k].lex().day
			if w == "date" && k+2 < i && r.word(k+1) == "of" && r.word(k+2) == "service" {
				return "date_of_service", true
			}
			neutral := w == "date" && (r.word(k-1) == "surgery" || r.word(k+1) == "of" && r.word(k+2) == "surgery") || w == "op" && r.word(k-1) != "post" && r.word(k-1) != "pre"
			if !neutral {
				return kind, w == "dos" || w == "service"
			}
		}
		on = on || w == "on" || w == "of" && k == i-1
		if r.toks[k].stop || r.toks[k+1].stop {
			break
		}
	}
	for k := j + 1; k < len(r.toks) && k <= j+2 && !r.toks[k].stop; k++ {
		if r.kinds(k)&cuesDay != 0 && r.toks[k].lex().day != "-" {
			return r.toks[k].lex().day, r.word(k) == "dos"
		}
	}
	if on {
		return "date_of_service", false
	}
	return "", false
}

// emitDays emits what is decided; a day without its year takes that of the
// full date of service, or the year before where it would lie after it.
func (r *reader) emitDays(days []statedDay) {
	var full writtenDay
	for _, d := range days {
		if d.kind == "date_of_service" && d.year > 0 && full.year == 0 {
			full = d.writtenDay
		}
	}
	for _, d := range days {
		if d.kind != "date_of_service" && d.kind != "surgery_date" {
			continue
		}
		if d.year == 0 {
			if full.year == 0 {
				continue
			}
			d.year = full.year
			if d.month > full.month || d.month == full.month && d.day > full.day {
				d.year--
			}
		}
		r.emitAt(d.kind, d.String(), d.b, d.e)
	}
}

// afterSurgery reads "post-op day 8", "POD 8", "day 8", "8 days after" and "2
// weeks post-op" as days_after_surgery.
func (r *reader) afterSurgery(i int) {
	t := r.toks[i]
	switch r.said(t) {
	case "day", "pod":
		if i+1 < len(r.toks) && r.toks[i+1].n >= 0 && !r.toks[i+1].code && !r.toks[i+1].stop && r.toks[i+1].n <= 365 {
			next := r.word(i + 2)
			if next != "supply" && next != "course" && r.word(i-1) != "per" && r.word(i-1) != "same" {
				r.emit("days_after_surgery", plain(r.toks[i+1].n), i, i+1)
			}
		}
	case "days", "weeks", "wks", "week":
		if i == 0 || r.toks[i-1].n < 0 || r.toks[i-1].code || t.stop {
			return
		}
		n := r.toks[i-1].n
		if r.said(t) != "days" {
			n *= 7
		}
		switch r.word(i + 1) {
		case "after", "post", "postop", "later", "following", "out", "s":
			r.emit("days_after_surgery", plain(n), i-1, i)
		}
	}
}

// surgeryBefore tells whether the code whose last token precedes i is named
// as the surgery: "surgery 2/1 was 27447", "in the global of 27447".
func (r *reader) surgeryBefore(i int) bool {
	for k := i - 1; k > 0 && k >= i-8 && !r.toks[k].stop; k-- {
		switch r.word(k - 1) {
		case "surgery", "global", "operation", "postop", "surgical":
			return true
		case "with", "and", "bill", "code", "seen", "visit", "for":
			return false
		}
	}
	return false
}
