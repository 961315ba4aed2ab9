"""Compile every template with the application's own Jinja environment; print those that do not."""

from __future__ import annotations

import sys

from jinja2 import TemplateSyntaxError

from app.factory import create_app


def main() -> int:
    """Return 1 when a template does not compile."""
    templates = create_app().jinja_env
    complaints = []
    for name in templates.list_templates():
        try:
            templates.get_template(name)
        except TemplateSyntaxError as error:
            complaints.append(f"templates/{error.name or name}:{error.lineno}: {error.message}")
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
