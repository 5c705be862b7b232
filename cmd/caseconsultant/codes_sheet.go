package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// pageWidth is the width of a code page in columns.
const pageWidth = 100

// A sheet is a code page while it is written: sections of labelled lines.
type sheet struct {
	out  strings.Builder
	rows [][2]string
	from []codeset.Source
}

// row adds a line to the section; one without text is left out.
func (s *sheet) row(label, text string) {
	if text != "" {
		s.rows = append(s.rows, [2]string{label, text})
	}
}

// cite adds sources to the section's last line.
func (s *sheet) cite(sources ...codeset.Source) { s.from = append(s.from, sources...) }

// section writes what was added under a heading; nothing was: not even that.
func (s *sheet) section(heading string) {
	if len(s.rows) > 0 {
		for i, line := range cited(s.from) {
			s.row([]string{"source", ""}[min(i, 1)], line)
		}
		width := 0
		for _, r := range s.rows {
			width = max(width, utf8.RuneCountInString(r[0]))
		}
		if heading != "" {
			fmt.Fprintf(&s.out, "\n%s\n", strings.ToUpper(heading))
		}
		for _, r := range s.rows {
			for i, line := range wrap(r[1], pageWidth-width-4) {
				label := r[0]
				if i > 0 {
					label = ""
				}
				fmt.Fprintf(&s.out, "  %s%s  %s\n", label, strings.Repeat(" ", width-utf8.RuneCountInString(label)), line)
			}
		}
	}
	s.rows, s.from = nil, nil
}

// cited writes sources, one line a release: with the rows and their dates where
// those are few and the same.
func cited(sources []codeset.Source) []string {
	var lines []string
	for len(sources) > 0 {
		s, rows := sources[0], []string(nil)
		rest := sources[:0:0]
		for _, o := range sources {
			if o.Set != s.Set || o.Release != s.Release || o.Via != s.Via {
				rest = append(rest, o)
				continue
			}
			if o.EffectiveFrom != s.EffectiveFrom || o.EffectiveTo != s.EffectiveTo {
				s.EffectiveFrom, s.EffectiveTo = "", ""
			}
			if o.Row != "" && !slices.Contains(rows, o.Row) {
				rows = append(rows, o.Row)
			}
		}
		if s.Row = strings.Join(rows, ", "); len(rows) > 4 {
			s.Row = fmt.Sprintf("%d rows", len(rows))
		}
		lines, sources = append(lines, sourceLine(s)), rest
	}
	return lines
}

// wrap breaks text into lines of at most width columns, between words; breaks
// of its own stay.
func wrap(text string, width int) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		line, n := "", 0
		for _, word := range strings.Fields(paragraph) {
			w := utf8.RuneCountInString(word)
			switch {
			case line == "":
				line, n = word, w
			case n+1+w > width:
				lines = append(lines, line)
				line, n = word, w
			default:
				line, n = line+" "+word, n+1+w
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// firstOf joins codes, at most n of them.
func firstOf(codes []string, n int) string {
	if len(codes) <= n {
		return strings.Join(codes, " ")
	}
	return fmt.Sprintf("%s and %d more (--json lists all)", strings.Join(codes[:n], " "), len(codes)-n)
}
