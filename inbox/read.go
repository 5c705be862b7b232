package inbox

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// A reading is one session's progress through the folder.
type reading struct {
	w        *watcher
	s        *session
	validity uint32
	last     uint32 // every UID up to here is stored or a gap
}

// open examines the folder, finds the place where reading stopped, and scans
// where that place cannot be trusted or a day has passed.
func (w *watcher) open(ctx context.Context, s *session, cursor Cursor) (*reading, error) {
	f, err := s.examine(w.cfg.Folder)
	if err != nil {
		return nil, err
	}
	if w.validity != f.validity {
		w.validity = f.validity
		clear(w.blamed)
		clear(w.gone)
	}
	r := &reading{w: w, s: s, validity: f.validity}
	if cursor.UIDValidity == f.validity && cursor.LastUID > 0 && f.validity > 0 {
		r.last = cursor.LastUID
		return r, r.reconcile(ctx)
	}
	w.log.Info("mailbox: reading from the first day", "uidvalidity", f.validity, "before", cursor.UIDValidity, "messages", f.messages)
	return r, r.start(ctx, f)
}

// start reads a folder never read, or read under another UIDVALIDITY. The
// cursor is set at its end, to what was there at its beginning.
func (r *reading) start(ctx context.Context, f folder) error {
	uids, err := r.scan(ctx)
	if err != nil {
		return err
	}
	if f.next > 0 {
		r.last = f.next - 1
	} else if len(uids) > 0 {
		r.last = uids[len(uids)-1]
	}
	if r.last == 0 {
		return nil
	}
	err = r.w.store.Deliver(ctx, r.w.cfg.Name, Batch{UIDValidity: r.validity, LastUID: r.last})
	return storeError("deliver", err)
}

// reconcile scans once a day what lies behind the cursor.
func (r *reading) reconcile(ctx context.Context) error {
	if r.w.now().Before(r.w.reconcileAt) {
		return nil
	}
	_, err := r.scan(ctx)
	return err
}

// scan lists the folder from the first day on and takes what the store does
// not have: below the cursor, or everything where there is none.
func (r *reading) scan(ctx context.Context) ([]uint32, error) {
	uids, err := r.s.search(&imap.SearchCriteria{Since: r.w.cfg.Since})
	if err != nil {
		return nil, err
	}
	if r.last > 0 {
		uids = slices.DeleteFunc(uids, func(u uint32) bool { return u > r.last })
	}
	unseen, err := r.w.store.Unseen(ctx, r.w.cfg.Name, r.validity, slices.Clone(uids))
	if err != nil {
		return nil, storeError("unseen", err)
	}
	slices.Sort(unseen)
	if len(unseen) > 0 {
		r.w.log.Info("mailbox: scan", "listed", len(uids), "unseen", len(unseen))
	}
	if err := r.take(ctx, unseen, false); err != nil {
		return nil, err
	}
	r.w.reconcileAt = r.w.now().Add(r.w.t.reconcile)
	return uids, nil
}

// look takes everything above the cursor. News that comes while it looks
// leaves its token for the wait that follows.
func (r *reading) look(ctx context.Context) error {
	select {
	case <-r.s.news:
	default:
	}
	uids, err := r.s.after(r.last)
	if err != nil {
		return err
	}
	return r.take(ctx, uids, true)
}

// Blame: the FETCH of a batch may fail twice, then its UIDs are asked for one
// by one, then each may fail three times more.
const (
	blameBatch = 2
	blameAlone = 5
)

// take fetches uids (ascending) in batches and stores each while the next is
// fetched; advance moves the cursor along.
func (r *reading) take(ctx context.Context, uids []uint32, advance bool) error {
	var storing delivery
	for len(uids) > 0 {
		h, err := r.next(ctx, uids)
		if serr := storing.wait(); serr != nil {
			return storeError("deliver", serr)
		}
		if err != nil {
			return err
		}
		b := Batch{UIDValidity: r.validity, Messages: h.messages, Missing: h.gaps}
		if h.uids == 0 {
			continue // not even the first one fitted: next is smaller
		}
		if advance {
			r.last = uids[h.uids-1]
			b.LastUID = r.last
		}
		uids = uids[h.uids:]
		storing.start(func() error {
			err := r.w.store.Deliver(ctx, r.w.cfg.Name, b)
			r.w.progress = r.w.progress || err == nil // read after wait only
			return err
		})
		r.noteGaps(h.gaps)
	}
	return storeError("deliver", storing.wait())
}

// next fetches a batch from the front of uids: as many as the last ones
// suggest, one where it is suspect, none where it is condemned.
func (r *reading) next(ctx context.Context, uids []uint32) (haul, error) {
	w := r.w
	switch blame := w.blamed[uids[0]]; {
	case blame >= blameAlone:
		return haul{uids: 1, gaps: []Gap{{UID: uids[0], Reason: GapBroken}}}, nil
	case blame >= blameBatch:
		uids = uids[:1]
	default:
		n := min(w.size, len(uids))
		if i := slices.IndexFunc(uids[:n], func(u uint32) bool { return w.blamed[u] >= blameBatch }); i > 0 {
			n = i
		}
		uids = uids[:n]
	}
	h, err := r.s.fetch(uids)
	if err != nil {
		if ctx.Err() == nil {
			w.blame(uids)
		}
		return haul{}, err
	}
	for _, u := range uids[:h.uids] {
		delete(w.blamed, u)
	}
	w.resize(len(uids), h)
	return h, nil
}

func (w *watcher) blame(uids []uint32) {
	for _, u := range uids {
		w.blamed[u]++
	}
	w.log.Warn("mailbox: fetch failed", "uids", len(uids), "from", uids[0], "tries", w.blamed[uids[0]])
}

// resize learns from a haul how many UIDs fit into a batch.
func (w *watcher) resize(asked int, h haul) {
	switch {
	case h.uids < asked:
		w.size = max(1, min(h.uids, w.size/2))
	case asked >= w.size && h.bytes*2 <= maxBytes:
		w.size = min(w.size*2, maxUIDs)
	}
}

// noteGaps brings the next recheck near.
func (r *reading) noteGaps(gaps []Gap) {
	if len(gaps) == 0 {
		return
	}
	for _, g := range gaps {
		r.w.log.Warn("mailbox: message not delivered by the server", "uid", g.UID, "uidvalidity", r.validity, "reason", g.Reason)
	}
	if soon := r.w.now().Add(r.w.t.recheck1); soon.Before(r.w.recheckAt) {
		r.w.recheckAt = soon
	}
}

// recheck asks again for what was missing, one UID at a time and in no order,
// so that one that breaks the session cannot shadow the others. The next time
// is set before the first is asked for.
func (r *reading) recheck(ctx context.Context) error {
	now := r.w.now()
	if now.Before(r.w.recheckAt) {
		return nil
	}
	r.w.recheckAt = now.Add(r.w.t.recheck)
	missing, err := r.w.store.Missing(ctx, r.w.cfg.Name, r.validity)
	if err != nil || len(missing) == 0 {
		return storeError("missing", err)
	}
	missing = slices.DeleteFunc(missing, func(u uint32) bool { return r.w.gone[u] })
	there, gone, err := r.listed(missing)
	if err != nil {
		return err
	}
	if err := r.recheckGone(ctx, gone); err != nil {
		return err
	}
	rand.Shuffle(len(there), func(i, j int) { there[i], there[j] = there[j], there[i] })
	for _, u := range there {
		h, err := r.s.fetch([]uint32{u})
		if err != nil {
			return err
		}
		if len(h.messages) == 0 {
			continue
		}
		b := Batch{UIDValidity: r.validity, Messages: h.messages}
		if err := r.w.store.Deliver(ctx, r.w.cfg.Name, b); err != nil {
			return storeError("deliver", err)
		}
	}
	return nil
}

// listed parts uids into those that the server still lists and the others.
func (r *reading) listed(uids []uint32) (there, gone []uint32, err error) {
	if len(uids) == 0 {
		return nil, nil, nil
	}
	var set imap.UIDSet
	for _, u := range uids {
		set.AddNum(imap.UID(u))
	}
	now, err := r.s.search(&imap.SearchCriteria{UID: []imap.UIDSet{set}})
	if err != nil {
		return nil, nil, err
	}
	for _, u := range uids {
		if slices.Contains(now, u) {
			there = append(there, u)
		} else {
			gone = append(gone, u)
		}
	}
	return there, gone, nil
}

// recheckGone tells the store once of missing UIDs that will never come.
func (r *reading) recheckGone(ctx context.Context, gone []uint32) error {
	if len(gone) == 0 {
		return nil
	}
	b := Batch{UIDValidity: r.validity}
	for _, u := range gone {
		b.Missing = append(b.Missing, Gap{UID: u, Reason: GapExpunged})
	}
	if err := r.w.store.Deliver(ctx, r.w.cfg.Name, b); err != nil {
		return storeError("deliver", err)
	}
	for _, u := range gone {
		r.w.gone[u] = true
	}
	return nil
}

// delivery is one delivery under way beside the fetching.
type delivery struct{ done chan error }

func (p *delivery) start(deliver func() error) {
	p.done = make(chan error, 1)
	go func() { p.done <- deliver() }()
}

func (p *delivery) wait() error {
	if p.done == nil {
		return nil
	}
	err := <-p.done
	p.done = nil
	return err
}
