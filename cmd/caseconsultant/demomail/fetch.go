package demomail

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-message/textproto"
)

// A numbered is a mail with the sequence number by which the session's client
// knows it; 0 where the client has not been told of it.
type numbered struct {
	mail
	seq uint32
}

// numbered returns the selected folder's mails as they are now. The numbers
// hold until the next Poll or Idle, whatever other sessions do.
func (s *session) numbered() []numbered {
	s.folder.mu.Lock()
	defer s.folder.mu.Unlock()
	list := make([]numbered, len(s.folder.mails))
	for i, m := range s.folder.mails {
		list[i] = numbered{m, s.view.EncodeSeqNum(uint32(i) + 1)}
	}
	return list
}

// pick returns the mails that set names.
func (s *session) pick(set imap.NumSet) (picked []numbered) {
	list := s.numbered()
	last := lastOf(list)
	for _, n := range list {
		if contains(set, n, last) {
			picked = append(picked, n)
		}
	}
	return picked
}

// lastOf returns what "*" stands for: the highest UID, and the highest number
// that the client knows.
func lastOf(list []numbered) (last numbered) {
	for _, n := range list {
		last.uid, last.seq = n.uid, max(last.seq, n.seq)
	}
	return last
}

// contains says whether set names n, where "*" is last; the library reads it as 0.
func contains(set imap.NumSet, n, last numbered) bool {
	switch set := set.(type) {
	case imap.SeqSet:
		for _, r := range set {
			if n.seq != 0 && within(n.seq, r.Start, r.Stop, last.seq) {
				return true
			}
		}
	case imap.UIDSet:
		for _, r := range set {
			if within(n.uid, r.Start, r.Stop, last.uid) {
				return true
			}
		}
	}
	return false
}

func within[T uint32 | imap.UID](n, start, stop, last T) bool {
	if start == 0 {
		start = last
	}
	if stop == 0 {
		stop = last
	}
	return min(start, stop) <= n && n <= max(start, stop)
}

// Fetch implements imapserver.Session.
func (s *session) Fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	seen := s.marksSeen(options)
	for _, n := range s.pick(set) {
		if n.seq == 0 {
			continue
		}
		body, err := s.folder.read(n.uid)
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed by another client, which Poll will tell
		}
		if err != nil {
			return err
		}
		if err := write(w.CreateMessage(n.seq), n.mail, body, options); err != nil {
			return err
		}
		if seen {
			if err := s.folder.setFlags(n.uid, func(f flags) flags { return f | flagSet(imap.FlagSeen) }, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// marksSeen says whether the fetch reads a body without PEEK (RFC 3501,
// section 6.4.5).
func (s *session) marksSeen(options *imap.FetchOptions) bool {
	if s.readOnly {
		return false
	}
	for _, section := range options.BodySection {
		if !section.Peek {
			return true
		}
	}
	return false
}

func write(w *imapserver.FetchResponseWriter, m mail, body []byte, options *imap.FetchOptions) error {
	w.WriteUID(m.uid)
	if options.Flags {
		w.WriteFlags(m.flags.list())
	}
	if options.InternalDate {
		w.WriteInternalDate(m.date)
	}
	if options.RFC822Size {
		w.WriteRFC822Size(m.size)
	}
	if options.Envelope {
		w.WriteEnvelope(imapserver.ExtractEnvelope(header(body)))
	}
	if options.BodyStructure != nil {
		w.WriteBodyStructure(imapserver.ExtractBodyStructure(bytes.NewReader(body)))
	}
	for _, item := range options.BodySection {
		text := section(body, item)
		part := w.WriteBodySection(item, int64(len(text)))
		_, err := part.Write(text)
		if err := errors.Join(err, part.Close()); err != nil {
			return err
		}
	}
	return w.Close()
}

// header is that of a mail. What cannot be parsed has an empty one.
func header(body []byte) textproto.Header {
	h, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(body)))
	if err != nil {
		return textproto.Header{}
	}
	return h
}

// section returns a part of a mail. The whole of it is its very bytes: the
// library would parse it and write it anew, and drop all of a mail whose
// header it cannot read.
func section(body []byte, item *imap.FetchItemBodySection) []byte {
	if item.Specifier != imap.PartSpecifierNone || len(item.Part) > 0 {
		return imapserver.ExtractBodySection(bytes.NewReader(body), item)
	}
	if p := item.Partial; p != nil {
		from := min(max(p.Offset, 0), int64(len(body)))
		body = body[from:]
		body = body[:min(max(p.Size, 0), int64(len(body)))]
	}
	return body
}

// Store implements imapserver.Session.
func (s *session) Store(w *imapserver.FetchWriter, set imap.NumSet, store *imap.StoreFlags, _ *imap.StoreOptions) error {
	if s.readOnly {
		return errReadOnly
	}
	change := func(old flags) flags {
		given := flagSet(store.Flags...)
		switch store.Op {
		case imap.StoreFlagsAdd:
			return old | given
		case imap.StoreFlagsDel:
			return old &^ given
		}
		return given
	}
	for _, n := range s.pick(set) {
		if err := s.folder.setFlags(n.uid, change, s.view); err != nil {
			return err
		}
	}
	if store.Silent {
		return nil
	}
	for _, n := range s.pick(set) {
		if n.seq != 0 {
			if err := write(w.CreateMessage(n.seq), n.mail, nil, &imap.FetchOptions{Flags: true}); err != nil {
				return err
			}
		}
	}
	return nil
}
