"""The form in which an organisation writes a service or a bundle. Questions and parts are numbered rows of fields."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.marketplace.lengths import (
    CURRENCIES,
    LONGEST_BODY,
    LONGEST_REASON,
    LONGEST_REGION,
    LONGEST_TITLE,
    MOST_CONDITIONS,
    MOST_PARTS,
    MOST_QUESTIONS,
)
from app.privacy.kinds import LONGEST_LABEL
from app.web.forms import A_ROW, REQUIRED, TOO_LONG

PERIOD_WORDS = {
    "once": _l("Once"),
    "month": _l("Each month"),
    "quarter": _l("Each quarter"),
    "year": _l("Each year"),
}
WHOLE = _l("Write a whole number from %(min)s to %(max)s.")


class ServiceForm(FlaskForm):
    """Write a service. The view fills `category.choices`; made by `service_form`, which adds the rows."""

    rows: ClassVar[dict[str, int]] = {}

    title = StringField(
        _l("Name of the service"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_TITLE, message=TOO_LONG)]
    )
    body = TextAreaField(
        _l("What somebody gets"),
        description=_l("What you do, what she has to do herself, and what is not part of it."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_BODY, message=TOO_LONG)],
    )
    category = SelectField(
        _l("Category"), coerce=int, validate_choice=False, validators=[InputRequired(REQUIRED), A_ROW]
    )
    tags = StringField(
        _l("Topics"), description=_l("Separated by commas."), validators=[Length(max=400, message=TOO_LONG)]
    )
    region = StringField(
        _l("Region"),
        description=_l("Where you offer it. Empty means everywhere."),
        validators=[Length(max=LONGEST_REGION, message=TOO_LONG)],
    )
    price = StringField(
        _l("Price"),
        description=_l("Like 45 or 12,50; 0 is free. Empty means: on request."),
        validators=[Length(max=20, message=TOO_LONG)],
    )
    price_from = BooleanField(_l("This is the lowest price; it can be more"))
    price_per = SelectField(_l("Paid"), choices=[SelectChoice(*each) for each in PERIOD_WORDS.items()])
    currency = SelectField(_l("Currency"), choices=[SelectChoice(each) for each in CURRENCIES])
    answers_within_hours = IntegerField(
        _l("First answer within"),
        description=_l("Hours in which you are open."),
        validators=[Optional(), NumberRange(1, 1_000, message=WHOLE)],
    )
    done_within_days = IntegerField(
        _l("Done within"),
        description=_l("Days of the calendar."),
        validators=[Optional(), NumberRange(1, 1_000, message=WHOLE)],
    )
    conditions = TextAreaField(
        _l("For whom it is"),
        description=_l("One condition on each line. Who asks for it says that all of them hold for her."),
        validators=[Length(max=MOST_CONDITIONS * 201, message=TOO_LONG)],
    )
    version = IntegerField(validators=[Optional(), A_ROW])


def service_form(*, questions: int, parts: int, kinds: list[tuple[str, Any]], **arguments: Any) -> ServiceForm:
    """Return the form with so many rows for questions and parts. `kinds` are the kinds of details with their names.

    A row's fields are `question_kind_0`, `question_label_0` …; the view fills the choices of `part_service_0` …
    """
    rows = {"questions": min(questions, MOST_QUESTIONS), "parts": min(parts, MOST_PARTS)}
    fields: dict[str, Any] = {"rows": rows}
    for number in range(rows["questions"]):
        fields |= {f"question_{name}_{number}": each for name, each in _question(kinds).items()}
    for number in range(rows["parts"]):
        fields |= {f"part_{name}_{number}": each for name, each in _part().items()}
    made: ServiceForm = type("ServiceFormWithRows", (ServiceForm,), fields)(**arguments)
    return made


def _question(kinds: list[tuple[str, Any]]) -> dict[str, Field]:
    return {
        "kind": SelectField(
            _l("Kind of detail"), choices=[SelectChoice("", _l("None")), *(SelectChoice(*each) for each in kinds)]
        ),
        "label": StringField(
            _l("How you ask for it"),
            description=_l("Empty: the name of its kind."),
            validators=[Length(max=LONGEST_LABEL, message=TOO_LONG)],
        ),
        "why": StringField(_l("Why you need it"), validators=[Length(max=200, message=TOO_LONG)]),
        "required": BooleanField(_l("You cannot begin without it")),
    }


def _part() -> dict[str, Field]:
    return {
        "service": SelectField(_l("Service"), coerce=int, validate_choice=False, default=0, validators=[A_ROW]),
        "needs": StringField(
            _l("Comes after part"),
            description=_l("Numbers of the parts that must be solved first, like 1, 2."),
            validators=[Length(max=60, message=TOO_LONG)],
        ),
        "consequence": StringField(
            _l("What it means when this part is refused"),
            validators=[Length(max=LONGEST_REASON, message=TOO_LONG)],
        ),
    }
