package review

import (
	"strings"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
)

// The words that pages use for the contract's closed lists. A value that is not
// here is shown as it is.

var viewNames = map[consult.View]string{
	consult.ViewMine:      "Mine",
	consult.ViewUnclaimed: "Unclaimed",
	consult.ViewWaiting:   "Waiting for asker",
	consult.ViewTrouble:   "Refused or unknown",
	consult.ViewSent:      "Sent today",
	consult.ViewAll:       "All open",
}

var intentWords = map[string]string{
	string(code.BundlingPair):        "bundling",
	string(code.ModifierChoice):      "modifier",
	string(code.Denial):              "denial",
	string(code.CodeSelect):          "which code",
	string(code.DxCode):              "diagnosis",
	string(code.EMLevel):             "E/M level",
	string(code.UnitsMUEDrug):        "units",
	string(code.CoverageNecessity):   "coverage",
	string(code.GlobalPeriod):        "global period",
	string(code.TelehealthPOS):       "telehealth",
	string(code.PreventiveScreening): "preventive",
	string(code.NewDeletedCode):      "new or deleted",
	string(code.IncidentTo):          "incident-to",
	string(code.AddOn):               "add-on",
	string(code.PaymentRVU):          "payment",
	string(code.NotOurs):             "not ours",
}

var draftWords = map[string]string{
	"":         "being drafted",
	"complete": "complete",
	"asks":     "asks for facts",
	"nothing":  "nothing to say",
	"failed":   "failed",
}

// stateWords are shown where the state says more than the draft's kind.
var stateWords = map[consult.State]string{
	consult.Open:      "being drafted",
	consult.Drafted:   "to review",
	consult.Approved:  "approved",
	consult.Sending:   "sending",
	consult.Answered:  "sent",
	consult.Waiting:   "waiting for asker",
	consult.Rejected:  "set aside",
	consult.Refused:   "refused",
	consult.UnknownIf: "unknown",
}

// stateClass colours a state: red wants a person, green is sent.
func stateClass(st consult.State) string {
	switch st {
	case consult.Refused, consult.UnknownIf:
		return "bad"
	case consult.Answered, consult.Waiting:
		return "good"
	}
	return ""
}

// trustWords tells what the check of the sender found (casemail.Verify: a
// verdict and its method). A sender that passed needs no words.
func trustWords(trust string) (words, class string) {
	switch verdict, _, _ := strings.Cut(trust, " "); verdict {
	case "pass", "":
		return "", ""
	case "fail":
		return "sender check failed", "bad"
	}
	return "sender not verified", ""
}

func word[K ~string](m map[K]string, k K) string {
	if w, ok := m[k]; ok {
		return w
	}
	return string(k)
}
