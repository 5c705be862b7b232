package cmsfile

import "fmt"

// An Error says where a file is not what it should be. Its text holds no
// content of the file beyond the cell in question.
type Error struct {
	Member Member
	Line   int // of the text, or row of the sheet, from 1; 0: the whole file
	Reason string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Member, e.Reason)
	}
	return fmt.Sprintf("%s, line %d: %s", e.Member, e.Line, e.Reason)
}

// refuse makes the error of a line; line 0 stands for the whole file.
func (m Member) refuse(line int, format string, args ...any) error {
	return &Error{Member: m, Line: line, Reason: fmt.Sprintf(format, args...)}
}
