package codeset_test

import (
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// parse reads "cpt 99213".
func parse(s string) code.Code {
	system, c, _ := strings.Cut(s, " ")
	return code.Code{System: code.System(system), Code: c}
}
