"""Text records of the DNS. The only place here that talks to the network: the worker calls it, never a request."""

from __future__ import annotations

import dns.exception
import dns.resolver

LONGEST_WAIT_S = 5.0


class Unreachable(Exception):
    """Nobody answered, or not in time: that says nothing about the record."""


def look_up_text(name: str) -> list[str]:
    """Return the text records under this name, each joined to one text; none where there is no such name.

    Raises Unreachable when the question found no answer.
    """
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=LONGEST_WAIT_S, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise Unreachable(name) from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
