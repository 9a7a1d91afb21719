"""Sends mail to editors about their accounts, beside the request: nobody waits for a mail server, or learns from it."""

import logging
import smtplib
from concurrent.futures import Future, ThreadPoolExecutor

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from issues.models import Publication

logger = logging.getLogger(__name__)

# When Akira ends it waits for them; each mail has a time limit (EMAIL_TIMEOUT).
_senders = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")


def is_configured() -> bool:
    """Whether mail goes anywhere."""
    return bool(settings.AKIRA_MAIL)


def write(template: str, recipient: str, context: dict) -> EmailMessage:
    """A mail of two templates, `<template>_subject.txt` and `<template>_message.txt`."""
    publication = Publication.objects.first()
    context = {"publication": publication, "base_url": settings.AKIRA_BASE_URL, **context}
    subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
    body = render_to_string(f"{template}_message.txt", context).strip() + "\n"
    sender = (publication.sender if publication else "") or settings.DEFAULT_FROM_EMAIL
    # So that no automatic reply comes back (RFC 3834).
    return EmailMessage(subject, body, sender, [recipient], headers={"Auto-Submitted": "auto-generated"})


def send(message: EmailMessage, *, about: object) -> Future:
    """Hand a mail to the mail server in the background; what goes wrong is logged with `about`, never an address."""
    return _senders.submit(_send, message, about)


def _send(message: EmailMessage, about: object) -> None:
    try:
        message.send()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        logger.error("A mail about account %s could not be sent: %s", about, type(error).__name__)
