"""How a picture's address is written: `/files/ID/picture.png`. Built and read without a request."""

from __future__ import annotations

import re

from app.attachments.models import Attachment

ADDRESS = re.compile(r"/files/([0-9a-f]{32})/picture\.(?:png|jpg|webp)")


def address_of(attachment: Attachment) -> str:
    """Return the address of a picture itself."""
    return f"/files/{attachment.public_id}/{attachment.name}"


def ids_in(text: str) -> list[str]:
    """Return the public ids of the pictures whose addresses stand in a text or its HTML, each once, in order."""
    return list(dict.fromkeys(found[1] for found in ADDRESS.finditer(text)))


def markdown_for(attachment: Attachment) -> str:
    """Return the line that shows a picture in a text."""
    words = re.sub(r"([\\\[\]])", r"\\\1", " ".join(attachment.alternative_text.split()))
    return f"![{words}]({address_of(attachment)})"
