"""W1 to W3: scripts in every text of every page, imported and written, judged by a real Chromium; Markdown at length.

    ./dev bench attack_xss [options of pytest]

Every payload of the corpora and thousands of seeded mutations go through each renderer, each importer and each column
that holds words; the pages that show them are opened with the content security policy off, everything in them is
pressed, and nothing may run. Controls: escapes undone, sanitiser off; and with the policy on, even those run nothing.
Payloads are read from $SAMEN_SHARED (default ../shared).
"""

from bench._attacks import attack


def main() -> None:
    attack(
        "tests/attacks/test_pages_with_payloads.py",
        "tests/attacks/test_imports_with_payloads.py",
        "tests/attacks/test_markdown_at_length.py",
    )


if __name__ == "__main__":
    main()
