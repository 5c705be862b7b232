package compose

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wneessen/go-mail"
)

// Marker is the header field that every mail of ours carries, by which we know
// our own mail when it comes back.
const Marker = "X-CaseConsultant"

// maxReferences keeps the References field of an endless thread short: the
// first, which names the thread, and the newest.
const maxReferences = 21

// Refusals of Compose. Their texts name the field and never its value.
var (
	ErrField   = errors.New("not fit for a mail header")
	ErrMissing = errors.New("missing")
)

// Compose makes the bytes that are sent: multipart/alternative with a plain and
// an HTML part, everything fixed by m, so that the same Mail gives the same
// bytes on every machine. From, one To, MessageID and Date are demanded; a
// control character in any field is refused with ErrField, as is a message
// identifier that is not of the form left@right. References and In-Reply-To
// that other mail programs broke are left out instead: they only thread.
func Compose(m Mail) ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	plain, html, err := Render(m.Markdown)
	if err != nil {
		return nil, err
	}
	msg := mail.NewMsg(mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP),
		mail.WithNoDefaultUserAgent(), mail.WithBoundary(boundary(m.MessageID)))
	m.addresses(msg)
	m.headers(msg)
	msg.SetBodyString(mail.TypeTextPlain, plain)
	msg.AddAlternativeString(mail.TypeTextHTML, html)
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	return out.Bytes(), nil
}

func (m Mail) addresses(msg *mail.Msg) {
	msg.FromMailAddress(netAddress(m.From))
	msg.ToMailAddress(netAddresses(m.To)...)
	if len(m.Cc) > 0 {
		msg.CcMailAddress(netAddresses(m.Cc)...)
	}
	if m.ReplyTo != "" {
		msg.ReplyToMailAddress(&netmail.Address{Name: m.From.Name, Address: m.ReplyTo})
	}
}

func (m Mail) headers(msg *mail.Msg) {
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(m.MessageID)
	if validID(m.InReplyTo) {
		msg.SetGenHeader(mail.HeaderInReplyTo, "<"+m.InReplyTo+">")
	}
	if refs := references(m.References); refs != "" {
		msg.SetGenHeader(mail.HeaderReferences, refs) // one string: several would be joined by commas
	}
	if m.Auto {
		msg.SetGenHeader("Auto-Submitted", "auto-replied") // RFC 3834 section 5
	}
	msg.SetGenHeader(mail.HeaderXAutoResponseSuppress, "OOF, AutoReply") // Exchange: MS-OXCMAIL 2.2.3.2.14
	msg.SetGenHeader(Marker, "1")
}

func (m Mail) check() error {
	if len(m.To) == 0 {
		return fmt.Errorf("recipient: %w", ErrMissing)
	}
	if m.Date.IsZero() {
		return fmt.Errorf("date: %w", ErrMissing)
	}
	if !validID(m.MessageID) {
		return fmt.Errorf("message identifier: %w", ErrField)
	}
	if !clean(m.Subject) || longestWord(m.Subject) > maxLine {
		return fmt.Errorf("subject: %w", ErrField)
	}
	if err := checkAddress("from", m.From); err != nil {
		return err
	}
	if m.ReplyTo != "" {
		if err := checkAddress("reply-to", Address{Address: m.ReplyTo}); err != nil {
			return err
		}
	}
	return errors.Join(checkAll("to", m.To), checkAll("cc", m.Cc))
}

// maxLine is what a line of a header may have (RFC 5322 section 2.1.1), less
// the field's name.
const maxLine = 900

// longestWord is the length of what folding cannot part.
func longestWord(s string) int {
	longest := 0
	for word := range strings.FieldsSeq(s) {
		longest = max(longest, len(word))
	}
	return longest
}

func checkAll(field string, list []Address) error {
	for _, a := range list {
		if err := checkAddress(field, a); err != nil {
			return err
		}
	}
	return nil
}

// checkAddress demands one plain addr-spec: what net/mail reads back must be
// what was given.
func checkAddress(field string, a Address) error {
	parsed, err := netmail.ParseAddress("<" + a.Address + ">")
	if err != nil || parsed.Address != a.Address || !clean(a.Address) || !clean(a.Name) {
		return fmt.Errorf("%s: %w", field, ErrField)
	}
	return nil
}

// clean reports whether s can stand in a header: valid UTF-8 on one line.
func clean(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	})
}

func netAddress(a Address) *netmail.Address {
	return &netmail.Address{Name: a.Name, Address: a.Address}
}

func netAddresses(list []Address) []*netmail.Address {
	out := make([]*netmail.Address, len(list))
	for i, a := range list {
		out[i] = netAddress(a)
	}
	return out
}

var idForm = regexp.MustCompile(`^[!-;=?-~]+@[!-;=?-~]+$`)

// validID reports whether id, without brackets, survives every mail program:
// printable ASCII around an "@", and short enough for one header line.
func validID(id string) bool { return len(id) <= maxLine && idForm.MatchString(id) }

// references joins the first and the newest identifiers, oldest first.
func references(ids []string) string {
	var fit []string
	for _, id := range ids {
		if validID(id) {
			fit = append(fit, "<"+id+">")
		}
	}
	if len(fit) > maxReferences {
		fit = append(fit[:1:1], fit[len(fit)-(maxReferences-1):]...)
	}
	return strings.Join(fit, " ")
}

// boundary is fixed by the message identifier: a random one would give other
// bytes each time. A part cannot hold it by chance, nor on purpose: whoever
// writes the text does not know the identifier's HMAC.
func boundary(messageID string) string {
	sum := sha256.Sum256([]byte("boundary " + messageID))
	return hex.EncodeToString(sum[:16])
}

// Hash is the fingerprint of what the consultant saw and approved. Every field
// is written with its length, so that no two contents share one input.
func Hash(subject string, to, cc []Address, markdown string) [32]byte {
	h := sha256.New()
	put := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	put(subject)
	for _, list := range [][]Address{to, cc} {
		put(fmt.Sprint(len(list)))
		for _, a := range list {
			put(a.Name)
			put(a.Address)
		}
	}
	put(markdown)
	return [32]byte(h.Sum(nil))
}
