"""The floor: the same issues and entries brought into two bare tables by COPY, with the indexes that a site needs."""

import io
import pathlib
import time

import ijson
from django.db import connection

TABLES = """
CREATE TEMPORARY TABLE bare_issue (slug text PRIMARY KEY, title text NOT NULL, moment timestamptz, intro text);
CREATE TEMPORARY TABLE bare_entry (
    id text PRIMARY KEY, issue text NOT NULL, section text NOT NULL, title text NOT NULL, link text,
    figure text, figure_alt text, summary text NOT NULL, topics text[] NOT NULL,
    words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A') || to_tsvector('simple', summary)) STORED);
"""
INDEXES = """
CREATE INDEX ON bare_entry (issue, id);
CREATE INDEX ON bare_entry USING gin (words);
CREATE INDEX ON bare_entry USING gin (topics);
CREATE INDEX ON bare_issue (moment DESC);
"""
COLUMNS = "id, issue, section, title, link, figure, figure_alt, summary, topics"


def _line(*values: str | None) -> str:
    escaped = (
        r"\N" if value is None else value.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n")
        for value in values
    )
    return "\t".join(escaped) + "\n"


def measure(archive: pathlib.Path) -> float:
    """Seconds from opening the archive to the last index."""
    start = time.perf_counter()
    issues, entries = io.StringIO(), io.StringIO()
    with archive.open("rb") as opened:
        for issue in ijson.items(opened, "issues.item", use_float=True):
            issues.write(_line(issue["slug"], issue["title"], issue["published_at"], issue["intro"]))
            for section in issue["sections"]:
                for entry in section["entries"]:
                    values = (entry.get(name) for name in ("title", "url", "figure", "figure_alt", "summary"))
                    topics = "{" + ",".join(entry["topics"]) + "}"
                    entries.write(_line(entry["id"], issue["slug"], section["title"], *values, topics))
    issues.seek(0)
    entries.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.copy_expert("COPY bare_issue FROM STDIN", issues)
        cursor.copy_expert(f"COPY bare_entry ({COLUMNS}) FROM STDIN", entries)
        cursor.execute(INDEXES)
    return time.perf_counter() - start
