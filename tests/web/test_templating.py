"""Macros that are run once for the same arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import UndefinedError
from markupsafe import Markup

from app.web.templating import remembered


@pytest.fixture
def label(app: Flask) -> Iterator[Callable[..., Markup]]:
    """A remembered macro that says how often it was run."""
    with app.test_request_context("/"):
        template = app.jinja_env.from_string(
            "{% macro _label(text, size='m') %}<b>{{ text }} {{ size }} {{ _('Cancel') }} "
            "{{ runs.append(1) or runs|length }}</b>{% endmacro %}{% set label = remembered(_label) %}",
            globals={"runs": []},
        )
        made: Callable[..., Markup] = template.module.label  # type: ignore[attr-defined]
        yield made


def test_a_macro_is_run_once_for_the_same_arguments_and_language(label) -> None:
    with force_locale("en"):
        first = label("solved"), label("solved"), label("open"), label("solved", size="s")
    with force_locale("nl"):
        dutch = label("solved"), label("solved")

    assert first == ("<b>solved m Cancel 1</b>",) * 2 + ("<b>open m Cancel 2</b>", "<b>solved s Cancel 3</b>")
    assert dutch == ("<b>solved m Annuleren 4</b>",) * 2


def test_markup_is_not_taken_for_a_text_of_the_same_letters(label) -> None:
    with force_locale("en"):
        assert label(Markup("<i>")) == Markup("<b><i> m Cancel 1</b>")
        assert label("<i>") == Markup("<b>&lt;i&gt; m Cancel 2</b>")
        assert label(text="<i>") == Markup("<b>&lt;i&gt; m Cancel 3</b>")
        assert label(text=Markup("<i>")) == Markup("<b><i> m Cancel 4</b>")


def test_what_a_page_was_not_given_is_an_error(app: Flask) -> None:
    with app.app_context(), pytest.raises(UndefinedError):
        app.jinja_env.from_string("{% from '_ui/icons.html' import icon %}{{ icon(nobody_gave_this) }}").render()


def test_remembered_macros_are_those_of_every_row(app: Flask) -> None:
    with app.test_request_context("/"):
        icons = app.jinja_env.get_template("_ui/icons.html").module
        assert icons.icon("check") is icons.icon("check")  # type: ignore[attr-defined]
        assert remembered(str.upper)("check") == "CHECK"
