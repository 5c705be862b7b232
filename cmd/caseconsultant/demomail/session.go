package demomail

import (
	"crypto/subtle"
	"errors"
	"io"
	"io/fs"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

const delimiter = '/'

// A session is one IMAP connection. The library calls it from one goroutine,
// and Idle from a second one while nothing else runs.
type session struct {
	server  *Server
	account *account // nil before Login

	folder   *folder // nil unless one is selected
	view     *imapserver.SessionTracker
	readOnly bool // EXAMINE
}

var (
	_ imapserver.SessionNamespace = (*session)(nil)
	_ imapserver.SessionMove      = (*session)(nil)
)

func no(code imap.ResponseCode, text string) error {
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: text}
}

// signIn returns the account, nil for a wrong address or password.
func (s *Server) signIn(address, password string) *account {
	a := s.accounts[strings.ToLower(address)]
	if a == nil || subtle.ConstantTimeCompare([]byte(a.password), []byte(password)) != 1 {
		return nil
	}
	return a
}

// Login implements imapserver.Session.
func (s *session) Login(username, password string) error {
	if s.account = s.server.signIn(username, password); s.account == nil {
		return imapserver.ErrAuthFailed
	}
	return nil
}

// Close implements imapserver.Session.
func (s *session) Close() error {
	s.leave()
	s.server.sessions.Done()
	return nil
}

func (s *session) leave() {
	if s.view != nil {
		s.view.Close()
	}
	s.folder, s.view = nil, nil
}

func (s *session) find(name string, code imap.ResponseCode) (*folder, error) {
	if f := s.account.folder(name); f != nil {
		return f, nil
	}
	return nil, no(code, "No such folder")
}

// Select implements imapserver.Session.
func (s *session) Select(name string, options *imap.SelectOptions) (*imap.SelectData, error) {
	s.leave()
	f, err := s.find(name, imap.ResponseCodeNonExistent)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s.folder, s.view, s.readOnly = f, f.tracker.NewSession(), options.ReadOnly
	all := flags(1<<len(flagNames) - 1).list()
	data := &imap.SelectData{
		Flags:          all,
		PermanentFlags: all,
		NumMessages:    uint32(len(f.mails)),
		UIDNext:        f.next,
		UIDValidity:    f.validity,
	}
	if s.readOnly {
		data.PermanentFlags = []imap.Flag{}
	}
	return data, nil
}

// Unselect implements imapserver.Session.
func (s *session) Unselect() error {
	s.leave()
	return nil
}

var errFixed = no(imap.ResponseCodeCannot, "This demo server has a fixed set of folders")

// Create implements imapserver.Session.
func (s *session) Create(string, *imap.CreateOptions) error { return errFixed }

// Delete implements imapserver.Session.
func (s *session) Delete(string) error { return errFixed }

// Rename implements imapserver.Session.
func (s *session) Rename(string, string, *imap.RenameOptions) error { return errFixed }

// Subscribe implements imapserver.Session: all folders always are.
func (s *session) Subscribe(name string) error {
	_, err := s.find(name, imap.ResponseCodeNonExistent)
	return err
}

// Unsubscribe implements imapserver.Session.
func (s *session) Unsubscribe(string) error { return errFixed }

// Namespace implements imapserver.SessionNamespace.
func (s *session) Namespace() (*imap.NamespaceData, error) {
	return &imap.NamespaceData{Personal: []imap.NamespaceDescriptor{{Delim: delimiter}}}, nil
}

// List implements imapserver.Session.
func (s *session) List(w *imapserver.ListWriter, ref string, patterns []string, options *imap.ListOptions) error {
	if len(patterns) == 0 { // asks for the delimiter (RFC 3501, section 6.3.8)
		return w.WriteList(&imap.ListData{Attrs: []imap.MailboxAttr{imap.MailboxAttrNoSelect}, Delim: delimiter})
	}
	for _, f := range s.account.folders {
		if !matchesAny(f.name, ref, patterns) || options.SelectSpecialUse && f.use == "" {
			continue
		}
		data := &imap.ListData{Mailbox: f.name, Delim: delimiter, Attrs: []imap.MailboxAttr{imap.MailboxAttrHasNoChildren}}
		if f.use != "" {
			data.Attrs = append(data.Attrs, f.use)
		}
		if options.ReturnStatus != nil {
			data.Status = f.status(options.ReturnStatus)
		}
		if err := w.WriteList(data); err != nil {
			return err
		}
	}
	return nil
}

func matchesAny(name, ref string, patterns []string) bool {
	for _, p := range patterns {
		if imapserver.MatchList(name, delimiter, ref, p) {
			return true
		}
	}
	return false
}

// Status implements imapserver.Session.
func (s *session) Status(name string, options *imap.StatusOptions) (*imap.StatusData, error) {
	f, err := s.find(name, imap.ResponseCodeNonExistent)
	if err != nil {
		return nil, err
	}
	return f.status(options), nil
}

func (f *folder) status(options *imap.StatusOptions) *imap.StatusData {
	f.mu.Lock()
	defer f.mu.Unlock()
	var unseen, deleted, recent uint32
	var size int64
	for _, m := range f.mails {
		if !m.flags.has(flagSet(imap.FlagSeen)) {
			unseen++
		}
		if m.flags.has(flagSet(imap.FlagDeleted)) {
			deleted++
		}
		size += m.size
	}
	count := uint32(len(f.mails))
	data := &imap.StatusData{Mailbox: f.name}
	if options.UIDNext {
		data.UIDNext = f.next
	}
	if options.UIDValidity {
		data.UIDValidity = f.validity
	}
	data.NumMessages = asked(options.NumMessages, count)
	data.NumUnseen = asked(options.NumUnseen, unseen)
	data.NumDeleted = asked(options.NumDeleted, deleted)
	data.NumRecent = asked(options.NumRecent, recent)
	data.Size = asked(options.Size, size)
	return data
}

func asked[T any](yes bool, value T) *T {
	if !yes {
		return nil
	}
	return &value
}

// Append implements imapserver.Session.
func (s *session) Append(name string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	f, err := s.find(name, imap.ResponseCodeTryCreate)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if int64(len(body)) != r.Size() {
		return nil, io.ErrUnexpectedEOF
	}
	date := options.Time
	if date.IsZero() {
		date = s.server.config.Now()
	}
	uid, err := f.add(body, flagSet(options.Flags...), date)
	if err != nil {
		return nil, err
	}
	return &imap.AppendData{UIDValidity: f.validity, UID: uid}, nil
}

// AppendLimit implements imapserver.SessionAppendLimit.
func (s *session) AppendLimit() uint32 { return maxMessage }

// Poll implements imapserver.Session.
func (s *session) Poll(w *imapserver.UpdateWriter, allowExpunge bool) error {
	if s.view == nil {
		return nil
	}
	return s.view.Poll(w, allowExpunge)
}

// Idle implements imapserver.Session.
func (s *session) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	if s.view == nil {
		<-stop
		return nil
	}
	if err := s.view.Poll(w, true); err != nil { // what came before the tracker listened
		return err
	}
	return s.view.Idle(w, stop)
}

// Expunge implements imapserver.Session. The client hears of it by Poll.
func (s *session) Expunge(_ *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	if s.readOnly {
		return errReadOnly
	}
	deleted := flagSet(imap.FlagDeleted)
	return s.folder.remove(func(m mail) bool {
		return m.flags.has(deleted) && (uids == nil || uids.Contains(m.uid))
	})
}

var errReadOnly = no(imap.ResponseCodeCannot, "The folder was opened with EXAMINE")

// Copy implements imapserver.Session.
func (s *session) Copy(set imap.NumSet, name string) (*imap.CopyData, error) {
	dest, err := s.find(name, imap.ResponseCodeTryCreate)
	if err != nil {
		return nil, err
	}
	data := &imap.CopyData{UIDValidity: dest.validity}
	for _, m := range s.pick(set) {
		body, err := s.folder.read(m.uid)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		uid, err := dest.add(body, m.flags, m.date)
		if err != nil {
			return nil, err
		}
		data.SourceUIDs.AddNum(m.uid)
		data.DestUIDs.AddNum(uid)
	}
	if len(data.SourceUIDs) == 0 {
		return nil, nil // COPYUID must not be empty (RFC 4315, section 3)
	}
	return data, nil
}

// Move implements imapserver.SessionMove (RFC 6851): copies first, so that a
// crash in between leaves two rather than none.
func (s *session) Move(w *imapserver.MoveWriter, set imap.NumSet, name string) error {
	if s.readOnly {
		return errReadOnly
	}
	data, err := s.Copy(set, name)
	if err != nil || data == nil {
		return err
	}
	if err := w.WriteCopyData(data); err != nil {
		return err
	}
	return s.folder.remove(func(m mail) bool { return data.SourceUIDs.Contains(m.uid) })
}
