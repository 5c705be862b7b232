package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// A binary is the built program with an environment; the command line is a
// contract with other programs, so the tests are one.
type binary struct {
	path string
	env  []string
}

func newBinary(t *testing.T, database string) binary {
	t.Helper()
	return binary{buildBinary(t, ""), append(os.Environ(), "DATABASE_URL="+database, "HOME="+t.TempDir(), "CASECONSULTANT_PASSWORD=")}
}

type result struct {
	exit     int
	out, err string
}

func (b binary) run(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), b.path, args...)
	cmd.Env, cmd.Stdin = b.env, strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// good runs what must succeed and returns its standard output.
func (b binary) good(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	r := b.run(t, stdin, args...)
	if r.exit != exitDone {
		t.Fatalf("%s: exit %d: %s", strings.Join(args, " "), r.exit, r.err)
	}
	return r.out
}

// fails wants an exit status, nothing on standard output, and one line on
// standard error that holds the words.
func (b binary) fails(t *testing.T, exit int, words, stdin string, args ...string) {
	t.Helper()
	r := b.run(t, stdin, args...)
	if r.exit != exit || r.out != "" || strings.Count(r.err, "\n") != 1 || !strings.Contains(r.err, words) {
		t.Errorf("%s: exit %d, want %d; out %q; err %q, want one line with %q", strings.Join(args, " "), r.exit, exit, r.out, r.err, words)
	}
}

// shape holds a JSON document against fields of the contract: a path like
// "findings[].source.set" and a type; a "?" after the type allows it to be
// absent. It returns the document.
func shape(t *testing.T, text string, fields map[string]string) map[string]any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	var doc map[string]any
	if err := dec.Decode(&doc); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if _, err := dec.Token(); err != io.EOF {
		t.Errorf("more than one document: %s", text)
	}
	for path, kind := range fields {
		checkField(t, doc, path, path, kind)
	}
	return doc
}

func checkField(t *testing.T, v any, whole, path, kind string) {
	t.Helper()
	name, rest, deeper := strings.Cut(path, ".")
	name, list := strings.CutSuffix(name, "[]")
	object, ok := v.(map[string]any)
	if !ok {
		t.Errorf("%s: %v is no object", whole, v)
		return
	}
	field, there := object[name]
	want, optional := strings.CutSuffix(kind, "?")
	if !there {
		if !optional {
			t.Errorf("%s: no %q in %v", whole, name, object)
		}
		return
	}
	values := []any{field}
	if list {
		if values, ok = field.([]any); !ok {
			t.Errorf("%s: %q is %v, want a list", whole, name, field)
		}
	}
	for _, v := range values {
		if deeper {
			checkField(t, v, whole, rest, kind)
		} else if got := jsonType(v); got != want {
			t.Errorf("%s: %v is a %s, want %s", whole, v, got, want)
		}
	}
}

func jsonType(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "bool"
	case []any:
		return "list"
	case map[string]any:
		return "object"
	}
	return "null"
}

// at returns doc[path[0]][path[1]]…; a string is a key, a number an index.
func at(t *testing.T, doc any, path ...any) any {
	t.Helper()
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, ok := doc.(map[string]any)
			if !ok {
				t.Fatalf("%v: %v is no object", path, doc)
			}
			doc = m[p]
		case int:
			l, ok := doc.([]any)
			if !ok || p >= len(l) {
				t.Fatalf("%v: nothing at %d in %v", path, p, doc)
			}
			doc = l[p]
		}
	}
	return doc
}

var mentionFields = map[string]string{
	"mentions[].system": "string", "mentions[].code": "string", "mentions[].through": "string?", "mentions[].modifiers[]": "string?",
	"mentions[].units": "number?", "mentions[].text": "string", "mentions[].start": "number", "mentions[].end": "number",
	"mentions[].region": "string", "mentions[].confidence": "number", "mentions[].note": "string?",
}

var findingFields = map[string]string{
	"on": "string", "findings[].rule": "string", "findings[].severity": "string", "findings[].verdict": "string",
	"findings[].codes[]": "string", "findings[].lines[]": "number?", "findings[].statement": "string",
	"findings[].modifier_indicator": "string?", "findings[].mai": "string?", "findings[].indicator": "string?", "findings[].days": "string?",
	"findings[].limit": "number?", "findings[].units": "number?", "findings[].missing[]": "string?", "findings[].branches[].if": "string?",
	"findings[].branches[].verdict": "string?", "findings[].branches[].statement": "string?", "findings[].source.set": "string",
	"findings[].source.release": "string", "findings[].source.row": "string?", "findings[].source.effective_from": "string?",
	"findings[].source.effective_to": "string?", "not_checked[]": "string",
}

func with(fields map[string]string, more ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range append(more, fields) {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

// checkSpans wants each item's text at its bytes of what was given.
func checkSpans(t *testing.T, doc map[string]any, list, given string) {
	t.Helper()
	items, _ := doc[list].([]any)
	if len(items) == 0 {
		t.Errorf("no %s", list)
	}
	for _, i := range items {
		item := i.(map[string]any)
		start, end := int(item["start"].(float64)), int(item["end"].(float64))
		if start < 0 || end > len(given) || start >= end || given[start:end] != item["text"] {
			t.Errorf("%s: %v is not at %d to %d of %q", list, item["text"], start, end, given)
		}
	}
}

// TestUsage: wrong usage ends with 2, a failure with 1, each with one line.
func TestUsage(t *testing.T) {
	t.Parallel()
	b := newBinary(t, "postgres://nobody@127.0.0.1:1/nothing?connect_timeout=5")
	dir := t.TempDir()
	unknown := filepath.Join(dir, "unknown.toml")
	typed, bare := filepath.Join(dir, "typed.toml"), filepath.Join(dir, "bare.toml")
	for name, text := range map[string]string{
		unknown: "undo = \"30s\"\n\n[web]\naddr = \"127.0.0.1:0\"\nadress = \"x\"\n",
		typed:   "undo = \"soon\"\n",
		bare:    "\nundo = 30\n", // thirty what? Not nanoseconds.
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		exit  int
		words string
		args  string
	}{
		{exitUsage, "demo", ""},
		{exitUsage, "bogus", "bogus"},
		{exitUsage, "inspect", "mail"},
		{exitUsage, "--bogus", "recognize --bogus"},
		{exitUsage, "claim line", "codes check nope"},
		{exitUsage, "<line>", "codes check"},
		{exitUsage, "NAME=VALUE", "codes check 99213 --fact same_site"},
		{exitUsage, "same_site", "codes check 99213 --fact nonsense=1"},
		{exitUsage, "--roles", "serve --roles="},
		{exitUsage, "YYYY-MM-DD", "codes check --on 2025-13-01 99213"},
		{exitUsage, "YYYY-MM-DD", "ask --on yesterday /dev/null"},
		{exitUsage, "YYYY-MM-DD", "recognize --on 11/15/2025 /dev/null"},
		{exitUsage, "<code>", "codes show"},
		{exitUsage, "--roles", "serve --roles nonsense"},
		{exitUsage, "<email>", "user add"},
		{exitUsage, "--role", "user add --role king a@b.example"},
		{exitUsage, "--config", "mailbox check"},
		{exitFailed, "/nonexistent", "mail inspect /nonexistent"},
		{exitFailed, "/nonexistent", "recognize /nonexistent"},
		{exitFailed, "/nonexistent", "serve --config /nonexistent"},
		{exitFailed, unknown + ":5:", "serve --config " + unknown},
		{exitFailed, "adress", "mailbox check --config " + unknown},
		{exitFailed, typed + ":1:", "serve --config " + typed},
		{exitFailed, bare + ":2:", "serve --config " + bare},
		{exitFailed, "127.0.0.1:1", "codes show 99213"},
		{exitFailed, "127.0.0.1:1", "codes releases --json"},
		{exitFailed, "127.0.0.1:1", "migrate"},
		{exitFailed, "database", "codes show 99213 --database nonsense://x"},
		{exitFailed, "/dev/null", "user add a@b.example --password-file /dev/null"},
	} {
		t.Run(c.args, func(t *testing.T) {
			b.fails(t, c.exit, c.words, "", strings.Fields(c.args)...)
		})
	}
}

// TestHelp: -h explains with an example.
func TestHelp(t *testing.T) {
	t.Parallel()
	b := newBinary(t, "")
	for _, args := range []string{"demo", "serve", "migrate", "mailbox check", "mail inspect", "recognize", "ask", "codes show",
		"codes check", "codes releases", "user add", "user list", "user disable", "user password", "sending resume", "audit verify"} {
		t.Run(args, func(t *testing.T) {
			r := b.run(t, "", append(strings.Fields(args), "-h")...)
			if r.exit != exitDone || r.err != "" || !strings.Contains(r.out, "Example: ") {
				t.Errorf("exit %d, err %q, out without an example:\n%s", r.exit, r.err, r.out)
			}
		})
	}
	if r := b.run(t, "", "-h"); r.exit != exitDone || !strings.Contains(r.out, "recognize") {
		t.Errorf("exit %d: %s", r.exit, r.out)
	}
}

func TestRecognizeJSON(t *testing.T) {
	t.Parallel()
	b := newBinary(t, "")
	const text = "Knee: 99213-25 and 20610RT x2, mod 59?\nE119 and 96372-96374.\n"
	doc := shape(t, b.good(t, text, "recognize", "--json"), with(mentionFields, map[string]string{"file": "string"}))
	checkSpans(t, doc, "mentions", text)
	for i, want := range []string{"99213", "20610", "59"} {
		if got := at(t, doc, "mentions", i, "code"); got != want {
			t.Errorf("mention %d is %v, want %s", i, got, want)
		}
	}
	if at(t, doc, "mentions", 1, "text") != "20610RT" || at(t, doc, "mentions", 1, "units") != 2.0 {
		t.Errorf("glued modifier and units apart: %v", at(t, doc, "mentions", 1))
	}
	if got := shape(t, b.good(t, "no code here", "recognize", "--json"), nil)["mentions"]; fmt.Sprint(got) != "[]" {
		t.Errorf("mentions of nothing: %v, want []", got)
	}
	if entries, err := os.ReadDir(filepath.Join(homeOf(b), ".local")); err == nil {
		t.Errorf("recognize made %v in the home directory: it needs no database", entries)
	}

	dir := t.TempDir()
	mail, plain := filepath.Join(dir, "a.eml"), filepath.Join(dir, "b.txt")
	for name, content := range map[string]string{mail: question, plain: "Subject to review: 99214"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSuffix(b.good(t, "", "recognize", "--json", mail, plain), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines for two files", len(lines))
	}
	if first := shape(t, lines[0], nil); at(t, first, "file") != mail || at(t, first, "mentions", 0, "region") != "subject" {
		t.Errorf("the mail: %v", first)
	}
	if second := shape(t, lines[1], nil); at(t, second, "mentions", 0, "region") != "body" {
		t.Errorf("the text: %v", second)
	}
}

func homeOf(b binary) (home string) {
	for _, e := range b.env {
		if v, ok := strings.CutPrefix(e, "HOME="); ok {
			home = v
		}
	}
	return home
}

func TestMailInspectJSON(t *testing.T) {
	t.Parallel()
	b := newBinary(t, "")
	doc := shape(t, b.good(t, canaryMails["case"], "mail", "inspect", "--json"), map[string]string{
		"file": "string", "kind": "string", "reason": "string?", "message_id": "string", "in_reply_to[]": "string?", "references[]": "string",
		"from.name": "string", "from.address": "string", "reply_to[].address": "string", "to[].name": "string", "to[].address": "string",
		"cc[].address": "string", "date": "string?", "subject": "string", "text": "string", "new_text": "string", "quote": "string?",
		"signature": "string?", "html": "bool?", "attachments[].name": "string", "attachments[].type": "string", "attachments[].size": "number",
		"attachments[].sha256": "string", "attachments[].inline": "bool?", "attachments[].text_chars": "number?", "problems[]": "string?",
	})
	for path, want := range map[string]any{"kind": "case", "subject": "20610 for kanarienvogel-subject"} {
		if doc[path] != want {
			t.Errorf("%s is %v, want %v", path, doc[path], want)
		}
	}
	if got := at(t, doc, "attachments", 0, "name"); got != "kanarienvogel.pdf" {
		t.Errorf("attachment %v", got)
	}
	bounce := shape(t, b.good(t, canaryMails["bounce"], "mail", "inspect", "--json"), map[string]string{
		"kind": "string", "dsn.action": "string", "dsn.status": "string", "dsn.recipient": "string", "dsn.original_message_id": "string?"})
	if bounce["kind"] != "bounce" || at(t, bounce, "dsn", "status") != "5.1.1" {
		t.Errorf("the bounce: %v", bounce)
	}
	for name, bytes := range map[string]string{"empty": "", "NUL": "\x00", "noise": "\xff\xfe\x00\r\n\r\n\x80", "broken": canaryMails["broken"],
		"one long line": strings.Repeat("x", 1<<20)} {
		shape(t, b.good(t, bytes, "mail", "inspect", "--json"), map[string]string{"kind": "string", "problems[]": "string?"})
		t.Log("taken:", name)
	}
}

// TestDatabaseCommands runs everything that needs a database on one.
func TestDatabaseCommands(t *testing.T) {
	t.Parallel()
	b := newBinary(t, pgtest.EmptyURL(t))
	b.fails(t, exitFailed, "migrate", "", "codes", "show", "99213")
	if out := b.good(t, "", "migrate"); !strings.Contains(out, "applied: ") {
		t.Errorf("migrate says %q", out)
	}
	if out := b.good(t, "", "migrate"); !strings.Contains(out, "nothing to do") {
		t.Errorf("migrate again says %q", out)
	}
	t.Run("ask", func(t *testing.T) { askJSON(t, b) })
	t.Run("codes", func(t *testing.T) { codesJSON(t, b) })
	t.Run("user", func(t *testing.T) { userCommands(t, b) })
	if out := b.good(t, "", "audit", "verify"); !strings.Contains(out, "whole") {
		t.Errorf("audit verify says %q", out)
	}
}

func askJSON(t *testing.T, b binary) {
	const text = "9 lesions injected: 96405 or 96406? DOS 11/15/2025, Medicare.\n"
	fields := with(mentionFields, findingFields, map[string]string{
		"payer": "string", "facts[].name": "string", "facts[].value": "string", "facts[].text": "string", "facts[].start": "number",
		"facts[].end": "number", "intents[]": "string", "needs[]": "string", "template": "string", "subject": "string", "text": "string", "html": "string"})
	doc := shape(t, b.good(t, text, "ask", "--json"), fields)
	checkSpans(t, doc, "mentions", text)
	checkSpans(t, doc, "facts", text)
	if doc["on"] != "2025-11-15" || doc["payer"] != "Medicare" {
		t.Errorf("on %v, payer %v", doc["on"], doc["payer"])
	}
	if !strings.Contains(fmt.Sprint(doc["text"]), "96406") || !strings.Contains(fmt.Sprint(doc["html"]), "<") {
		t.Errorf("the reply: %v", doc["text"])
	}
	doc = shape(t, b.good(t, text, "ask", "--json", "--on", "2024-08-15", "--payer", "Aetna"), fields)
	if doc["on"] != "2024-08-15" || doc["payer"] != "Aetna" {
		t.Errorf("with --on and --payer: on %v, payer %v", doc["on"], doc["payer"])
	}
	doc = shape(t, b.good(t, "Can 20610 be billed with 99213?", "ask", "--json", "-"), fields)
	if day, err := today(); err != nil || doc["on"] != day.Format("2006-01-02") || doc["payer"] != "" {
		t.Errorf("with no date and no payer: on %v, payer %q, %v", doc["on"], doc["payer"], err)
	}
	if out := b.good(t, text, "ask"); !strings.Contains(out, "96406") || strings.HasPrefix(out, "{") {
		t.Errorf("without --json: %s", out)
	}
}

func codesJSON(t *testing.T, b binary) {
	doc := shape(t, b.good(t, "", "codes", "check", "--json", "--on", "2024-08-15", "20610-50x2", "99213", "--dx", "M17.11", "--fact", "same_session=yes"),
		with(findingFields, map[string]string{"lines[].code": "string", "lines[].modifiers[]": "string?", "lines[].units": "number?"}))
	if at(t, doc, "lines", 0, "units") != 2.0 || at(t, doc, "lines", 0, "modifiers", 0) != "50" || doc["on"] != "2024-08-15" {
		t.Errorf("what was asked: %v on %v", doc["lines"], doc["on"])
	}
	pair := false
	for _, f := range doc["findings"].([]any) {
		if at(t, f, "rule") == "ncci.ptp" {
			pair = at(t, f, "codes", 0) == "20610" && at(t, f, "codes", 1) == "99213" && at(t, f, "modifier_indicator") == "1" &&
				at(t, f, "verdict") == "modifier_allowed" && at(t, f, "severity") == "warning" && at(t, f, "source", "set") == "ncci-ptp-practitioner"
		}
	}
	if !pair {
		t.Errorf("no finding for the pair 20610/99213, indicator 1: %v", doc["findings"])
	}
	entry := map[string]string{"code": "string", "on": "string", "entries[].system": "string", "entries[].status": "string",
		"entries[].billable": "bool", "entries[].title": "string?", "entries[].words": "string?", "entries[].effective_from": "string?",
		"entries[].effective_to": "string?", "entries[].children[]": "string?", "entries[].notes[].kind": "string?", "entries[].mue[]": "object?",
		"entries[].ptp.as_column_one": "number?", "entries[].ptp.as_column_two": "number?", "entries[].addon[]": "object?",
		"entries[].pfs[]": "object?", "entries[].history[]": "object?", "entries[].source": "object?"}
	known := shape(t, b.good(t, "", "codes", "show", "20610", "--on", "2024-08-15", "--json"), entry)
	if at(t, known, "entries", 0, "status") != "valid" || at(t, known, "entries", 0, "ptp", "as_column_one") == 0.0 {
		t.Errorf("20610: %v", known)
	}
	if title, ok := at(t, known, "entries", 0).(map[string]any)["title"]; ok {
		t.Errorf("a title of a CPT code without a licence: %v", title)
	}
	if got := at(t, shape(t, b.good(t, "", "codes", "show", "E119", "--on", "2024-11-15", "--json"), entry), "entries", 0, "code"); got != "E11.9" {
		t.Errorf("E119 is shown as %v", got)
	}
	if got := at(t, shape(t, b.good(t, "", "codes", "show", "nonsense", "--json"), entry), "entries", 0, "status"); got != "unknown" {
		t.Errorf("an unknown code has status %v", got)
	}
	shape(t, b.good(t, "", "codes", "releases", "--json"), map[string]string{"releases[].kind": "string", "releases[].release": "string",
		"releases[].effective_from": "string", "releases[].effective_to": "string?", "releases[].rows": "number", "releases[].source": "string",
		"releases[].sha256": "string"})

	b.fails(t, exitUsage, "surgery_date=11/07/2025: a date is YYYY-MM-DD", "", "codes", "check", "--fact", "surgery_date=11/07/2025", "99213")
	said := b.good(t, "", "codes", "check", "--json", "--fact", "payer=Aetna", "--fact", "date_of_service=2025-11-15", "99213", "20610")
	if !strings.Contains(said, "Aetna may rule otherwise") || !strings.Contains(said, `"on":"2025-11-15"`) {
		t.Errorf("payer and date as facts: %s", said)
	}
	hospital := b.good(t, "", "codes", "check", "--json", "--on", "2025-11-15", "--fact", "setting=outpatient", "99213", "20610")
	if strings.Contains(hospital, "ncci-ptp-practitioner") {
		t.Errorf("a hospital's claim by the practitioner's table: %s", hospital)
	}
}

func userCommands(t *testing.T, b binary) {
	const password = "a long enough password\n"
	b.good(t, password, "user", "add", "--role", "admin", "--name", "R. Kline", "--credential", "CPC", "R.Kline@practice.example")
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(password), 0o600); err != nil {
		t.Fatal(err)
	}
	b.good(t, "", "user", "add", "coder@practice.example", "--password-file", file)
	b.good(t, "another long password\n", "user", "password", "coder@practice.example")
	b.good(t, "", "user", "disable", "coder@practice.example")
	doc := shape(t, b.good(t, "", "user", "list", "--json"), map[string]string{"users[].email": "string", "users[].name": "string",
		"users[].role": "string", "users[].disabled": "bool"})
	byEmail := map[any]any{}
	for _, u := range doc["users"].([]any) {
		byEmail[at(t, u, "email")] = fmt.Sprint(at(t, u, "role"), " ", at(t, u, "disabled"))
	}
	if len(byEmail) != 2 || byEmail["r.kline@practice.example"] != "admin false" || byEmail["coder@practice.example"] != "coder true" {
		t.Errorf("users: %v", byEmail)
	}
	for _, c := range []struct{ words, stdin, args string }{
		{"coder@practice.example", password, "add coder@practice.example"},        // there already
		{"password", "short\n", "add third@practice.example"},                     // too short
		{"nobody@practice.example", password, "password nobody@practice.example"}, // unknown
		{"nobody@practice.example", "", "disable nobody@practice.example"},        // unknown
		{"administrator", "", "disable r.kline@practice.example"},                 // the last one
		{"address", password, "add not-an-address"},                               // no address
	} {
		r := b.run(t, c.stdin, append([]string{"user"}, strings.Fields(c.args)...)...)
		last := r.err[strings.LastIndex(strings.TrimSuffix(r.err, "\n"), "\n")+1:] // the prompt for a password comes before
		if r.exit != exitFailed || !strings.Contains(last, c.words) {
			t.Errorf("user %s: exit %d, want 1; %q, want %q", c.args, r.exit, r.err, c.words)
		}
	}
}
