package code

import "fmt"

// A clock is a time of day as written.
type clock struct {
	minute   int  // since midnight
	next     int  // the token behind it
	mark     byte // 'a', 'p', 0 where neither am nor pm stands behind it
	military bool // "0731"
}

// startStop reads the time of day at token i and the one it ends with:
// "9:00-9:23", "1:10 pm to 3:20 pm", "start 07:31 stop 09:46", "time 0731-0812".
func (r *reader) startStop(i int) {
	from, ok := r.clockAt(i)
	if !ok {
		return
	}
	j := from.next
	for j < from.next+4 && r.betweenTimes(j) {
		j++
	}
	to, ok := r.clockAt(j)
	if !ok || r.toks[j].b-r.toks[from.next-1].e > 24 || r.toks[j].stop && r.toks[j].line {
		return
	}
	if from.military != to.military || from.military && !r.timeSpoken(i, to.next) {
		return
	}
	if j == from.next && !r.has(r.toks[from.next-1].e, "- ") {
		return
	}
	a, b := from.at(), to.at()
	if from.mark == 0 && to.mark == 'p' && a < 12*60 && a+12*60 <= b {
		a += 12 * 60
	}
	last := to.next - 1
	r.emit("start_stop", fmt.Sprintf("%02d:%02d-%02d:%02d", a/60, a%60, b/60, b%60), i, last)
	for k := i; k <= last; k++ {
		r.toks[k].code = true
	}
}

// at gives the minute of the day, am and pm taken in.
func (c clock) at() int {
	switch {
	case c.mark == 'p' && c.minute < 12*60:
		return c.minute + 12*60
	case c.mark == 'a' && c.minute >= 12*60:
		return c.minute - 12*60
	}
	return c.minute
}

// clockAt reads the time of day at token i.
func (r *reader) clockAt(i int) (clock, bool) {
	if i >= len(r.toks) || r.toks[i].n < 0 || r.toks[i].id != 0 || r.toks[i].code {
		return clock{}, false
	}
	t := r.toks[i]
	c := clock{next: i + 1}
	switch {
	case (t.e-t.b) <= 2 && r.has(t.e, ":") && i+1 < len(r.toks) && r.toks[i+1].b == t.e+1 && r.toks[i+1].n >= 0 && r.toks[i+1].n < 60 && len(r.word(i+1)) == 2 && t.n < 24:
		c.minute, c.next = int(t.n)*60+int(r.toks[i+1].n), i+2
	case (t.e-t.b) == 4 && t.e-t.b == 4 && r.digits(t.b, t.e) && t.n < 2400 && int(t.n)%100 < 60:
		c.minute, c.military = int(t.n)/100*60+int(t.n)%100, true
	case (t.e-t.b) <= 2 && t.n >= 1 && t.n <= 12 && r.digits(t.b, t.e):
		c.minute = int(t.n) * 60
	default:
		return clock{}, false
	}
	switch w := r.word(c.next); {
	case w == "am" || w == "pm":
		c.mark = w[0]
		c.next++
	case (w == "a" || w == "p") && r.word(c.next+1) == "m" && r.has(r.toks[c.next].e, "."):
		c.mark = w[0]
		c.next += 2
	}
	if c.next == i+1 && !c.military {
		return clock{}, false // a bare hour
	}
	return c, true
}

// betweenTimes tells whether token i may stand between start and stop.
func (r *reader) betweenTimes(i int) bool {
	switch r.word(i) {
	case "to", "until", "till", "thru", "through", "stop", "stopped", "end", "ended", "ends", "finish", "finished", "out", "time", "and", "hrs", "at":
		return true
	}
	return false
}

// timeSpoken tells whether the words around the tokens i to j say that the
// figures there are times.
func (r *reader) timeSpoken(i, j int) bool {
	for k := i - 1; k >= 0 && k >= i-5; k-- {
		switch r.word(k) {
		case "time", "times", "start", "started", "anesthesia", "anes", "session", "minutes", "from", "began", "surgery":
			return true
		case "hrs", "hours", "clinic", "open":
			return false
		}
		if r.toks[k].stop {
			break
		}
	}
	for k := j; k < j+3 && k < len(r.toks) && !r.toks[k].stop; k++ {
		switch r.word(k) {
		case "min", "mins", "minutes", "anesthesia":
			return true
		}
	}
	return false
}
