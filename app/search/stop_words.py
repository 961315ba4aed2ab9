"""Words too common to find anything by, per language, folded as app.search.analysis folds.

Short on purpose: a word that can be the point of a question (not, niet, no, geen, off, uit, up, open) is not here.
"""

_EN = """
a about after all also am an and any are as at be because been being but by can could did do does doing don't for from
had has have having he her here his how i i'm i've if in into is it it's its just me my of on or our she should so some
such than that that's the their them then there these they this those to too us was we were what when where which while
who why will with would you your
"""

_NL = """
aan al als bij dan dat de der deze die dit doe door doet dus een 'n en er ga haar had heb hebben heeft hem het hier hij
hoe hun ik in is ja je jij jou jouw kan kon kun kunnen maar me mee mij mijn moet moeten na naar nog nu of om omdat ons
ook op over te toch toen tot u uw van veel voor waar waarom wanneer was wat we wel welke werd wie wij wil word worden
wordt ze zelf zich zij zijn zo zo'n zou
"""

STOP_WORDS = {"en": frozenset(_EN.split()), "nl": frozenset(_NL.split())}
ALL_STOP_WORDS = frozenset().union(*STOP_WORDS.values())
