"""What a sentence has to say, beside its role, to stand in a list of a report: rather nothing than something wrong.

The classifier of roles is right in about .86 of the sentences of medicine and .69 of other fields, which is too little
for a list that is shown without its abstract. So each list asks for the form in which such a thing is told: a result
as found, data as taken into the study, a method as done, a limit as one's own, and an open question as still to do.
The forms were chosen on part dev of ``benchmarks/report_roles.jsonl``.
"""

import re

_SHOWS = r"(?:show|find|found|reveal|demonstrat|prov|report|suggest|indicat)\w*"
# The paper itself, and what it rests on.
_OWN = (
    r"(?:we|our|i|my|(?:this|the\s+(?:present|current))\s+(?:\w+\s+)?"
    r"(?:paper|article|work|study|research|review|report))"
)
_EVIDENCE = (
    r"(?:results?|findings?|experiments?|analys[ei]s|evaluations?|simulations?|comparisons?|stud(?:y|ies)|trials?|data)"
)
_SPEAKS_OF_ITSELF = re.compile(rf"\b(?:{_OWN}|{_EVIDENCE})\b", re.IGNORECASE)
# What the paper does, as the subject of the sentence; a claim ("we argue that"), a finding and what its authors did
# earlier are no method.
_OWN_WORK = re.compile(
    rf"(?:^(?:in\s+)?|[,;:]\s+|\b(?:and|then|therefore|here|thus|next|first)\s+){_OWN}\b"
    rf"(?!\s+(?:\w+\s+){{0,2}}?(?:{_SHOWS}\b|\w+\s+that\b))",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(?:recently|previously|earlier)\b", re.IGNORECASE)
# What happened: an auxiliary of the past, and a participle behind it.
_HAPPENED = re.compile(r"\b(?:was|were|did|had|could)\b", re.IGNORECASE)
_DONE = re.compile(
    r"\b(?:was|were|(?:has|have)\s+been\s+(?=carried|performed|conducted))\s*(?:\w+ly\s+)?\w+(?:ed|en|wn|nt|ught|ne|de|lt|ut|und)\b",
    re.I,
)
# A study is named where its method is told without a verb: "A randomized trial of …".
_DESIGN = re.compile(
    r"(?!(?:through|in|by|from|to|with|for|of|on)\b)(?:[\w-]++[^\w-]++){0,8}?(?:trial|study|survey|review|meta-analysis|analysis|cohort|experiment|design)\b"
    rf"(?!\W+(?:\w+\W+){{0,3}}(?:is|are|{_SHOWS})\b)",
    re.IGNORECASE,
)

FIGURE = re.compile(r"(?<![\w.-])\d[\d,.]*\s?(?:%|×|x\b|percent|points?|times|fold)|\bp\s?[=<>]|\d\.\d", re.IGNORECASE)
"""A figure that measures something."""
COMPARED = re.compile(
    r"\b(?:than|compared|outperform\w*|higher|lower|more|less|fewer|better|increas\w+|reduc\w+|improv\w+)\b", re.I
)
"""What one thing is against another."""
# Verbs that tell a result of whatever stands before them, those that do of one's own work, and what has happened.
_EXCEEDS = re.compile(r"\b(?:outperform|surpass|exceed)\w*\b|\bsignificantly\b", re.IGNORECASE)
_FINDS = re.compile(
    r"\b(?:show(?:s|ed|n)?|find|found(?!\s+(?:in|at|on|for|among|within)\b)|demonstrat(?:e|es|ed)|prov(?:e|es|ed|en)"
    r"|observ(?:e|es|ed)|reveal(?:s|ed)?|achiev(?:e|es|ed)|attain(?:s|ed)?|establish(?:es|ed)?|indicat(?:e|es|ed)"
    r"|suggest(?:s|ed)?|confirm(?:s|ed)?|outperform\w*|improv(?:e|es|ed)|reduc(?:e|es|ed)|increas(?:e|es|ed)"
    r"|decreas(?:e|es|ed)|enhanc(?:e|es|ed)|yield(?:s|ed)?|perform(?:s|ed)?|better|worse|higher|lower)\b",
    re.IGNORECASE,
)
_CAME_OUT = re.compile(
    r"\b(?:show|demonstrat|reveal|observ|indicat|suggest|confirm|achiev|attain|establish|prov|yield|exhibit)ed\b"
    r"|\b(?:increased|decreased|reduced|improved|enhanced|associated|correlated)\s+"
    r"(?:by|from|in|with|to|over|significantly|the|its|their|after|at)\b",
    re.IGNORECASE,
)
# What is measured, and how many of some did or had something: a result, and not what was studied or done.
_MEASURED = re.compile(
    r"\(\s*\d[\d.,]*\s?%\s*[);,]|\b(?:hazard|odds|risk|rate)\s+ratios?\b|\b[pr]\s?[<=>]|\bconfidence\s+intervals?\b"
    rf"|\b95\s?%|\bsignifican\w+|\bcorrelat\w+|\b{_SHOWS}\s+that\b",
    re.IGNORECASE,
)


def tells_result(text: str) -> bool:
    """Whether a sentence tells what was found: by a figure, as one's own finding, or as something that happened."""
    if FIGURE.search(text) or _EXCEEDS.search(text) or _CAME_OUT.search(text):
        return True
    return bool(_FINDS.search(text) and (_SPEAKS_OF_ITSELF.search(text) or _HAPPENED.search(text)))


def tells_method(text: str) -> bool:
    """Whether a sentence tells what was done, by whom or as done, or begins with the design of a study."""
    is_done = _OWN_WORK.search(text) or _DONE.search(text) or _DESIGN.match(text)
    return bool(is_done) and not (_EARLIER.search(text) or _CAME_OUT.search(text) or _MEASURED.search(text))


# What data are made of, so many of it, or data that have a name, which is no word that begins the sentence.
_SAMPLE = re.compile(
    r"\b\d+(?:[,.]\d+)*\s+(?:(?!(?:and|that|of|in|to|the)\b)[\w-]+\s+){0,3}?"
    r"(?:data ?sets?|patients|participants|subjects|studies|trials|papers|articles|images|samples|users|people|adults"
    r"|children|women|men|countries|documents|records|cases)\b"
    r"|(?<=\w )(?-i:[A-Z][\w-]+)\s+(?:data ?sets?|data|benchmarks?|corpus|corpora|cohorts?|databases?)\b"
    r"(?-i:(?!\s[A-Z]))"
    r"|\b(?:data ?sets?|benchmarks?|corpus|corpora|cohorts?|databases?)\s+(?:of|from|with|comprising|containing)"
    r"\s+(?:\w+\s+){0,2}\d",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"\b(?:includ(?:ed|ing)|enroll?ed|recruited|eligible|participated|analy[sz]ed|retrieved|identified|studied"
    r"|examined|consist(?:s|ed)|compris(?:e|es|ed|ing)|randomi[sz]ed|selected|collected|searched|surveyed|interviewed"
    r"|underwent|met\s+(?:\w+\s+)?(?:inclusion|criteria)|trained\s+on|evaluated\s+on|tested\s+on)\b",
    re.IGNORECASE,
)


def tells_data(text: str, *, as_method: bool) -> bool:
    """Whether a sentence tells what was studied, how many or by which name, and not how many of them did something.

    Args:
        text: The sentence.
        as_method: Whether it has the role of a method; any other has to say that they were taken into the study.
    """
    is_taken = as_method or bool(_TAKEN.search(text) and re.search(r"\d", text))
    return is_taken and bool(_SAMPLE.search(text)) and not _MEASURED.search(text)


_STUDY = (
    r"(?:research|work|stud(?:y|ies)|investigations?|trials?|efforts?|analys[ei]s|evaluations?|experiment(?:s|ation)?"
    r"|exploration|evidence|understanding|follow-up|validation|directions?)"
)
_MORE = r"(?:future|further|additional|more|larger?|longer(?:-term)?|prospective|new|better|deeper)"
# A study, and within its sentence that it is called for; one that "suggests that … is required" calls for nothing.
_CALLED_FOR = re.compile(
    rf"(?<!\bour )(?<!\bthis )(?<!\bthese )(?<!\bpresent )(?<!\bcurrent )\b{_STUDY}\b"
    r"(?:(?!\b(?:that|suggests?|shows?|indicates?|demonstrates?|reveals?|implications?)\b)[^;.:]){0,100}?"
    r"\b(?:is|are)\s+(?:\w+\s+)?(?:needed|required|necessary|warranted|lacking|scarce|missing|recommended|important"
    r"|essential|worthwhile|desirable)\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    rf"\b{_MORE}\s+(?:[\w-]+\s+){{0,3}}?{_STUDY}\b[^;.:]{{0,60}}?\b(?:should|must|needs?\s+to|will|has\s+to|have\s+to)\b"
    rf"|\b(?:warrants?|needs?|requires?|deserves?|merits?|worthy\s+of|call(?:s|ing)?\s+for|in\s+need\s+of)\s+"
    rf"(?:\w+\s+)?{_MORE}\s+(?:[\w-]+\s+){{0,3}}?{_STUDY}\b"
    r"|\bremains?\s+(?:\w+\s+)?(?:unclear|unknown|open|unresolved|elusive|controversial|uncertain|to\s+be\s+\w+(?:ed|en|wn|nd))\b"
    r"|\b(?:open|unanswered|unresolved)\s+(?:research\s+)?(?:questions?|problems?)\b"
    r"|\bgaps?\s+in\s+(?:\w+\s+){0,2}?(?:knowledge|understanding|evidence|literature|research)\b",
    re.IGNORECASE,
)
# Directions that are announced and not told.
_ANNOUNCED = re.compile(
    r"\b(?:directions?|implications?|recommendations?|suggestions?|agendas?|limitations?)\b[^;.]*"
    r"\b(?:(?:is|are)\s+(?:also\s+)?\w+ed|(?:is|are)\s+given)\b",
    re.IGNORECASE,
)


def tells_open(text: str) -> bool:
    """Whether a sentence tells what is still to be found out."""
    return bool(_CALLED_FOR.search(text) or _TO_COME.search(text)) and not _ANNOUNCED.search(text)


# What a paper rests on, and may be too little; "evidence" and the like are the papers that a review found.
_GROUNDS = (
    rf"(?:{_OWN}|{_EVIDENCE}|analytic\s+\w+|comparisons?|conclusions?|evidence|information|investigations?|literature"
    r"|generali[sz]ability)"
)
_SHORT_OF = r"(?:insufficient|inadequate|low|limited|weak|poor|small|sparse|preliminary|under-?powered)"
_LIMITATION = (
    rf"(?:(?:a|an|the|this|one|our|main|major|key|primary|important|potential|possible|several|some|other|further|study"
    rf"|methodological|{_EVIDENCE}['’]s?|(?:paper|work|method|model)['’]s)\s+)*(?:limitations?|shortcomings?|drawbacks?)"
)
_LIMIT = re.compile(
    # Limitations by name: "a limitation is that", "study limitations included", "limitations of our approach are".
    rf"(?:^|[,;:]\s+|\b(?:but|however|although)\s+){_LIMITATION}\s+(?:(?:of|in|to)\s+(?:[\w-]+\s+){{1,6}}?)?"
    r"(?:is|are|was|were|(?:includ|compris|involv|concern)\w+)\b"
    rf"|\blimitations?\s+(?:of|in|to)\s+(?:{_OWN}|the\s+(?:study|review|analysis|method|approach))\b"
    # What it rests on is limited or too little; what it concludes is limited by that.
    rf"|\b{_GROUNDS}\b[^.;:]{{0,60}}?(?<!\bnot )\blimited\s+(?:by|because|due)\b"
    rf"|(?:^|[,;:]\s+|\b(?:the|our|and|but|as|because|since|most|some)\s+)(?:[\w-]+\s+){{0,2}}?{_GROUNDS}"
    r"(?:\s+(?:quality|rating|certainty))?(?:\s+(?:of|on|for|in|from|regarding|about)\s+[\w/ -]{1,60}?)?"
    rf"\s+(?:is|are|was|were|remains?)\s+(?:of\s+)?(?:\w+ly\s+)?{_SHORT_OF}\b"
    r"|(?:^|\bthere\s+(?:is|are|was|were)\s+|\bfound\s+)(?:insufficient|inadequate)\s+(?:\w+\s+)?(?:data|evidence|information|power)\b"
    r"|\b(?:limit|preclude|hamper|restrict)(?:s|d|ed)?\s+(?:\w+\s+){0,2}?"
    r"(?:conclusions?|comparisons?|interpretations?|inferences?|generali[sz]\w+|validation)\b"
    r"|\b(?:based\s+on|due\s+to|because\s+of|owing\s+to)\s+(?:(?:a|the|our|its|relatively|very)\s+)*(?:small|limited|low)\s+"
    r"(?:\w+\s+)?(?:samples?|numbers?|cohorts?|power)\b"
    r"|\b(?:(?:is|are|was|were|been)\s+under-?powered|lack(?:ed)?\s+(?:of\s+)?(?:statistical\s+)?power)\b"
    # How far it may be believed.
    rf"|\b{_GROUNDS}\b[^.;]{{0,80}}?\b(?:(?:with|requires?|warrants?|necessitates?)\s+caution|cautious(?:ly)?)\b"
    r"|\b(?:cautious\s+interpretation|interpreted\s+cautiously)\b"
    r"|\bnot\s+(?:be\s+)?(?:\w+ly\s+)?generali[sz]able\b"
    r"|(?<!\bless )\b(?:subject|susceptible|prone)\s+to\s+(?:[\w-]+\s+){0,2}?(?:confounding|bias(?:es)?)\b"
    # What it could not do, and what its own data do not say.
    rf"|\b{_OWN}\s+(?:could\s+not|cannot|can\s+not|(?:was|were)\s+(?:unable|not\s+able)\s+to)\s+(?:\w+ly\s+)?"
    r"(?:assess|determine|exclude|rule|evaluate|establish|adjust|control|account|extrapolate|generali[sz]e|infer|distinguish"
    r"|(?:draw|reach)\s+(?:\w+\s+)?conclusions?)\b"
    rf"|\b(?:our|these|this|the)\s+(?:\w+\s+)?{_EVIDENCE}\s+(?:do|does|did|can)\s?not\s+(?:\w+ly\s+)?"
    r"(?:establish|prove|allow|permit|exclude|distinguish|rule)\b"
    rf"|\b(?:{_EVIDENCE}|pooling|synthes[ei]s|meta-?analys[ei]s|assessments?|adjustment|blinding|estimation)\b[^.;:,]{{0,40}}?"
    r"\b(?:was|were)\s+(?:not\s+(?:possible|feasible)|impossible)\b"
    # What it rests on is too little for what it asks.
    rf"|\btoo\s+(?:few|little|small|short)\s+(?:\w+\s+){{0,2}}?(?:{_EVIDENCE}|information|evidence|patients|participants|cases"
    r"|events|deaths)\b[^.;:]{0,40}?\bto\s+\w+",
    re.IGNORECASE,
)
# What is told of conclusions, of how far something holds, of what it rests on and of how that was done, which needs no
# word for the paper itself; what begins with others or only quotes a result is no limit of it (``_OF_OTHERS_WORK``).
_DRAWN = r"(?:conclusions?|inferences?|recommendations?|generali[sz]ations?|causality|causation)"
_CANNOT = r"(?:cannot|can\s+not|could\s+not)"
_LIMITS = r"(?<!-)\b(?:limit(?:s|ed)?|precludes?d?|prevent(?:s|ed)?|hamper(?:s|ed)?|weaken(?:s|ed)?|means?\s+that)\b"
_NOT_CONCLUDED = re.compile(
    rf"\b{_DRAWN}\b[^.;:]{{0,30}}?\b(?:{_CANNOT}|may\s+not|should\s+not)\s+be\s+(?:\w+ly\s+)?"
    r"(?:drawn|made|reached|inferred|established|given|determined)\b"
    rf"|\bno\s+(?:[\w-]+\s+){{0,2}}?{_DRAWN}\s+(?:can|could|may|should)\b"
    rf"|\b{_CANNOT}\s+be\s+(?:\w+ly\s+)?(?:concluded|inferred|generali[sz]ed|extrapolated|ruled\s+out|excluded(?!\s+from\b))\b"
    rf"|\b(?:not|difficult|impossible)\s+(?:\w+\s+)?to\s+(?:draw|make|reach|give)\s+(?:[\w-]+\s+){{0,2}}?{_DRAWN}\b"
    r"|\b(?:do|does|did|can)\s?not\s+(?:\w+ly\s+)?(?:allow|permit|support|provide)\s+(?:any\s+|a\s+|for\s+)?"
    rf"(?:[\w-]+\s+){{0,2}}?(?:{_DRAWN}|pooling|meta-?analys[ei]s)\b"
    r"|\b(?:do|does|did|can|could)\s?not\s+(?:\w+ly\s+)?(?:exclude|rule\s+out)\s+(?:the|a|an|any|other|that)\b"
    r"|\bnot\s+(?:provid\w+\s+)?(?:definitive|conclusive)\b(?!\s+(?:that|whether))"
    r"|\bwe\s+(?:would\s+)?(?:urge|advise\s+)?caution\b|\binterpreted\s+(?:with\s+(?:\w+\s+)?(?:care|reserve)|carefully)\b"
    rf"|\b(?:{_EVIDENCE}|theory|report|communication)\s+(?:is|are|was|were|remains?)\s+(?:still\s+|only\s+)?"
    r"(?:preliminary|exploratory|tentative|inconclusive)\b"
    r"|\b(?:of\s+(?:a\s+)?|the\s+)preliminary\s+nature\b|\bpreliminary\s+in\s+nature\b|\bless\s+(?:robust|certain)\b"
    r"|\bambigu(?:ity|ities|ous)\s+(?:in|as\s+to)\s+(?:the\s+)?(?:interpretation|results?)",
    re.IGNORECASE,
)
_REACH = re.compile(
    r"\b(?:generali[sz]ability|applicability|external\s+validity|representativeness)\b[^.;:]{0,60}?"
    r"\b(?:uncertain|unknown|unclear|limit\w*|restrict\w*|questionable)\b"
    r"|\b(?:limit|restrict|reduc)(?:s|ed|ing|e)?\s+(?:the\s+|our\s+|its\s+|their\s+)?(?:(?!of\b)[\w-]+\s+)?"
    r"(?:generali[sz]ability|applicability|external\s+validity)\b"
    rf"|\b(?:results?|findings?|conclusions?|{_OWN}|samples?|cohorts?)\b[^.;:]{{0,50}}?"
    r"\b(?:may|might|can|could|do|does|will)\s?not\s+(?:\w+ly\s+)?(?:be\s+)?(?:\w+ly\s+)?"
    r"(?:generali[sz]\w+|apply|applicable|extend\s+to|representative|reflect|capture|transfer\w*)\b"
    # What is dealt with, in the present tense: in the past it is how the study was done.
    r"|\b(?:this|the|our|present|these|it|and|applications?)\s+(?:[\w-]+\s+){0,3}?(?:discussion|theory|investigation"
    rf"|{_EVIDENCE}|methods?|paper|applications?|treatment|approach|solutions?|calculations?|review|report|model"
    r"|observations?|here)(?:\s+here|,?\s+however,?)?,?\s+(?:is|are|were)\s+(?:[^.;:]{0,60}?\band\s+(?:is|are)\s+)?"
    r"(?:here\s+|only\s+|in\s+general\s+)?(?:restricted|limited|confined)\s+to\b"
    r"|\b(?:theory|method|model|solutions?|results?|equations?|approximations?|approach|analysis|procedure|formulas?)\b"
    r"[^.;]{0,80}?\b(?:is|are)\s+(?:in\s+general\s+)?(?:only\s+(?:valid|applicable|useful)|(?:valid|applicable)\s+only"
    r"|not\s+(?:valid|applicable))\b",
    re.IGNORECASE,
)
_TOO_LITTLE = re.compile(
    r"\b(?:few|no)\s+(?:[\w-]+\s+){0,3}?(?:studies|trials|data|reports)\s+(?:\w+\s+){0,3}?(?:were|are|have\s+been|exist)\b"
    r"(?=[^.]{0,200}\b(?:and|so|evidence|quality|thus|limited|poor|small|pilot|preliminary)\b)"
    r"|\b(?:lack|absence|paucity|scarcity|dearth)\s+of\s+(?:[\w-]+\s+){0,4}?(?:data|stud(?:y|ies)|trials|evidence|controls?"
    r"|randomi[sz]ation|blinding|follow-up|comparators?|group|information|standardi[sz]ation|power)\b[^.;]{0,60}?"
    r"\b(?:preclud|limit|hamper|imped|prevent|does\s+not|do\s+not|did\s+not|make\s+it|mean)\w*"
    r"|\b(?:unable|not\s+possible|impossible|could\s+not|not\s+able|cannot)\b[^.;]{0,120}?"
    r"\b(?:due\s+to|because\s+of|owing\s+to|for|given)\s+(?:the\s+|an?\s+)?"
    r"(?:lack|absence|paucity|insufficient|small|limited|too\s+few|missing|inadequate)\b"
    r"|\b(?:small|limited|low|insufficient|inadequate|disparate|unequal)\s+(?:[\w-]+\s+){0,2}?"
    rf"(?:sample(?:\s+sizes?)?|numbers?|power|follow-up|response\s+rates?)\b[^.;]{{0,100}}?(?:{_LIMITS}"
    r"|\b(?:may|might)\s+have\s+\w+ed\b|\bdo(?:es)?\s+not\s+allow\b)"
    r"|\b(?:due\s+to|because\s+of|owing\s+to)\s+(?:(?:a|the|our|its|their|relatively|very)\s+)*(?:small|limited|low|short"
    r"|incomplete|inadequate|insufficient|retrospective|observational|cross-sectional)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:samples?|sizes?|numbers?|cohorts?|power|follow-up|data|designs?|nature|response)\b"
    r"|\blimited\s+by\s+(?:(?:the|an?|its|our|their|very|relatively)\s+)*(?:small|few|short|retrospective|observational"
    r"|cross-sectional|heterogen\w+|low\s+(?:power|quality|numbers?|response)|incomplete|missing|absence\s+of|samples?"
    r"|lack\s+of\s+(?:[\w-]+\s+)?(?:data|controls?|power|follow-up|randomi\w+|information|studies|trials)|design"
    r"|selection|methodolog\w+|accuracy\s+of|poor\s+(?:quality|reporting))"
    r"|\binformation\s+(?:was|is)\s+(?:lacking|missing|not\s+available|unavailable|incomplete)\b"
    r"|(?<!\bif )(?<!\bwhen )\bdata\s+(?:was|were|are)\s+(?:lacking|missing|incomplete|not\s+available|unavailable)\b"
    r"(?!\s+at\s+random)",
    re.IGNORECASE,
)
_FLAWED = re.compile(
    r"\b(?:methodologic(?:al)?|study|reporting)\s+quality\b[^.;]{0,60}?\b(?:was|were|is)\s+(?:\w+ly\s+)?"
    r"(?:moderate|poor|low|variable|inadequate|weak|limited|suboptimal)\b"
    r"|\bnot\s+(?:\w+ly\s+)?(?:methodologically\s+)?(?:rigorous|powered|designed\s+to\s+(?:assess|detect|test|evaluate|examine))\b"
    r"|(?<!\bno )\b(?:major|serious|important)\s+(?:deficits|flaws|weaknesses|deficiencies)\s+in\s+(?:the\s+|their\s+)?"
    r"(?:design|report|method|conduct|quality)\w*|\bmethodologic(?:al)?\s+(?:flaws|weaknesses|deficiencies)\b"
    r"|\b(?:was|were|had|at|have)\s+(?:(?:a|at|of)\s+)*(?:high|unclear|serious)\s+(?:or\s+\w+\s+)?risk\s+of\s+bias\b"
    r"|\b(?:limit(?:s|ed|ing)?|weaken(?:s|ed)?)\s+(?:this|our|the\s+present|the\s+current)\s+(?:[\w-]+\s+){0,4}?"
    r"(?:study|analysis|review|trial|work|conclusions?|findings?|results?|ability)\b"
    r"|\b(?:has|have|had)\s+(?:\w+\s+)?(?:substantial|several|some|important|significant|certain|serious|major|many"
    r"|a\s+number\s+of)\s+(?:[\w-]+\s+)?limitations\b|^limitations\b(?!\s+(?:of|in|to)\b)"
    r"|\bdue\s+to\s+(?:(?:significant|important|several|methodological|major|serious|their|its|these|some)\s+)*limitations\b"
    r"|\b(?:estimates?|results?|cases|studies|prevalence|incidence|associations?|effects?|rates?|risks?|some|others|we)\b"
    r"[^.;]{0,40}?\b(?:may|might|could)\s+have\s+(?:been\s+)?(?:\w+ly\s+)?(?:missed|omitted|misclassified|biased"
    r"|under-?(?:estimated|reported)|over-?estimated|misinterpreted)\b|\bhave\s+been\s+(?:omitted|missed)\b"
    r"|\b(?:may|might|could)\s+have\s+(?:affected|influenced|biased|confounded|limited)\s+(?:the|our|these)\b"
    rf"|\b{_OWN}\s+(?:did|do|does|was|were)\s+not\s+(?:\w+ly\s+)?(?:assess|measure|include|examine|consider|account|adjust"
    r"|control|address|evaluate|collect|allow|designed|powered|able|investigate|capture"
    r"|have\s+(?:\w+\s+)?(?:data|information|access|power|controls?|follow-up))\b"
    r"|\bwe\s+(?:were|are)\s+(?:unable|not\s+able)\s+to\s+(?:\w+ly\s+)?(?:recommend|measure|calculate|estimate|obtain"
    r"|compare|include|perform|conduct|collect|verify|assess|determine)\b"
    r"|\b(?:could|can)\s?not\s+be\s+(?:made|calculated|estimated|determined|established|assessed|evaluated|quantified"
    r"|achieved|verified|proven|confirmed)\b[^.;]{0,60}?\b(?:from|with|using|in\s+this|because|due|by)\b"
    r"|\bnot\s+possible\s+to\s+(?:calculate|estimate|determine|establish|assess|evaluate|identify|distinguish|separate"
    r"|compare|pool|quantify|verify)\b|\bnot\s+(?:discernable|discernible|apparent|identifiable)\s+(?:using|from)\b"
    r"|\b(?:premature(?:ly)?|early)\s+(?:termination|stopp\w+|clos\w+|discontinu\w+)\s+of\s+(?:the|this|our)\s+(?:study|trial)\b"
    r"(?!\s+(?:drug|medication|treatment)s?\b)",
    re.IGNORECASE,
)
# What may have gone wrong, but for what was dealt with: "after adjusting for potential confounders".
_BIAS = r"(?:bias(?:es)?|confounding|confounders|misclassification)"
_MAY_BE_BIASED = re.compile(
    r"(?<!\bless )(?<!\bnot )\b(?:potential|possible|possibility\s+of|likely|likelihood\s+of|subject\s+to"
    r"|susceptible\s+to|prone\s+to|introduc\w+|residual|unmeasured)\s+(?:(?:for|a|the|of)\s+)*(?:(?!no\b)[\w-]+\s+){0,2}?"
    rf"{_BIAS}\b(?=[^.]{{0,200}}\b(?:limit\w*|may|might|could|cannot|remain\w*|is|are)\b)",
    re.IGNORECASE,
)
_DEALT_WITH = re.compile(
    r"\b(?:adjust|account|control|correct|allow)\w*\s+for\b[^.;,]{0,40}"
    rf"\b{_BIAS}\b|\b(?:bound|reduc|remov|eliminat|minimi[sz]|detect)\w*\b[^.;,]{{0,30}}\b{_BIAS}\b"
    rf"|\b{_BIAS}\s+(?:is|are|was|were)\s+(?:reduced|removed|avoided|eliminated|minimi[sz]ed|accounted|adjusted|corrected)\b",
    re.IGNORECASE,
)
# What others do not show, and what a paper found about such limits.
_OF_OTHERS = re.compile(
    r"\b(?:current|existing|previous|prior|traditional|conventional)\s+(?:[\w-]+\s+)?\w{2,}s\b"
    r"|\b(?:conclude|show|demonstrate)\w*\s+that\b",
    re.IGNORECASE,
)
_OF_OTHERS_WORK = re.compile(
    r"\b(?:current|existing|previous|prior|traditional|conventional|earlier|past|available|other)\s+(?:[\w-]+\s+)?"
    r"(?:methods?|approach\w*|techniques?|models?|tools?|systems?|algorithms?|work|therap\w+|treatments?|drugs|assays?)\b"
    r"|\b(?:conclude|show|demonstrate)\w*\s+that\b|\b(?:indicat|suggest)\w*\s+that\b(?=[^;]{0,300}$)|\beven\s+a\b"
    r"|\b(?:previous|prior|earlier|past|most|many)\s+(?:[\w-]+\s+)?"
    r"(?:stud(?:y|ies)|research|reports|trials|investigations|efforts)\b"
    r"|\b(?:when|if|after|where)\s+(?:the\s+)?(?:\w+\s+)?analys[ei]s\s+(?:was|were)\s+(?:restricted|limited)"
    r"|\b(?:to|we|that)\s+(?:overcome|avoid|address|circumvent|eliminate|reduce)\b",
    re.IGNORECASE,
)
_SHORTFALLS = (_NOT_CONCLUDED, _REACH, _TOO_LITTLE, _FLAWED)


def tells_limit(text: str) -> bool:
    """Whether a sentence tells what its own paper does not show or could not do."""
    if _ANNOUNCED.search(text):
        return False
    if _LIMIT.search(text) and not _OF_OTHERS.search(text):
        return True
    is_shortfall = any(form.search(text) for form in _SHORTFALLS)
    is_biased = _MAY_BE_BIASED.search(text) and not _DEALT_WITH.search(text)
    return bool(is_shortfall or is_biased) and not _OF_OTHERS_WORK.search(text)


# A place that holds code and data, or that something of a paper is to be had.
_REPOSITORY = re.compile(
    r"\b(?:github|gitlab|zenodo|osf|figshare|dryad|sourceforge|code\.google|bioconductor|cran|pypi|huggingface)\b",
    re.IGNORECASE,
)
_TO_BE_HAD = re.compile(
    r"\b(?:(?:is|are|be|freely|publicly|openly|made|code|data)\s+(?:\w+\s+)?available"
    r"|available\s+(?:at|from|on|under|upon|via|through)|download\w*|releas(?:ed?|ing)|open[- ]sourced?|accessible)\b",
    re.IGNORECASE,
)
_THING = re.compile(
    r"https?://|\bwww\.|\b(?:code|software|packages?|tool(?:s|kit|box)?|implementations?|data(?: ?sets?)?|servers?"
    r"|applications?|programs?|benchmarks?|models?|scripts?|databases?|resources?|librar(?:y|ies))\b",
    re.IGNORECASE,
)


def tells_availability(text: str) -> bool:
    """Whether a sentence tells where code, data or the like are to be had."""
    return bool(_REPOSITORY.search(text) or (_TO_BE_HAD.search(text) and _THING.search(text)))
