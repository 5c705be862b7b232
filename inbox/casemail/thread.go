package casemail

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ThreadIDs returns the identifiers of the messages that m answers, the
// nearest first: In-Reply-To, then References from the newest back.
func (m *Message) ThreadIDs() []string {
	var out []string
	add := func(id string) {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, id := range m.InReplyTo {
		add(id)
	}
	for _, id := range slices.Backward(m.References) {
		add(id)
	}
	return out
}

var caseTag = regexp.MustCompile(`(?i)^[^+@]+\+case-([1-9]\d{0,17})@`)

// CaseTag returns the case that a plus address among the recipients names, as
// in consult+case-42@desk.example. Anybody can write one: the caller lets it
// count only for a sender who already belongs to that case.
func (m *Message) CaseTag() (caseID int64, ok bool) {
	recipients := slices.Concat(m.To, m.Cc)
	for _, name := range []string{"delivered-to", "x-original-to", "envelope-to"} {
		recipients = append(recipients, parseAddresses(strings.Join(m.header[name], ","))...)
	}
	for _, a := range recipients {
		if t := caseTag.FindStringSubmatch(a.Address); t != nil {
			id, err := strconv.ParseInt(t[1], 10, 64)
			return id, err == nil
		}
	}
	return 0, false
}

var ourForm = regexp.MustCompile(`^case-([1-9]\d{0,17})\.r([1-9]\d{0,8})\.([a-z2-7]{16})@[^@\s]+$`)

var macEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// MakeOurID makes the Message-ID of our answer, without brackets:
// case-ID.rREV.HMAC@domain. The 80 bits of HMAC-SHA256, over case and revision
// with a random secret kept with the case, make it impossible to guess, so
// that an answer to it proves that its writer has our mail.
func MakeOurID(caseID int64, rev int, secret []byte, domain string) string {
	return fmt.Sprintf("case-%d.r%d.%s@%s", caseID, rev, mac(caseID, rev, secret), domain)
}

func mac(caseID int64, rev int, secret []byte) string {
	h := hmac.New(sha256.New, secret)
	fmt.Fprintf(h, "case-%d.r%d", caseID, rev)
	return strings.ToLower(macEncoding.EncodeToString(h.Sum(nil)[:10]))
}

// ParseOurID takes an identifier of MakeOurID apart. ok says only that it has
// the form; VerifyOurID that we made it.
func ParseOurID(id string) (caseID int64, rev int, mac string, ok bool) {
	f := ourForm.FindStringSubmatch(id)
	if f == nil {
		return 0, 0, "", false
	}
	caseID, err := strconv.ParseInt(f[1], 10, 64)
	if err != nil {
		return 0, 0, "", false
	}
	rev, err = strconv.Atoi(f[2])
	return caseID, rev, f[3], err == nil
}

// VerifyOurID reports whether id was made by MakeOurID with this secret. It
// takes the same time for every wrong one.
func VerifyOurID(id string, secret []byte) bool {
	caseID, rev, got, ok := ParseOurID(id)
	return ok && len(secret) > 0 && hmac.Equal([]byte(got), []byte(mac(caseID, rev, secret)))
}
