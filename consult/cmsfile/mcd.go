package cmsfile

import (
	"encoding/csv"
	"path"
	"path/filepath"
	"strings"
)

// mcdLayouts are the tables of the Medicare Coverage Database's downloads
// (current_lcd, current_article), a csv each, every one a part of one release.
var mcdLayouts = mcdAll()

// An mcdTable is one table of the downloads, by the names that its header holds.
type mcdTable struct {
	name   string
	proved bool
	names  []string // the first stands in the first column
}

// The columns that name a document.
var (
	ofLCD     = []string{"lcd_id", "lcd_version"}
	ofArticle = []string{"article_id", "article_version"}
	ofOffice  = []string{"contractor_id", "contractor_type_id", "contractor_version"}
)

// mcdTables by kind: of LCDs, of articles, of both. Those past the blank line
// hold nothing that a coding question needs; they are known so that a whole
// folder can be named on one command line.
var mcdTables = map[string][]mcdTable{
	MCDLCD: {
		{"lcd", false, with(ofLCD, "title", "status", "rev_eff_date")},
		{"lcd_x_hcpc_code", true, with(ofLCD, "hcpc_code_id", "hcpc_code_group", "range")},
		{"lcd_x_hcpc_code_group", true, with(ofLCD, "hcpc_code_group", "paragraph")},
		{"lcd_x_contractor", true, with(ofLCD, ofOffice...)},
		{"lcd_x_primary_jurisdiction", true, with(ofLCD, "state_id")},
		{"lcd_related_documents", true, with(ofLCD, "related_num", "r_article_id", "r_lcd_id")},
		{"lcd_future_retire", true, []string{"lcd_id", "retire_dt"}},

		{"lcd_related_ncd_documents", true, with(ofLCD, "related_num", "r_ncd_id")},
		{"lcd_related_source_icd9", true, with(ofLCD, "source_lcd_id")},
		{"lcd_url_type_lookup", true, []string{"url_type_id", "description", "sort_order"}},
		{"lcd_x_advisory_committee", true, with(ofLCD, "meeting_id")},
		{"lcd_x_reason_change", true, with(ofLCD, "reason_change_id")},
		{"lcd_x_revision_history", false, with(ofLCD, "rev_hist_num")},
		{"lcd_x_sticky_note", true, with(ofLCD, "sticky_note")},
		{"lcd_x_synopsis_changes_fields", true, with(ofLCD, "synopsis_changes_field_id")},
		{"lcd_x_urls", true, with(ofLCD, "url_id")},
		{"draft_contact_lookup", true, []string{"contact_id", "email_address"}},
		{"reason_change_lookup", true, []string{"reason_change_id", "reason_change_version"}},
		{"synopsis_changes_fields_lookup", true, []string{"synopsis_changes_field_id", "field_name"}},
	},
	MCDArticle: {
		{"article", false, with(ofArticle, "article_type", "title", "article_eff_date")},
		{"article_x_hcpc_code", false, with(ofArticle, "hcpc_code_id", "hcpc_code_group", "range")},
		{"article_x_hcpc_code_group", true, with(ofArticle, "hcpc_code_group", "paragraph")},
		{"article_x_hcpc_modifier", true, with(ofArticle, "hcpc_modifier_code_id", "hcpc_modifier_group")},
		{"article_x_hcpc_modifier_group", true, with(ofArticle, "hcpc_modifier_group", "paragraph")},
		{"article_x_icd10_covered", false, with(ofArticle, "icd10_code_id", "icd10_covered_group", "range")},
		{"article_x_icd10_covered_group", true, with(ofArticle, "icd10_covered_group", "paragraph")},
		{"article_x_icd10_noncovered", false, with(ofArticle, "icd10_code_id", "icd10_noncovered_group", "range")},
		{"article_x_icd10_noncovered_group", true, with(ofArticle, "icd10_noncovered_group", "paragraph")},
		{"article_x_icd10_pcs_code", true, with(ofArticle, "icd10_pcs_code_id", "icd10_pcs_code_group")},
		{"article_x_icd10_pcs_code_group", true, with(ofArticle, "icd10_pcs_code_group", "paragraph")},
		{"article_x_bill_code", true, with(ofArticle, "bill_code_id")},
		{"article_x_revenue_code", true, with(ofArticle, "revenue_code_id", "range")},
		{"article_x_code_table", true, with(ofArticle, "code_table_row", "hcpc_code_id", "eff_date", "end_date")},
		{"article_x_contractor", true, with(ofArticle, ofOffice...)},
		{"article_x_primary_jurisdiction", true, with(ofArticle, "state_id")},
		{"article_related_documents", true, with(ofArticle, "related_num", "r_article_id", "r_lcd_id")},
		{"article_future_retire", true, []string{"article_id", "retire_dt"}},

		{"article_related_ncd_documents", true, with(ofArticle, "related_num", "r_ncd_id")},
		{"article_related_source_icd9", true, with(ofArticle, "source_article_id")},
		{"article_type_lookup", true, []string{"article_type_id", "description"}},
		{"article_url_type_lookup", true, []string{"url_type_id", "description", "sort_order"}},
		{"article_x_other_coding_group", true, with(ofArticle, "other_coding_group", "codes")},
		{"article_x_revision_history", false, with(ofArticle, "rev_hist_num")},
		{"article_x_sticky_note", true, with(ofArticle, "sticky_note")},
		{"article_x_urls", true, with(ofArticle, "url_id")},
	},
	"": {
		{"contractor", true, with(ofOffice, "contractor_bus_name", "contractor_number")},
		{"contractor_jurisdiction", true, with(ofOffice, "state_id", "active_date", "term_date")},
		{"contractor_subtype_lookup", true, []string{"contractor_subtype_id", "description"}},
		{"state_lookup", true, []string{"state_id", "state_abbrev", "description"}},
		{updatePeriod, true, []string{"period_id", "begin_date"}},

		{"contractor_oversight", true, with(ofOffice, "region_id")},
		{"contractor_type_lookup", true, []string{"contractor_type_id", "description"}},
		{"dmerc_region_lookup", true, []string{"region_id", "description", "psc_description"}},
		{"region_lookup", true, []string{"region_id", "description"}},
		{"state_x_region", true, []string{"state_id", "region_id"}},
	},
}

// updatePeriod is the table that says of which week a download is.
const updatePeriod = "update_period"

func with(first []string, more ...string) []string {
	return append(append([]string{}, first...), more...)
}

func mcdAll() []layout {
	all := []layout{{kind: MCDArticle, part: "documents", proved: true, is: isListing, title: listingMonth}}
	for _, kind := range []string{MCDLCD, MCDArticle, ""} {
		for _, t := range mcdTables[kind] {
			l := layout{kind: kind, part: t.name, proved: t.proved, is: t.is}
			if kind == "" {
				l.kindOf, l.kinds = mcdKind, []string{MCDLCD, MCDArticle}
			}
			if t.name == updatePeriod {
				l.title = updateMonth
			}
			all = append(all, l)
		}
	}
	return append(all, layout{kind: MCDLCD, part: letters, proved: true, is: isLetters})
}

// letters is the one table that comes without a header, so that only its name
// tells what it is; nothing of it is taken.
const letters = "lcd_x_requestor_letters"

func isLetters(h *head) bool {
	return h.format == Comma && path.Base(h.member.Name) == letters+".csv" && len(h.table[0].cells) == 8
}

// is wants the table's header in the first row. Where two tables have the same
// columns, as the lookups of addresses do, the name decides between them. Long
// texts full of tabs may have made a table look tab-separated.
func (t mcdTable) is(h *head) bool {
	first := firstOfCommas(h)
	if headName(first.cell(0)) != headName(t.names[0]) || !headerOf(h.member, first).has(t.names...) {
		return false
	}
	if strings.HasSuffix(t.name, "_url_type_lookup") && !strings.HasPrefix(path.Base(h.member.Name), t.name) {
		return false
	}
	h.format = Comma
	return true
}

// firstOfCommas is the first row of comma-separated text.
func firstOfCommas(h *head) row {
	switch {
	case h.format == Comma && len(h.table) > 0:
		return h.table[0]
	case h.format != Tabs || strings.Contains(h.line(0), "\t"):
		return row{}
	}
	cells, err := csv.NewReader(strings.NewReader(h.line(0))).Read()
	if err != nil {
		return row{}
	}
	return row{1, cells}
}

// mcdKind tells of which download a table is that both hold, by the name of the
// archive or folder that it came in.
func mcdKind(h *head) string {
	for _, name := range []string{path.Dir(h.member.Name), h.member.File, filepath.Base(filepath.Dir(h.member.Path))} {
		name = strings.ToLower(name)
		lcd, article := strings.Contains(name, "lcd"), strings.Contains(name, "article")
		switch {
		case lcd && !article:
			return MCDLCD
		case article && !lcd:
			return MCDArticle
		}
	}
	return ""
}

// updateMonth is the month in which the newest week of update_period begins.
func updateMonth(h *head) string {
	newest := ""
	for r, err := range h.member.mcd("begin_date") {
		if err != nil {
			return ""
		}
		if d := r.date("begin_date"); r.bad == nil && d.Format("2006-01") > newest {
			newest = d.Format("2006-01")
		}
	}
	return newest
}
