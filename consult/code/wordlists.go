package code

// wordKinds are the words that the readers of facts, identifiers and intents
// tell apart, by what they are to them.
var wordKinds = map[kind]string{
	relates:     `same different separate another other distinct opposite contralateral`,
	tellsPerson: `female woman girl lady male man boy gentleman age aged pt patient patients he she newborn infant`,
	tellsSide:   `bilateral bilaterally bilat left right lt rt both each c t l r ou os od b`,
	tellsTime:   `day pod days weeks wks week minutes mins min start started begin began time times anesthesia anes session from in`,
	lesionNoun: `lesion lesions wart warts polyp polyps keratosis keratoses ak aks sk sks tag tags nevus nevi naevi mole moles cyst cysts keloid
		keloids biopsy biopsies papule papules nodule nodules growth growths lipoma lipomas molluscum spot spots nail nails toenail toenails
		callus calluses callosity corn corns fibroma fibromas hemangioma hemangiomas bcc bccs scc sccs melanoma melanomas condyloma condylomata
		tumor tumors abscess abscesses pustules neurofibromas comedones`,
	filler: `and or of in on for with to the a an is are was were cm mm mg mcg ml g min mins minutes minute hour hours day days week weeks
		year years yo y yr yrs old x at by visit visits line lines code codes unit units per each month months from then vial vials dose doses
		claim claims time times`,
	bodyWord: `inguinal femoral intertroch intertrochanteric tibial ulnar radial distal proximal middle index ring little pinky upper
		lower medial lateral anterior posterior coronary renal ureter ureteral carotid ovary ovarian kidney lung side extremity tube
		heart lobe hemicolectomy mastectomy breast clavicle femur tibia fibula humerus radius ulna rotator cuff acl meniscus
		testicle testis hydrocele ventricle vertebral sciatica sided facet si sacroiliac paraspinal
		iliac subclavian jugular brachial popliteal saphenous vein artery cataract retina cornea tympanic mastoid sinus maxillary
		parotid thyroid adrenal ureteroscopy stent stone fracture fx shoulders scapula patella achilles plantar carpal tarsal
		metatarsal bunion hallux flank quadrant quad leg legs arm arms ac cmc mcp`,
	abbreviation: `est pt pts dr mr mrs ms vs approx st sq dx hx no jr sr inc ave blvd rd ste min mins hr hrs yr yrs dept fig ext
		mod mods prof rev wt incl excl`,
	unitDosed: `insulin heparin botox bleomycin botulinum onabotulinumtoxina dysport xeomin jeuveau daxxify myobloc hyaluronidase hylenex vitrase
		penicillin bicillin epogen procrit retacrit epoetin lantus humalog novolog levemir toujeo tresiba lispro glargine basaglar
		xiaflex factor fragmin lovenox cerezyme asparaginase pitressin vasopressin acthar corticotropin`,
	wasteWord:  `wasted waste wastage discarded discard discarding tossed unused`,
	lengthWord: `laceration lac lacs closure repair repaired long length wound wounds closed layered sutured incision cut gash scar`,
	sizeWord: `excision excised lesion benign malignant diameter excise polyp wart cyst lipoma biopsy melanoma hernia ventral umbilical
		incisional mass nodule tumor defect tear stone bcc scc nevus mole`,
	deviceWord: `anchor anchors screw screws needle needles drill catheter trocar trocars port ports sheath scope punch plate balloon stent
		cannula suture tip blade curette guidewire nail tube wire`,
	courtesy: `thanks thank thx ty you very much so a lot many again for your the help answer reply quick great
		perfect got it ok okay have nice good with warm sincerely yours truly respectfully warmly tx gratefully thankful kindest kindly happy friday monday day weekend evening week and this that was is helpful appreciate appreciated received
		best regards kind cheers all team dear hi hello everyone`,
	tellsPathology: `path pathology biopsy bx histology`,
	notPatient: `our us we fax office helpdesk billing pharmacy vendor line desk staff adjuster payer carrier supplier
		clinic front remit lockbox courier extension ext switchboard department dept dock deliver order
		invoice webinar meeting support dermatology associates passcode dial hotline location locations directory warehouse
		locum employer attorney lawyer landlord bank`,
	isPatient: `her his him she he patient patients pt pts mrs mr ms daughter son wife husband mother father member lives living
		their guarantor caller spouse`,
	organisation: `center centre clinic associates dermatology ortho orthopedics orthopaedics health medical hospital group partners imaging
		surgery surgical surgeons cardiology family practice billing llc inc pa pc pllc specialists physicians care urology podiatry institute
		services solutions consultants urgent radiology pediatrics pain spine eye vision foot ankle women gyn gi oncology neurology
		revenue integrity compliance reception dept department team eyecare wellness rehab therapy laboratory imaging center's college`,
	credential: `cpc cpma coc ccs ccsp cpb cpco rhit rhia cmc md np pac rn lpn dpm dds dmd phd mba fnp aprn crna cosc ccc cpcp chc cemc
		manager coder biller specialist supervisor director coordinator administrator auditor dr ma lvn facs faad rvu cma msn dnp`,
	legal: `confidential confidentiality privileged addressee recipient intended disclosure disclose unauthorized hipaa protected phi
		cfr usc u c statutes statute delete sender prohibited law notice privacy dissemination distribution copying`,
	notName: `pt pts patient patients insured guarantor beneficiary box item a an the is was has had have i we he she they his her it this that these seen came presents presented presenting returns returned
		reports reported denies states stated with without who whose when where in on at for from to of by and or but not no yes also here will would can could
		should may must needs wants calls called paid owes responsibility portion balance access portal financial services service relations care info information
		name id dob mrn mr mrs ms dr doctor physician provider np pa md do rn cpc history age sex gender male female status type class est established new
		inpatient outpatient er ed or icu post pre s re fw fwd hi hello dear thanks please question dos date insurance plan primary secondary deductible copay
		coinsurance appointment exam assessment education monitoring admitted discharged underwent received completed signed declined refused tolerated
		only both each every same left right upper lower bilateral prior first second third last next eval evaluation tx treatment therapy rehab ot st sees home
		drg msdrg icn tcn dcn mbi hicn ssn acct account claim member chart record phone cell fax email address proc mod mods units code cpt icd hcpcs dx
		billed allowed charge adj medicare medicaid bcbs aetna cigna humana uhc complaint complaints question list group letter responsible
		stays stayed went had has got says said asks asked met moved needed wanted now never still then there just after before during since until
		if as because while are were be been being am do does did get gets let lets make might our us your you my me their them its what which why how
		visit visits office clinic hospital center`,
}

// dayWords tell what a date near them is: a fact's name, or "-".
var dayWords = map[string]string{
	"date_of_service": `dos service seen visit performed billed done treated came presented encounter administered injected procedure appointment
		appt excised removed biopsied saw placed gave given repaired`,
	"surgery_date": `surgery surg sx surgical operated operation op postop operative`,
	"-": `dob born birth birthdate denied denial received sent dated paid processed effective since eob wrote posted expires
		expired through until printed signed retro date remit check asof revised letter statement invoice bill mail email memo
		started hired exp lot due mailed doi accident injured injury collected`,
}

// relatedWords are the nouns that "same" and "different" say something about.
var relatedWords = map[string]string{
	"same_site": `site sites lesion lesions wound wounds incision incisions joint joints region regions area areas spot location locations
		side compartment compartments polyp polyps level segment digit finger toe muscle vessel lobe quadrant organ anatomic anatomical`,
	"same_session":  `day session visit encounter time date dos sitting anesthetic`,
	"same_provider": `provider providers physician physicians doctor surgeon practitioner clinician md`,
	"same_group":    `group practice tin`,
}

// siteTable: body part | the other words for it.
const siteTable = `
knee | knees
shoulder | shoulders
hip | hips
elbow | elbows
wrist | wrists
ankle | ankles
hand | hands
foot | foots feet
finger | fingers
thumb | thumbs
toe | toes
arm | arms
leg | legs
back | backs
neck | necks
face | faces
scalp | scalps
nose | noses
ear | ears
eye | eyes
eyelid | eyelids
lip | lips
chest | chests
abdomen | abdomens
breast | breasts
buttock | buttocks
thigh | thighs
calf | calfs calves
heel | heels
forearm | forearms
trunk | trunks
cheek | cheeks
forehead | foreheads
axilla | axillas axillae armpit armpits
groin | groins
temple | temples
chin |
jaw |
shin | shins
sacrum | sacral
coccyx |
penis | penile
scrotum |
vulva | vulvar
perineum |
tongue |
tonsil | tonsils
spine | spines
lumbar spine | lumbar
cervical spine |
thoracic spine | thoracic
colon | colons
cecum | cecal
sigmoid |
rectum | rectal
antrum | antral
esophagus | esophageal
stomach | gastric
duodenum | duodenal
bladder |
cervix |
uterus |
prostate |
kidney | kidneys
lung | lungs
`
