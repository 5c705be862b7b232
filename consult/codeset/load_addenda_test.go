package codeset

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// TestAddendaProperty: whatever two lists are, the changes between them lead
// from the one to the other, and no change can be missing or twisted unseen.
func TestAddendaProperty(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		before, now := randomList(r), randomList(r)
		all := between(before, now)
		if err := leads(before, now, all); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if len(all) == 0 {
			continue
		}
		i := r.IntN(len(all))
		from, to := i, i+1
		switch all[i].Op { // the reader takes both or none
		case cmsfile.OpFrom:
			to++
		case cmsfile.OpTo:
			from--
		}
		if err := leads(before, now, slices.Delete(slices.Clone(all), from, to)); err == nil {
			t.Fatalf("seed %d: without %+v nothing is refused", seed, all[i])
		}
		twisted := slices.Clone(all)
		twisted[i].Title += " and more"
		if err := leads(before, now, twisted); err == nil {
			t.Fatalf("seed %d: twisted, %+v is not refused", seed, twisted[i])
		}
	}
}

func leads(before, now map[string]cmsfile.CodeRow, all []cmsfile.Change) error {
	c := changes{Addenda: cmsfile.Addenda{Changes: all}, now: now}
	if err := c.arrived(); err != nil {
		return err
	}
	list := maps.Clone(before)
	if err := c.apply(list, "before"); err != nil {
		return err
	}
	return c.compare(list, "before")
}

func randomList(r *rand.Rand) map[string]cmsfile.CodeRow {
	list := map[string]cmsfile.CodeRow{}
	for range r.IntN(12) {
		c := fmt.Sprintf("A0%d", r.IntN(10))
		list[c] = cmsfile.CodeRow{Code: c, Billable: r.IntN(3) > 0, Title: fmt.Sprintf("Title %d", r.IntN(3))}
	}
	return list
}

// between lists the changes as an addenda does: a code that becomes a header is
// deleted and added.
func between(before, now map[string]cmsfile.CodeRow) (all []cmsfile.Change) {
	add := func(op string, r cmsfile.CodeRow) { all = append(all, cmsfile.Change{Op: op, CodeRow: r}) }
	for _, k := range slices.Sorted(maps.Keys(before)) {
		b := before[k]
		switch n, there := now[k]; {
		case there && n == b:
		case there && n.Billable == b.Billable:
			add(cmsfile.OpFrom, b)
			add(cmsfile.OpTo, n)
		default:
			add(cmsfile.OpDelete, b)
			if there {
				add(cmsfile.OpAdd, n)
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(now)) {
		if _, there := before[k]; !there {
			add(cmsfile.OpAdd, now[k])
		}
	}
	return all
}
