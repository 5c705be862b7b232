package review

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/draft"
	"github.com/caseconsultant/caseconsultant/consult/edit"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
)

var pictures = flag.String("pictures", "", "write the pictures of TestPages to this directory")

const ptp = "ncci-ptp-practitioner"

func src(set, release, row, from string) codeset.Source {
	return codeset.Source{Set: set, Release: release, Row: row, EffectiveFrom: from, Dated: set == ptp}
}

// shown is an invented morning of the desk. Names and practices are made up.
func (d *desk) shown() (first int64) {
	limit := 1
	first = d.ask(question{from: "m.lane@ridgeortho.example", name: "Dr. Maya Lane", age: 3*time.Hour + 10*time.Minute,
		subject: "Knee injection and visit on the same day",
		on:      "2025-11-17",
		body: "We saw an established patient on 11/17/2025 for a new problem of the left knee and a medication review. The assessment led to a decision to inject: 20610-LT with J3301, 40 mg.\n\n" +
			"Can we report 99213 with 20610 on the same day, and does it need modifier 25? The payer is Medicare.\n\nDx M17.12.\n\nThank you,\nMaya\n",
		codes: []string{"99213", "20610", "J3301", "M17.12"}, intents: []code.Intent{code.BundlingPair, code.ModifierChoice},
		words:  map[string]string{"99213": "known patient visit, level 3", "20610": "large joint injection", "J3301": "triamcinolone, 10 mg", "M17.12": "osteoarthritis, left knee"},
		facts:  []code.Fact{{Name: "date_of_service", Value: "2025-11-17"}, {Name: "payer", Value: "Medicare"}, {Name: "laterality", Value: "left"}, {Name: "dose", Value: "40 mg"}},
		attach: "<p>visit note</p>",
		markdown: "Dear Dr. Lane,\n\n**Allowed with modifier 25.** 99213 may be reported beside 20610 on 17 November 2025 when the visit is significant and separately identifiable; the documented new problem and medication review support that.\n\n" +
			"| Line | Code | Modifier | Units | Verdict |\n|---|---|---|---|---|\n| 1 | 99213 | 25 | 1 | allowed with the modifier |\n| 2 | 20610 | LT | 1 | payable |\n| 3 | J3301 | | 4 | 40 mg at 10 mg a unit |\n\n" +
			"**Why.** The pair 20610/99213 is in the NCCI table with indicator 1 (2025Q4, row 20610/99213).\n\n**What the record must show.** The evaluation beyond the decision to inject, in words of its own.\n\n**Please tell us** nothing more is needed.\n\n",
		findings: []edit.Finding{
			{Rule: "ncci.ptp", Severity: edit.Warning, Verdict: "modifier_allowed", Codes: []string{"20610", "99213"},
				Statement: "99213 is bundled into 20610 unless modifier 25 on 99213 is supported.", Source: src(ptp, "2025Q4", "20610/99213/2000-10-01", "2000-10-01")},
			{Rule: "drug.units", Severity: edit.Error, Verdict: "differs", Codes: []string{"J3301"},
				Statement: "40 mg of J3301 are 4 units of 10 mg; the mail names no units.", Source: src("hcpcs", "2025Q4", "J3301", "2025-10-01")},
			{Rule: "ncci.mue", Severity: edit.Info, Verdict: "within", Codes: []string{"20610"}, Limit: &limit,
				Statement: "1 unit of 20610 is within the limit of 2 a day.", Source: src("ncci-mue-practitioner", "2025Q4", "20610", "2025-10-01")},
			{Rule: "pfs.bilateral", Severity: edit.Info, Verdict: "applies", Codes: []string{"20610"},
				Statement: "20610 may be bilateral (indicator 1); one side is stated.", Source: src("pfs", "2025-10", "20610", "2025-10-01")},
			{Rule: "icd10cm.complete", Severity: edit.Info, Verdict: "complete", Codes: []string{"M17.12"},
				Statement: "M17.12 is a complete code on the date.", Source: src("icd10cm", "FY2026", "M17.12", "2025-10-01")},
		}, notChecked: []string{"coverage.lcd 20610: no release loaded"}})
	rows := []question{
		{name: "Tom Brandt", from: "billing@lakesidederm.example", subject: "11102 twice plus 17000, which modifiers", body: "Two tangential biopsies and one AK destruction at different sites.", codes: []string{"11102", "11103", "17000"}, intents: []code.Intent{code.ModifierChoice}, age: 5 * time.Hour, attach: "x"},
		{name: "Ines Ortega", from: "ines@harborcardio.example", subject: "Denial CO-97 for 93010 with 93000", body: "The remark says the service is included in another one.", codes: []string{"93000", "93010"}, intents: []code.Intent{code.Denial, code.BundlingPair}, age: 130 * time.Minute},
		{name: "Dr. P. Nowak", from: "p.nowak@vistaeye.example", subject: "Cataract follow-up in the 90 days", body: "Is 92012 payable three weeks after 66984 for an unrelated problem?", codes: []string{"92012", "66984"}, intents: []code.Intent{code.GlobalPeriod}, age: 95 * time.Minute},
		{name: "Front desk", from: "office@maplepeds.example", subject: "Vaccine administration units", body: "Three vaccines, counselling by the physician, child of 4.", codes: []string{"90460", "90461"}, intents: []code.Intent{code.UnitsMUEDrug, code.AddOn}, age: 80 * time.Minute, kind: draft.Asks},
		{name: "Lena Fischer", from: "lf@northsidepain.example", subject: "64483 left and right L4 and L5", body: "How many lines, and 50 or RT LT?", codes: []string{"64483", "64484"}, intents: []code.Intent{code.ModifierChoice, code.AddOn}, age: 62 * time.Minute},
		{name: "Karim Aziz", from: "karim@riverfm.example", subject: "Diagnosis for long-term insulin", body: "Type 2 with hyperglycemia, which codes and in which order?", codes: []string{"E11.65", "Z79.4"}, intents: []code.Intent{code.DxCode}, age: 47 * time.Minute},
		{name: "Dr. S. Okafor", from: "okafor@citygastro.example", subject: "Screening turned diagnostic", body: "Polyp removed by snare at a screening colonoscopy, Medicare.", codes: []string{"45385", "G0121"}, intents: []code.Intent{code.PreventiveScreening}, age: 33 * time.Minute},
		{name: "Ana Pires", from: "ana@summitwound.example", subject: "Debridement 60 sq cm", body: "11042 and 11045, how many units?", codes: []string{"11042", "11045"}, intents: []code.Intent{code.UnitsMUEDrug}, age: 21 * time.Minute},
		{name: "J. Weber", from: "jw@oldtownent.example", subject: "Question from this morning", body: "Please see the attached note and tell us what to bill.", age: 12 * time.Minute, kind: draft.Nothing, attach: "x"},
		{name: "Mei Tanaka", from: "mei@eastbayob.example", subject: "59400 when the patient moved away", body: "Antepartum care only, six visits.", codes: []string{"59425"}, intents: []code.Intent{code.CodeSelect}, age: 4 * time.Minute},
	}
	ids := make([]int64, len(rows))
	for i, q := range rows {
		ids[i] = d.ask(q)
	}
	d.setAside(casemail.List, "List-Id of a newsletter", question{name: "Payer News", from: "news@payer.example", subject: "November bulletin", body: "x"})
	d.setAside(casemail.Unreadable, "no text could be read", question{name: "", from: "scan@copier.example", subject: "Scan 0117", body: "x"})
	lead := d.person("jon@desk.example", "Jon Abara", "CPC", "lead")
	d.tx(func(tx pgx.Tx) error {
		if _, err := consult.Claim(d.Context(), tx, ids[1], lead, false, d.now()); err != nil {
			return err
		}
		if _, err := consult.Claim(d.Context(), tx, first, d.people["rosa@desk.example"], false, d.now()); err != nil {
			return err
		}
		if err := consult.AddFlag(d.Context(), tx, ids[5], consult.FlagFollowUp); err != nil {
			return err
		}
		_, err := tx.Exec(d.Context(), `insert into practices (name, domains) values ('Ridge Orthopedics', '{ridgeortho.example}'), ('Lakeside Dermatology', '{lakesidederm.example}'),
			('Harbor Cardiology', '{harborcardio.example}'), ('Vista Eye', '{vistaeye.example}'), ('Maple Pediatrics', '{maplepeds.example}'), ('Northside Pain', '{northsidepain.example}'),
			('River Family Medicine', '{riverfm.example}'), ('City Gastro', '{citygastro.example}'), ('Summit Wound Care', '{summitwound.example}'), ('Oldtown ENT', '{oldtownent.example}'), ('East Bay OB', '{eastbayob.example}')`)
		if err != nil {
			return err
		}
		_, err = tx.Exec(d.Context(), `update cases c set practice_id = p.id, due_at = c.asked_at + interval '4 hours' from practices p where split_part(c.from_address, '@', 2) = any(p.domains)`)
		return err
	})
	return first
}

// TestPages opens every page on a wide screen and on a phone: none scrolls
// sideways, in light or dark. With -pictures it also writes what it saw.
func TestPages(t *testing.T) {
	d := newDesk(t)
	first := d.shown()
	b := d.browser()
	look := func(name string) {
		t.Helper()
		for _, size := range []struct {
			name          string
			width, height int64
		}{{"wide", 1280, 800}, {"phone", 360, 800}, {"narrow", 320, 640}} {
			b.do(chromedp.EmulateViewport(size.width, size.height))
			b.eval(`document.activeElement?.blur()`)
			if over := get[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s, %s: %d pixels wider than the screen: %s", name, size.name, over, get[string](b,
					`[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + "." + e.className + "#" + e.id).slice(0, 6).join(" ")`))
			}
			if *pictures == "" || size.name == "narrow" {
				continue
			}
			for _, dark := range []bool{false, true} {
				b.dark(dark)
				b.wait(`document.getAnimations().length === 0`)
				file := fmt.Sprintf("%s-%s-%v.png", name, size.name, map[bool]string{true: "dark", false: "light"}[dark])
				if err := os.WriteFile(filepath.Join(*pictures, file), b.picture(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			b.dark(false)
		}
		b.do(chromedp.EmulateViewport(1280, 800))
	}
	look("signin")
	b.signIn("rosa@desk.example")
	look("list")
	b.visit("/aside")
	look("aside")
	b.visit(at(first))
	look("case")
	b.visit(at(first, "?tab=sent"))
	b.frames()
	look("sent")
	b.visit(at(first))
	b.eval(`document.querySelector("#markdown").focus(); document.querySelector("#markdown").setRangeText("Good morning Dr. Lane", 0, 13, "end"); document.querySelector("#markdown").dispatchEvent(new Event("input", {bubbles: true}))`)
	b.wait(`document.querySelector("#saved").textContent.startsWith("saved ")`)
	b.visit(at(first, "?tab=changes"))
	look("changes")
	b.eval(`document.querySelector("#approve").click()`)
	b.wait(`document.querySelector("#dialog").open`)
	b.frames()
	look("summary")
	b.visit(at(first, "/mails/1"))
	look("mail")
}
