"""Imports that are killed half-way, and two at once: whole issues, each once."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.db import connection

from issues.models import Entry, Issue
from papers.models import Work

from .archives import a_section, an_entry, an_issue, bring_in, write_archive

pytestmark = pytest.mark.django_db(transaction=True)

ENTRIES = 6


def issues(count):
    for number in range(1, count + 1):
        made = [an_entry(f"{number}.{place}", f"https://example.org/{number}/{place}") for place in range(ENTRIES)]
        yield an_issue(a_section(*made), slug=str(number))


def test_two_imports_of_the_same_documents_at_once_make_each_issue_once(tmp_path):
    path = write_archive(tmp_path / "a.json", *issues(15))
    reports, errors = [], []

    def run():
        try:
            reports.append(bring_in(path)[0])
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(report.counts["created"] for report in reports) == 15
    assert sum(report.counts["failed"] for report in reports) == 0
    assert (Issue.objects.count(), Entry.objects.count(), Work.objects.count()) == (15, 15 * ENTRIES, 15 * ENTRIES)


def test_import_that_is_killed_leaves_whole_issues_and_the_next_one_completes_it(tmp_path):
    path = write_archive(tmp_path / "a.json", *issues(400))
    name = connection.settings_dict["NAME"]
    code = (
        "import django; from django.conf import settings; import tests.settings as s\n"
        f"s.DATABASES['default']['NAME'] = {name!r}\n"
        "django.setup()\n"
        "from django.core.management import call_command\n"
        f"call_command('import_issues', {str(path)!r})\n"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while Issue.objects.count() < 5 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    count = Issue.objects.count()
    assert 5 <= count < 400
    assert Entry.objects.count() == count * ENTRIES
    few = json.loads(path.read_text(encoding="utf-8"))["issues"][: count + 5]
    report, _ = bring_in(write_archive(tmp_path / "few.json", *few))
    assert (report.counts["unchanged"], report.counts["created"]) == (count, 5)
