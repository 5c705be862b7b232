package code

// drugTable names drugs by brand and by generic name; the value is the generic
// name, which says nothing of a HCPCS code.
const drugTable = `
drug | triamcinolone | kenalog, triamcinolone, zilretta
drug | ketorolac | toradol, ketorolac
drug | ceftriaxone | rocephin, ceftriaxone
drug | methylprednisolone | depo medrol, depomedrol, solu medrol, methylprednisolone, solumedrol
drug | dexamethasone | decadron, dexamethasone
drug | betamethasone | celestone, betamethasone
drug | hydrocortisone | solu cortef, hydrocortisone
drug | lidocaine | lidocaine, xylocaine, lido
drug | bupivacaine | marcaine, bupivacaine, sensorcaine, exparel
drug | ropivacaine | ropivacaine, naropin
drug | cyanocobalamin | cyanocobalamin
drug | leuprolide | lupron, lupron depot, leuprolide, eligard, fensolvi
drug | onabotulinumtoxinA | botox, onabotulinumtoxina, botulinum toxin
drug | abobotulinumtoxinA | dysport, abobotulinumtoxina
drug | incobotulinumtoxinA | xeomin, incobotulinumtoxina
drug | rimabotulinumtoxinB | myobloc
drug | collagenase | xiaflex
drug | bleomycin | bleomycin
drug | candida antigen | candida antigen, candin
drug | pembrolizumab | keytruda, pembrolizumab
drug | nivolumab | opdivo, nivolumab
drug | atezolizumab | tecentriq, atezolizumab
drug | durvalumab | imfinzi, durvalumab
drug | ipilimumab | yervoy, ipilimumab
drug | trastuzumab | herceptin, trastuzumab, kanjinti, ogivri
drug | pertuzumab | perjeta, pertuzumab
drug | rituximab | rituxan, rituximab, truxima, ruxience
drug | cetuximab | erbitux, cetuximab
drug | daratumumab | darzalex, daratumumab
drug | bortezomib | velcade, bortezomib
drug | carfilzomib | kyprolis
drug | carboplatin | carboplatin
drug | cisplatin | cisplatin
drug | oxaliplatin | oxaliplatin
drug | paclitaxel | paclitaxel, taxol, abraxane
drug | docetaxel | docetaxel, taxotere
drug | gemcitabine | gemcitabine, gemzar
drug | pemetrexed | pemetrexed, alimta
drug | fluorouracil | fluorouracil, 5 fu
drug | leucovorin | leucovorin
drug | cyclophosphamide | cyclophosphamide, cytoxan
drug | doxorubicin | doxorubicin, adriamycin
drug | azacitidine | azacitidine, vidaza
drug | mitomycin | mitomycin
drug | bcg | tice bcg, bcg
drug | fulvestrant | faslodex, fulvestrant
drug | degarelix | firmagon, degarelix
drug | goserelin | zoladex, goserelin
drug | triptorelin | trelstar, triptorelin
drug | octreotide | sandostatin, octreotide
drug | lanreotide | lanreotide, somatuline
drug | denosumab | prolia, xgeva, denosumab, jubbonti
drug | romosozumab | evenity, romosozumab
drug | zoledronic acid | reclast, zometa, zoledronic acid
drug | ibandronate | boniva, ibandronate
drug | medroxyprogesterone | depo provera, medroxyprogesterone, depo subq provera
drug | testosterone | testosterone, testopel, aveed, depo testosterone, xyosted
drug | estradiol | estradiol, delestrogen
drug | etonogestrel | nexplanon, etonogestrel
drug | levonorgestrel | mirena, kyleena, skyla, liletta
drug | promethazine | phenergan, promethazine
drug | ondansetron | zofran, ondansetron
drug | palonosetron | aloxi, palonosetron
drug | fosaprepitant | emend, fosaprepitant
drug | granisetron | granisetron
drug | diphenhydramine | benadryl, diphenhydramine
drug | famotidine | pepcid, famotidine
drug | filgrastim | neupogen, filgrastim, zarxio, nivestym
drug | pegfilgrastim | neulasta, pegfilgrastim, udenyca, fulphila, ziextenzo
drug | epoetin | epogen, procrit, retacrit, epoetin
drug | darbepoetin | aranesp, darbepoetin
drug | iron sucrose | venofer, iron sucrose
drug | ferric carboxymaltose | injectafer, ferric carboxymaltose
drug | ferumoxytol | feraheme, ferumoxytol
drug | iron dextran | infed, iron dextran
drug | ferric derisomaltose | monoferric
drug | infliximab | remicade, infliximab, inflectra, renflexis, avsola
drug | adalimumab | humira, adalimumab
drug | tocilizumab | actemra, tocilizumab
drug | abatacept | orencia, abatacept
drug | golimumab | simponi, golimumab, simponi aria
drug | certolizumab | cimzia, certolizumab
drug | ustekinumab | stelara, ustekinumab
drug | vedolizumab | entyvio, vedolizumab
drug | secukinumab | cosentyx, secukinumab
drug | risankizumab | skyrizi, risankizumab
drug | guselkumab | tremfya, guselkumab
drug | belimumab | benlysta, belimumab
drug | pegloticase | krystexxa, pegloticase
drug | natalizumab | tysabri, natalizumab
drug | ocrelizumab | ocrevus, ocrelizumab
drug | eculizumab | soliris, eculizumab
drug | ravulizumab | ultomiris, ravulizumab
drug | efgartigimod | vyvgart, efgartigimod
drug | eptinezumab | vyepti, eptinezumab
drug | omalizumab | xolair, omalizumab
drug | mepolizumab | nucala, mepolizumab
drug | benralizumab | fasenra, benralizumab
drug | reslizumab | cinqair
drug | tezepelumab | tezspire, tezepelumab
drug | dupilumab | dupixent, dupilumab
drug | inclisiran | leqvio, inclisiran
drug | teprotumumab | tepezza
drug | immune globulin | ivig, immune globulin, gammagard, privigen, gamunex, octagam, hizentra
drug | Rho(D) immune globulin | rhogam, rhophylac
drug | hyaluronan | synvisc, hyalgan, euflexxa, orthovisc, supartz, monovisc, synvisc one, durolane, gel one, gelsyn, hyaluronan, hyaluronic acid, visco
drug | aflibercept | eylea, aflibercept, eylea hd
drug | bevacizumab | avastin, bevacizumab, mvasi, zirabev
drug | ranibizumab | lucentis, ranibizumab, byooviz
drug | faricimab | vabysmo, faricimab
drug | pegcetacoplan | syfovre, pegcetacoplan
drug | brolucizumab | beovu
drug | epinephrine | epinephrine, epipen
drug | heparin | heparin
drug | enoxaparin | lovenox, enoxaparin
drug | alteplase | alteplase, cathflo, activase
drug | insulin | insulin
drug | insulin glargine | lantus, basaglar, toujeo, insulin glargine
drug | insulin lispro | humalog, insulin lispro
drug | insulin aspart | novolog
drug | semaglutide | ozempic, wegovy, semaglutide
drug | tirzepatide | mounjaro, zepbound, tirzepatide
drug | warfarin | warfarin, coumadin
drug | metformin | metformin
drug | amoxicillin | amoxicillin, augmentin
drug | azithromycin | azithromycin, zithromax
drug | penicillin G benzathine | bicillin, bicillin la, bicillin l a, penicillin
drug | cefazolin | ancef, cefazolin
drug | cefepime | cefepime
drug | ertapenem | invanz, ertapenem
drug | vancomycin | vancomycin
drug | gentamicin | gentamicin
drug | daptomycin | daptomycin, cubicin
drug | clindamycin | clindamycin
drug | albuterol | albuterol
drug | ipratropium | ipratropium, duoneb
drug | budesonide | pulmicort, budesonide
drug | morphine | morphine
drug | hydromorphone | dilaudid, hydromorphone
drug | fentanyl | fentanyl
drug | midazolam | versed, midazolam
drug | ketamine | ketamine
drug | esketamine | spravato, esketamine
drug | naltrexone | vivitrol, naltrexone
drug | buprenorphine | sublocade, buprenorphine, brixadi
drug | paliperidone | invega, invega sustenna, paliperidone
drug | aripiprazole | abilify maintena, aripiprazole, aristada
drug | haloperidol | haldol, haloperidol
drug | risperidone | risperdal consta, risperidone, perseris
drug | lorazepam | ativan, lorazepam
drug | furosemide | lasix, furosemide
drug | adenosine | adenosine, adenoscan
drug | regadenoson | lexiscan, regadenoson
drug | glucagon | glucagon
drug | sumatriptan | imitrex, sumatriptan
drug | orphenadrine | norflex, orphenadrine
drug | magnesium sulfate | magnesium sulfate
drug | gadolinium contrast | gadavist, dotarem, gadobutrol
drug | aminolevulinic acid | levulan, ameluz
drug | capsaicin | qutenza
drug | pneumococcal vaccine | prevnar, prevnar 20, pneumovax, capvaxive
drug | influenza vaccine | fluzone, fluarix, flucelvax, fluad, flublok
drug | zoster vaccine | shingrix
drug | hepatitis B vaccine | heplisav, engerix
drug | Tdap vaccine | boostrix, adacel
drug | HPV vaccine | gardasil
drug | RSV vaccine | arexvy, abrysvo, beyfortus
`
