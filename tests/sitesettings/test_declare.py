"""Settings: declared with bounds, read everywhere, changed by operators only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask_babel import LazyString
from sqlalchemy.orm import Session

from app.actor import SYSTEM, VISITOR
from app.errors import Invalid, NotAllowed, NotFound, SignInFirst
from app.outbox.models import DomainEvent
from app.sitesettings import declare
from app.sitesettings.declare import DECLARED, Setting
from app.sitesettings.models import StoredSetting
from app.sitesettings.services import change_setting
from tests.cast import Cast, acting
from tests.support.clock import NOW

LANGUAGES = {"nl": "Dutch", "en": "English"}


@pytest.fixture
def setting() -> Iterator[Setting]:
    """Declare a setting for one test."""
    made = declare.declare("tests.most_things", 10, help="How many things.", unit="things", low=1, high=100)
    declare.forget_kept()
    yield made
    del DECLARED[made.name]
    declare.forget_kept()


def test_default_holds_until_an_operator_changes_it(cast: Cast, database: Session, setting: Setting) -> None:
    assert setting.value == 10

    change_setting(acting(cast.operator), setting.name, " 25 ")
    database.commit()

    assert setting.value == 25
    stored = database.get_one(StoredSetting, setting.name)
    assert (stored.value, stored.changed_by_id) == ("25", cast.operator.id)


def test_going_back_to_the_default_leaves_no_row(cast: Cast, database: Session, setting: Setting) -> None:
    for text in ("25", "30", "10"):
        change_setting(acting(cast.operator), setting.name, text)
    database.commit()

    assert database.get(StoredSetting, setting.name) is None
    assert setting.value == 10


def test_change_is_a_fact_with_its_author(cast: Cast, database: Session, setting: Setting) -> None:
    change_setting(acting(cast.operator), setting.name, "25")

    event = database.scalars(sa.select(DomainEvent)).one()
    assert (event.kind, event.payload, event.actor_id) == (
        "setting_changed",
        {"name": "tests.most_things"},
        cast.operator.id,
    )


def test_change_that_is_rolled_back_is_not_seen(cast: Cast, database: Session, setting: Setting) -> None:
    database.commit()
    change_setting(acting(cast.operator), setting.name, "25")
    database.rollback()
    declare.forget_kept()

    assert setting.value == 10


@pytest.mark.parametrize("text", ["0", "101", "-1", "1.5", "ten", "", "nan", "inf", "1e3", "9" * 400, "1\x00"])
def test_value_out_of_bounds_is_refused(cast: Cast, database: Session, setting: Setting, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        change_setting(acting(cast.operator), setting.name, text)

    assert refused.value.field == "value"
    assert refused.value.sentence() != refused.value.code
    assert database.get(StoredSetting, setting.name) is None


@pytest.mark.parametrize("role", ["customer", "agent", "moderator", "curator", "suspended"])
def test_only_operators_change_settings(cast: Cast, setting: Setting, role: str) -> None:
    with pytest.raises(NotAllowed):
        change_setting(acting(cast.people[role]), setting.name, "25")


@pytest.mark.parametrize("actor", [VISITOR, SYSTEM])
def test_nobody_in_particular_changes_no_settings(database: Session, setting: Setting, actor) -> None:
    with pytest.raises((NotAllowed, SignInFirst)):
        change_setting(actor, setting.name, "25")


def test_unknown_setting_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        change_setting(acting(cast.operator), "tests.unknown", "1")


def test_stored_value_that_no_longer_fits_gives_the_default(database: Session, setting: Setting) -> None:
    """A new release may narrow the bounds; that must not take every page down."""
    database.add(StoredSetting(name=setting.name, value="100000", changed_at=NOW, changed_by_id=None))
    database.commit()
    declare.forget_kept()

    assert setting.value == 10


@pytest.mark.parametrize(
    "default, text, value",
    [(True, "false", False), (False, "true", True), (0.5, "0.25", 0.25), ("nl", "en", "en"), (3, "4", 4)],
)
def test_text_becomes_the_type_of_the_default(default, text: str, value) -> None:
    made = Setting(
        "tests.any", default, "", choices={"nl": "Dutch", "en": "English"} if isinstance(default, str) else {}
    )

    assert made.parse(text) == value
    assert made.parse(made.written(value)) == value


@pytest.mark.parametrize("default, text", [(True, "yes"), ("nl", "fr"), (0.5, "nan"), (0.5, "inf"), ("nl", "x" * 3000)])
def test_text_of_another_type_is_refused(default, text: str) -> None:
    with pytest.raises(Invalid):
        Setting("tests.any", default, "", choices=LANGUAGES if text == "fr" else {}).parse(text)


def test_two_settings_of_one_name_cannot_be_declared(setting: Setting) -> None:
    with pytest.raises(ValueError, match="two settings"):
        declare.declare(setting.name, 1, help="")


def test_reading_settings_asks_the_database_once(database: Session, setting: Setting, count_queries) -> None:
    with count_queries() as ran:
        declare.forget_kept()
        for _turn in range(5):
            assert setting.value == 10

    assert ran.count == 1, ran


def test_a_number_is_read_with_a_comma_as_with_a_point() -> None:
    made = Setting("tests.any", 0.5, "", low=0.0, high=1.0)

    assert made.parse("0,25") == made.parse("0.25") == 0.25


@pytest.mark.usefixtures("app")
def test_every_setting_has_words_for_its_unit_and_choices() -> None:
    """Lazy texts, so that they come in the reader's language; a sign such as % needs none."""
    for setting in DECLARED.values():
        assert all(isinstance(text, LazyString) for text in (setting.help, *setting.choices.values())), setting.name
        assert setting.choices or not isinstance(setting.default, str), setting.name
        assert not setting.is_number or isinstance(setting.unit, LazyString) or setting.unit == "%", setting.name
