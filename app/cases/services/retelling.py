"""From a solved case to an article: what helped one customer, told to others without her."""

from __future__ import annotations

import re

from app.actor import Actor
from app.cases import policy
from app.cases.queries.case_view import CaseView
from app.cases.queries.told import Told, told_in
from app.knowledge.lengths import LONGEST_BODY, LONGEST_TITLE
from app.knowledge.models.articles import Article
from app.knowledge.removing import without_personal_details
from app.knowledge.services.deriving import Beginning, note_solved_request, summary_of
from app.knowledge.services.writing import write_article
from app.knowledge.wording import ArticleText
from app.privacy.audiences import organisation_audience
from app.prose.extract import plain_text
from app.verdict import require

# Pictures that were shown in private, and ways to private pages. With bounds: from each bracket only so far is looked.
_PICTURE = re.compile(r"!\[[^\]\n]{0,1000}\]\([^)\n]{0,1000}\)")
_CASE_LINK = re.compile(r"\[([^\]\n]{0,1000})\]\((?=[^)\n]{0,2000}+\))[^)\n]*?/cases/[^)\n]*+\)")
_CASE_ADDRESS = re.compile(r"(?<!\S)\S*/cases/\S+")


def beginning_of_case(case: CaseView) -> Beginning:
    """Return an article's first words: what those who helped wrote and never what the customer did, for the members
    of the organisation that holds the case. The caller may work on it.
    """
    told = told_in(case)
    taken: dict[str, None] = {}

    def without(text: str, language: str) -> str:
        clean = without_personal_details(text, language=language, names=told.names, details=told.details)
        taken.update(dict.fromkeys(clean.taken))
        return clean.text

    title = without(case.title, case.language)
    bodies = [without(_words(each), each.language) for each in told.messages]
    longest = max(bodies, key=len, default="")
    language = told.messages[bodies.index(longest)].language if bodies else case.language
    return Beginning(
        title=title[:LONGEST_TITLE],
        summary=summary_of(longest),
        body="\n\n".join(filter(None, bodies))[:LONGEST_BODY],
        language=language,
        tag_names=(),
        category_id=None,
        audience=organisation_audience(case.holder.id),
        taken=tuple(taken),
    )


def make_article(actor: Actor, case: CaseView, text: ArticleText, *, audience: str, language: str) -> Article:
    """Keep it as a draft that names who helped, each for her organisation; the actor herself where nobody wrote."""
    require(policy.can_make_article(actor, case))
    assert actor.person_id is not None
    made = write_article(actor, text, audience=audience, language=language)
    told_by = [(each.author_id, each.organisation_id) for each in told_in(case).messages]
    note_solved_request(actor, made, case.id, told_by=told_by or [(actor.person_id, case.holder.id)])
    return made


def _words(told: Told) -> str:
    """Return a message in Markdown, without what leads to private pages."""
    source = told.body if told.source_format == "markdown" else plain_text(told.body_html).replace("\n", "\n\n")
    return _public(source)


def _public(text: str) -> str:
    return _CASE_ADDRESS.sub("", _CASE_LINK.sub(r"\1", _PICTURE.sub("", text))).strip()
