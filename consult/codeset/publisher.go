package codeset

import (
	"fmt"
	"slices"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// A Publisher says where the files of a kind are published. No address of a
// file is built in: they change with each release, so the operator configures
// them from what Page links to.
type Publisher struct {
	Kind string
	Page string // web page that links to the files; help text only, never fetched
	// Terms says why Fetch never takes this kind, as the rest of a sentence
	// about its files; "" for the free releases, which it takes.
	Terms string
}

// Free reports whether Fetch may download the kind.
func (p Publisher) Free() bool { return p.Terms == "" }

// Where says in one sentence where a person gets the files.
func (p Publisher) Where() string {
	if p.Free() {
		return fmt.Sprintf("the addresses of %s are linked to from %s", p.Kind, p.Page)
	}
	return fmt.Sprintf("%s is never downloaded: it is %s. Get it with a browser from %s, then: caseconsultant codes import FILE", p.Kind, p.Terms, p.Page)
}

// Pages of publishers, as linked to in autumn 2026.
const (
	icd10Page = "https://www.cms.gov/medicare/coding-billing/icd-10-codes"
	nchsPage  = "https://www.cdc.gov/nchs/icd/icd-10-cm/files.html"
	gemPage   = icd10Page + "/icd-10-cm-icd-10-pcs-gem-archive"
	hcpcsPage = "https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system/quarterly-update"
	cptPage   = "https://www.ama-assn.org/practice-management/cpt"
	ncciPage  = "https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits"
	ptpPage   = ncciPage + "/medicare-ncci-procedure-procedure-ptp-edits"
	muePage   = ncciPage + "/medicare-ncci-medically-unlikely-edits"
	addOnPage = ncciPage + "/medicare-ncci-add-code-edits"
	pfsPage   = "https://www.cms.gov/medicare/payment/fee-schedules/physician/pfs-relative-value-files"
	posPage   = "https://www.cms.gov/medicare/coding-billing/place-of-service-codes/code-sets"
	mcePage   = "https://www.cms.gov/medicare/payment/prospective-payment-systems/acute-inpatient-pps/ms-drg-classifications-and-software"
	mcdPage   = "https://www.cms.gov/medicare-coverage-database/downloads/downloads.aspx"
)

// Why a kind is not downloaded.
const (
	clickThrough = "behind a licence page of the AMA, which a person has to accept"
	ownLicence   = "licensed by the AMA to each user, and imported with --cpt-licence REF"
	lastOf2018   = "published for the last time in 2018"
	noSeries     = "not published as a file at an address of its own for each release"
)

var publishers = []Publisher{
	{cmsfile.ICD10CM, icd10Page, ""},
	{cmsfile.ICD10CMTabular, nchsPage, ""},
	{cmsfile.ICD10PCS, icd10Page, ""},
	{cmsfile.HCPCS, hcpcsPage, ""},
	{cmsfile.HCPCSNOC, hcpcsPage, noSeries},
	{cmsfile.CPT, cptPage, ownLicence},
	{cmsfile.PTPPractitioner, ptpPage, clickThrough},
	{cmsfile.PTPOutpatient, ptpPage, clickThrough},
	{cmsfile.MUEPractitioner, muePage, clickThrough},
	{cmsfile.MUEOutpatient, muePage, clickThrough},
	{cmsfile.MUEDME, muePage, clickThrough},
	{cmsfile.AddOn, addOnPage, clickThrough},
	{cmsfile.PFS, pfsPage, clickThrough},
	{cmsfile.GPCI, pfsPage, clickThrough},
	{cmsfile.MCDLCD, mcdPage, clickThrough},
	{cmsfile.MCDArticle, mcdPage, clickThrough},
	{cmsfile.MCE, mcePage, noSeries},
	{cmsfile.POS, posPage, noSeries},
	{cmsfile.GEMCM, gemPage, lastOf2018},
	{cmsfile.GEMPCS, gemPage, lastOf2018},
}

// Publishers lists all kinds that can be imported, the free ones first.
func Publishers() []Publisher { return slices.Clone(publishers) }

// PublisherOf returns the publisher of a kind; ok is false for a kind that
// nobody publishes.
func PublisherOf(kind string) (p Publisher, ok bool) {
	i := slices.IndexFunc(publishers, func(p Publisher) bool { return p.Kind == kind })
	if i < 0 {
		return Publisher{}, false
	}
	return publishers[i], true
}
