"""The switchboard, one page: what is registered where. No rule lives here.

REACTIONS: fact in, one service call out. PANELS and NOTES: what a page shows of packages to its right. SCHEDULE: jobs
of the worker. MEASURES: figures for /metrics. PLACES: the names by which the layout links to pages. Commands stand in
cli.py, which a web process does not load.
"""

from __future__ import annotations

from flask import Blueprint

from app import mail
from app.accounts import letters, sessions
from app.accounts import personal_data as accounts_data
from app.accounts.views.pages import bp as accounts
from app.admin.views.pages import bp as admin
from app.api.pages import bp as api
from app.attachments import jobs as attachment_jobs
from app.attachments import personal_data as attachments_data
from app.attachments.queries import PictureReader
from app.attachments.views import bp as attachments
from app.backup.measures import backup_measures
from app.cases import due
from app.cases import jobs as case_jobs
from app.cases import personal_data as cases_data
from app.cases.desk_panels import console_cases_panel
from app.cases.market_panels import parts_panel, quotes_panel
from app.cases.panels import agreed_panel, article_source_panel, articles_panel, private_panel
from app.cases.queries.visibility import pictures_seen_by
from app.cases.services import claiming, desking, snoozing
from app.cases.services.handing_over import end_unanswered
from app.cases.views.pages import bp as cases
from app.community import personal_data as community_data
from app.community.services import closing, filters, noting, reading
from app.community.views.pages import bp as community
from app.drafts import jobs as draft_jobs
from app.drafts import personal_data as drafts_data
from app.drafts.views import bp as drafts
from app.feeds.panels import article_head_panel, list_head_panel, question_head_panel
from app.feeds.views import bp as feeds
from app.importers import personal_data as importers_data
from app.importers.panels import claim_panel, source_panel
from app.importers.views import bp as claims
from app.knowledge import personal_data as knowledge_data
from app.knowledge.panels import question_panel as question_articles_panel
from app.knowledge.services import caring, publishing
from app.knowledge.views.pages import bp as knowledge
from app.knowledge.views.pages import open_bp as knowledge_open
from app.marketplace import personal_data as marketplace_data
from app.marketplace.views.pages import bp as services
from app.notifications import alerts as notification_alerts
from app.notifications import jobs as notification_jobs
from app.notifications import mailing as notification_mail
from app.notifications import personal_data as notifications_data
from app.notifications.panels import alert_panel, article_panel, mute_panel, news_panel
from app.notifications.spreading import spread_further
from app.notifications.views.pages import bp as notifications
from app.notifications.views.pages import unsubscribing
from app.organisations import personal_data as organisations_data
from app.organisations.services import domains, inviting
from app.organisations.views.pages import bp as organisations
from app.outbox.record import Reaction
from app.outbox.schedule import Job
from app.privacy import personal_data as privacy_data
from app.privacy.rights import Holder
from app.privacy.views import bp as privacy
from app.providers import counting
from app.providers import personal_data as providers_data
from app.providers.panels import (
    console_hours_panel,
    helpers_panel,
    organisation_reach_panel,
)
from app.providers.views.pages import bp as people
from app.reactions.cases import cases_go_on, cases_let_go, cases_settle_parts, clocks_run
from app.reactions.community import question_improved
from app.reactions.knowledge import knowledge_learn
from app.reactions.notifications import notices_carry, notices_tell
from app.reactions.providers import helpers_counted, new_desk, new_peer, new_seat
from app.reactions.routing import routing_describe, routing_observe
from app.reactions.search import search_asked, search_others_stale, search_relabelled, search_stale
from app.routing import learning as routing_learning
from app.routing import personal_data as routing_data
from app.routing import rings as routing_rings
from app.routing import upkeep as routing_upkeep
from app.routing.panels import (
    asked_services_panel,
    console_offers_panel,
    invitation_panel,
    offered_panel,
    records_of_helpers,
    rings_panel,
    services_panel,
    weights_panel,
)
from app.routing.panels import helpers_panel as who_can_help_panel
from app.routing.views import bp as routing
from app.search import jobs as search_jobs
from app.search import query_log
from app.search.measures import search_measures
from app.search.panels import (
    close_choice_panel,
    fitting_panel,
    home_list_panel,
    like_case_panel,
    merge_choice_panel,
    related_panel,
)
from app.search.views.pages import bp as search
from app.search.wanting import tell_what_is_wanted
from app.sitesettings import models as setting_models  # noqa: F401
from app.web import once, throttle
from app.web.health import bp as health
from app.web.letters import bp as letters_page
from app.web.pages import bp as pages
from app.web.panels import Note, Panel
from app.web.watching import Measure

BLUEPRINTS: tuple[Blueprint, ...] = (
    health,
    pages,
    accounts,
    organisations,
    privacy,
    attachments,
    drafts,
    community,
    knowledge,
    knowledge_open,
    people,
    services,
    cases,
    search,
    routing,
    feeds,
    claims,
    notifications,
    unsubscribing,
    api,
    admin,
)

# Only where letters are shown instead of sent: in development without a mail server.
LETTER_BLUEPRINTS: tuple[Blueprint, ...] = (letters_page,)

REACTIONS: tuple[Reaction, ...] = (
    question_improved,
    knowledge_learn,
    search_stale,
    search_relabelled,
    search_others_stale,
    search_asked,
    new_peer,
    new_seat,
    helpers_counted,
    new_desk,
    routing_observe,
    routing_describe,
    clocks_run,
    cases_go_on,
    notices_carry,
    notices_tell,
    cases_settle_parts,
    cases_let_go,
)

SCHEDULE: tuple[Job, ...] = (
    Job("accounts.letters", every_s=1, run=letters.write_due_letters),
    Job("accounts.forget_proofs", every_s=600, run=letters.forget_old_proofs),
    Job("accounts.end_expired", every_s=600, run=sessions.end_expired),
    Job("accounts.forget_sessions", every_s=86_400, run=sessions.forget_old_sessions),
    Job("cases.break_promises", every_s=15, run=due.break_promises, lease_s=60),
    Job("cases.watch_clocks", every_s=15, run=due.watch_clocks, lease_s=60),
    Job("cases.forget_desk_acts", every_s=86_400, run=desking.forget_old_acts),
    Job("cases.forget_snoozes", every_s=86_400, run=snoozing.forget_old_snoozes),
    Job("community.archive", every_s=3600, run=closing.archive_silent_questions),
    Job("community.forget_acts", every_s=86_400, run=noting.forget_old_acts),
    Job("search.forget_searched", every_s=86_400, run=query_log.forget_old),
    Job("community.forget_filters", every_s=86_400, run=filters.forget_deleted_filters),
    Job("community.forget_readings", every_s=86_400, run=reading.forget_old_readings),
    Job("organisations.check_domains", every_s=5, run=domains.check_due_domains),
    Job("organisations.forget_invitations", every_s=86_400, run=inviting.forget_old_invitations),
    Job("knowledge.publish", every_s=10, run=publishing.publish_due, lease_s=60),
    Job("knowledge.look_at_all", every_s=3600, run=caring.look_at_all),
    Job("cases.end_unanswered", every_s=60, run=end_unanswered),
    Job("cases.go_on_after_silence", every_s=600, run=case_jobs.go_on_after_silence),
    Job("cases.let_go_of_gone", every_s=30, run=claiming.let_go_of_gone, lease_s=60),
    Job("cases.close_solved", every_s=3600, run=case_jobs.close_solved),
    Job("letters", every_s=2, run=mail.send_due_letters),
    Job("forget_letters", every_s=86_400, run=mail.forget_old_letters),
    Job("forget_once_keys", every_s=3600, run=once.forget_old_keys),
    Job("attachments.forget_unused", every_s=3600, run=attachment_jobs.forget_unused),
    Job("attachments.sweep_files", every_s=3600, run=attachment_jobs.sweep_files),
    Job("drafts.forget_old", every_s=3600, run=draft_jobs.forget_old),
    Job("forget_throttle_counters", every_s=3600, run=throttle.forget_old_counters),
    # Short leases: the index has a lock of its own, and nothing may wait long for a worker that was killed.
    Job("keep_search_index", every_s=1, run=search_jobs.keep_index, lease_s=2),
    Job("tell_what_is_wanted", every_s=3600, run=tell_what_is_wanted, lease_s=60),
    Job("providers.count", every_s=86_400, run=counting.count_whoever_differs),
    Job("check_search_index", every_s=300, run=search_jobs.check_index, lease_s=10),
    Job("number_ranking_changes", every_s=1, run=routing_upkeep.number_changes, lease_s=30),
    Job("store_ranking_state", every_s=60, run=routing_upkeep.store_when_due),
    Job("expire_offers", every_s=60, run=routing_upkeep.expire_offers),
    Job("ask_for_the_waiting", every_s=300, run=routing_upkeep.ask_for_the_waiting),
    Job("notices.spread", every_s=1, run=spread_further, lease_s=30),
    Job("notices.look_at_searches", every_s=5, run=notification_alerts.look_at_searches, lease_s=60),
    Job("notices.write_letters", every_s=2, run=notification_mail.write_due_letters),
    Job("notices.forget", every_s=86_400, run=notification_jobs.forget_old_notices),
    Job("refit_ranking", every_s=3600, run=routing_learning.run_refit),
    Job("look_for_rings", every_s=86_400, run=routing_rings.look_for_rings),
)

PANELS: dict[str, tuple[Panel, ...]] = {
    "article_sources": (article_source_panel,),
    "case_aside": (articles_panel, like_case_panel),
    "case_main": (parts_panel, agreed_panel, quotes_panel),
    "home_list": (home_list_panel,),
    "article_head": (article_head_panel,),
    "article_end": (article_panel,),
    "similar": (fitting_panel, services_panel),
    "list_head": (list_head_panel,),
    "filter_actions": (alert_panel,),
    "question_close": (close_choice_panel,),
    "question_merge": (merge_choice_panel,),
    "organisation_main": (helpers_panel,),
    "organisation_aside": (organisation_reach_panel,),
    "console_main": (console_cases_panel, console_offers_panel),
    "console_aside": (console_hours_panel,),
    "person_main": (claim_panel,),
    "question_banners": (source_panel, invitation_panel),
    "question_head": (question_head_panel,),
    "question_aside": (
        question_articles_panel,
        who_can_help_panel,
        asked_services_panel,
    ),
    "question_line": (offered_panel,),
    "ranking_page": (weights_panel,),
    "moderation_end": (rings_panel,),
    "question_ties": (
        private_panel,
        mute_panel,
    ),
    "question_end": (news_panel, related_panel),
}

NOTES: dict[str, tuple[Note, ...]] = {
    "helper_records": (records_of_helpers,),
}

# Whose private posts show pictures: who may see those.
PICTURE_READERS: tuple[PictureReader, ...] = (pictures_seen_by,)

MEASURES: tuple[Measure, ...] = (search_measures, backup_measures)

# Who answers for which tables when a person asks what is held about her, or to be forgotten. Importers come first: they
# note who she was at her source before accounts empties her row.
PERSONAL_DATA: tuple[Holder, ...] = (
    importers_data,
    accounts_data,
    organisations_data,
    privacy_data,
    attachments_data,
    drafts_data,
    community_data,
    knowledge_data,
    providers_data,
    marketplace_data,
    cases_data,
    routing_data,
    notifications_data,
)

# Whose forms carry no token of ours: what they may do lies in the key that comes with them.
TOKEN_BLUEPRINTS: tuple[Blueprint, ...] = (api, knowledge_open, unsubscribing)

PLACES: dict[str, str] = {
    "home": "community.home",
    "questions": "community.question_list",
    "my_questions": "community.mine",
    "suggestions": "community.suggestion_list",
    "following": "community.following_list",
    "filters": "community.filter_list",
    "activity": "community.activity",
    "moderation": "community.moderation",
    "knowledge": "knowledge.article_list",
    "article_from_answer": "knowledge.new_article",
    "knowledge_tasks": "knowledge.tasks",
    "ask": "routing.ask",
    "for_you": "routing.for_you",
    "search": "search.search",
    "sought": "search.sought",
    "similar": "search.similar",
    "sign_in": "accounts.sign_in",
    "sign_up": "accounts.sign_up",
    "sign_out": "accounts.sign_out",
    "cases": "cases.case_list",
    "held": "cases.held",
    "desk": "cases.desk",
    "desk_next": "routing.desk_next",
    "profile": "people.own",
    "notifications": "notifications.inbox",
    "notification_settings": "notifications.settings",
    "news": "notifications.news",
    "list_news": "notifications.list_news",
    "live": "notifications.stream",
    "people": "people.directory",
    "tags": "community.tags",
    "organisations": "organisations.organisation_list",
    "services": "services.service_list",
    "own_services": "services.own_services",
    "ask_service": "cases.ask_service",
    "settings": "accounts.profile",
    "skills": "people.skills",
    "availability": "people.own_availability",
    "console_hours": "people.hours",
    "console_reach": "people.reach",
    "security": "accounts.security",
    "sessions": "accounts.sessions",
    "tokens": "accounts.tokens",
    "privacy": "privacy.grants",
    "switch_capacity": "organisations.act_as",
    "acting": "organisations.acting",
    "console": "organisations.console_home",
    "console_overview": "organisations.console",
    "console_team": "organisations.team",
    "console_profile": "organisations.profile",
    "console_domains": "organisations.domains",
    "console_engagements": "organisations.engagements",
    "feed_questions": "feeds.questions",
    "feed_articles": "feeds.articles",
    "feed_search": "feeds.found",
    "feed_category": "feeds.category",
    "feed_tag": "feeds.tag",
    "feed_question": "feeds.question",
    "feed_person": "feeds.person",
    "manifest": "feeds.manifest",
    "keyboard": "pages.keyboard",
    "letters": "letters.letters",
    "admin": "admin.home",
    "decision": "admin.decision",
    "drafts": "drafts.drafts",
    "add_picture": "attachments.new",
    "pictures": "attachments.add",
    "help": "pages.help",
    "how_ranking_works": "pages.ranking",
    "accessibility": "pages.accessibility",
}
