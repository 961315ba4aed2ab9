"""W4: sqlmap on twenty routes as signed-in people, level 3, risk 2, on both databases; the control is a planted hole.

    ./dev bench attack_sql [options of pytest]

Sqlmap stands in an environment of its own under instance/bench/tools/. Each route gets at most SAMEN_SQLMAP_S seconds
(240). The SQL of the corpora goes through every parameter in ./dev bench attack_web.
"""

from bench._attacks import attack


def main() -> None:
    attack("tests/attacks/attack_sql.py", on_postgresql=True)


if __name__ == "__main__":
    main()
