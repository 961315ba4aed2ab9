"""The promises of devtools/inside/texts.py and catalogues.py: no text without its Dutch, no Dutch that is a slip."""

from __future__ import annotations

import gettext

import pytest
from babel.messages.catalog import Catalog

from devtools.inside import texts
from devtools.inside.catalogues import compile_language, merge
from devtools.inside.texts import complaints_about, placeholders
from devtools.translations import compiled, is_stale

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def dutch(tmp_path, monkeypatch):
    """A folder translations/nl to which a test adds parts: `dutch(one="msgid …")`."""
    monkeypatch.setattr(texts, "ROOT", tmp_path)
    folder = tmp_path / "nl"
    (folder / "parts").mkdir(parents=True)

    def add(**parts: str):
        for name, entries in parts.items():
            (folder / f"parts/{name}.po").write_text(HEAD + entries)
        return folder

    return add


def wanted(*messages):
    catalogue = Catalog()
    for message in messages:
        catalogue.add(message, locations=[("app/page.py", 7)])
    return catalogue


def test_complete_translation_has_no_complaints(dutch):
    folder = dutch(
        one='msgid "Sign in"\nmsgstr "Inloggen"\n',
        two='msgid "%(num)d answer"\nmsgid_plural "%(num)d answers"\n'
        'msgstr[0] "%(num)d antwoord"\nmsgstr[1] "%(num)d antwoorden"\n',
    )

    assert list(complaints_about(folder, wanted("Sign in", ("%(num)d answer", "%(num)d answers")), set())) == []


@pytest.mark.parametrize(
    "entry, complaint",
    [
        ('msgid "Other"\nmsgstr "Anders"\n', "app/page.py:7: no nl for 'Hello {name}'"),
        ('msgid "Hello {name}"\nmsgstr ""\n', "app/page.py:7: no nl for 'Hello {name}'"),
        ('msgid "Hello {name}"\nmsgstr "Dag {naam}"\n', "other placeholders"),
        ('msgid "Hello {name}"\nmsgstr "Hello {name}"\n', "the same in both languages"),
        ('#, fuzzy\nmsgid "Hello {name}"\nmsgstr "Dag {name}"\n', "is fuzzy"),
    ],
)
def test_what_is_wrong_with_a_text_is_said(dutch, entry, complaint):
    found = list(complaints_about(dutch(one=entry), wanted("Hello {name}"), set()))

    assert complaint in "\n".join(found)


def test_text_that_is_the_same_on_purpose_is_listed(dutch):
    folder = dutch(one='msgid "Status"\nmsgstr "Status"\n')

    assert list(complaints_about(folder, wanted("Status"), {"Status"})) == []


def test_parts_that_differ_about_a_text_are_a_complaint(dutch):
    folder = dutch(one='msgid "Home"\nmsgstr "Thuis"\n', two='msgid "Home"\nmsgstr "Begin"\n')

    assert merge(folder).conflicts == ["two.po and one.po differ about 'Home'"]


def test_compiled_catalogue_has_every_part(dutch):
    folder = dutch(one='msgid "Yes"\nmsgstr "Ja"\n', two='msgid "No"\nmsgstr "Nee"\n')

    compile_language(folder)

    with compiled(folder).open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert [catalogue.gettext("Yes"), catalogue.gettext("No")] == ["Ja", "Nee"]
    assert not is_stale(folder)


def test_new_part_makes_the_compiled_catalogue_stale(dutch):
    folder = dutch(one='msgid "Yes"\nmsgstr "Ja"\n')
    compile_language(folder)

    dutch(two='msgid "No"\nmsgstr "Nee"\n')

    assert is_stale(folder)


@pytest.mark.parametrize(
    "text, names",
    [
        ("plain 100%", set()),
        ("%(count)d of %(all)s", {"count", "all"}),
        ("{name} at {when:%H:%M}", {"name", "when"}),
        ("100%% of %(what)s", {"what"}),
    ],
)
def test_placeholders_are_found(text, names):
    assert placeholders(text) == names
