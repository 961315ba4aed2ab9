"""What the knowledge base learns from questions and cases: where articles are used, what they solve, and what became of
their sources.
"""

from __future__ import annotations

from app.cases.events.talk import CaseMessagePosted, CaseMoved
from app.cases.queries.told import told_on
from app.community.events.judging import AnswerAccepted, AnswerUnaccepted
from app.community.events.posts import (
    AnswerDeleted,
    AnswerEdited,
    AnswerPosted,
    AnswerRestored,
    QuestionAsked,
    QuestionEdited,
)
from app.knowledge.queries.evidence import made_of_answers
from app.knowledge.services import caring, using
from app.outbox.record import Happening, Reaction
from app.privacy.audiences import organisation_audience


def learn(happening: Happening) -> None:
    """Pass one fact on to the knowledge base."""
    fact = happening.fact
    match fact:
        case QuestionAsked() | QuestionEdited() | AnswerPosted():
            using.find_uses(fact.question_id)
        case AnswerEdited() | AnswerDeleted() | AnswerRestored():
            using.find_uses(fact.question_id)
            caring.look_again(made_of_answers([fact.answer_id]))
        case AnswerAccepted() | AnswerUnaccepted():
            using.find_uses(fact.question_id)
            using.note_solved(fact.question_id)
        case CaseMessagePosted(is_note=False, by="holder") | CaseMoved():
            _learn_of_case(fact.case_id)


def _learn_of_case(case_id: int) -> None:
    """Look at the case as it is now: facts come in no promised order."""
    told = told_on(case_id)
    if told is not None:
        audiences = [organisation_audience(told.holder_organisation_id)]
        using.find_uses_in_case(case_id, told.texts, audiences=audiences, is_solved=told.is_solved)


knowledge_learn = Reaction(
    "knowledge.learn",
    (
        "question_asked",
        "question_edited",
        "answer_posted",
        "answer_edited",
        "answer_deleted",
        "answer_restored",
        "answer_accepted",
        "answer_unaccepted",
        "case_message_posted",
        "case_moved",
    ),
    learn,
)
