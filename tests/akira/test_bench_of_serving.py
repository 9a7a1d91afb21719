"""The bench of serving runs, and what it says can be so."""

import re

import pytest

from benchmarks.serving import client, measure, servers

# Other connections read what is filled in.
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_bench_measures_every_page_in_archives_that_grow(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(measure, "COLD_TIMES", 1)
    monkeypatch.setattr(client, "PROCESSES", 1)
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    # Those of the tests need no static files that were collected.
    monkeypatch.setattr(servers, "SETTINGS", "tests.settings")
    monkeypatch.setattr(servers, "collect_static", lambda environment: None)
    options = ["--sizes", "2", "--rounds", "1", "--seconds", "0.01", "--connections", "2"]
    measure.run(measure.parser().parse_args(options), tmp_path)
    said = capsys.readouterr().out
    rows = dict(re.findall(r"^\| ([\w, ]+?) +\| ([0-9.]+) ", said, re.MULTILINE))
    expected = {"hello", "one query", *measure.PAGES, *(f"{page}, 304" for page in measure.AGAIN)}
    if servers.NGINX:
        expected |= {"issue, file", "feed, file", *(f"{page}, nginx" for page in measure.AGAIN)}
    assert expected <= set(rows)
    assert all(float(rows[name]) > 0 for name in ("hello", "one query", "issue"))
    assert "## 2 issues" in said
