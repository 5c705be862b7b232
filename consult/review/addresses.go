package review

import (
	"net/mail"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult"
)

// formatAddresses writes a list for a text field. parseAddresses reads it back
// to the same list, so that an untouched field is no edit.
func formatAddresses(list []consult.Address) string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = a.Address
		if a.Name != "" {
			quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(a.Name)
			out[i] = `"` + quoted + `" <` + a.Address + ">"
			if plainName(a.Name) {
				out[i] = a.Name + " <" + a.Address + ">"
			}
		}
	}
	return strings.Join(out, ", ")
}

func plainName(name string) bool {
	for _, r := range name {
		if r != ' ' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r < 0x80 {
			return false
		}
	}
	return strings.Join(strings.Fields(name), " ") == name
}

// addressField reads a field of the case page. Its error is a *fieldProblem.
func addressField(field, s string) ([]consult.Address, error) {
	list, err := parseAddresses(s)
	if err != nil {
		return nil, &fieldProblem{field, err.Error()}
	}
	return list, nil
}

// parseAddresses reads a list of addresses; an empty one is an empty list. Its
// error is a sentence for the person and quotes nothing.
func parseAddresses(s string) ([]consult.Address, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	list, err := mail.ParseAddressList(s)
	if err != nil {
		return nil, badRequest("To or Cc holds something that is no address. Part addresses by commas, as in: Dr. Lane <lane@example.org>, office@example.org")
	}
	var out []consult.Address
	for _, a := range list {
		out = append(out, consult.Address{Name: a.Name, Address: a.Address})
	}
	return out, nil
}

// checkRecipients refuses what consult.Approve would refuse, in words for the
// person and before anything is tried.
func checkRecipients(to, cc []consult.Address, own []string) error {
	if len(to) == 0 {
		return &fieldProblem{"to", "The answer has no recipient. Name one under To."}
	}
	var seen []string
	for i, a := range slices.Concat(to, cc) {
		addr, field := strings.ToLower(a.Address), "to"
		if i >= len(to) {
			field = "cc"
		}
		if slices.Contains(seen, addr) {
			return &fieldProblem{field, "A recipient is named twice. Leave it once, in To or in Cc."}
		}
		if slices.Contains(own, addr) {
			return &fieldProblem{field, "A recipient is our own address. Take it out of To and Cc."}
		}
		seen = append(seen, addr)
	}
	return nil
}
