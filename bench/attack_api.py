"""W6: schemathesis on our OpenAPI with all checks, and bodies of JSON that no client of ours would send.

    ./dev bench attack_api [options of pytest]

Schemathesis stands in an environment of its own under instance/bench/tools/. It asks as a person, with a token that may
only read, as an operator and with no token at all. The control is an API with planted faults.
"""

from bench._attacks import attack


def main() -> None:
    attack("tests/attacks/attack_api.py", "tests/attacks/test_json.py")


if __name__ == "__main__":
    main()
