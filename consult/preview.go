package consult

import "github.com/caseconsultant/caseconsultant/consult/compose"

// Address is a mailbox as drafts and decisions name it.
type Address = compose.Address

// Preview renders a text as it would go out over p's name: the plain and the
// HTML part, made by the functions that make the mail.
func Preview(markdown string, p Person, caseID int64) (plain, html string, err error) {
	return compose.Render(Signed(markdown, p, caseID))
}
