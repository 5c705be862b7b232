package demomail

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-message"
	gomail "github.com/emersion/go-message/mail"
)

// Search implements imapserver.Session.
func (s *session) Search(kind imapserver.NumKind, criteria *imap.SearchCriteria, _ *imap.SearchOptions) (*imap.SearchData, error) {
	list := s.numbered()
	last := lastOf(list)
	data := &imap.SearchData{}
	var seqs imap.SeqSet
	var uids imap.UIDSet
	for _, n := range list {
		c := &candidate{numbered: n, folder: s.folder, last: last}
		ok, err := c.matches(criteria)
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		if !ok || n.seq == 0 {
			continue
		}
		number := n.seq
		if kind == imapserver.NumKindUID {
			number = uint32(n.uid)
		}
		seqs.AddNum(n.seq)
		uids.AddNum(n.uid)
		data.Count++
		data.Max = number
		if data.Min == 0 {
			data.Min = number
		}
	}
	data.All = seqs
	if kind == imapserver.NumKindUID {
		data.All = uids
	}
	return data, nil
}

// A candidate is a mail that is held against criteria. Its file is read only
// when they ask for what is inside.
type candidate struct {
	numbered
	folder *folder
	last   numbered // see lastOf
	body   []byte
}

func (c *candidate) matches(want *imap.SearchCriteria) (bool, error) {
	if !c.numbers(want) || !c.attributes(want) {
		return false, nil
	}
	if ok, err := c.content(want); !ok || err != nil {
		return false, err
	}
	for i := range want.Not {
		if ok, err := c.matches(&want.Not[i]); ok || err != nil {
			return false, err
		}
	}
	for i := range want.Or {
		ok, err := c.matches(&want.Or[i][0])
		if !ok && err == nil {
			ok, err = c.matches(&want.Or[i][1])
		}
		if !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (c *candidate) numbers(want *imap.SearchCriteria) bool {
	for _, set := range want.SeqNum {
		if !contains(set, c.numbered, c.last) {
			return false
		}
	}
	for _, set := range want.UID {
		if !contains(set, c.numbered, c.last) {
			return false
		}
	}
	return true
}

func (c *candidate) attributes(want *imap.SearchCriteria) bool {
	for _, flag := range want.Flag {
		if isKeyword(flag) || !c.flags.has(flagSet(flag)) {
			return false
		}
	}
	for _, flag := range want.NotFlag {
		if !isKeyword(flag) && c.flags.has(flagSet(flag)) {
			return false
		}
	}
	return (want.Larger == 0 || c.size > want.Larger) &&
		(want.Smaller == 0 || c.size < want.Smaller) &&
		between(c.date, want.Since, want.Before)
}

// between compares days alone, whatever their zone (RFC 3501, section 6.4.4).
func between(t, since, before time.Time) bool {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return (since.IsZero() || !day.Before(since)) && (before.IsZero() || day.Before(before))
}

func (c *candidate) content(want *imap.SearchCriteria) (bool, error) {
	sent := !want.SentSince.IsZero() || !want.SentBefore.IsZero()
	if !sent && len(want.Header) == 0 && len(want.Text) == 0 && len(want.Body) == 0 {
		return true, nil
	}
	if c.body == nil {
		body, err := c.folder.read(c.uid)
		if err != nil {
			return false, err
		}
		c.body = body
	}
	head := gomail.Header{Header: message.Header{Header: header(c.body)}}
	if sent {
		date, err := head.Date()
		if err != nil || !between(date, want.SentSince, want.SentBefore) {
			return false, nil
		}
	}
	for _, field := range want.Header {
		if !fieldsContain(head.FieldsByKey(field.Key), field.Value) {
			return false, nil
		}
	}
	for _, text := range want.Text {
		if !fieldsContain(head.Fields(), text) && !c.bodyContains(text) {
			return false, nil
		}
	}
	for _, text := range want.Body {
		if !c.bodyContains(text) {
			return false, nil
		}
	}
	return true, nil
}

// fieldsContain with an empty text asks whether there is a field at all.
func fieldsContain(fields message.HeaderFields, text string) bool {
	for fields.Next() {
		value, err := fields.Text()
		if err != nil {
			value = fields.Value()
		}
		if fold(value, text) {
			return true
		}
	}
	return false
}

// bodyContains looks into each decoded text part.
func (c *candidate) bodyContains(text string) bool {
	entity, _ := message.Read(bytes.NewReader(c.body)) // what could be read is looked at
	if entity == nil {
		return fold(string(c.body), text)
	}
	found := false
	_ = entity.Walk(func(_ []int, part *message.Entity, err error) error { // ends early where a part is broken
		if part == nil {
			return err
		}
		if kind, _, _ := part.Header.ContentType(); kind == "" || strings.HasPrefix(kind, "text/") {
			content, _ := io.ReadAll(part.Body)
			found = found || fold(string(content), text)
		}
		return nil
	})
	return found
}

func fold(s, text string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(text)) }
