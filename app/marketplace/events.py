"""Facts about the catalogue, quotes and agreements."""

from __future__ import annotations

from app.outbox.facts import Fact, fact


@fact("service_made")
class ServiceMade(Fact):
    """An organisation began an entry in its catalogue: a draft."""

    service_id: int
    organisation_id: int


@fact("service_changed")
class ServiceChanged(Fact):
    """The words, price, times, questions or parts of a service changed."""

    service_id: int
    organisation_id: int


@fact("service_published")
class ServicePublished(Fact):
    """Everybody sees the service from now on."""

    service_id: int
    organisation_id: int


@fact("service_withdrawn")
class ServiceWithdrawn(Fact):
    """The service can no longer be asked for."""

    service_id: int
    organisation_id: int


@fact("quote_made")
class QuoteMade(Fact):
    """A customer was sent a quote; `replaces_id` is the accepted quote it would come in the place of."""

    quote_id: int
    help_request_id: int
    organisation_id: int
    replaces_id: int | None


@fact("quote_withdrawn")
class QuoteWithdrawn(Fact):
    """The organisation took an open quote back."""

    quote_id: int
    help_request_id: int
    organisation_id: int


@fact("quote_declined")
class QuoteDeclined(Fact):
    """The customer said no to a quote, or chose another one (`was_other_chosen`)."""

    quote_id: int
    help_request_id: int
    organisation_id: int
    was_other_chosen: bool


@fact("agreement_made")
class AgreementMade(Fact):
    """The customer said yes to a quote; the agreement supersedes an earlier one where there was one."""

    agreement_id: int
    quote_id: int
    help_request_id: int
    organisation_id: int
    supersedes_id: int | None
