package draft

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"text/template"
	tp "text/template/parse"
)

// parse reads one template whose text begins skipped lines into its file. Only
// fields, if, range and with are allowed; every field is resolved against the
// Page, so that one in a branch that no sample takes is found too.
func parse(file, text string, skipped int) (*template.Template, error) {
	text = strings.Repeat("\n", skipped) + text // so that lines count as in the file
	t, err := template.New(file).Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "template: "))
	}
	page := reflect.TypeFor[Page]()
	l := &lint{file: file, text: text, page: page}
	if t.Tree != nil && t.Tree.Root != nil {
		l.list(t.Tree.Root, page)
	}
	return t, errors.Join(l.errs...)
}

// lint collects what is wrong in one template.
type lint struct {
	file, text string
	page       reflect.Type
	errs       []error
}

func (l *lint) errorf(n tp.Node, format string, args ...any) {
	line := 1 + strings.Count(l.text[:min(int(n.Position()), len(l.text))], "\n")
	l.errs = append(l.errs, fmt.Errorf("%s:%d: %s", l.file, line, fmt.Sprintf(format, args...)))
}

// list checks nodes whose dot has type dot.
func (l *lint) list(nodes *tp.ListNode, dot reflect.Type) {
	if nodes == nil {
		return
	}
	for _, n := range nodes.Nodes {
		switch n := n.(type) {
		case *tp.TextNode, *tp.CommentNode:
		case *tp.ActionNode:
			if t := l.pipe(n.Pipe, dot); t != nil && t.Kind() != reflect.String {
				l.errorf(n, "%s is no text; use it with if, range or with", n.Pipe)
			}
		case *tp.IfNode:
			l.pipe(n.Pipe, dot)
			l.list(n.List, dot)
			l.list(n.ElseList, dot)
		case *tp.WithNode:
			l.branch(n.Pipe, l.pipe(n.Pipe, dot), n.List, n.ElseList, dot, false)
		case *tp.RangeNode:
			l.branch(n.Pipe, l.pipe(n.Pipe, dot), n.List, n.ElseList, dot, true)
		default:
			l.errorf(n, "%s is not allowed; known are fields, if, range and with", n)
		}
	}
}

func (l *lint) branch(p *tp.PipeNode, t reflect.Type, list, other *tp.ListNode, dot reflect.Type, each bool) {
	l.list(other, dot)
	switch {
	case t == nil: // already said
	case each && t.Kind() != reflect.Slice:
		l.errorf(p, "range %s: not a list", p)
	case each:
		l.list(list, t.Elem())
	case t.Kind() == reflect.Pointer:
		l.list(list, t.Elem())
	default:
		l.list(list, t)
	}
}

// pipe returns the type that a pipeline of one field yields, or nil after
// having said what is wrong.
func (l *lint) pipe(p *tp.PipeNode, dot reflect.Type) reflect.Type {
	if len(p.Decl) > 0 || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		l.errorf(p, "%s is not allowed here; one field is", p)
		return nil
	}
	switch n := p.Cmds[0].Args[0].(type) {
	case *tp.DotNode:
		return dot
	case *tp.FieldNode:
		return l.fields(n, dot, n.Ident)
	case *tp.VariableNode:
		if n.Ident[0] == "$" {
			return l.fields(n, l.page, n.Ident[1:])
		}
	}
	l.errorf(p, "%s is not allowed here; one field is", p)
	return nil
}

func (l *lint) fields(n tp.Node, t reflect.Type, names []string) reflect.Type {
	for _, name := range names {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			l.errorf(n, "%s: nothing to name after it", n)
			return nil
		}
		f, ok := t.FieldByName(name)
		if !ok || !f.IsExported() {
			l.errorf(n, "unknown field .%s; known here: %s", name, strings.Join(fieldNames(t), ", "))
			return nil
		}
		t = f.Type
	}
	return t
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			names = append(names, "."+f.Name)
		}
	}
	return names
}
