"""What a full stop may follow without ending the sentence, and words that open one."""

NEVER = frozenset(
    """e.g i.e eg ie cf vs v viz ca approx a.k.a aka dr prof mr mrs ms st mt fa incl esp suppl supp var subsp ssp s.t
    h.c mult messrs mme gen col lt capt rev hon pres gov sen""".split()
)
"""Never at the end of a sentence: something must follow."""

BEFORE_NUMBER = frozenset(
    """fig figs eq eqs eqn eqns sec secs sect sects tab tabs no nos vol vols ch chap thm thms prop props lem cor def
    defs alg algs app appx appdx ref refs ex ver p pp art nr ser ed eds pt pts obs rem cl""".split()
)
"""Part of the sentence where a number or a single capital follows; words otherwise."""

UNITS = frozenset(
    "min max sec hr hrs wt ft in mo yr yrs sq cu pts etc resp al sp spp a.m p.m avg std temp conc".split()
)
"""End the sentence only before a capital."""

SOMETIMES = frozenset(
    """i.i.d iid w.r.t u.s u.k u.n e.u d.c ph.d m.d m.sc b.sc jr sr inc ltd co corp dept univ p.a ibid jan feb mar apr
    jun jul aug sep sept oct nov dec a.d b.c nat natl acad sci proc int""".split()
)
"""End the sentence only before a word that opens one."""

LABELLED = frozenset(
    """vitamin vitamins group groups type types class classes drug treatment arm hepatitis influenza protein factor
    category part panel plan method case phase appendix condition cohort strain site sample stage grade haemophilia
    hemophilia immunoglobulin option variant zone area region point state city set species gene and or""".split()
)
"""Nouns that a single capital may name: behind "group", B is no initial."""

CODE = frozenset("class classes module function package method object import library file".split())
MODULES = frozenset("torch numpy pandas keras tensorflow sklearn scipy jax java javax system string math node".split())
"""Words before and words left of a stop in the name of some code."""

OPENERS = frozenset(
    """a about above according accordingly across additionally after again all also although among an and another any as
    at based because before below besides both but by compared consequently contrary conversely data despite do does due
    during each early either empirically even every existing experimental experiments extensive finally findings first
    for from further furthermore given had has have he hence her here his how however i if important importantly in
    indeed instead interestingly is it its last lastly later less like many methods moreover more most motivated much
    my nevertheless next no none nonetheless nor not notably now numerical of often on one only or other others our
    overall patients please previous prior recent recently remarkably results second secondly several she similarly
    simulations since so some specifically still subsequently such surprisingly than that the their them then
    theoretically there thereby therefore these they third this those though three through thus to together two under
    unfortunately unlike until upon using we were what when where whereas whether which while who whose why
    with within without yes yet you your background objective objectives purpose aim aims method design setting
    participants interventions measurements result conclusion conclusions introduction discussion main""".split()
)
"""Words that open a sentence and are no names."""
