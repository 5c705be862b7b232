package codeset

import (
	"cmp"
	"slices"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// A wording is what one published HCPCS release says of a code beside its
// status: a code keeps its dates while its title and unit change.
type wording struct {
	speaker
	codeRow
}

// since is the first day on which the release shows that the wording stood: the
// day of the row's last change, without it the first of the release.
func (w wording) since() time.Time {
	if w.WordingFrom != nil {
		return *w.WordingFrom
	}
	return w.speaker.EffectiveFrom
}

// holds reports that the day lies in the release's own period.
func (w wording) holds(on time.Time) bool {
	return !w.speaker.EffectiveFrom.After(on) && !open(w.speaker.EffectiveTo).Before(on)
}

// source names w with the days for which it is known to hold.
func (w wording) source() Source {
	s := w.speaker.source(w.Code)
	s.EffectiveFrom = day(new(w.since()))
	return s
}

// unitSource is that of the billing unit, which holds from the last change on.
func (w wording) unitSource() Source {
	from := w.codeRow.EffectiveFrom
	if from != nil && w.WordingFrom != nil && w.WordingFrom.After(*from) {
		from = w.WordingFrom
	}
	return w.datedSource(w.Code, from, w.codeRow.EffectiveTo)
}

// wordings lists what the published HCPCS releases say of c, the oldest first.
// Of releases that begin on one day the last one loaded is listed.
func (g *gathering) wordings(c code.Code) []wording {
	var all []wording
	if own, ok := g.row(c); ok {
		by := g.byID[own.ReleaseID]
		if by.Via != "" || by.Kind != KindHCPCS {
			return nil
		}
		all = append(all, wording{by, own})
	}
	for _, r := range g.seen {
		if r.Kind == KindHCPCS && r.Code == c.Code && r.about(c) {
			all = append(all, wording{r.speaker, codeRow{ReleaseID: r.ID, Code: r.Code, EffectiveFrom: r.RowFrom, EffectiveTo: r.RowTo,
				Billable: true, Title: r.Title, Amount: r.Amount, Unit: r.Unit, WordingFrom: r.WordingFrom}})
		}
	}
	slices.SortFunc(all, func(a, b wording) int {
		return cmp.Or(a.speaker.EffectiveFrom.Compare(b.speaker.EffectiveFrom), -cmp.Compare(a.ID, b.ID))
	})
	return slices.CompactFunc(all, func(a, b wording) bool { return a.speaker.EffectiveFrom.Equal(b.speaker.EffectiveFrom) })
}

// standing picks the wording of the day: that of the release whose period holds
// it, unless a later release dates a change between that period's first day and
// the day; else of the first release whose wording stood on the day already.
// Where none did, the newest is returned and ok is false.
func standing(all []wording, on time.Time) (w wording, ok bool) {
	var best time.Time
	for i, v := range all {
		from := v.since()
		switch {
		case v.holds(on):
			if from.After(on) || from.Before(v.speaker.EffectiveFrom) {
				from = v.speaker.EffectiveFrom
			}
		case from.After(on), i < len(all)-1 && !v.speaker.EffectiveFrom.After(on):
			continue
		}
		if !ok || from.After(best) {
			w, best, ok = v, from, true
		}
	}
	if !ok {
		w = all[len(all)-1]
	}
	return w, ok
}

// word fills title and billing unit of a HCPCS code, and says whose they are
// where the release that tells the status does not tell them.
func (g *gathering) word(cf *CodeFacts) {
	all := g.wordings(cf.Code)
	if len(all) == 0 {
		return
	}
	w, ok := standing(all, g.q.On)
	cf.Title, cf.Billable, cf.Drug = w.Title, true, nil
	if ok && w.Amount != nil {
		cf.Drug = &Drug{Amount: *w.Amount, Unit: w.Unit, Source: w.unitSource()}
	}
	if newest := all[len(all)-1]; !ok || newest.ID != w.ID {
		cf.Wording = new(w.source())
	}
	cf.worded = w.ID
}
