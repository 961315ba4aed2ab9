"""W12: bombs, polyglots and torn files through the upload form and each importer, under a cap of 512 MB.

    ./dev bench attack_files [options of pytest]

Everything is made by the bench (tests/attacks/bombs.py), beside the uploads of the corpora in $SAMEN_SHARED (default
../shared). Pictures are made anew in a process of 200 MB of their own; dumps are read in one of 512 MB.
"""

from bench._attacks import attack


def main() -> None:
    attack("tests/attacks/test_files.py", "tests/attachments/test_making.py", "tests/importers/test_xml_rows.py")


if __name__ == "__main__":
    main()
