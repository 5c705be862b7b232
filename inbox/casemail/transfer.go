package casemail

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// decodeTransfer undoes a Content-Transfer-Encoding (RFC 2045 section 6). It
// takes what is damaged as far as it goes, and names the class of damage.
func decodeTransfer(encoding string, b []byte) (out []byte, problem string) {
	switch encoding = transferName(encoding); encoding {
	case "base64":
		return decodeBase64(b)
	case "quoted-printable":
		return decodeQP(b), ""
	case "", "7bit", "8bit", "binary":
		return b, ""
	}
	return b, "encoding: unknown"
}

// transferName reads the name where comments and quotes surround it.
func transferName(s string) string {
	s = strings.ToLower(strings.Trim(s, " \t\"'"))
	if i := strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }); i >= 0 {
		s = s[:i]
	}
	return s
}

// decodeBase64 takes clean input at once. Else it goes line by line: padding
// may stand inside, where a mailer joined pieces, and lines that are no base64,
// such as the footer of a mailing list, are left out.
func decodeBase64(b []byte) (out []byte, problem string) {
	out = make([]byte, base64.StdEncoding.DecodedLen(len(b)))
	if n, err := base64.StdEncoding.Decode(out, b); err == nil {
		return out[:n], ""
	}
	out = out[:0]
	var run []byte
	flush := func() {
		run = bytes.TrimRight(run, "=")
		piece := make([]byte, base64.RawStdEncoding.DecodedLen(len(run)))
		n, _ := base64.RawStdEncoding.Decode(piece, run) // what was read before an error counts
		out, run = append(out, piece[:n]...), run[:0]
	}
	for len(b) > 0 {
		var line []byte
		line, b = cutLine(b)
		line = bytes.TrimSpace(line)
		for len(line) > 0 {
			n := 0
			for n < len(line) && isBase64(line[n]) {
				n++
			}
			pads := 0
			for n+pads < len(line) && line[n+pads] == '=' {
				pads++
			}
			if pads == 0 && n < len(line) {
				problem = "base64: damaged"
				break // the rest of the line is none
			}
			run = append(run, line[:n]...)
			if pads > 0 {
				flush()
			}
			line = line[n+pads:]
		}
	}
	flush()
	return out, problem
}

// decodeQP undoes quoted-printable; what is none stands for itself.
func decodeQP(b []byte) []byte {
	if bytes.IndexByte(b, '=') < 0 {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '=' {
			out = append(out, b[i])
			continue
		}
		if i+2 < len(b) {
			hi, lo := unhex(b[i+1]), unhex(b[i+2])
			if hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		end := i + 1
		for end < len(b) && (b[end] == ' ' || b[end] == '\t' || b[end] == '\r') && end-i < 80 {
			end++
		}
		switch {
		case end < len(b) && b[end] == '\n':
			i = end // soft line break
		case end == len(b):
			i = end
		default:
			out = append(out, '=')
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
