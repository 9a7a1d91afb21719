"""The interface by which programs and share sheets send candidates: `POST /api/candidates` with a token."""

import datetime
import json

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from common.acting import acting
from common.texts import one_line
from common.visitors import visitor_key
from issues.models import Publication
from issues.rights import may as may_in_issues
from issues.site import Site
from papers.addresses import Given, addresses

from .collecting import MOST_AT_ONCE, Collected, Outcome, Sender, collect
from .limits import count
from .models import Token, Way
from .repeats import Standing, families, mentions
from .rights import may
from .showing import place_in_list
from .tokens import token_of

MOST_BYTES = 64 * 1024
MOST_A_MINUTE = 60
# Of one visitor, in ten minutes.
MOST_WRONG = 10
FIELDS = ("url", "text", "title", "note", "language")


class Refused(Exception):
    """What was sent can't be taken; `status` and `code` are for the program, the message is for who wrote it."""

    def __init__(self, status: int, code: str, message: str, **headers: str):
        super().__init__(message)
        self.status, self.code, self.headers = status, code, headers


# There is no session and no cookie that another site could make use of: a token must be shown.
@csrf_exempt
def candidates(request: HttpRequest) -> JsonResponse:
    """Take in the address `url`, or all addresses in `text`, and say of each what became of it."""
    try:
        response = _collected(request)
    except Refused as refusal:
        answer = {"error": refusal.code, "message": str(refusal)}
        response = JsonResponse(answer, status=refusal.status, headers=refusal.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def _collected(request: HttpRequest) -> JsonResponse:
    if request.method != "POST":
        raise Refused(405, "method-not-allowed", "Send a POST.", Allow="POST")
    token = _token(request)
    if wait := count(f"api:{token.pk}", most=MOST_A_MINUTE, per=datetime.timedelta(minutes=1)):
        sentence = f"At most {MOST_A_MINUTE} requests a minute. Come again in {wait} seconds."
        raise Refused(429, "too-many-requests", sentence, **{"Retry-After": str(wait)})
    sent = _fields(request)
    publication = Publication.objects.first()
    if publication is None:
        raise Refused(400, "no-publication", "There is no newsletter yet. Name it at the desk first.")
    given = _given(sent)
    language = sent["language"] if sent["language"] in publication.languages else ""
    sender = Sender(Way.API, by=token.user)
    with acting(by=token.user, via="api"):
        told = collect(given, sender, publication=publication, note=sent["note"], language=language)
    # What is being written is shown to nobody who may not see it at the desk.
    standings = {Standing.DRAFT} if may_in_issues(token.user, "view") else set()
    return _answer(request, told, publication, standings)


def _token(request: HttpRequest) -> Token:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    challenge = {"WWW-Authenticate": 'Bearer realm="Akira inbox"'}
    if scheme.lower() != "bearer" or not text.strip():
        sentence = "Show a token: “Authorization: Bearer …”. It is made at the desk, under Ways into the inbox."
        raise Refused(401, "no-token", sentence, **challenge)
    token = token_of(text.strip())
    if token is None:
        _count_failure(request)
        raise Refused(401, "unknown-token", "This token is not valid, or not any more. Make another.", **challenge)
    if not may(token.user, "add"):
        raise Refused(403, "not-permitted", "The owner of this token may not add candidates any more.")
    return token


def _count_failure(request: HttpRequest) -> None:
    """Refuse further tokens that are none. A valid one can't be guessed, and is taken all the while."""
    if wait := count(f"api-failed:{visitor_key(request)}", most=MOST_WRONG, per=datetime.timedelta(minutes=10)):
        sentence = f"{MOST_WRONG} tokens were not valid. Come again in {wait} seconds, or with one that is."
        raise Refused(429, "too-many-wrong-tokens", sentence, **{"Retry-After": str(wait)})


def _fields(request: HttpRequest) -> dict[str, str]:
    """The fields that were sent, as JSON or as a form; those that are missing are empty."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise Refused(413, "too-large", f"At most {MOST_BYTES // 1024} kB at once. Send fewer addresses.")
    try:
        sent = json.loads(request.body) if request.content_type == "application/json" else request.POST
    except RequestDataTooBig:
        raise Refused(413, "too-large", f"At most {MOST_BYTES // 1024} kB at once. Send fewer addresses.") from None
    except (ValueError, RecursionError, SuspiciousOperation):
        raise Refused(400, "unreadable", "The body can't be read. Send JSON, or a form.") from None
    if not hasattr(sent, "get"):
        raise Refused(400, "unreadable", 'Send one JSON object, such as {"url": "https://example.org/post"}.')
    fields = {name: sent.get(name) or "" for name in FIELDS}
    if wrong := [name for name, value in fields.items() if not isinstance(value, str)]:
        raise Refused(400, "unreadable", f"“{wrong[0]}” must be a string.")
    return {name: value.replace("\0", "") for name, value in fields.items()}


def _given(sent: dict[str, str]) -> list[Given]:
    if sent["url"].strip():
        return [Given(sent["url"].strip(), one_line(sent["title"]))]
    found = addresses(sent["text"])
    if not found:
        sentence = "No address was sent. Give “url”, or a “text” with addresses in it."
        raise Refused(400, "no-address", sentence)
    if len(found) > MOST_AT_ONCE:
        raise Refused(413, "too-large", f"At most {MOST_AT_ONCE} addresses at once. Send fewer.")
    # A share sheet sends the title beside the text in which the address stands.
    return [Given(found[0].address, found[0].title or one_line(sent["title"]))] if len(found) == 1 else found


def _answer(request: HttpRequest, told: list[Collected], publication: Publication, seen: set[Standing]) -> JsonResponse:
    """201 where something is new, 400 where nothing can be read, else 200."""
    outcomes = {one.outcome for one in told}
    status = 201 if Outcome.ADDED in outcomes else 200 if Outcome.KNOWN in outcomes else 400
    family = families(one.candidate.work_id for one in told if one.candidate)
    ran = mentions(family, publication.languages)
    results = [
        _result(request, one, ran.get(family[one.candidate.work_id], []) if one.candidate else [], seen) for one in told
    ]
    answer = {"added": sum(one.outcome == Outcome.ADDED for one in told), "results": results}
    if status == 400:
        answer |= {"error": "unreadable-address", "message": told[0].message}
    return JsonResponse(answer, status=status)


def _result(request: HttpRequest, one: Collected, ran: list, seen: set[Standing]) -> dict:
    result = {"given": one.given.address, "outcome": str(one.outcome)}
    if one.candidate is None:
        return result | {"message": one.message}
    site = Site(one.candidate.publication, one.candidate.publication.default_language).absolute()
    return result | {
        "url": one.candidate.url,
        "candidate": request.build_absolute_uri(place_in_list(one.candidate)),
        "already_run": [
            {
                "issue": mention.issue.name,
                "on": site.day(mention.issue.published_at).isoformat(),
                "url": site.entry_path(mention.entry, mention.issue.language),
            }
            for mention in ran
            if mention.standing == Standing.PUBLIC
        ],
        "in_drafts": [mention.issue.name for mention in ran if mention.standing in seen],
    }
