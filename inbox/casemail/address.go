package casemail

import "strings"

// parseAddresses reads an address list as mail programs write it, not only as
// RFC 5322 has it: bare and doubled quotes, missing commas after ">", comments
// for names, groups. A mailbox without a readable address keeps its name.
func parseAddresses(list string) []Address {
	var out []Address
	s := addressScan{rest: clip(list)}
	for len(out) < maxPeople && s.rest != "" {
		if a := s.mailbox(); a != (Address{}) {
			out = append(out, a)
		}
	}
	return out
}

type addressScan struct {
	rest string

	phrase, quoted, comment, angle strings.Builder
}

// mailbox reads up to the comma, semicolon or group's colon that ends one.
func (s *addressScan) mailbox() Address {
	for _, b := range []*strings.Builder{&s.phrase, &s.quoted, &s.comment, &s.angle} {
		b.Reset()
	}
	closed := false
	for s.rest != "" {
		c := s.rest[0]
		s.rest = s.rest[1:]
		switch c {
		case ',', ';':
			return s.address()
		case ':':
			if !strings.Contains(s.phrase.String(), "@") && !strings.EqualFold(strings.TrimSpace(s.phrase.String()), "mailto") {
				s.quoted.Reset() // the name of a group
			}
			s.phrase.Reset()
		case '"':
			s.until('"', &s.quoted)
		case '(':
			s.until(')', &s.comment)
		case '<':
			if closed { // the comma between two is missing
				s.rest = "<" + s.rest
				return s.address()
			}
			s.until('>', &s.angle)
			closed = true
		default:
			s.phrase.WriteByte(c)
		}
	}
	return s.address()
}

// until copies up to end, which a backslash can escape, into b.
func (s *addressScan) until(end byte, b *strings.Builder) {
	for s.rest != "" {
		c := s.rest[0]
		s.rest = s.rest[1:]
		if c == '\\' && s.rest != "" {
			c, s.rest = s.rest[0], s.rest[1:]
		} else if c == end {
			return
		}
		b.WriteByte(c)
	}
}

func (s *addressScan) address() Address {
	phrase := strings.TrimSpace(s.phrase.String())
	name := strings.TrimSpace(s.quoted.String() + " " + phrase)
	addr := normalAddress(s.angle.String())
	if addr == "" {
		for word := range strings.FieldsSeq(phrase) {
			if addr = normalAddress(word); addr != "" {
				name = strings.TrimSpace(s.quoted.String() + " " + strings.Replace(phrase, word, "", 1))
				break
			}
		}
	}
	if addr == "" {
		addr = normalAddress(s.quoted.String())
	}
	if name == "" {
		name = s.comment.String()
	}
	name = strings.Trim(oneLine(decodeWords(name)), `'" `)
	if len(name) > 500 {
		name = strings.ToValidUTF8(name[:500], "")
	}
	if strings.EqualFold(name, addr) {
		name = ""
	}
	return Address{Name: name, Address: addr}
}

// normalAddress gives an addr-spec with its domain in lower case, or "" if s is
// none: one that could be put into an SMTP command and a page as it is.
func normalAddress(s string) string {
	s = strings.Trim(strings.TrimSpace(s), `'"<>,`)
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	if strings.HasPrefix(s, "@") { // a route, RFC 5322 section 4.4
		_, s, _ = strings.Cut(s, ":")
	}
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || len(s) > 254 {
		return ""
	}
	local, domain := s[:at], s[at+1:]
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xfffd || r >= 0x80 && r < 0xa0 }) || strings.ContainsAny(s, `<>(),;:\"`) && domain[0] != '[' || strings.Contains(local, "@") {
		return ""
	}
	if oneLine(s) != s {
		return ""
	}
	return local + "@" + strings.ToLower(strings.TrimSuffix(domain, "."))
}
