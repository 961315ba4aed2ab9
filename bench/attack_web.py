"""W8, W9, W11, W13, W14: forged requests, sessions that ended, hosts and redirects, naughty strings, common passwords.

    ./dev bench attack_web [options of pytest]

With them goes what no list names: paths, ranges, cookies, methods, once-keys of others, slow regular expressions.

Every payload of the corpora goes through each parameter and each field that is found in the source and in the access
matrix. Account guessing (W10) has a measurement of its own. Strings run on PostgreSQL too, where the server is there.
Payloads are read from $SAMEN_SHARED (default ../shared).
"""

from bench._attacks import attack


def main() -> None:
    attack(
        "tests/attacks/test_lies.py",
        "tests/attacks/test_sessions.py",
        "tests/attacks/test_strings.py",
        "tests/attacks/test_unlisted.py",
        "tests/accounts/test_passwords.py",
        "tests/web/test_request_log.py",
        on_postgresql=True,
    )


if __name__ == "__main__":
    main()
