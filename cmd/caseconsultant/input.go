package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"unicode/utf8"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
)

// an input is one file named on the command line, or standard input.
type input struct {
	name string
	data []byte
}

// maxInput bounds one file: the largest mail that the pipeline takes.
const maxInput = 64 << 20

// inputs reads the named files; none, or "-", is standard input.
func inputs(names []string, std streams) ([]input, error) {
	if len(names) == 0 {
		names = []string{"-"}
	}
	var list []input
	for _, name := range names {
		data, err := readInput(name, std)
		if err != nil {
			return nil, err
		}
		list = append(list, input{name, data})
	}
	return list, nil
}

func readInput(name string, std streams) ([]byte, error) {
	r := std.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("read input: %w", err)
		}
		defer func() { _ = f.Close() }() // only read
		r = f
	}
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxInput {
		return nil, fmt.Errorf("%s is larger than %d MiB: no mail is", name, maxInput>>20)
	}
	return data, nil
}

// field is the first line of an RFC 5322 message: a field name and a colon
// (section 2.2), of the fields that mails begin with, or an mbox "From ".
var field = regexp.MustCompile(`(?i)^(from |(return-path|received|delivered-to|x-[a-z0-9-]+|from|to|cc|subject|date|message-id|mime-version|content-type|reply-to|in-reply-to|references|dkim-signature|arc-[a-z-]+|authentication-results|sender|auto-submitted|list-[a-z-]+|user-agent|importance|thread-[a-z]+|content-transfer-encoding):)`)

// isMail reports whether data begins like a mail. A question may begin
// "Subject: …" too, so one field needs a second one below it, or an empty line
// after it.
func (in input) isMail() bool {
	if !field.Match(in.data) {
		return false
	}
	first, rest, _ := bytes.Cut(in.data, []byte("\n"))
	for bytes.HasPrefix(rest, []byte(" ")) || bytes.HasPrefix(rest, []byte("\t")) {
		_, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	return len(first) > 0 && (field.Match(rest) || bytes.HasPrefix(rest, []byte("\n")) || bytes.HasPrefix(rest, []byte("\r\n")))
}

// regions lays an input out for the recogniser, and returns its subject.
func (in input) regions() (subject string, list []consult.Region) {
	if !in.isMail() {
		text := in.data
		if !utf8.Valid(text) {
			text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
		}
		return "", []consult.Region{{Name: code.Body, Text: string(text)}}
	}
	m := casemail.Parse(in.data)
	for _, r := range []consult.Region{{Name: code.Subject, Text: m.Subject}, {Name: code.Body, Text: m.NewText},
		{Name: code.Quote, Text: m.Quote}, {Name: code.Signature, Text: m.Signature}} {
		if r.Text != "" {
			list = append(list, r)
		}
	}
	return m.Subject, list
}

// printJSON writes one document and a newline.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
