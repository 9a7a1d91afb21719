"""Akira as it is served, with pages that are fresh as long as a test wants; it notes what it was asked.

In the folder that QUICK_WSGI names, each request is a line of `asked`, and `orders` says what to do: `{"fresh": 1}` is
the `s-maxage` of pages, with nothing about showing them for longer, `{"seconds": 1}` takes so long for each answer, and
`{"headers": {"Vary": "Cookie"}}` sends these instead of Akira's.
"""

import json
import os
import re
import time
from pathlib import Path

from akira.wsgi import application as akira

FOLDER = Path(os.environ["QUICK_WSGI"])
NOTED = {
    "method": "REQUEST_METHOD",
    "path": "PATH_INFO",
    "query": "QUERY_STRING",
    "cookie": "HTTP_COOKIE",
    "encoding": "HTTP_ACCEPT_ENCODING",
    "host": "HTTP_HOST",
    "proto": "HTTP_X_FORWARDED_PROTO",
    "for": "HTTP_X_FORWARDED_FOR",
}


def _fresh(value: str, seconds: int) -> str:
    value = re.sub(r"stale-while-revalidate=[0-9]+, ", "", value)
    return re.sub(r"s-maxage=[0-9]+", f"s-maxage={seconds}", value)


def application(environ, start_response):
    with (FOLDER / "asked").open("a") as noted:
        noted.write(json.dumps({name: environ.get(key, "") for name, key in NOTED.items()}) + "\n")
    orders = json.loads((FOLDER / "orders").read_text())
    time.sleep(orders.get("seconds", 0))

    def start(status, headers, *rest):
        further = orders.get("headers", {})
        kept = [(name, _fresh(value, orders.get("fresh", 60))) for name, value in headers if name not in further]
        return start_response(status, [*kept, *further.items()], *rest)

    return akira(environ, start)
