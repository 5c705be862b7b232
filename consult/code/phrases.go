package code

// factTables are the stated phrases; a row is "fact | value | phrases".
var factTables = []string{payerTable, placeTable, procedureTable, drugTable}

// payerTable: the payers and contractors that mails name. A payer's plans and
// states stand for it.
const payerTable = `
payer | Medicare Advantage | medicare advantage, ma plan, medicare replacement, mapd, medicare hmo, part c, medicare part c
payer | Railroad Medicare | railroad medicare, rr medicare
payer | Medicare | medicare, mcr, medicare part b, medicare b, traditional medicare, original medicare, medicare ffs
payer | Medicaid | medicaid, mcd, medi cal, masshealth, tenncare, ahcccs, husky health, soonercare, peach state, badgercare, medicaid mco
payer | Blue Cross Blue Shield | bcbs, blue cross, blue cross blue shield, bluecross, blue shield, bc bs, bluecross blueshield, blueshield, blue card, bluecard, blues
payer | Anthem | anthem, anthem blue cross, anthem bcbs
payer | Florida Blue | florida blue
payer | Highmark | highmark
payer | CareFirst | carefirst, care first
payer | Premera | premera, premera blue cross
payer | Regence | regence
payer | Horizon | horizon bcbs, horizon bcbsnj, horizon nj, horizon blue
payer | Wellmark | wellmark
payer | Excellus | excellus
payer | UnitedHealthcare | uhc, united healthcare, unitedhealthcare, united health care, united health, unitedhealth, optum, uhc community plan, united
payer | UMR | umr
payer | Aetna | aetna
payer | Cigna | cigna
payer | Humana | humana
payer | TRICARE | tricare, champus, tricare east, tricare west, tricare for life
payer | VA | triwest, champva, va ccn, va community care, veterans affairs, va authorization
payer | Kaiser | kaiser, kaiser permanente
payer | Oscar | oscar health, oscar
payer | Centene | ambetter, centene, wellcare, superior health
payer | Molina | molina, molina healthcare
payer | Amerigroup | amerigroup
payer | CareSource | caresource
payer | Healthfirst | healthfirst
payer | Emblem | emblem, emblemhealth
payer | Health Net | health net, healthnet
payer | HealthPartners | healthpartners
payer | Harvard Pilgrim | harvard pilgrim
payer | Tufts | tufts health
payer | Priority Health | priority health
payer | SelectHealth | selecthealth, select health
payer | GEHA | geha
payer | UPMC | upmc health plan
payer | Geisinger | geisinger health plan
payer | Independence Blue Cross | independence blue cross, ibx
payer | MultiPlan | multiplan
payer | Meritain | meritain
payer | Medica | medica
payer | Workers' compensation | workers comp, work comp, workers compensation, workmans comp, worker s comp, workers ' comp, wc, w c, workers comp insurance
payer | auto insurance | auto insurance, no fault, motor vehicle insurance, geico, progressive insurance, state farm, allstate
payer | commercial | commercial payer, commercial insurance, commercial plan, commercial, private insurance, commercial carrier, commercial ins, private payer
payer | self-pay | self pay, cash pay, uninsured, cash patient
contractor | Palmetto GBA | palmetto, palmetto gba
contractor | Noridian | noridian, noridian dme
contractor | Novitas | novitas, novitas solutions
contractor | First Coast | first coast, fcso, first coast service options
contractor | NGS | ngs, national government services
contractor | WPS | wps, wps gha, wisconsin physicians service
contractor | CGS | cgs, cgs dme
`

// placeTable: who is new, where the service was and by whom.
const placeTable = `
new_patient | yes | new patient, new pt, new patients, new to the practice, never seen before, new to us, new to our practice, new to our group, first time patient, new to him, new to her, brand new patient
new_patient | no | established patient, established pt, est patient, est pt, estab pt, estab patient, established patients, established pts, existing patient, established with us, known patient, est pts, follow up patient
setting | office | in the office, in office, office setting, physician office, in clinic, in the clinic, non facility, nonfacility, in our office, at the office, office or asc, office based, office procedure, private office, doctor s office, private practice office, in our clinic, freestanding office
setting | outpatient | outpatient hospital, hospital outpatient, hopd, outpatient department, provider based, outpatient dept, hospital based clinic, hospital clinic, off campus building, off campus department, off campus, outpatient surgery department, opps, ub 04 outpatient
setting | inpatient | inpatient, in the hospital, hospital inpatient, inpt, admitted inpatient, inpatient stay, icu, in the icu, hospital floor, inpatient rehab
setting | observation | observation, observation status, obs status, obs unit, under observation, observation hours
setting | asc | asc, ambulatory surgery center, surgery center, surgical center, ambulatory surgical center, surgicenter
setting | emergency | emergency department, emergency room, in the ed, in the er, emergency dept, emergency, ed, er
setting | urgent care | urgent care, walk in clinic
setting | nursing facility | snf, nursing facility, nursing home, skilled nursing, skilled nursing facility, long term care
setting | assisted living | assisted living, alf, group home
setting | home | at home, home visit, house call, house calls, patient s home, pt s home, at her home, at his home, home visits, in the home
setting | hospice | hospice
setting | telehealth | telehealth, telemedicine, video visit, by video, virtual visit, audio only, telephone visit, phone visit, over the phone, by phone, via zoom, phone only, video call, tele visit, televisit
setting | dme | dme, dmepos, dme supplier, dme suppliers, dmepos supplier, dme company, dme provider, supplier claim, supplier claims, we are a supplier, durable medical equipment, durable medical equipment supplier, o and p supplier, orthotics supplier
setting | fqhc | fqhc, federally qualified health center, rural health clinic, rhc
setting | dialysis | dialysis facility, dialysis unit, esrd facility
setting | school | school based
setting | independent laboratory | independent lab, reference lab, independent laboratory
specialty | allergy | allergy practice, allergy clinic, allergist, allergy office, allergy group, allergy, allergy and immunology
specialty | anesthesiology | anesthesiology, anesthesiologist, anesthesia group, anesthesia practice
specialty | audiology | audiology, audiologist
specialty | dermatology | dermatology, dermatologist, derm, mohs surgeon
specialty | orthopedics | orthopedic, orthopedics, orthopaedic, orthopaedics, ortho, orthopedist, orthopod
specialty | hand surgery | hand surgery, hand surgeon
specialty | cardiology | cardiology, cardiologist, interventional cardiology, electrophysiology
specialty | cardiothoracic surgery | cardiothoracic surgery, ct surgery, ct surgeon, cardiothoracic surgeon
specialty | gastroenterology | gastroenterology, gastroenterologist, gi
specialty | colorectal surgery | colorectal surgery, colorectal surgeon, colorectal
specialty | primary care | family practice, family medicine, primary care, internal medicine, pcp, internist, general practice
specialty | pediatrics | pediatrics, pediatrician, peds, pediatric practice, pediatric office
specialty | physical therapy | physical therapy, physical therapist, pt clinic, pt practice
specialty | occupational therapy | occupational therapy, occupational therapist, ot, hand therapy
specialty | speech therapy | speech therapy, speech therapist, slp, speech language pathology
specialty | chiropractic | chiropractic, chiropractor, chiro, dc here
specialty | podiatry | podiatry, podiatrist, dpm
specialty | ophthalmology | ophthalmology, ophthalmologist, retina practice, retina specialist
specialty | optometry | optometry, optometrist, od here
specialty | urology | urology, urologist, uro
specialty | nephrology | nephrology, nephrologist
specialty | neurology | neurology, neurologist
specialty | neurosurgery | neurosurgery, neurosurgeon
specialty | psychiatry | psychiatry, psychiatrist, psych
specialty | psychology | psychology, psychologist
specialty | behavioral health | behavioral health, mental health practice, mental health clinic, therapy practice
specialty | obstetrics and gynecology | obgyn, ob gyn, gynecology, gynecologist, ob, obstetrics, obstetrician
specialty | ent | otolaryngology, ent, otolaryngologist
specialty | oncology | oncology, oncologist, medical oncology, heme onc, hem onc, hematology oncology, hematology
specialty | radiation oncology | radiation oncology, rad onc
specialty | radiology | radiology, radiologist, imaging center
specialty | interventional radiology | interventional radiology, interventional radiologist
specialty | pathology | pathologist, pathology group, pathology lab, pathology practice
specialty | pulmonology | pulmonology, pulmonologist, pulmonary, pulm
specialty | rheumatology | rheumatology, rheumatologist, rheum
specialty | endocrinology | endocrinology, endocrinologist, endo
specialty | infectious disease | infectious disease, infectious diseases
specialty | pain management | pain management, pain clinic, pain practice, interventional pain
specialty | physical medicine and rehabilitation | physiatry, physiatrist, pm r, physical medicine
specialty | general surgery | general surgery, general surgeon
specialty | plastic surgery | plastic surgery, plastic surgeon, plastics
specialty | vascular surgery | vascular surgery, vascular surgeon, vascular
specialty | emergency medicine | emergency medicine, emergency physician
specialty | hospitalist | hospitalist, hospitalists
specialty | sleep medicine | sleep medicine, sleep lab
specialty | wound care | wound care, wound clinic, wound center
specialty | sports medicine | sports medicine
specialty | geriatrics | geriatrics, geriatrician
specialty | dentistry | dentist, dental office, dental practice, oral surgery, oral surgeon
specialty | ambulance | ambulance company, ambulance service, ems agency
same_session | yes | in one visit, one visit, one session, in one session, one sitting, in one sitting, in one setting, in one encounter, same operative session, same surgical session, same operation, same or session, same anesthesia, same surgery
same_session | no | different days, separate days, different date, different day
same_group | yes | in our group, of our group, my partner, his partner, her partner, our partner, partner in the group, partner of the group, within the group, both in our practice, within our group
`

// procedureTable: how the service was done and what was found.
const procedureTable = `
depth | subcutaneous | subcutaneous tissue, subcutaneous, subq tissue, sub q tissue, subcut fat, subcu tissue, into the fat
depth | fascia | fascia, down to fascia, subfascial
depth | muscle | into muscle, to muscle, muscle layer, muscle depth, down to muscle, into the muscle, intramuscular mass
depth | bone | to bone, into bone, bone depth, down to bone, exposed bone
depth | dermis | dermis, dermal, partial thickness
depth | full thickness | full thickness
technique | cryosurgery | cryo, cryotherapy, cryosurgery, liquid nitrogen, ln2, frozen, froze, freezing, freeze
technique | shave | shave, shaved, shaving, shave removal, shaves
technique | punch | punch, punched
technique | tangential | tangential, tangentially
technique | incisional | incisional
technique | excision | excision, excised, excisional
technique | curettage | curettage, curetted, curette
technique | laser | laser, lasered
technique | electrosurgery | electrodesiccation, cautery, electrocautery, electrosurgery, fulguration
technique | snare | snare, snared, hot snare, cold snare, snare technique
technique | cold forceps | cold forceps, cold biopsy, forceps biopsy, biopsy forceps, cold biopsy forceps
technique | hot biopsy forceps | hot biopsy, hot biopsy forceps, hot forceps
technique | banding | banding, banded
technique | ablation | radiofrequency ablation, rf ablation, rfa
technique | intralesional | intralesional, intralesionally
technique | ultrasound guidance | ultrasound guidance, ultrasound guided, us guidance, us guided, under ultrasound, with ultrasound, u s guidance, u s guided
technique | none | without ultrasound, no ultrasound, without us guidance, no us guidance, without guidance, no guidance, without imaging
technique | landmark | landmark, landmarks, by palpation
relation_to_surgery | unrelated | unrelated to the surgery, unrelated, not related to the surgery
relation_to_surgery | planned | staged, planned return, planned second, planned at the time
relation_to_surgery | complication | return to the or, returned to the or, return to or, surgical complication, postoperative complication, post op complication, complication of the surgery
technique | fluoroscopy | fluoro, fluoroscopy, fluoroscopic guidance, fluoroscopic, fluoroscopically
technique | CT guidance | ct guidance, ct guided
technique | arthroscopic | arthroscopic, arthroscopy, arthroscopically
technique | laparoscopic | laparoscopic, laparoscopically, laparoscopy
technique | robotic | robotic, robot assisted
technique | percutaneous | percutaneous, percutaneously
technique | open | open approach, open procedure
technique | simple closure | simple closure, simple repair, one layer, in one layer, single layer
technique | layered closure | layered closure, intermediate closure, intermediate repair, layered repair, closed in layers, two layer closure
technique | complex closure | complex closure, complex repair
route | IM | im, intramuscular, intramuscularly, i m
route | IV | iv, ivp, ivpb, intravenous, iv push, iv infusion, intravenously
route | subcutaneous | subcutaneous injection, subq, sub q, subcut, sc injection, sc, sq, subcutaneously
route | intra-articular | intra articular, intraarticular, intra articularly
route | intravitreal | intravitreal, intravitreally
route | oral | po, by mouth
route | intradermal | intradermal, intradermally
route | inhaled | inhaled, nebulized
mdm | straightforward | straightforward mdm, mdm straightforward, straightforward decision making
mdm | low | low mdm, mdm low, low complexity, mdm is low, mdm was low
mdm | moderate | moderate mdm, mdm moderate, moderate complexity, mdm is moderate, mdm was moderate
mdm | high | high mdm, mdm high, high complexity, mdm is high, mdm was high
pathology | premalignant | premalignant, pre malignant, precancerous
pathology | benign | benign, path benign, pathology benign, benign path, benign pathology, path was benign, path came back benign, pathology was benign
pathology | malignant | path malignant, pathology malignant, path was malignant, came back malignant, path showed bcc, path showed scc, path showed melanoma
pathology | adenoma | path adenoma, adenoma, path showed adenoma, tubular adenoma, adenomatous, path tubular adenoma
pathology | pending | path pending, pathology pending, awaiting path, awaiting pathology, path is pending, path not back, before path, until path is back, no path yet
pathology | melanoma in situ | melanoma in situ
vial | single-dose | single dose vial, single dose, single use vial, sdv, single use, single dose vials, single use vials
vial | multi-dose | multi dose vial, multi dose, multidose, multidose vial, mdv, multi use vial, multiple dose vial
wasted | 0 | no waste, no wastage, nothing wasted, none wasted, none discarded, nothing discarded, no drug wasted, nothing was wasted, nothing was discarded, no discard
`

// pathologyTable: what a report says, read behind "path" and its verb.
const pathologyTable = `
pathology | benign | lipoma, seborrheic keratosis, sk, nevus, benign nevus, fibroma, dermatofibroma, cyst, epidermal cyst, hyperplastic, hyperplastic polyp, hemangioma, neurofibroma, negative, verruca
pathology | malignant | malignant, bcc, scc, basal cell, basal cell carcinoma, squamous cell, squamous cell carcinoma, melanoma, carcinoma, adenocarcinoma, cancer, invasive melanoma, sarcoma, lymphoma
pathology | premalignant | dysplastic, dysplastic nevus, actinic keratosis, atypical, high grade dysplasia
pathology | carcinoma in situ | scc in situ, carcinoma in situ, dcis
pathology | adenoma | serrated adenoma, sessile serrated, sessile serrated lesion, villous adenoma, tubulovillous adenoma
`
