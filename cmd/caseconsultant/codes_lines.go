package main

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// claimWords are the claim lines of the arguments. They may stand before, between
// and behind flags, where kong's own list ends at the first flag behind it.
type claimWords []string

// Decode takes the words that are no flag and no flag's value, and leaves the
// others for kong in their order.
func (w *claimWords) Decode(ctx *kong.DecodeContext) error {
	var flags []kong.Token
	for valued := false; !ctx.Scan.Peek().IsEOL(); {
		t := ctx.Scan.Pop()
		word := t.String()
		switch {
		case valued:
			flags, valued = append(flags, t), false
		case len(word) > 1 && word[0] == '-':
			flags, valued = append(flags, t), !strings.Contains(word, "=") && word != "--json" && word != "--help" && word != "-h"
		default:
			*w = append(*w, word)
		}
	}
	for i := range flags {
		ctx.Scan.PushToken(flags[len(flags)-1-i])
	}
	return nil
}

// lineForm is CODE[-MOD…][xUNITS]: five characters, two-character modifiers, and
// as many units as a claim has room for; hospitalForm an ICD-10-PCS or revenue
// code, which takes neither.
var (
	lineForm     = regexp.MustCompile(`^(?i)([0-9A-Z][0-9]{3}[0-9A-Z])((?:-[0-9A-Z]{2})*)(?:[x×*]([0-9]{1,7}))?$`)
	hospitalForm = regexp.MustCompile(`^(?i)([0-9B-DF-HX][0-9A-HJ-NP-Z]{6}|[0-9]{4})$`)
)

func parseLine(s string) (code.Line, error) {
	m := lineForm.FindStringSubmatch(s)
	if m == nil && hospitalForm.MatchString(s) {
		return code.Line{Code: strings.ToUpper(s)}, nil
	}
	if m == nil {
		return code.Line{}, usagef("%s is no claim line: say CODE[-MOD…][xUNITS], as 20610-RT or J3301x4", s)
	}
	l := code.Line{Code: strings.ToUpper(m[1])}
	if m[2] != "" {
		l.Modifiers = strings.Split(strings.ToUpper(m[2][1:]), "-")
	}
	if m[3] != "" {
		if l.Units, _ = strconv.Atoi(m[3]); l.Units == 0 { // seven digits at most
			return code.Line{}, usagef("%s is no claim line: a line has 1 unit or more", s)
		}
	}
	return l, nil
}

// icd9E is an external cause of ICD-9-CM, whose dot stands behind four characters.
// A diagnosis is of a form of DOMAIN.md D.1; letters of new categories (QA0) are
// taken in the second place too.
var (
	icd9E  = regexp.MustCompile(`^E[0-9]{3}\.[0-9]$`)
	dxForm = regexp.MustCompile(`^([A-Z][0-9A][0-9A-Z](\.[0-9A-Z]{1,4})?|[0-9]{3}(\.[0-9]{1,2})?)$`)
)

// parseDx reads a diagnosis code with or without its dot.
func parseDx(s string) (string, error) {
	dx := strings.ToUpper(strings.TrimSpace(s))
	if icd9E.MatchString(dx) {
		return dx, nil
	}
	if dx = strings.ReplaceAll(dx, ".", ""); len(dx) > 3 {
		dx = dx[:3] + "." + dx[3:]
	}
	if !dxForm.MatchString(dx) {
		return "", usagef("--dx %s is no diagnosis code: say it as E11.9 or M17.11", s)
	}
	return dx, nil
}
