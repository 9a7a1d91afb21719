"""Says what the safe client and the readers of metadata make of addresses."""

import dataclasses
import datetime
import json
import logging

from django.core.management.base import BaseCommand

from common.failures import FetchFailed, Reason
from common.html import encodable
from papers.looking_up import look_up
from papers.records import Record

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Say what is found out about addresses, arXiv ids or DOIs; nothing is recorded. The exit status is 0 where "
        "something was found out about each of them, else 1."
    )

    def add_arguments(self, parser):
        parser.add_argument("urls", nargs="+", metavar="URL")
        parser.add_argument("--json", action="store_true", help="print a JSON object a line for each address")

    def handle(self, *, urls, **options):
        all_told = True
        for url in urls:
            told = _told(url)
            # With escapes for all that is not ASCII, so that any terminal and any program can take it.
            self.stdout.write(json.dumps(told) if options["json"] else _in_lines(url, told))
            all_told = all_told and told["ok"]
        if not all_told:
            raise SystemExit(1)


def _told(url: str) -> dict:
    try:
        return {"ok": True, **_values(look_up(url))}
    except FetchFailed as failure:
        return {"ok": False, "reason": str(failure.reason), "message": encodable(failure.message)}
    except Exception as fault:
        # A program that asks is answered whatever the page does to us; the fault itself is for whoever reads the log.
        logger.exception("A fault in Akira at %s", encodable(url[:300]))
        sentence = f"A fault in Akira itself ({type(fault).__name__}): the log tells more."
        return {"ok": False, "reason": str(Reason.PARSE), "message": sentence}


def _values(record: Record) -> dict:
    """All fields of the record by name; the description is the abstract where the page has none."""
    values = dataclasses.asdict(record)
    values |= {name: value.isoformat() for name, value in values.items() if isinstance(value, datetime.date)}
    image = {"image": record.image.url, "image_alt": record.image.alt} if record.image else {"image_alt": ""}
    return values | image | {"description": record.description or record.abstract}


def _in_lines(url: str, told: dict) -> str:
    if not told["ok"]:
        return encodable(f"{url[:300]}: {told['reason']}: {told['message']}")
    said = {name: value for name, value in told.items() if value and name not in ("ok", "images")}
    lines = [f"  {name}: {', '.join(value) if isinstance(value, tuple) else value}" for name, value in said.items()]
    return encodable("\n".join([url[:300], *lines]))
