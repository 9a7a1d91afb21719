"""A mail server on loopback, as small as one can be: it takes every mail and keeps it."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from queue import Queue


class _Session(socketserver.StreamRequestHandler):
    """One connection (RFC 5321): greeting, commands, and the text of the mail up to a dot on a line of its own."""

    def handle(self):
        self._say(220, "loopback ready")
        for line in self.rfile:
            verb = line.strip().upper()
            if verb.startswith(b"DATA"):
                self._say(354, "go on")
                self._take()
            elif verb.startswith(b"QUIT"):
                return self._say(221, "bye")
            elif verb.startswith(b"RCPT") and self.server.is_refusing:
                self._say(550, "no such mailbox")
            else:
                self._say(250, "ok")

    def _take(self):
        lines = []
        for line in self.rfile:
            if line.rstrip(b"\r\n") == b".":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        self.server.mails.put(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
        self._say(250, "taken")

    def _say(self, code, words):
        self.wfile.write(f"{code} {words}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """Mails are in the order in which they came; `is_refusing` has every recipient refused."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: Queue[EmailMessage] = Queue()
        self.is_refusing = False

    def next_mail(self, timeout=10) -> EmailMessage:
        """The next mail; queue.Empty where none comes in time."""
        return self.mails.get(timeout=timeout)

    def use(self, settings) -> None:
        """Have Akira send its mail here."""
        settings.AKIRA_MAIL = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = self.server_address
        settings.EMAIL_TIMEOUT = 5


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
