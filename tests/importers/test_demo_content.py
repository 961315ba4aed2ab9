"""Promises about the demo community's words: complete, consistent, ours, and alive whenever it is loaded."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from markdown_it import MarkdownIt

from app.privacy.kinds import DETAIL_KINDS

CONTENT = Path(__file__).resolve().parents[2] / "app" / "importers" / "demo_content"
LANGUAGES = ("nl", "en")
SIXTY_DAYS = 60 * 24 * 60


def _read(name: str) -> list[dict]:
    return json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8"))


PEOPLE = {row["handle"]: row for row in _read("people")}
ORGANISATIONS = {row["slug"]: row for row in _read("organisations")}
CATEGORIES = {row["slug"]: row for row in _read("categories")}
TAGS = {row["slug"]: row for row in _read("tags")}
QUESTIONS = [question for language in LANGUAGES for question in _read(f"questions_{language}")]
TALK = _read("talk")
ORDER = _read("order")
SERVICES = _read("services")
ANSWERS = [(question, answer) for question in QUESTIONS for answer in question["answers"]]
TEXTS = [(question["key"], question["asker"], question) for question in QUESTIONS] + [
    (answer["key"], answer["author"], answer) for _, answer in ANSWERS
]

Promise = Callable[..., None]


def _of_each(rows: dict[str, tuple[Any, ...]]) -> Callable[[Promise], Callable[[], None]]:
    """Hold a promise for each of these, in one test that names the first that breaks it: hundreds of tests cost more to
    begin than to run.
    """

    def of_each(promise: Promise) -> Callable[[], None]:
        def test() -> None:
            assert rows
            for key, values in rows.items():
                try:
                    promise(*values)
                except BaseException as error:
                    error.add_note(f"in {key}")
                    raise

        test.__name__, test.__doc__ = promise.__name__, promise.__doc__
        return test

    return of_each


by_question = _of_each({question["key"]: (question,) for question in QUESTIONS})
by_text = _of_each({key: (who, text) for key, who, text in TEXTS})


def _score(text: dict) -> int:
    return sum(vote["value"] for vote in text["votes"])


@_of_each({talk["question"]: (talk,) for talk in TALK})
def test_talk_is_about_what_exists_and_comes_after_it(talk: dict) -> None:
    question = next(each for each in QUESTIONS if each["key"] == talk["question"])
    answers = {answer["key"]: answer for answer in question["answers"]}
    seen: dict[str, dict] = {}
    for comment in talk["comments"]:
        on = answers[comment["on"]] if comment["on"] else {"minutes_after": 0}
        assert on["minutes_after"] < comment["minutes_after"] < question["asked_minutes_ago"], comment["key"]
        author = PEOPLE[comment["author"]]
        assert question["language"] in author["languages"]
        assert comment["acting_for"] in {None, *(each["organisation"] for each in author["memberships"])}
        if comment["reply_to"]:
            parent = seen[comment["reply_to"]]
            assert (parent["on"], parent["reply_to"]) == (comment["on"], None)
            assert parent["minutes_after"] < comment["minutes_after"]
        assert comment["key"] not in seen
        seen[comment["key"]] = comment
    affected = [each["by"] for each in talk["affected"]]
    assert len(set(affected)) == len(affected)
    assert set(affected) <= set(PEOPLE) - {question["asker"]}
    assert all(0 < each["minutes_ago"] < question["asked_minutes_ago"] for each in talk["affected"])


@_of_each({path.name: (path,) for path in sorted(CONTENT.glob("*.json"))})
def test_files_are_pretty_printed_so_that_a_change_can_be_reviewed(path: Path) -> None:
    written = path.read_text(encoding="utf-8")

    assert written == json.dumps(json.loads(written), ensure_ascii=False, indent=2) + "\n"


def test_there_are_about_forty_questions_in_both_languages() -> None:
    languages = Counter(question["language"] for question in QUESTIONS)

    assert languages["nl"] >= 20
    assert languages["en"] >= 16
    assert 38 <= len(QUESTIONS) <= 50


@_of_each({row["question"]: (row,) for row in ORDER})
def test_what_is_put_in_order_exists_and_is_done_by_who_may(row: dict) -> None:
    questions = {question["key"]: question for question in QUESTIONS}
    others = [questions[row["target"]]] if row.get("target") else []

    assert 0 < row["minutes_ago"] < min(each["asked_minutes_ago"] for each in [questions[row["question"]], *others])
    assert set(PEOPLE[row["by"]]["rights"]) & ({"moderator"} if row["does"] == "pinned" else {"moderator", "curator"})
    assert bool(others) == (row["does"] == "merged" or row.get("reason") == "duplicate")
    assert bool(row.get("note")) == (row.get("reason") == "needs_details")


def test_each_way_of_keeping_order_can_be_seen_in_both_languages() -> None:
    language = {question["key"]: question["language"] for question in QUESTIONS}
    seen = {(row["does"], row.get("reason"), language[row["question"]]) for row in ORDER}

    ways = (("merged", None), ("closed", "duplicate"), ("closed", "needs_details"), ("pinned", None))
    assert seen == {(*way, code) for way in ways for code in LANGUAGES}


def test_keys_and_titles_are_unique() -> None:
    keys = [key for key, _, _ in TEXTS]
    titles = [question["title"] for question in QUESTIONS]

    assert len(set(keys)) == len(keys)
    assert len(set(titles)) == len(titles)


def test_ten_people_can_sign_in_and_cover_every_role() -> None:
    with_log_in = [person for person in PEOPLE.values() if person["email"]]
    roles = Counter(role for person in with_log_in for role in person["roles"])

    assert len(with_log_in) == 10
    assert roles == {"customer": 4, "peer": 2, "agent": 3, "partner": 2, "curator": 1, "operator": 1, "moderator": 1}


def test_peers_with_a_log_in_speak_dutch_and_english() -> None:
    peers = [person for person in PEOPLE.values() if person["email"] and "peer" in person["roles"]]

    assert {person["languages"][0] for person in peers} == set(LANGUAGES)


def test_organisations_are_a_front_desk_three_services_and_four_partners() -> None:
    assert Counter(row["kind"] for row in ORGANISATIONS.values()) == {"front_desk": 1, "service": 3, "partner": 4}


def test_every_organisation_has_a_member_and_the_agents_work_for_different_ones() -> None:
    members = {m["organisation"] for person in PEOPLE.values() for m in person["memberships"]}
    agents = [p["memberships"][0]["organisation"] for p in PEOPLE.values() if p["email"] and "agent" in p["roles"]]

    assert members == set(ORGANISATIONS)
    assert len(agents) == len(set(agents)) == 3


@_of_each({row["key"]: (row,) for row in SERVICES})
def test_service_is_complete_and_refers_to_what_exists(row: dict) -> None:
    before = [each["key"] for each in SERVICES[: SERVICES.index(row)]]

    assert row["organisation"] in ORGANISATIONS
    assert row["category"] in CATEGORIES
    assert set(row["topics"]) <= set(TAGS)
    assert {asked["kind"] for asked in row["questions"]} <= set(DETAIL_KINDS)
    assert all(part["service"] in before and set(part["needs"]) <= set(before) for part in row.get("parts", ()))


def test_what_may_be_refused_can_be_done_by_another() -> None:
    """The bundle shows what the words promise: several organisations, an order, another provider for a part."""
    (bundle,) = (row for row in SERVICES if "parts" in row)
    parts = [row for row in SERVICES if row["key"] in {part["service"] for part in bundle["parts"]}]
    others = [row for row in SERVICES if row not in parts and any(row["topics"] == part["topics"] for part in parts)]

    assert len({row["organisation"] for row in parts}) == 3
    assert any(part["needs"] for part in bundle["parts"])
    assert others


def test_handles_and_slugs_can_stand_in_a_url() -> None:
    for name in [*PEOPLE, *ORGANISATIONS, *CATEGORIES, *TAGS]:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name), name


@_of_each({handle: (person,) for handle, person in PEOPLE.items()})
def test_person_is_complete_and_refers_to_what_exists(person: dict) -> None:
    assert person["display_name"]
    assert person["bio"]
    assert person["languages"]
    assert person["interface_language"] in LANGUAGES
    assert person["time_zone"] in available_timezones()
    assert person["joined_days_ago"] > 0
    assert set(person["skills"]) <= set(TAGS)
    assert {m["organisation"] for m in person["memberships"]} <= set(ORGANISATIONS)
    assert {m["role"] for m in person["memberships"]} <= {"member", "owner", "manager"}
    assert set(person["rights"]) <= {"curator", "moderator", "operator"}
    assert set(person["rights"]) <= set(person["roles"])
    assert person["email"] is None or person["email"] == f"{person['handle']}@example.org"


@_of_each(
    {f"{n} {row['slug']}": (row,) for n, of in enumerate((CATEGORIES, TAGS, ORGANISATIONS)) for row in of.values()}
)
def test_names_and_descriptions_exist_in_both_languages(row: dict) -> None:
    words = [row[field] for field in ("name", "description") if isinstance(row.get(field), dict)]
    words += row.get("offers", [])

    assert words
    for word in words:
        assert set(word) == set(LANGUAGES)
        assert all(word.values())


def test_organisation_topics_are_tags() -> None:
    for organisation in ORGANISATIONS.values():
        assert set(organisation["topics"]) <= set(TAGS)


def test_every_category_and_tag_is_used() -> None:
    used = {tag for question in QUESTIONS for tag in question["tags"]}

    assert {question["category"] for question in QUESTIONS} == set(CATEGORIES)
    assert used == set(TAGS)


@by_question
def test_question_refers_to_what_exists(question: dict) -> None:
    assert question["category"] in CATEGORIES
    assert set(question["tags"]) <= set(TAGS)
    assert 1 <= len(set(question["tags"])) == len(question["tags"]) <= 5
    assert question["accepted"] in {None, *(answer["key"] for answer in question["answers"])}
    assert 10 <= len(question["title"]) <= 120


@by_question
def test_question_happens_in_a_plausible_order(question: dict) -> None:
    ago = question["asked_minutes_ago"]
    times = [answer["minutes_after"] for answer in question["answers"]]

    assert 0 < ago <= SIXTY_DAYS
    assert times == sorted(times)
    assert all(5 <= minutes < ago for minutes in times)
    for who, minutes in [(question["asker"], 0), *zip(_authors(question), times, strict=True)]:
        assert PEOPLE[who]["joined_days_ago"] * 1440 >= ago - minutes, who


def _authors(question: dict) -> list[str]:
    return [answer["author"] for answer in question["answers"]]


@by_question
def test_acceptance_follows_the_accepted_answer(question: dict) -> None:
    accepted = next((answer for answer in question["answers"] if answer["key"] == question["accepted"]), None)

    if accepted is None:
        assert question["accepted_minutes_after"] is None
    else:
        assert accepted["minutes_after"] < question["accepted_minutes_after"] < question["asked_minutes_ago"]
        assert accepted["author"] != question["asker"]


@by_question
def test_nobody_answers_twice_or_on_her_own_question(question: dict) -> None:
    authors = _authors(question)

    assert len(set(authors)) == len(authors)
    assert question["asker"] not in authors


@by_question
def test_people_write_in_a_language_they_speak(question: dict) -> None:
    for who in (question["asker"], *_authors(question)):
        assert question["language"] in PEOPLE[who]["languages"], who


@by_text
def test_author_exists_and_nobody_votes_twice_or_on_her_own_text(author: str, text: dict) -> None:
    voters = [vote["by"] for vote in text["votes"]]

    assert author in PEOPLE
    assert set(voters) <= set(PEOPLE) - {author}
    assert len(set(voters)) == len(voters)
    assert {vote["value"] for vote in text["votes"]} <= {1, -1}


@by_text
def test_text_renders_and_links_only_to_example_org(author: str, text: dict) -> None:
    source = "\n".join(text["body"])
    html = MarkdownIt("commonmark").enable("table").render(source)
    addresses = re.findall(r"""(?:href|src)="([^"]*)""", html)

    assert len(re.sub(r"<[^>]+>", "", html).strip()) >= 50
    assert all(address.startswith("https://example.org/") for address in addresses)
    assert not re.search(r"https?://(?!example\.org/)|www\.|[\w.]+@(?!example\.org)[\w-]+\.\w", source)
    assert not source.count("```") % 2
    assert "!" not in re.sub(r"```.*?```", "", source, flags=re.DOTALL)


@by_text
def test_edits_changed_something_after_the_text_was_posted(author: str, text: dict) -> None:
    posted = text.get("minutes_after", 0)

    for edit in text["edits"]:
        assert edit["by"] in PEOPLE
        assert edit["minutes_after"] > posted
        assert edit["body_before"] != text["body"]


@_of_each(
    {
        f"{answer['key']} {tried['by']}": (question, answer, tried)
        for question, answer in ANSWERS
        for tried in answer.get("evidence", ())
    }
)
def test_evidence_is_given_by_others_after_the_answer_with_what_its_kind_needs(
    question: dict, answer: dict, tried: dict
) -> None:
    asks = CATEGORIES[question["category"]].get("asks_for_version", False)

    assert tried["by"] in PEOPLE
    assert tried["by"] != answer["author"]
    assert answer["minutes_after"] < tried["minutes_after"] < question["asked_minutes_ago"]
    assert tried.get("acting_for") in {None, *(seat["organisation"] for seat in PEOPLE[tried["by"]]["memberships"])}
    if tried["says"] == "dangerous":
        assert 10 <= len(tried["reason"]) <= 500
    else:
        assert tried["says"] in {"worked", "outdated"}
        assert bool(tried.get("product")) == asks


def test_other_accepted_answers_follow_the_main_one() -> None:
    also = [(question, each) for question in QUESTIONS for each in question.get("also_accepted", ())]

    assert also
    for question, each in also:
        assert each["answer"] in {answer["key"] for answer in question["answers"]} - {question["accepted"]}
        assert question["accepted_minutes_after"] < each["minutes_after"] < question["asked_minutes_ago"]


@by_text
def test_suggestions_come_from_others_and_change_something(author: str, text: dict) -> None:
    for suggestion in text.get("suggestions", ()):
        assert suggestion["by"] in set(PEOPLE) - {author}
        assert suggestion["body"] != text["body"]
        assert suggestion["reason"]


def test_both_ways_of_writing_together_can_be_seen() -> None:
    assert sum(len(text.get("suggestions", ())) for _, _, text in TEXTS) == 2
    (wiki,) = [answer for _, answer in ANSWERS if answer.get("wiki_minutes_after")]
    assert {edit["by"] for edit in wiki["edits"]} - {wiki["author"]}


def test_whoever_acts_for_an_organisation_belongs_to_it() -> None:
    for _, answer in ANSWERS:
        memberships = {m["organisation"] for m in PEOPLE[answer["author"]]["memberships"]}

        assert answer["acting_for"] is None or answer["acting_for"] in memberships


def test_people_answer_for_their_organisation_and_sometimes_personally() -> None:
    acting_for = Counter(answer["acting_for"] for _, answer in ANSWERS)
    personal = {a["author"] for _, a in ANSWERS if a["acting_for"] is None and PEOPLE[a["author"]]["memberships"]}

    # Each organisation has answered, or offers a service.
    assert set(acting_for) | {row["organisation"] for row in SERVICES} == {None, *ORGANISATIONS}
    assert personal >= {"joost", "mirjam"}


def test_about_half_of_the_questions_have_an_accepted_answer() -> None:
    accepted = sum(question["accepted"] is not None for question in QUESTIONS)

    assert 0.4 <= accepted / len(QUESTIONS) <= 0.65


def test_lists_show_every_state_a_question_can_be_in() -> None:
    unanswered = [question["asked_minutes_ago"] for question in QUESTIONS if not question["answers"]]
    answered_not_accepted = [q for q in QUESTIONS if q["answers"] and q["accepted"] is None]
    outvoted = [q for q in QUESTIONS if q["accepted"] and max(q["answers"], key=_score)["key"] != q["accepted"]]

    assert sum(ago < 12 * 60 for ago in unanswered) >= 3
    assert sum(ago > 45 * 1440 for ago in unanswered) == 1
    assert len(answered_not_accepted) >= 8
    assert outvoted
    assert {0, 1, 2, 3, 4, 5} == {len(question["answers"]) for question in QUESTIONS}


def test_some_questions_have_two_good_answers() -> None:
    assert sum(sum(_score(a) >= 4 for a in question["answers"]) >= 2 for question in QUESTIONS) >= 3


def test_answers_use_lists_tables_task_lists_and_fences() -> None:
    written = "\n\n".join("\n".join(answer["body"]) for _, answer in ANSWERS)

    for mark in (r"^1\. ", r"^- ", r"^\|[-:| ]+\|$", r"^- \[ \] ", r"^```\w+$", r"\*\*\w"):
        assert len(re.findall(mark, written, flags=re.MULTILINE)) >= 1, mark
