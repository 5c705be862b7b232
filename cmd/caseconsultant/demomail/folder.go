package demomail

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// A folder is one Maildir with UIDs.
type folder struct {
	name string
	use  imap.MailboxAttr
	dir  string

	mu       sync.Mutex // guards all below, and the directory
	validity uint32
	next     imap.UID
	mails    []mail // by UID
	tracker  *imapserver.MailboxTracker
}

// A mail is what is known of a message without reading its file. Its INTERNALDATE
// is the time of the file's last modification.
type mail struct {
	uid   imap.UID
	flags flags
	size  int64
	date  time.Time
}

// file is the mail's name in cur: the UID, then Maildir's flags.
func (m mail) file() string { return fmt.Sprintf("%010d:2,%s", m.uid, m.flags.letters()) }

var fileName = regexp.MustCompile(`^(\d{10}):2,([A-Z]*)$`)

// openFolder reads the Maildir in dir, or makes an empty one whose UIDVALIDITY
// is the time now in seconds: another one than that of a folder that was here
// and was deleted.
func openFolder(dir string, now time.Time) (*folder, error) {
	f := &folder{dir: dir, validity: uint32(now.Unix()), next: 1}
	if err := os.RemoveAll(f.path("tmp")); err != nil { // deliveries that were never answered
		return nil, err
	}
	for _, name := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(f.path(name), 0o700); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(f.path("uids"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = f.saveUIDs()
	case err == nil:
		_, err = fmt.Sscanf(string(text), "%d %d", &f.validity, &f.next)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path("uids"), err)
	}
	if err := f.scan(); err != nil {
		return nil, err
	}
	f.tracker = imapserver.NewMailboxTracker(uint32(len(f.mails)))
	return f, syncDirs(dir, filepath.Dir(dir), filepath.Dir(filepath.Dir(dir)))
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, name) }

// scan reads cur. A file with a name of another shape is not ours and no mail.
func (f *folder) scan() error {
	entries, err := os.ReadDir(f.path("cur"))
	if err != nil {
		return err
	}
	for _, e := range entries {
		match := fileName.FindStringSubmatch(e.Name())
		if match == nil {
			continue
		}
		uid, err := strconv.ParseUint(match[1], 10, 32)
		if err != nil {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		f.mails = append(f.mails, mail{imap.UID(uid), flagsOf(match[2]), info.Size(), info.ModTime()})
		f.next = max(f.next, imap.UID(uid)+1)
	}
	slices.SortFunc(f.mails, func(a, b mail) int { return int(int64(a.uid) - int64(b.uid)) })
	return nil
}

// saveUIDs makes f.next survive the removal of the mail with the highest UID;
// the others' names tell it otherwise.
func (f *folder) saveUIDs() error {
	draft := f.path("tmp/uids")
	if err := writeFile(draft, fmt.Appendf(nil, "%d %d\n", f.validity, f.next)); err != nil {
		return err
	}
	if err := os.Rename(draft, f.path("uids")); err != nil {
		return err
	}
	return syncDirs(f.dir)
}

// add stores a mail and shows it to the folder's clients. When it returns
// without an error, the mail is on the disk.
func (f *folder) add(body []byte, set flags, date time.Time) (imap.UID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := mail{f.next, set, int64(len(body)), date}
	draft := f.path(filepath.Join("tmp", m.file()))
	if err := writeFile(draft, body); err != nil {
		return 0, err
	}
	if err := os.Chtimes(draft, date, date); err != nil {
		return 0, err
	}
	if err := os.Rename(draft, f.path(filepath.Join("cur", m.file()))); err != nil {
		return 0, err
	}
	f.next++ // from here on the UID is taken, whatever follows
	if err := syncDirs(f.path("cur")); err != nil {
		return 0, err
	}
	f.mails = append(f.mails, m)
	f.tracker.QueueNumMessages(uint32(len(f.mails)))
	return m.uid, nil
}

// read returns the bytes of a mail. One that was removed meanwhile is
// fs.ErrNotExist.
func (f *folder) read(uid imap.UID) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i, ok := f.find(uid)
	if !ok {
		return nil, fs.ErrNotExist
	}
	return os.ReadFile(f.path(filepath.Join("cur", f.mails[i].file())))
}

func (f *folder) find(uid imap.UID) (int, bool) {
	return slices.BinarySearchFunc(f.mails, uid, func(m mail, uid imap.UID) int { return int(int64(m.uid) - int64(uid)) })
}

// setFlags changes the flags of a mail and tells the folder's clients, but for
// the one that did it. A mail that was removed meanwhile is no error.
func (f *folder) setFlags(uid imap.UID, change func(flags) flags, by *imapserver.SessionTracker) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	i, ok := f.find(uid)
	if !ok {
		return nil
	}
	old := f.mails[i]
	m := old
	m.flags = change(old.flags)
	if m.flags == old.flags {
		return nil
	}
	if err := os.Rename(f.path(filepath.Join("cur", old.file())), f.path(filepath.Join("cur", m.file()))); err != nil {
		return err
	}
	f.mails[i] = m
	f.tracker.QueueMessageFlags(uint32(i)+1, uid, m.flags.list(), by)
	return nil
}

// remove deletes the mails that pick names, for good. Their UIDs are not used
// again.
func (f *folder) remove(pick func(mail) bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.ContainsFunc(f.mails, pick) {
		return nil
	}
	if err := f.saveUIDs(); err != nil {
		return err
	}
	for i := len(f.mails) - 1; i >= 0; i-- {
		m := f.mails[i]
		if !pick(m) {
			continue
		}
		if err := os.Remove(f.path(filepath.Join("cur", m.file()))); err != nil {
			return err
		}
		f.mails = slices.Delete(f.mails, i, i+1)
		f.tracker.QueueExpunge(uint32(i) + 1)
	}
	return syncDirs(f.path("cur"))
}

func writeFile(name string, text []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

func syncDirs(names ...string) error {
	for _, name := range names {
		dir, err := os.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
			return err
		}
	}
	return nil
}
