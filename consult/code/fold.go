package code

import (
	"unicode"
	"unicode/utf8"
)

// A folded text has one byte for each rune that counts: typographic dashes,
// spaces, quotes and full-width forms become ASCII, characters without width
// vanish. Recognisers read s; spans are mapped back to the original.
type folded struct {
	text string  // as given
	s    string  // folded; text itself where that is plain ASCII
	at   []int32 // offset in text of each byte of s; nil where they are equal

	number1, numberE int // a place, and 1, and where the digits from it end
}

// Stand-ins for runes outside ASCII.
const (
	otherSymbol = 0xFE
	sectionSign = 0xFD // statutes begin with it
)

func fold(text string) folded {
	i := 0
	for i < len(text) && text[i] < utf8.RuneSelf {
		i++
	}
	if i == len(text) {
		return folded{text: text, s: text}
	}
	out := make([]byte, i, len(text))
	at := make([]int32, i, len(text))
	copy(out, text)
	for j := range at {
		at[j] = int32(j)
	}
	for i < len(text) {
		if c := text[i]; c < utf8.RuneSelf {
			out, at = append(out, c), append(at, int32(i))
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if b, ok := foldRune(r); ok {
			out, at = append(out, b), append(at, int32(i))
		}
		i += n
	}
	return folded{text: text, s: string(out), at: at}
}

// foldRune gives the byte that stands for r, or false where r has no width.
func foldRune(r rune) (byte, bool) {
	switch {
	case r == 0xAD || r >= 0x200B && r <= 0x200F || r == 0x2060 || r == 0xFEFF || r >= 0xFE00 && r <= 0xFE0F || r >= 0x202A && r <= 0x202E:
		return 0, false
	case r >= 0xFF01 && r <= 0xFF5E: // full-width ASCII
		return byte(r - 0xFF01 + '!'), true
	case r >= 0x2010 && r <= 0x2015 || r == 0x2212:
		return '-', true
	case r == 0x2028 || r == 0x2029 || r == 0x85:
		return '\n', true
	case unicode.IsSpace(r) || r == 0x2022 || r == 0xB7:
		return ' ', true
	case r == 0x2018 || r == 0x2019 || r == 0x201C || r == 0x201D:
		return '\'', true
	case r == 0xD7 || r == 0x2715:
		return 'x', true
	case r == 0xA7:
		return sectionSign, true
	case r == 0xB2: // cm², read as cm2
		return '2', true
	case r >= 0x400 && r < 0x460:
		return lookAlike(r), true
	}
	return otherSymbol, true
}

// lookAlike gives the Latin capital or digit that a Cyrillic letter looks
// like. What is read so is a repair.
func lookAlike(r rune) byte {
	switch r {
	case 'З', 'з':
		return '3'
	case 'О', 'о':
		return '0'
	case 'А':
		return 'A'
	case 'В':
		return 'B'
	case 'Е':
		return 'E'
	case 'М':
		return 'M'
	case 'С', 'с':
		return 'C'
	case 'Т':
		return 'T'
	}
	return otherSymbol
}

// span maps s[b:e], which is not empty, to offsets in the original text.
func (f *folded) span(b, e int) (int, int) {
	if f.at == nil {
		return b, e
	}
	last := int(f.at[e-1])
	_, n := utf8.DecodeRuneInString(f.text[last:])
	return int(f.at[b]), last + n
}

// Byte classes.
const (
	isDigit = 1 << iota
	isLower
	isUpper
	isSpace
	isHot     // where the scanner must look closer
	isBetween // what may stand between a code and a word that speaks of it

	isLetter = isLower | isUpper
	isWord   = isDigit | isLetter
)

var class = func() (t [256]uint8) {
	for c := '0'; c <= '9'; c++ {
		t[c] = isDigit | isHot
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = isLower, isUpper|isHot // a capital may begin a modifier
	}
	for _, c := range " \t\r\n\f\v" {
		t[c] = isSpace
	}
	for _, c := range "mM@:{" {
		t[c] |= isHot
	}
	for _, c := range " \t\r\n\f\v,;:/&+()-'\".#*?=" {
		t[c] |= isBetween
	}
	return t
}()

// lowerOf maps bytes to lower case.
var lowerOf = func() (t [256]byte) {
	for c := range t {
		t[c] = byte(c)
		if class[c]&isUpper != 0 {
			t[c] += 'a' - 'A'
		}
	}
	return t
}()

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// is tells whether the byte at i exists and has one of the classes.
func (f *folded) is(i int, classes uint8) bool {
	return i >= 0 && i < len(f.s) && class[f.s[i]]&classes != 0
}

// has tells whether the byte at i exists and is one of set.
func (f *folded) has(i int, set string) bool {
	if i < 0 || i >= len(f.s) {
		return false
	}
	for j := 0; j < len(set); j++ {
		if set[j] == f.s[i] {
			return true
		}
	}
	return false
}

// marked is has for a set of marks: of letters, digits and spaces, which are
// most of a text, it need not look at the set.
func (f *folded) marked(i int, set string) bool {
	return i >= 0 && i < len(f.s) && class[f.s[i]]&(isWord|isSpace) == 0 && f.has(i, set)
}

// run returns the end of the run of classes that starts at i.
func (f *folded) run(i int, classes uint8) int {
	for i < len(f.s) && class[f.s[i]]&classes != 0 {
		i++
	}
	return i
}

// digits tells whether s[b:e], which is not empty, is all the digits from b.
// Nearly every recogniser asks it of the same word.
func (f *folded) digits(b, e int) bool {
	if f.number1 != b+1 {
		f.number1, f.numberE = b+1, f.run(b, isDigit)
	}
	return f.numberE == e
}

// maxWord bounds how far back a word is followed, so that the scan stays
// linear on any input.
const maxWord = 32

// wordBefore returns the word that ends at or before i with only spaces and
// the bytes of skip between, and false at a blank line, at any other byte or
// at the start.
func (f *folded) wordBefore(i int, skip string) (b, e int, ok bool) {
	return f.before(i, isSpace, skip)
}

// wordAfter is wordBefore's mirror.
func (f *folded) wordAfter(i int, skip string) (b, e int, ok bool) {
	return f.after(i, isSpace, skip)
}

// before is wordBefore over the bytes of the classes and those of skip.
func (f *folded) before(i int, classes uint8, skip string) (b, e int, ok bool) {
	newlines := 0
	for n := 0; i > 0 && class[f.s[i-1]]&isWord == 0; n++ {
		i--
		if f.s[i] == '\n' {
			newlines++
		}
		if newlines > 1 || n > 12 || class[f.s[i]]&classes == 0 && !f.has(i, skip) {
			return 0, 0, false
		}
	}
	b = i
	for b > 0 && i-b < maxWord && class[f.s[b-1]]&isWord != 0 {
		b--
	}
	return b, i, b < i
}

// after is before's mirror.
func (f *folded) after(i int, classes uint8, skip string) (b, e int, ok bool) {
	newlines := 0
	for n := 0; i < len(f.s) && class[f.s[i]]&isWord == 0; n++ {
		if f.s[i] == '\n' {
			newlines++
		}
		if newlines > 1 || n > 12 || class[f.s[i]]&classes == 0 && !f.has(i, skip) {
			return 0, 0, false
		}
		i++
	}
	e = i
	for e < len(f.s) && e-i < maxWord && class[f.s[e]]&isWord != 0 {
		e++
	}
	return i, e, i < e
}

// lower writes s[b:e] in lower case into buf, and returns nothing for a word
// longer than buf.
func (f *folded) lower(b, e int, buf *[20]byte) []byte {
	if e-b > len(buf) {
		return nil
	}
	for i := b; i < e; i++ {
		buf[i-b] = lowerOf[f.s[i]]
	}
	return buf[:e-b]
}

// number reads s[b:e] as a small decimal number, -1 where it is none.
func (f *folded) number(b, e int) int {
	if e <= b || e-b > 6 {
		return -1
	}
	n := 0
	for i := b; i < e; i++ {
		if class[f.s[i]]&isDigit == 0 {
			return -1
		}
		n = n*10 + int(f.s[i]-'0')
	}
	return n
}
