"""A1 to A4: every route as every role, canaries, each guard taken out once, fields nobody asked for.

    ./dev bench attack_access [options of pytest]

The access matrix (tests/access/) at its full size: each role asks for each object in each state, on SQLite and, where
the server is there, on PostgreSQL. Takes minutes. The controls are its own: a guard that is taken out must be missed.
"""

from bench._attacks import attack


def main() -> None:
    attack("tests/access", on_postgresql=True)


if __name__ == "__main__":
    main()
