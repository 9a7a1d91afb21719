"""Small archives and Markdown documents for the tests, and what is needed to bring them in."""

import io
import json

from django.core.management import call_command

from exchange.importing import import_documents
from exchange.run import Run


def an_entry(title="Sparse is enough", url="https://arxiv.org/abs/2111.12763", **values):
    return {"title": title, "url": url, "url_given": url, "summary": f"About “{title}”.", **values}


def a_section(*entries, kind="paper", title="Papers", **values):
    return {"kind": kind, "title": title, "entries": list(entries), **values}


def an_issue(*sections, slug="1", language="en", **values):
    sections = list(sections) or [a_section(an_entry())]
    number = {"number": int(slug)} if slug.isdigit() else {}
    return {"slug": slug, "language": language, "title": f"Issue {slug}", "sections": sections, **number, **values}


def an_archive(*issues, **top):
    publication = {"name": "Bright", "languages": ["en"], "time_zone": "Asia/Tokyo"}
    return {"format": "akira-archive/1", "publication": publication, "issues": list(issues), **top}


def write_archive(path, *issues, **top):
    path.write_text(json.dumps(an_archive(*issues, **top), ensure_ascii=False), encoding="utf-8")
    return path


def bring_in(*paths, **options):
    """Import by the verb; (report, outcomes)."""
    outcomes = []
    report = import_documents(paths, Run(**options), tell=outcomes.append)
    return report, outcomes


def words(outcomes):
    return [outcome.outcome for outcome in outcomes]


def run_command(*arguments, **options):
    """Import by the command; (what it printed, exit status)."""
    out = io.StringIO()
    try:
        call_command("import_issues", *map(str, arguments), stdout=out, **options)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


def export_json(path):
    call_command("export_archive", "--format", "json", "-o", str(path), stderr=io.StringIO())
    return path.read_bytes()


def a_document(
    title="Reading week 31", *, number=None, language=None, source_url=None, entry="Sparse is enough", **more
):
    """An issue in plain Markdown."""
    front = {"title": title, "number": number, "language": language, "source_url": source_url, **more}
    lines = [f"{name}: {value}" for name, value in front.items() if value is not None]
    body = f"\n## Papers\n\n### [{entry}](https://arxiv.org/abs/2111.12763)\n\nMost of the network sleeps.\n"
    return "---\n" + "\n".join(lines) + "\n---\n" + body
