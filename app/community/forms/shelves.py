"""The forms by which tags and categories are kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from app.community.lengths import LONGEST_BODY, LONGEST_CATEGORY_NAME, LONGEST_DESCRIPTION, LONGEST_TAG_PAGE
from app.web.forms import A_ROW, REQUIRED, TOO_LONG

_SHORT = Length(max=LONGEST_DESCRIPTION, message=TOO_LONG)
_LONG = Length(max=LONGEST_TAG_PAGE, message=TOO_LONG)
_NAME = Length(max=200, message=TOO_LONG)


class TagTextsForm(FlaskForm):
    """What a tag is about, in both languages."""

    description_en = StringField(_l("In one sentence, in English"), validators=[_SHORT])
    page_en = TextAreaField(_l("More about it, in English"), validators=[_LONG])
    description_nl = StringField(_l("In one sentence, in Dutch"), validators=[_SHORT])
    page_nl = TextAreaField(_l("More about it, in Dutch"), validators=[_LONG])


class SynonymForm(FlaskForm):
    """Another name that leads to a tag."""

    synonym = StringField(
        _l("Another name"),
        description=_l("Whoever types it gets this tag: when asking, when searching, and in the address."),
        validators=[DataRequired(REQUIRED), _NAME],
    )


class SynonymRemovalForm(FlaskForm):
    """A name that is to lead to a tag no longer."""

    synonym_id = IntegerField(validators=[InputRequired(), A_ROW])


class RenameTagForm(FlaskForm):
    """Another name in the place of a tag's own."""

    name = StringField(
        _l("New name"), description=_l("The old name leads to it."), validators=[DataRequired(REQUIRED), _NAME]
    )


class MergeTagForm(FlaskForm):
    """The tag that takes over."""

    into = StringField(
        _l("Into which tag"),
        description=_l("Everything that carries this tag carries that one then, and this name leads there."),
        validators=[DataRequired(REQUIRED), _NAME],
    )


_TEMPLATE = _l("A question here begins with these words. They say what helpers will ask anyway.")
_SHORT_NAME = Length(max=LONGEST_CATEGORY_NAME, message=TOO_LONG)
_WHOLE_TEXT = Length(max=LONGEST_BODY, message=TOO_LONG)


class CategoryForm(FlaskForm):
    """What a category says, in both languages, and what it asks of evidence."""

    name_en = StringField(_l("Name, in English"), validators=[DataRequired(REQUIRED), _SHORT_NAME])
    description_en = StringField(_l("In one sentence, in English"), validators=[_SHORT])
    template_en = TextAreaField(_l("Template, in English"), description=_TEMPLATE, validators=[_WHOLE_TEXT])
    name_nl = StringField(_l("Name, in Dutch"), validators=[DataRequired(REQUIRED), _SHORT_NAME])
    description_nl = StringField(_l("In one sentence, in Dutch"), validators=[_SHORT])
    template_nl = TextAreaField(_l("Template, in Dutch"), description=_TEMPLATE, validators=[_WHOLE_TEXT])
    asks_for_version = BooleanField(
        _l("Ask for product and version"),
        description=_l("Whoever says that an answer worked, or is outdated, also says with what she tried it."),
    )


class PlaceForm(FlaskForm):
    """Up or down in the order."""

    direction = StringField(validators=[AnyOf(["up", "down"])])


class MergeCategoryForm(FlaskForm):
    """The category that takes over. The view fills `into.choices`."""

    into = SelectField(
        _l("Which category takes over"), coerce=int, validate_choice=False, validators=[InputRequired(REQUIRED), A_ROW]
    )
