package draft

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// mails are questions as they arrive, most after DOMAIN.md B.3 and E.10, with
// the reply and the verdict that they must get.
var mails = []struct{ text, template, verdict string }{
	{"Can we bill 99213-25 with 20610 same day?", "bundling", "Report together only with modifier 25"},
	{"20610 and 76942 same knee, ultrasound guided. Can both be billed?", "code-select", "Report 20611 ×1 instead"},
	{"96405 or 96406? Seven flat warts treated with bleomycin.", "code-select", "Report 96405 ×1"},
	{"We treated 9 lesions. Can I bill 96405 x1 and 96406 x1?", "code-select", "Report 96406 ×1 instead"},
	{"20610 or 20611 with ultrasound guidance for the right knee?", "code-select", "Report 20611 ×1"},
	{"20610 or 20611 for the knee?", "code-select", "Cannot be decided yet"},
	{"93000 or 93010? We read the ECG of a hospital inpatient.", "code-select", "Report 93010 ×1"},
	{"93000-26, is that right for the office?", "general", "Do not use modifier 26 as asked"},
	{"How many units of J3301 for Kenalog 40 mg with 20610?", "units", "Report J3301 ×4"},
	{"99214-25 with 20610 same day, MAC paid the injection and denied the visit CO-97. 25 was on.", "denial", "Appeal with the record"},
	{"11045 denied B15", "denial", "Correct the claim"},
	{"F17.210 and Z87.891 together?", "diagnosis", "Do not report together"},
	{"Is 99201 deleted?", "code-status", "Do not report 99201"},
	{"29881 + 29877 same knee?", "bundling", "Do not report together"},
	{"45385 and 45380, different polyps, can I bill both?", "bundling", "Report together only with modifier 59"},
	{"97140 with 98940 same region: edit? when may I override?", "bundling", ""},
	{"bilateral 64483 at L4-5, modifier 50 or RT/LT for Palmetto?", "modifier", "Report 64483-50 ×1"},
	{"Is 36416 payable with 99213?", "", "Do not report 36416 separately"},
	{"99213 vs 99214, 35 minutes total time, est pt", "em-level", "Report 99214 ×1"},
	{"17000 or 17110 for 5 actinic keratoses?", "code-select", ""},
	{"90837 video visit to home, UHC rejected POS 11 + 95. Which POS/modifier?", "telehealth", "Cannot be decided yet"},
	{"Does the physician have to sign the NP's incident-to note? 99213", "incident-to", "Cannot be decided yet"},
	{"G0439 and 99213 on the same day?", "bundling", "Report together only with modifier 25"},
	{"99396 with 99213, Aetna, which modifier?", "", "Report together only with modifier 25"},
	{"Is 11721 covered under the LCD and how often?", "coverage", "Cannot be decided yet"},
	{"RVU for 99213?", "payment", "Cannot be decided yet"},
	{"Claim 45 days in process, please check", "not-ours", "Not a coding question"},
	{"Lesion removed, note gives no size. Code?", "missing", "Cannot be decided yet"},
	{"Thank you, have a nice weekend", "thanks", "Nothing to answer"},
	{"66984 second eye during the global of the first cataract, surgery 10/20/2025, DOS 11/10/2025, unrelated", "global", "Cannot be decided yet"},
	{"10060 was on 11/3/2025 (surgery date), patient seen 11/11/2025, 99213 for it?", "global", "Do not report 99213 separately"},
	{"99024 charge?", "", "Do not report 99024 separately"},
	{"D2740 with 99213?", "", "Cannot be decided yet"},
	{"TX Medicaid: 20610 with 20550, same knee?", "bundling", "Cannot be decided yet"},
	{"97530 and 97140 same day, 20 min each", "bundling", "Report together"},
	{"17311 with 88305", "bundling", "Report together only with modifier 59"},
	{"Z79.4 with E11.9 first?", "diagnosis", "Valid as written"},
	{"M54.5 valid?", "", "Not valid as written"},
	{"99417 with 99215 for 70 minutes, Medicare?", "", "Medicare does not pay 99417"},
	{"Can we bill 99292 for our second intensivist? DOS 11/10/2025, Medicare.", "", "Cannot be decided yet"},
	{"20610 and 20550 by two different providers, Medicare, DOS 11/10/2025?", "bundling", "Cannot be decided yet"},
	{"Should I report 90471 besides the vaccine code 90715?", "bundling", "Cannot be decided yet"},
}

// TestMails runs each mail through recognition, Gather, Check and Render, and
// holds the reply to the contract.
func TestMails(t *testing.T) {
	gather := starter(t)
	for _, m := range mails {
		t.Run(m.text, func(t *testing.T) {
			in := read(m.text, gather)
			r := render(t, in)
			if m.template != "" && r.Template != m.template {
				t.Errorf("template %s, want %s (intents %v)", r.Template, m.template, in.Intents)
			}
			if v := verdictOf(r.Markdown); m.verdict != "" && v != m.verdict {
				t.Errorf("verdict %q, want %q (facts %v)", v, m.verdict, in.Claim.Facts)
			}
			contract(t, in, r)
			if testing.Verbose() {
				t.Logf("%s %s %v %v\n%s", r.Template, r.Kind, in.Intents, in.Claim.Facts, answerOf(r.Markdown))
			}
		})
	}
}

// read makes an Input of a text as package consult does.
func read(text string, gather func(codeset.Query) codeset.Facts) Input {
	in := Input{CaseID: 17, Subject: "question", Answered: date("2025-11-15")}
	cands := code.Find(code.Body, text)
	in.Stated = code.Facts(code.Body, text, cands)
	in.Claim = edit.Claim{On: in.Answered, Setting: "practitioner", Facts: map[string][]string{}}
	for _, f := range in.Stated {
		if f.Name == "date_of_service" {
			in.Claim.On, in.Claim.OnStated = date(f.Value), true
		}
		if !slices.Contains(in.Claim.Facts[f.Name], f.Value) {
			in.Claim.Facts[f.Name] = append(in.Claim.Facts[f.Name], f.Value)
		}
	}
	in.Claim.Payer = strings.Join(in.Claim.Facts["payer"], "")
	in.Claim.Lines, in.Claim.Dx = code.Lines(cands)
	query := codeset.Query{On: in.Claim.On, Codes: Related(in.Claim)}
	for _, m := range cands {
		query.Codes = append(query.Codes, m.Key())
	}
	in.Rows = gather(query)
	in.Mentions = code.Resolve(text, cands, in.Rows.Status)
	in.Intents = code.Intents(text, in.Mentions, in.Stated)
	in.Claim.Lines, in.Claim.Dx = code.Lines(in.Mentions)
	in.Result = edit.Check(in.Rows, in.Claim)
	return in
}
