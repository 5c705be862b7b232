package code

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"testing"
)

//go:embed testdata/mails.txtar
var mailsFile string

type labelled struct {
	name, text string
	want       []string
	facts      []string
	intent     Intent
}

// corpus reads testdata/mails.txtar.
func corpus(t *testing.T) (out []labelled) {
	t.Helper()
	for _, part := range strings.Split(mailsFile, "\n-- ")[1:] {
		name, rest, ok := strings.Cut(part, " --\n")
		head, text, ok2 := strings.Cut(rest, "\n\n")
		if !ok || !ok2 {
			t.Fatalf("entry %.40q lacks its name or labels", part)
		}
		l := labelled{name: name, text: text}
		for _, line := range strings.Split(head, "\n") {
			key, value, _ := strings.Cut(line, ":")
			switch value = strings.TrimSpace(value); key {
			case "want":
				if value != "" {
					l.want = strings.Split(value, "; ")
				}
			case "facts":
				l.facts = splitFacts(value)
			case "intent":
				l.intent = Intent(value)
			default:
				t.Fatalf("%s: unknown label %q", name, key)
			}
		}
		out = append(out, l)
	}
	return out
}

type tally struct{ right, wrong, missed int }

func (c tally) precision() float64 { return ratio(c.right, c.right+c.wrong) }
func (c tally) recall() float64    { return ratio(c.right, c.right+c.missed) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// TestCorpus measures mentions with modifiers, units and ranges, prints the
// table, and fails below the aims: F1 0.98, whole mails 0.93, and nothing at
// all found in a mail without a code.
func TestCorpus(t *testing.T) {
	mails := corpus(t)
	bySystem := make(map[string]*tally)
	all := tally{}
	whole, facts, factsRight, intents, intentsRight, codeless := 0, 0, 0, 0, 0, 0
	count := func(mention string, field func(*tally) *int) {
		system, _, _ := strings.Cut(mention, " ")
		if bySystem[system] == nil {
			bySystem[system] = &tally{}
		}
		*field(bySystem[system])++
		*field(&all)++
	}
	for _, l := range mails {
		ms := Resolve(l.text, Find(Body, l.text), nil)
		checkSpans(t, l.text, ms)
		var got []string
		for _, m := range ms {
			got = append(got, short(m))
		}
		if len(l.want) == 0 {
			codeless++
			if len(got) > 0 {
				t.Errorf("%s: found %q in a mail that names no code", l.name, got)
			}
		}
		if slices.Equal(got, l.want) {
			whole++
		} else {
			t.Logf("%s:\n got %q\nwant %q", l.name, got, l.want)
		}
		rest := slices.Clone(l.want)
		for _, g := range got {
			if i := slices.Index(rest, g); i >= 0 {
				rest = slices.Delete(rest, i, i+1)
				count(g, func(c *tally) *int { return &c.right })
			} else {
				count(g, func(c *tally) *int { return &c.wrong })
			}
		}
		for _, w := range rest {
			count(w, func(c *tally) *int { return &c.missed })
		}
		stated := Facts(Body, l.text, ms)
		for _, want := range l.facts {
			facts++
			if slices.ContainsFunc(stated, func(f Fact) bool { return f.Name+"="+f.Value == want }) {
				factsRight++
			} else {
				t.Errorf("%s: fact %s not found in %v", l.name, want, stated)
			}
		}
		if l.intent != "" {
			intents++
			if got := Intents(l.text, ms, stated); len(got) > 0 && got[0] == l.intent {
				intentsRight++
			} else {
				t.Errorf("%s: intents %v, want %s first", l.name, got, l.intent)
			}
		}
	}
	var table strings.Builder
	row := func(name string, c tally) {
		p, r := c.precision(), c.recall()
		fmt.Fprintf(&table, "%-10s %4d %5d %6d   %.3f %.3f %.3f\n", name, c.right, c.wrong, c.missed, p, r, 2*p*r/max(p+r, 1e-9))
	}
	for _, s := range sortedKeys(bySystem) {
		row(s, *bySystem[s])
	}
	row("all", all)
	t.Logf("%d mails, %d without a code, %d whole mails right; facts %d of %d, first intents %d of %d\nsystem    right wrong missed   prec  rec   F1\n%s",
		len(mails), codeless, whole, factsRight, facts, intentsRight, intents, table.String())
	p, r := all.precision(), all.recall()
	if f1 := 2 * p * r / (p + r); f1 < 0.98 || ratio(whole, len(mails)) < 0.93 || len(mails) < 60 || codeless < 15 {
		t.Errorf("F1 %.3f, whole mails %d of %d, %d without a code", f1, whole, len(mails), codeless)
	}
}

func sortedKeys(m map[string]*tally) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// TestCorpusRetyped finds the same codes in the same mails after the changes
// that word processors, phones and web forms make.
func TestCorpusRetyped(t *testing.T) {
	retype := map[string]func(string) string{
		"no-break spaces":  strings.NewReplacer(" ", "\u00a0").Replace,
		"dashes":           strings.NewReplacer("-", "\u2011").Replace,
		"full width":       strings.NewReplacer("1", "１", "5", "５", "9", "９", "-", "－").Replace,
		"zero width":       strings.NewReplacer("99", "9\u200b9", "0", "0\u2060").Replace,
		"CRLF":             strings.NewReplacer("\n", "\r\n").Replace,
		"byte order mark":  func(s string) string { return "\ufeff" + s },
		"emoji and accent": func(s string) string { return "é 😀 " + s + " naïve ✅" },
	}
	for name, change := range retype {
		for _, l := range corpus(t) {
			text := change(l.text)
			ms := Resolve(text, Find(Body, text), nil)
			checkSpans(t, text, ms)
			var got []string
			for _, m := range ms {
				got = append(got, short(m))
			}
			if !slices.Equal(got, l.want) {
				t.Errorf("%s: %s: got %q, want %q", name, l.name, got, l.want)
			}
		}
	}
}
