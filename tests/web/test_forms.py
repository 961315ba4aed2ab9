"""What forms share."""

from __future__ import annotations

import pytest
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import Select

from app.web.forms import LongSelect

CHOICES = [
    SelectChoice(0, "Choose"),
    SelectChoice(7, "Zoë <b>&amp;</b> 'Q'"),
    SelectChoice('"><script>', "x"),
    SelectChoice(True, "yes"),
    SelectChoice(9, "Nine", render_kw={"disabled": True}),
]


@pytest.mark.parametrize("chosen", [0, 7, '"><script>', 9, None])
def test_a_long_choice_is_written_as_the_library_writes_it(chosen):
    class Both(Form):
        ours = SelectField(coerce=lambda value: value, choices=CHOICES, widget=LongSelect(), name="x", id="x")
        theirs = SelectField(coerce=lambda value: value, choices=CHOICES, widget=Select(), name="x", id="x")

    form = Both(data={"ours": chosen, "theirs": chosen})

    assert str(form.ours()) == str(form.theirs())
    assert "<script>" not in form.ours()
