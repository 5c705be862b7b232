package compose

import (
	"strings"
	"unicode/utf8"

	east "github.com/yuin/goldmark/extension/ast"
)

// gap stands between two columns of a plain table.
const gap = "  "

// table lays a table out in aligned columns under a ruled head. Where it is
// wider than the page, the widest columns wrap and blank lines part the rows.
func (l layout) table(n *east.Table, width int) []string {
	rows, columns := l.cells(n)
	if columns == 0 {
		return nil
	}
	widths := natural(rows, columns)
	wrapped := shrink(widths, width-len(gap)*(columns-1))
	var out []string
	for i, row := range rows {
		out = append(out, tableRow(row, widths, n.Alignments)...)
		switch {
		case i == 0:
			out = append(out, ruler(widths))
		case wrapped && i < len(rows)-1:
			out = append(out, "")
		}
	}
	return out
}

func (l layout) cells(n *east.Table) (rows [][]string, columns int) {
	for r := n.FirstChild(); r != nil; r = r.NextSibling() {
		var row []string
		for c := r.FirstChild(); c != nil; c = c.NextSibling() {
			row = append(row, strings.Join(strings.Fields(l.inline(c)), " "))
		}
		rows = append(rows, row)
		columns = max(columns, len(row))
	}
	return rows, columns
}

func natural(rows [][]string, columns int) []int {
	widths := make([]int, columns)
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell), 1)
		}
	}
	return widths
}

// shrink takes the widest columns down until all fit into room, and says
// whether it had to. No column gets narrower than an ICD-10-CM code.
func shrink(widths []int, room int) bool {
	const narrowest = 8
	total := 0
	for _, w := range widths {
		total += w
	}
	if total <= room {
		return false
	}
	for total > room {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= narrowest {
			break
		}
		widths[widest]--
		total--
	}
	return true
}

func tableRow(row []string, widths []int, align []east.Alignment) []string {
	cells := make([][]string, len(widths))
	height := 1
	for i := range widths {
		if i < len(row) {
			cells[i] = wrapCell(row[i], widths[i])
		}
		height = max(height, len(cells[i]))
	}
	out := make([]string, height)
	for y := range height {
		var b strings.Builder
		for i, w := range widths {
			if i > 0 {
				b.WriteString(gap)
			}
			cell := ""
			if y < len(cells[i]) {
				cell = cells[i][y]
			}
			right := i < len(align) && align[i] == east.AlignRight
			pad(&b, cell, w, right)
		}
		out[y] = strings.TrimRight(b.String(), " ")
	}
	return out
}

// wrapCell is wrap, and cuts a word that is wider than the column.
func wrapCell(s string, width int) []string {
	var out []string
	for _, line := range wrap(s, width) {
		for utf8.RuneCountInString(line) > width {
			r := []rune(line)
			out = append(out, string(r[:width]))
			line = string(r[width:])
		}
		out = append(out, line)
	}
	return out
}

func pad(b *strings.Builder, s string, width int, right bool) {
	fill := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
	if right {
		b.WriteString(fill)
	}
	b.WriteString(s)
	if !right {
		b.WriteString(fill)
	}
}

func ruler(widths []int) string {
	rules := make([]string, len(widths))
	for i, w := range widths {
		rules[i] = strings.Repeat("-", w)
	}
	return strings.Join(rules, gap)
}
