"""A mail server of a few lines on this machine, which keeps what it is given and refuses what it is told to refuse."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP


@dataclass
class MailServer:
    """What arrived, in order; `refuses` maps a word of the protocol (RCPT, DATA, …) to the answer it gets."""

    port: int
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Conversation(socketserver.StreamRequestHandler):
    timeout = 10

    def handle(self) -> None:
        mail: MailServer = self.server.mail  # type: ignore[attr-defined]
        recipient = ""
        self._say("220 here")
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            word = line.split(" ")[0].upper()
            if word in mail.refuses:
                if not mail.refuses[word]:
                    return  # hang up
                self._say(mail.refuses[word])
            elif word == "DATA":
                self._say("354 go on")
                mail.letters.append((recipient, self._letter()))
                self._say("250 kept")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                recipient = line.partition(":")[2].strip("<>") if word == "RCPT" else recipient
                self._say("250 fine")

    def _letter(self) -> EmailMessage:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b"."))
        return message_from_bytes(b"".join(lines), policy=SMTP)  # type: ignore[return-value]

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Start a mail server on a free port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Conversation) as server:
        server.daemon_threads = True
        server.mail = MailServer(server.server_address[1])  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.mail  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()
