"""Templates compiled once per installation, not once per process: what Jinja makes of each is kept in a folder.

Compiling one takes longer than rendering it a dozen times, and all of them some seconds, which the first visitors of
every process would wait for. A file holds code, so it is only read if it was signed with the installation's secret key:
a torn one and a forged one are as good as none. The folder may be deleted at any time, and where it cannot be written
each process compiles for itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import tempfile
from importlib.metadata import version
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

SIGNATURE_BYTES = hashlib.sha256().digest_size


class CompiledTemplates(BytecodeCache):
    """Jinja's store of compiled templates, one signed file each; a changed template takes the place of the former."""

    def __init__(self, folder: Path, secret_key: str, made_with: str) -> None:
        """`made_with`: what else than its text decides what a template is compiled to; code of others is not used."""
        self._folder = folder
        self._key = hashlib.sha256(f"compiled templates|{secret_key}".encode()).digest()
        self._made_with = f"{version('jinja2')}|{made_with}|"

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002
        """Return the name of this template's file: the same wherever an upgrade puts the template."""
        return super().get_cache_key(name)

    def get_source_checksum(self, source: str) -> str:
        """Return what must be equal for code to be used."""
        return hashlib.sha256(f"{self._made_with}{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket from its file, if that holds what was written there for it."""
        try:
            kept = (self._folder / bucket.key).read_bytes()
        except OSError:
            return
        signature, code = kept[:SIGNATURE_BYTES], kept[SIGNATURE_BYTES:]
        if hmac.compare_digest(signature, self._signature(bucket, code)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Put the bucket into its file, whole or not at all."""
        code = bucket.bytecode_to_string()
        with contextlib.suppress(OSError):  # read-only, or full: that costs time and no page
            self._folder.mkdir(mode=0o700, exist_ok=True)
            number, draft = tempfile.mkstemp(dir=self._folder, prefix="new-")
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(self._signature(bucket, code) + code)
                os.replace(draft, self._folder / bucket.key)
            finally:
                Path(draft).unlink(missing_ok=True)

    def _signature(self, bucket: Bucket, code: bytes) -> bytes:
        return hmac.digest(self._key, f"{bucket.key}|{bucket.checksum}|".encode() + code, "sha256")
