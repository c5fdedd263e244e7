"""What a question asks for: its intent, order, number, form, and what is compared.

English only. What none of the wordings fits asks for a fact.
"""

import re
from typing import NamedTuple

from assistant.question.aspects import LIMITS, find_aspect
from assistant.question.comparison import asks_which, find_ranking
from assistant.question.condition import PAPERS, PLEASE, compile_any
from assistant.question.counts import OF_PAPERS
from assistant.question.date_conditions import NUMBERS
from assistant.question.query import Form, Intent, Order
from assistant.question.sorting import NUMBER, OF_KIND, RANKED_ALONE, SINCE_WHEN, SORTING, find_limit, find_order
from store.text.patterns import compile_lazily

_SOME = r"(?:[\w-]+\s+){0,2}?"

LIST = compile_any(
    SINCE_WHEN,
    rf"^\s*(?:and\s+)?(?:which|what)\s+{_SOME}{PAPERS}\b",
    r"^\s*(?:and\s+)?which\s+ones\s+(?!of\b|(?:is|are|was|were|has|have|had)\b)\w",
    rf"{PLEASE}(?:list|show|find|give|get|survey|review|search|see|suggest|recommend)\b",
    rf"{PLEASE}name\s+(?:me\s+)?(?:\w+\s+){{0,2}}{PAPERS}\b",
    rf"^\s*(?:the|my)\s+(?:one|only|single)\s+{PAPERS}\b",
    r"\bwhat\s+(?:should|can|could|do|must)\s+(?:i|we)\s+read\b",
    rf"^\W*(?:(?:what|which)\s+(?:is|are|was|were)\s+)?(?:the\s+)?{OF_KIND}",
    r"^\s*(?:(?:all|any|the)\s+)*titles?\s+(?:that\s+)?(?:contain|includ|with|mention|hav)",
    r"^\s*(?:(?:and|only|just)\s+)?(?:with|without|by|at\s+(?:least|most)|(?:more|fewer|less)\s+than|exactly|single|multi)\b"
    r"[^?]{0,30}\b(?:co-?)?author",
    rf"\b(?:any|all|the|of|are|recent)\s+{PAPERS}\s+(?:\w+\s+)?"
    r"(?:on|about|that|which|using|with|by|in|from|since|deal)",
    # "Any double-blind trials?", "any studies in children": papers of any name, with nothing said of them.
    rf"^\W*(?:(?:is|are)\s+there\s+)?any\s+(?:(?!of\b)[\w-]+\s+){{0,3}}?(?:{PAPERS}|trials|reviews|surveys|cohorts|reports)"
    r"(?:\s+(?:on|in|about|of|with|from|by|for|using)\b[^?]*)?\W*$",
    rf"\bsummari[sz]e\s+(?:all\s+|the\s+|my\s+|these\s+)*{PAPERS}\b",
    r"\bwhat\s+(?:is|has been|was)\s+(?:there|done|said|known|written)\b",
    r"\b(?:overview|survey)\s+of\b",
    r"^\s*(?:\S+\s+){0,3}?(?:papers|articles|publications|preprints|abstracts)\b"
    r"(?!\s+(?:find|finds|found|show|shows|say|says|report|reports|conclude))",
    # One of two things that are no papers is asked for by what is said of them: "which of the two devices".
    rf"\bwhich\s+of\s+(?:these|those|them|the\b(?!\s+(?:two|three|four)\s+(?!(?:[\w-]+\s+)?{PAPERS}\b)[\w-]))(?!\w)",
    rf"\bis\s+there\s+(?:any\s+|some\s+|an?\s+)?(?:{PAPERS}|anything|something)\b|\bare\s+there\s+(?:any\s+"
    rf"|some\s+)?(?:\w+\s+)?{PAPERS}\b",
    rf"\b(?:do|does|did)\s+(?:i|we|you)\s+have\b.*\b{PAPERS}\b|\b(?:anything|everything|something)\s+(?:by|from|on"
    r"|about|since)\b",
    r"^\s*(?:and\s+)?(?:everything|anything|all|whatever)\s+(?:there\s+is\s+)?(?:that|which|not|in|with|without|but|except|dated|published"
    r"|written)\b",
    r"\bwhat\s+do\s+(?:you|we|i)\s+have\s+(?:on|about|by|from)\b",
    rf"^\s*(?:\w+\s+)?{PAPERS}\b\s*(?:on|about|by|in|from|since|after|before|that|with|of|not|except|published)\b",
    r"^\s*(?:(?:any|some|all|the)\s+)?stuff\s+(?:by|from|on|about|in|since|before|after|that|published)\b",
    # "Studies done in Denmark", "work related to queues"; "research showed that …" says something.
    rf"^\s*(?:\w+\s+)?{PAPERS}\s+(?:(?:[a-z]+ed|done|made|run|set|held|written)\s+(?:out\s+)?(?:in|on|at|by|with|for|to|from|among|during|under)"
    r"|[a-z]+ing)\b",
    rf"\b{PAPERS}\s+(?:post|pre)-\d|\b(?:post|pre)-\d{{4}}\s+{PAPERS}\b|\b\d{{4}}s?\s+{PAPERS}\b",
)
# Something is asked of one paper: "As what does the paper with Zeevi recast it?", "Why was the study by Liu stopped?".
OF_ONE = compile_lazily(
    # Behind the first word that asks: looked for behind each of many, it would take quadratic time.
    r"\A(?>.*?\b(?:what|which|why|how|where|when)\b)"
    r".*\b(?:do|does|did|is|are|was|were|has|have|had|can|could)\s+(?:the|this|that)\s+"
    r"(?:[\w-]+\s+){0,2}?(?:paper|article|study|work|preprint|review|publication|trial)\b(?=.*\w)",
    re.I,
)
COUNT = compile_any(
    rf"\bhow\s+many\s+(?:of\s+(?:the|these|those|my)\s+)?{_SOME}{PAPERS}\b",
    rf"\b(?:number|count|total)\s+of\s+(?:\w+\s+)?{PAPERS}\b",
    rf"{PLEASE}count\s+(?:\w+\s+){{0,2}}{PAPERS}\b",
    rf"\b(?:share|percentage|fraction|proportion|percent)\s+of\s+(?:(?:all|the|these|my|our)\s+)*{PAPERS}\b",
    r"\bhow\s+many\s+(?=(?:[\w-]+\s+){1,4}?(?:are|is|were)\s+(?:there\s+)?(?:in\s+)?(?:here|(?:the|this|my|our)\s+(?:library"
    r"|collection))\b)",
    r"\bhow\s+many\s+(?:of\s+)?(?:them|these|those|are\s+(?:there|these|those|they|it)|do\s+(?:i|we)\s+have)\b",
)
_STUDY = r"(?:study|trial|paper|article|review|survey|experiment|work|project)"
RECORD = compile_any(
    r"^\s*who\s+(?:wrote|authored|published|(?:is|are|were)\s+(?:the|its|their)\s+(?:co-?|first\s+|last\s+"
    r"|senior\s+)?authors?|is\s+behind)\b",
    # Who made what a study used is told by its sentences, if at all.
    r"^\s*who\s+(?:(?:has|have|had)\s+)?(?:model(?:l)?ed|developed|built|proposed|introduced|invented|described|discovered|created"
    rf"|designed|came\s+up\s+with)\b(?!.*\b(?:in|of|for|by)\s+(?:the|this|that|their)\s+(?:[\w-]+\s+){{0,4}}?{_STUDY}\b)",
    r"^\s*who\s+(?:led|conducted|ran|headed|carried\s+out|did|performed|undertook)\s+(?:the|this|that)\s+"
    rf"(?:(?!(?:in|of|for|on|at|by)\b)[\w-]+\s+){{0,4}}?{_STUDY}\b",
    r"^(?!\s*(?:did|do|does|is|are|was|were|has|have|can|could)\b).*\bauthors?\s+of\b",
    r"^\s*when\s+(?:was|were|did|is)\b.*\b(?:publish|appear|written|released|come\s+out|dated)",
    r"\b(?:what|which)\s+year\s+(?:was|were|did|is)\b",
    r"\bin\s+(?:what|which)\s+(?:year|journal|venue|conference)\b(?!s).*\b(?:was|did|is|appear|publish)",
    r"^\s*where\s+(?:was|did|were|is)\b.*\b(?:publish\w*|appear\w*|printed)\b",
    r"\b(?:what|which)\s+(?:journal|venue|conference)\s+(?:was|did|is|published)\b",
    rf"\bdate\s+of\s+(?:the\s+)?{PAPERS}",
)
COMPARE = compile_any(
    r"\bcompar(?:e|es|ing|ison)\b(?:\s+(?:between|of))?",
    r"(?<!\bwere )(?<!\bwas )(?<!\bare )(?<!\bis )(?<!\bbeen )\bcompared\s*[?.!]*$",
    r"\bcontrast(?:ing)?\b",
    r"\bdifferences?\s+between",
    r"\bdiffers?\b(?:\s+from)?",
    r"\bdifferent\s+from\b",
    r"\bdistinguish(?:es|ed)?\b(?=.*\bfrom\b)",
    r"\bha(?:ve|s)\s+in\s+common\b",
    r"\bversus\b",
    r"\bvs\b\.?",
    r"\bin\s+comparison\s+(?:to|with)\b",
)
TIME = compile_any(
    rf"\b{PAPERS}\b", r"\bpublish", r"\bappear", r"\bwritten\b", r"\bwhat\s+happened\b", r"\bwhat\s+is\s+new\b"
)
_BRIEF = (
    r"(?:in\s+(?:short|brief|a\s+nutshell|general|total|one\s+sentence|a\s+few\s+words)|briefly|roughly|overall|please)"
)
_SHORTLY = rf"(?:\s*,?\s*{_BRIEF})?\s*[?.!]*$"
_LIBRARY = (
    r"(?:(?:this|the|my|our|your)\s+(?:library|collection|corpus|database|papers|bibliography|catalogue|files)"
    r"|(?:all|these)\s+(?:the\s+|of\s+)?papers)"
)
OVERVIEW = compile_any(
    rf"\bwhat(?:['’]s|\s+is|\s+are)?\s+(?:in\s+)?{_LIBRARY}(?:\s+(?:all\s+|mostly\s+|mainly\s+)?about)?{_SHORTLY}",
    rf"\bwhat\s+(?:does|do|can)\s+{_LIBRARY}\s+(?:cover|contain|hold|have|deal\s+with|treat)\b(?!.*\b(?:about|on"
    r"|by|of)\s+\w)",
    rf"^\s*(?:please\s+)?(?:give\s+(?:me\s+)?)?(?:an?\s+|the\s+)?(?:(?:quick|short|brief|general|rough)\s+)?(?:overview|summary)"
    rf"(?:\s+of\s+{_LIBRARY})?{_SHORTLY}",
    rf"^\W*(?:please\s+)?tell\s+(?:me|us)\s+(?:something\s+)?about\s+{_LIBRARY}{_SHORTLY}",
    r"\b(?:overview|summary)\s+of\s+(?:all\s+|everything\s+)?"
    r"(?:(?:what|that)\s+(?:is|are|i\s+have|we\s+have|you\s+have|there\s+is)\s*(?:in\s+|there\s+)?)?"
    r"(?:here|this|it|my\s+(?:library|collection|papers))?\s*[?.!]*$",
    rf"\b(?:summari[sz]e|describe|characteri[sz]e)\s+{_LIBRARY}{_SHORTLY}",
    r"\b(?:what|which)\s+(?:are\s+the\s+)?(?:main\s+|major\s+)?(?:topics|themes|subjects|areas|fields)\s+(?:are"
    rf"|does|do|is|of|in)\b(?:.*\b(?:{_LIBRARY}|there|covered|here|have)\b)?\s*[^?]*[?.!]*$",
    rf"\bwhat\s+(?:do|can)\s+(?:i|we)\s+(?:have|ask)(?:\s+(?:here|you))?(?:\s+(?:about|of|in)\s+{_LIBRARY})?\s*[?.!]*$",
    rf"^\s*what(?:['’]s|\s+is)\s+(?:in\s+)?here{_SHORTLY}",
)
# "Who else besides Gold works on …": whom it leaves out stands between.
_BESIDE = (
    r"(?:\s+else)?(?:,?\s+(?:besides?|other\s+than|apart\s+from|aside\s+from|except(?:\s+for)?|but)\s+[^?,]{1,60}?,?)?"
)
AUTHORS = compile_any(
    r"\bco-?authors?\s+of\b|['’]s?\s+co-?authors?\b|\bco-?authors?\s+(?:does|do|has|have|did)\b",
    r"\bwho\s+(?:all\s+)?(?:has|have|did|does)\s+(?:.+\s)?(?:writ\w*|work\w*|publish\w*|collaborat\w*"
    r"|co-?author\w*)\s+(?:\w+\s+)?with\b",
    r"\b(?:with\s+whom|whom)\s+(?:has|have|did|does)\b.*\b(?:writ|work|publish|collaborat|co-?author)",
    r"\bwho\s+(?:\w+\s+)?(?:co-?authored|collaborat\w*|work(?:s|ed)?|publishe[sd]|writes?|wrote)\s+(?:\w+\s+){0,2}?with\b",
    r"\bhow\s+many\s+(?:\w+\s+)?(?:authors|people|researchers)\b",
    r"^\s*(?:which|what)\s+(?:\w+\s+)?(?:authors|researchers|people)\b",
    r"^\s*(?:which|what)\s+(?:author|researcher)\b(?=.*\b(?:most|fewest|more)\b)",
    r"\b(?:whose|which|what)\s+(?:author\w*\s+)?names?\b.*\b(?:most|fewest)\b",
    r"\b(?:list|show|name)\s+(?:me\s+)?(?:all\s+|the\s+)*(?:authors|researchers)\b",
    r"\bmost\s+(?:frequent|prolific|productive|active|common)\s+(?:\w+\s+)?(?:author|researcher)s?\b",
    rf"\b(?:top|main|key)\s+(?:{NUMBER}\s+)?(?:authors|researchers)\b",
    r"\bwho\s+(?:wrote|publish(?:es|ed)|ha(?:s|ve)(?:\s+(?:written|published))?|writes)\s+(?:the\s+)?most\b(?!\s+(?:recent|cited)\b)",
    rf"^\s*who{_BESIDE}\s+(?:works?|worked|is\s+working|writes?|publishe?s?|researche?s|studies|are\s+the\s+(?:people"
    r"|experts))\s+(?:\w+\s+)?(?:on|about|in)\b",
    rf"^\s*who(?:\s+all)?{_BESIDE}\s+(?:has|have)\s+(?:published|worked|written)\s+(?:\w+\s+)?(?:on|about)\b",
    rf"^\s*who(?:\s+all)?{_BESIDE}\s+(?:(?:has|have|had|is)\s+)?(?:stud(?:ies|ied|ying)|investigat(?:es|ed|ing)"
    r"|explor(?:es|ed|ing)|research(?:es|ed|ing)|look(?:s|ed|ing)\s+(?:at|into))\b",
    r"^\s*who\s+are\s+the\s+(?:\w+\s+)?(?:authors|researchers)\s*(?:here|in\b.*|of\s+(?:this|the|my)\s+(?:library"
    r"|collection).*)?[?.!]*$",
)
_VENUE_WORDS = r"(?:journals|venues|conferences|outlets|publishers)"
VENUES = compile_any(
    rf"\bhow\s+many\s+(?:\w+\s+)?{_VENUE_WORDS}\b",
    rf"\b{PAPERS}\s+(?:(?:are\s+there|do\s+i\s+have)\s+)?(?:per|by|in\s+each)\s+(?:journal|venue|conference)\b",
    rf"\b(?:which|what)\s+(?:are\s+the\s+)?(?:\w+\s+){{0,2}}{_VENUE_WORDS}\b",
    rf"\b(?:list|show|name)\s+(?:me\s+)?(?:all\s+|the\s+)*{_VENUE_WORDS}\b",
    r"\b(?:most|main|top)\s+(?:\w+\s+){0,2}(?:journals?|venues?|conferences?)\b",
    r"\bwhere\s+(?:are|were)\s+(?:the|these|those|most|my|all)\s+(?:of\s+)?(?:the\s+"
    rf"|these\s+)?{PAPERS}\s+(?:\w+\s+)?published\b",
    r"\b(?:which|what)\s+(?:journal|venue|conference)\s+(?:has|have|is|holds?|publishe[sd]|comes?|appears?|ranks?)\s+(?:the\s+)?(?:\w+\s+)?"
    r"(?:most|fewest|first|by\s+number)\b",
)
YEARS = compile_any(
    rf"\bmore\s+{PAPERS}\b.*\b(?:19|20)\d\d\b.*\bor\b.*\b(?:19|20)\d\d\b",
    rf"^\W*(?:in\s+)?(?:19|20)\d\d\s+or\s+(?:in\s+)?(?:19|20)\d\d\b.*\b(?:more|most|fewer|fewest)\s+{PAPERS}\b",
    rf"\b{PAPERS}\s+(?:(?:are\s+there|were\s+published|appeared|do\s+i\s+have)\s+)?(?:per|each|every|by)\s+(?:year|month)\b",
    r"\b(?:per|by|over\s+the)\s+(?:years?|months?)\s*[?.!]*$(?<!in\syear)",
    r"\b(?:which|what)\s+(?:years|months)\b",
    r"\b(?:which|what)\s+(?:year|month)(?:\s+(?:of|in)\s+\d{4})?\s+(?:has|had|saw|holds?|were|was|did)\s+(?:the\s+)?(?:\w+\s+)?(?:most|fewest|(?:largest|highest|smallest)\s+number)\b",
    r"\b(?:distribution|number|count|histogram)\b.*\b(?:over|by|per|across)\s+(?:the\s+)?years?\b",
    r"\bhow\s+(?:old|recent)\s+(?:are|is)\s+(?:the|these|this|my)\b",
)
KEYWORDS = compile_any(
    r"\bhow\s+many\s+(?:\w+\s+)?(?:keywords|tags)\b",
    r"\b(?:which|what)\s+(?:are\s+the\s+)?(?:\w+\s+){0,2}(?:keywords|tags|collections|folders)\b",
    r"\b(?:list|show|name)\s+(?:me\s+)?(?:all\s+|the\s+)*(?:keywords|tags)\b",
    rf"^\W*(?:in\s+)?(?:which|what|how\s+many)\s+(?:different\s+)?(?:languages|(?:kinds|types)\s+of\s+{PAPERS}|categories)\b",
    r"\b(?:most|main|top)\s+(?:\w+\s+){0,2}(?:keywords?|tags?)\b",
)
_SHOWN = (
    r"(?P<thing>bib-?tex|bib\s+(?:entry|file)|ris|citation|reference|links?|urls?|doi|pdf|abstracts?|records?"
    r"|details?|full\s+text|web\s*page)"
)
SHOW = compile_any(
    rf"{PLEASE}(?:(?:show|give|get|print|export|send|tell|display|open|what\s+is|what['’]s|i\s+need"
    rf"|want)\s+)?(?:me\s+)?(?:an?\s+|the\s+|its\s+)?{_SHOWN}(?:\s+(?:entry|key|record|number))?\s+(?:of|for|to"
    r"|from)\b",
    rf"{PLEASE}(?:show|give|get|print|open|display)\s+(?:me\s+)?(?:its|their"
    rf"|the)\s+{_SHOWN.replace('<thing>', '<thing2>')}\b",
    r"\bhow\s+(?:do|can|should|would)\s+(?:i|we|you)\s+cite\b|^\s*cite\s+",
    rf"{PLEASE}(?:show|open|display)\s+(?:me\s+)?(?:the\s+)?(?:paper|article|record|entry)\s+(?!on\b|about\b|by\b"
    r"|that\b|with\b|in\b|from\b)",
    r"\bwhere\s+(?:can|do)\s+(?:i|we)\s+(?:find|get|read|download)\s+(?:the\s+)?(?:paper|pdf|full\s+text"
    r"|article)?\b(?!.*\b(?:code|data|software|repository|package|tool|benchmark)\b)",
)
PROFILE = compile_any(
    r"\b(?<!\btheir\s)h-?\s?index\b",  # "Was their h index higher" asks what a study says.
    r"\bhow\s+many\s+citations\s+(?:does|do|has|have)\b",
    r"\b(?:citation\s+(?:count|figures)|total\s+citations|profile)\s+of\b",
    r"\bhow\s+(?:often|many\s+times)\s+(?:is|was|has|have|are)\b.*\bcited\b",
)
_VERBS = (
    r"(?:mention(?:s|ed|ing)?|us(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|employ(?:s|ed|ing)?|contain(?:s|ing)?"
    r"|appl(?:y|ies|ied|ying)|cite\s+the\s+term|utili[sz](?:e|es|ed|ing)|name|talk(?:s|ing)?\s+(?:about|of)"
    r"|refer(?:s|ring)?\s+to)"
)
_STANDING = (
    r"(?:occurs?|appears?|(?:turn|come|crop)s?\s+up|(?:(?:is|are|was|were)\s+)?(?:mentioned|used|named|discussed))"
)
MENTIONS = compile_any(
    rf"\b{PAPERS}\s+(?:(?:that|which)\s+)?(?:(?:also|do|does|did|explicitly|actually"
    rf"|make)\s+)*{_VERBS}\s+(?:of\s+)?(?:the\s+(?:words?|terms?|phrases?)\s+|an?\s+|the\s+)?(?P<words>.+)",
    # Conditions may stand between, no topic: in "papers on agents that use tools" it is the agents that do.
    rf"\b{PAPERS}\s+(?:from|by|in|since|published|written|between|before|after|until)\b"
    r"(?:(?!\b(?:that|which|on|about|of|for|with)\b)[^?.;]){1,80}\b(?:that|which)\s+"
    rf"(?:(?:also|do|explicitly|actually)\s+)*{_VERBS}\s+(?:the\s+(?:words?|terms?|phrases?)\s+|an?\s+|the\s+)?"
    r"(?P<words6>.+)",
    rf"^\s*(?:which|what)\s+of\s+(?:them|these|those)\s+{_VERBS}\s+(?:the\s+(?:words?|terms?"
    r"|phrases?)\s+)?(?P<words2>.+)",
    r"\b(?:with|have|having|contain(?:s|ing)?)\s+the\s+(?:words?|terms?|phrases?)\s+(?P<words3>.+)",
    r"\bwho\s+(?:uses|mentions|introduces)\s+(?P<words4>.+)",
    r"\b(?:is|are|was|were)\s+(?P<words5>[^?]+?)\s+(?:mentioned|used)\s+(?:in\s+)?(?:any|which|these|this|anywhere)\b",
    # "In which papers does W occur?", "papers in which W comes up"; "Where is W mentioned?" alone.
    rf"^\W*in\s+(?:which|what)\s+(?:of\s+the\s+)?{PAPERS}\s+(?:is|are|was|were|does|do)\s+(?P<words7>\w[^?]{{0,80}}?)\s+"
    rf"{_STANDING}\W*$",
    rf"^\W*(?:(?:all|the|list|show|which)\s+)*{PAPERS}\s+(?:in\s+which|where)\s+(?P<words8>\w[^?]{{0,80}}?)\s+{_STANDING}\W*$",
    r"^\W*where\s+(?:is|are)\s+(?P<words9>(?!(?:it|this|that)\b)\w[^?]{0,80}?)\s+(?:mentioned|discussed|named)\W*$",
)
_BULLETS = compile_lazily(
    rf"\b(?:in|as|with|using|use|(?:give|write|show|make)(?:\s+me|\s+it)?|provide|list)"
    rf"\s+(?:{NUMBER}|a\s+few|some|short)?\s*(?:short\s+)?(?:bullet(?:\s*-?\s*points?|s)"
    r"|points|sentences?|words|lines|paragraphs?|key\s+points)\b",
    re.I,
)
# What an answer is to be like, and what is asked, are said of no topic.
_SAID = compile_any(
    r"\b(?:are|is|were)\s+(?:there\s+)?(?:in\s+)?here\s*[?.!]*$",
    rf"\s*,?\s*\b{_BRIEF}\s*[?.!]*$",
    r"\b(?:does|do|did)\s+(?:the|this|my|our|your)\s+(?:library|collection|corpus|database)\s+"
    r"(?:hold|contain|have|cover|include|comprise)\b",
)
_CODE = compile_lazily(r"\bcategory\s+codes?\b", re.I)
_TABLE = compile_lazily(r"\b(?:as|in)\s+a\s+table\b|\btable\s+of\b|\btabulate\b", re.I)


class IntentReading(NamedTuple):
    """What the words of a question ask for, before it is known what topic and filters it has.

    ``listing`` says that papers are asked for, ``of_one`` that something is asked of one paper.
    """

    intent: Intent
    listing: bool
    order: Order = Order.RELEVANCE
    limit: int | None = None
    form: Form = Form.SENTENCE
    wanted: str = ""
    of_one: bool = False


_FIRST: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (Intent.SHOW, SHOW),
    (Intent.PROFILE, PROFILE),
    (Intent.OVERVIEW, OVERVIEW),
    (Intent.AUTHORS, AUTHORS),
    (Intent.YEARS, YEARS),
    (Intent.VENUES, VENUES),
    (Intent.KEYWORDS, KEYWORDS),
    (Intent.COUNT, COUNT),
    (Intent.RECORD, RECORD),
)


# What is asked of a paper that compares: its "comparison" is no comparison of ours.
_OF_ONE_PAPER = ("limitation", "availability", "aim")


# "Dog whistles, but not on Twitter": a topic that shuts something out asks for papers, whatever it is not called.
_TOPIC_WITHOUT = compile_lazily(
    r"^(?!\s*(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|if)\b)"
    r"(?!.*\b(?:is|are|was|were|has|have|does|did|do|can|could|will)\b)[^?]{2,80}?"
    r"(?:,?\s+but\s+not\b|,\s*(?:not|without|excluding|except)\b|\s+(?:excluding|other\s+than|apart\s+from|except)\b)[^?]*$",
    re.I,
)

# "Has it got better over the years?"; "do we have counts by year?" asks for the table.
_HAS_CHANGED = compile_lazily(
    rf"\W*(?:has|have|had|did|does|do|is|are|was|were)\b(?!.*\b(?:{PAPERS}|distribution|histogram)\b)"
    r".*\bover\s+the\s+(?:years|months)\b",
    re.I,
)
# "What do we have on differences between schools": papers that are about them.
_ON_DIFFERENCES = compile_lazily(
    r"\b(?:on|about|regarding|concerning)\s+(?:the\s+)?(?:\w+\s+)?differences?\s+between\b", re.I
)


def read_intent(question: str) -> IntentReading:
    """Read what a question asks for by its wording; FACT where nothing says otherwise."""
    order = find_order(question)
    limit = find_limit(question, order)
    of_one = OF_ONE.search(question) is not None
    listing = bool(
        (LIST.search(question) and not (of_one or asks_which(question)))
        or COUNT.search(question)
        or _TOPIC_WITHOUT.match(question)
    )
    intent = next((intent for intent, pattern in _FIRST if pattern.search(question)), Intent.FACT)
    if intent is Intent.YEARS and (SORTING.search(question) or _HAS_CHANGED.match(question)):
        intent = Intent.FACT  # "Sort them by year" and "has it got better over the years?" ask for no table of years.
    if intent is Intent.FACT and (ranking := find_ranking(question)) is not Order.RELEVANCE:
        return IntentReading(Intent.COMPARE, False, ranking)
    if (
        intent is Intent.FACT
        and find_aspect(question, Intent.FACT) not in _OF_ONE_PAPER
        and COMPARE.search(question)
        and not re.search(rf"\b{PAPERS}\s+(?:that\s+|which\s+)?compar", question, re.I)
        and not (listing and _ON_DIFFERENCES.search(question))
    ):
        intent = Intent.COMPARE
    elif intent is Intent.FACT and not of_one and MENTIONS.search(question):
        intent = Intent.MENTIONS
    if intent is Intent.FACT and not listing and limit is None:
        limit = _find_points(question)
    form, aspect = find_form(question, intent), find_aspect(question, intent)
    return IntentReading(intent, listing, order, limit, form, aspect, of_one)


def _find_points(question: str) -> int | None:
    """Find in how many points an answer is asked for ("in 3 bullet points")."""
    match = _BULLETS.search(question)
    word = match[1].lower() if match and match[1] else ""
    return NUMBERS.get(word) or (int(word) if word else None)


def find_form(question: str, intent: Intent) -> Form:
    """Find in which form the answer is asked for."""
    if intent is Intent.COUNT:
        return Form.COUNT
    if intent is Intent.SHOW:
        if re.search(r"\bbib-?\s?(?:tex|entry|file)?\b|\bcit(?:e|ation)\b|\breference\b", question, re.I):
            return Form.BIBTEX
        return (
            Form.LINK
            if re.search(r"\b(?:links?|urls?|doi|pdf|web\s*page|full\s+text|download|find|read)\b", question, re.I)
            else Form.SENTENCE
        )
    if _TABLE.search(question):
        return Form.TABLE
    return Form.LIST if _BULLETS.search(question) or re.search(r"\bas\s+a\s+list\b", question, re.I) else Form.SENTENCE


def find_exact(question: str) -> tuple[str, ...]:
    """Find the words that papers have to mention, each alternative by itself."""
    match = MENTIONS.search(question)
    if match is None:
        return ()
    text = next(group for group in match.groupdict().values() if group)
    text = re.sub(r"[?.!,;\s]+$", "", text)
    text = re.sub(r",?\s+and\s+(?:\w+\s+)?(?:what|which|how|why|who|where|when)\b.*$", "", text, flags=re.I)
    parts = re.split(r"\s*,\s*(?:or\s+)?|\s+or\s+", text)
    return tuple(re.sub(r"^[\"“'‘]|[\"”'’]$", "", part.strip()) for part in parts if part.strip())


REFERS = compile_any(
    r"\[\d{1,3}\]",
    r"\b(?:the\s+)?(?:first|second|third|fourth|fifth|sixth|last|next|previous)\s+(?:one|paper|article|result"
    r"|of\s+(?:them|these|those)|(?:two|three)\s*[?.!]*$)(?!\w)(?!\s+(?:on|about|by)\b)",
    r"\b(?:paper|article|number|result|no\.?|#)\s*#?\d{1,2}\b(?!\s*(?:years|%))",
    r"\b(?:which|all|any|some|most|one|two|both|newest|oldest|latest|earliest|each)\s+of\s+(?:them|these|those)\b",
    r"\b(?:these|those)(?:\s+(?:two|three|papers|articles|results|ones))?\b(?!\s+(?:by|of|in|from|that|which|with"
    r"|published|written|on|about)\b)",
    r"\bthis\s+(?:paper|article|study|work)\b",
    r"\bthe\s+(?:two|three|former|latter)(?:\s+(?:papers|of\s+them))?\s*[?.!]*$",
    r"\b(?:compare|contrast|summari[sz]e)\s+(?:them|both|it)\b",
)


def find_reference(question: str) -> str:
    """Find what of the conversation a question points at, in its own words."""
    match = REFERS.search(question)
    return match[0].strip(" ?.!") if match else ""


def remove_frame(text: str) -> str:
    """Remove what is said of the form of an answer, so that none of it is taken for the topic."""
    for pattern in (_BULLETS, _TABLE, _CODE, SORTING, RANKED_ALONE, _SAID):
        text = pattern.sub(" ", text)
    return text


_PARTS = (
    r"findings?|results?|limitations?|weaknesses|drawbacks|aims?|goals?|purpose|objectives?|conclusions?|main\s+ideas?"
    r"|(?:main\s+|key\s+)?contributions?|key\s+points|main\s+points|methods?|methodology|motivation|implications|gist"
)
_FREQUENT = (
    r"\b(?:most\s+|least\s+)?(?:often|frequent(?:ly)?|prolific|productive|active|common|total|overall|different)\b|\b(?:fewest|least)\b"
    rf"|\b(?:second|third|fourth|fifth)(?=\s+(?:{PAPERS}|most|fewest|largest|highest)\b)|\bappears?\b"
    r"|\b(?:largest|highest|smallest)(?:\s+number\s+of)?\b|\bcomes?\s+(?:first|last)\b|\bby\s+number\s+of\b"
)
_ASKED: dict[Intent, re.Pattern[str]] = {
    Intent.OVERVIEW: compile_any(r"\bask\b", r"\b(?:quick|short|brief|general|rough)\b"),
    Intent.FACT: compile_any(
        rf"\b(?:the\s+)?(?:{NUMBER}\s+)?(?:(?:main|key)\s+)?(?:{_PARTS})\s+(?:of|in|from|by|behind|on|about)\b",
        rf"^\s*(?:what|which)\s+(?:{_PARTS})\b",
        r"\b(?:the\s+)?(?:titles?|names?)\s+of\s+(?:the\s+|all\s+|his\s+|her\s+|their\s+)*(?=" + PAPERS + r"\b)",
        r"\bstates?\b\s*[?.!]*$",
        r"\b(?:is|are)\s+meant\s+by\b|\bstands?\s+for\b|^\W*define\b|\bdefinition\s+of\b|(?<=\w)\s+means?\s*[?.!]*$"
        r"|\bshort\s+for\b|\babbreviat(?:es?|ed|ion|ions)\b|\bacronym\b",
    ),
    Intent.COMPARE: compile_any(COMPARE.pattern, rf"\b(?:two|three|four|both)\s+(?={PAPERS}\b)"),
    Intent.PROFILE: compile_any(
        r"\bh-?\s?index\b(?:\s+of\b)?",
        r"\bhow\s+(?:many\s+citations|often|many\s+times)\b",
        r"\bcited\b",
        r"\b(?:citation\s+(?:count|figures)|total\s+citations|profile)\s+of\b",
    ),
    Intent.RECORD: compile_any(
        r"\b(?:in\s+)?(?:what|which)\s+(?:year|journal|venue|conference)\b(?:\s+(?:was|were|did|is|published))?",
        r"\b(?:first|last|senior|lead)\s+authors?\b",
        r"^\W*who\s+(?:(?:has|have|had)\s+)?(?:model(?:l)?ed|developed|built|proposed|introduced|invented|described|discovered|created"
        r"|designed|came\s+up\s+with)\b",
        r"^\W*who\s+(?:led|conducted|ran|headed|carried\s+out|did|performed|undertook)\b",
    ),
    Intent.SHOW: compile_any(
        rf"{_SHOWN}(?:\s+(?:entry|key|record|number))?\s+(?:of|for|to|from)\b",
        r"\b(?:the\s+)?(?:code|data|repository|implementation)\s+(?:of|for)\b",
        r"\bcite\b",
        r"\bdownload\b",
    ),
    Intent.AUTHORS: compile_any(
        r"\bco-?authors?\b",
        r"\b(?:researchers|people)\b",
        r"\b(?:whose|which|what)\s+names?\b|\bturns?\s+up\b|\b(?:in|on)\s+(?:the\s+)?author\s+lists?\b|\bauthor\s+lists?\b",
        r"\b(?:collaborat\w*|worked)\s+with\b|\blook(?:s|ed|ing)\s+(?:at|into)\b",
        _FREQUENT,
    ),
    Intent.VENUES: compile_any(rf"\b(?:{_VENUE_WORDS}|journal|venue|conference)\b", _FREQUENT),
    Intent.YEARS: compile_any(r"\b(?:distribution|histogram|covered?|count|per|months?)\b", _FREQUENT),
    Intent.KEYWORDS: compile_any(
        r"\b(?:keywords?|tags?|collections|folders|languages|categories)\b|\b(?:kinds|types)\s+of\b", _FREQUENT
    ),
}


# What says that something can be had, and of whose code or data that is asked.
_HAVING = compile_any(
    r"\b(?:publicly|freely|openly|open(?:ly)?[\s-]+sourced?|available|accessible|downloadable|released?|public|download|free|online)\b"
    r"(?:\s+(?:to|for)\s+(?:use|download|anyone|everyone|all)\b)?",
    r"\b(?:the\s+)?(?:(?:source\s+)?code|data\s?sets?|data|software|implementation|repository)(?=\s+(?:of|for|to|from)\b)",
    r"\b(?:can|may|could)\s+(?:i|we|one|anyone)\b",
    r"\b(?:web\s+)?(?:address|url|website|link)\b",
)


# What asks for a role of sentences, and names no topic.
_OF_ROLE: dict[str, re.Pattern[str]] = {
    "availability": _HAVING,
    "aim": compile_any(
        r"\b(?:what|which)\s+(?:\w+\s+)?(?:problems?|questions?|challenges?)\b",
        r"\b(?:tries|try|trying|tried|want|wants|wanted|seeks?|sought|sets?\s+out)\s+to\s+(?:\w+\b)?",
        r"\b(?:people|team|group|folks|authors)\b",
    ),
    "limitation": compile_any(
        rf"\b(?:is|are|was|were)\s+there\s+(?:an?\s+|any\s+)?{LIMITS}(?:\s+(?:with|of|in|to|for))?\b",
        rf"^\W*(?:what|which)\s+(?:are\s+|is\s+)?(?:the\s+)?(?:{NUMBER}\s+)?{LIMITS}(?:\s+(?:with|of|in|to|for))?\b",
    ),
}


_TALLIED = (Intent.AUTHORS, Intent.VENUES, Intent.YEARS, Intent.KEYWORDS)


def remove_asked(text: str, reading: IntentReading) -> str:
    """Remove the words that say what is asked for: "bibtex of", "limitations of", "h-index", "publicly available"."""
    pattern = _ASKED.get(reading.intent)
    text = pattern.sub(" ", text) if pattern else text
    if reading.intent in _TALLIED:
        text = OF_PAPERS.sub(" ", text)
    naming = _OF_ROLE.get(reading.wanted) if reading.intent is Intent.FACT else None
    return naming.sub(" ", text) if naming else text
