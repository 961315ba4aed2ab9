"""What can happen to a file, for tests of indexes in files."""


def halve(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path):
    content = bytearray(path.read_bytes())
    for at in (len(content) // 3, len(content) // 2, len(content) - 1):
        content[at] ^= 0xFF
    path.write_bytes(content)


DAMAGES = {
    "delete": lambda path: path.unlink(),
    "halve": halve,
    "empty": lambda path: path.write_bytes(b""),
    "flip": flip,
    "zeros": lambda path: path.write_bytes(b"\0" * path.stat().st_size),
}


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "lock")
