"""A real nginx with the configuration that we ship: what it keeps, what never, and readers while all else is away."""

import gzip
import json
import tempfile
import threading
from pathlib import Path

import brotli
import pytest

from benchmarks.importing import generating
from tests.akira.behind_nginx import BehindNginx, wait_until

pytestmark = pytest.mark.nginx

ENTRY = "/entries/g1-0/"


@pytest.fixture(scope="module")
def world(prepared):
    # In a folder that whoever nginx and PostgreSQL run as may enter.
    with tempfile.TemporaryDirectory(prefix="akira-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        world = BehindNginx(folder, prepared[0])
        try:
            world.start_database()
            world.manage("import_issues", _archive(folder))
            world.start_akira()
            world.start_nginx()
            yield world
        finally:
            world.close()


def _archive(folder: Path) -> Path:
    """Issue 1, which is public, and issue 2, which is not."""
    archive = folder / "archive.json"
    generating.write(archive, 2)
    document = json.loads(archive.read_text())
    document["issues"][1] |= {"status": "draft", "published_at": None}
    archive.write_text(json.dumps(document))
    return archive


@pytest.fixture(autouse=True)
def _no_orders_are_left(request):
    yield
    request.getfixturevalue("world").orders()


def test_a_page_is_made_once_and_then_kept(world):
    first, second = world.get("/issues/1/"), world.get("/issues/1/")
    assert (first.cache, second.cache) == ("MISS", "HIT")
    assert first.said == second.said
    assert first.status == 200
    assert second.headers["etag"] == first.headers["etag"]
    assert len(world.asked("/issues/1/")) == 1
    head = world.get("/issues/1/", "HEAD")
    assert (head.cache, head.body) == ("HIT", b"")
    assert head.headers["content-length"] == first.headers["content-length"]


def test_who_has_a_page_is_told_so_by_nginx(world):
    etag = world.get("/about/").headers["etag"]
    asked = len(world.asked())
    told = world.get("/about/", if_none_match=etag)
    assert (told.status, told.body) == (304, b"")
    assert told.headers["etag"] == etag
    assert "must-revalidate" in told.headers["cache-control"]
    assert world.get("/about/", if_none_match='"another"').status == 200
    assert len(world.asked()) == asked


def test_spellings_of_accept_encoding_do_not_splinter_the_cache(world):
    spellings = ("gzip", "GZIP;q=0.5, deflate", "br;q=0, gzip, zstd", "x-gzip, br;q=0.000")
    packed = [world.get("/topics/", accept_encoding=spelling) for spelling in spellings]
    plain = [world.get("/topics/", accept_encoding=spelling) for spelling in ("identity", "deflate", "gzip;q=0", "")]
    assert {line["encoding"] for line in world.asked("/topics/")} == {"gzip", ""}
    assert [answer.cache for answer in packed] == ["MISS", "HIT", "HIT", "HIT"]
    assert [answer.cache for answer in plain] == ["MISS", "HIT", "HIT", "HIT"]
    assert packed[0].headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain[0].headers
    assert gzip.decompress(packed[0].body) == plain[0].body
    assert "Accept-Encoding" in plain[0].headers["vary"]


def test_what_no_page_knows_of_a_query_is_cut_off(world):
    bare = world.get("/issues/")
    for rubbish in ("utm_source=x", "fbclid=1&x", "year=&before=", "%00", "a=b;c", "?"):
        answer = world.get(f"/issues/?{rubbish}")
        assert (answer.cache, answer.said) == ("HIT", bare.said), rubbish
    year = world.get("/issues/?utm_source=x&year=2001")
    assert year.cache == "MISS"
    assert world.get("/issues/?year=2001&y=1").said == year.said
    # No path can be written so that it is taken for another with a query.
    assert world.get("/issues/%3Fyear=2001").status == 404
    assert world.get("/issues/%20?year=2001").status == 404
    assert {line["query"] for line in world.asked("/issues/")} <= {"", "&year=2001"}


def test_a_search_is_passed_on_as_it_is(world):
    assert [world.get("/search/?q=sparse&kind=entry&x=1").cache for _ in range(2)] == ["MISS", "HIT"]
    assert [line["query"] for line in world.asked("/search/")] == ["q=sparse&kind=entry&x=1"]


def test_addresses_that_need_escaping_arrive_as_they_are(world):
    world.get("/topics/%E6%96%87%E5%AD%97%20%25%3F%22/")
    assert world.asked()[-1]["path"].encode("latin-1").decode() == '/topics/文字 %?"/'


@pytest.mark.parametrize(
    "path", ["/admin/login/", "/preview/a-secret-of-a-reviewer/", "/healthz", "/api/candidates", "/admin/jsi18n/"]
)
def test_what_is_private_is_never_kept(world, path):
    before = len(world.asked(path))
    answers = [world.get(path) for _ in range(3)]
    assert len(world.asked(path)) == before + 3
    assert [answer.cache for answer in answers] == [None] * 3


def test_cookies_reach_the_desk_alone(world):
    login = world.get("/admin/login/", cookie="akira_session=mine")
    assert "set-cookie" in login.headers
    assert world.asked()[-1]["cookie"] == "akira_session=mine"
    world.get("/feeds/", cookie="akira_session=mine")
    assert world.asked("/feeds/")[-1]["cookie"] == ""


def test_akira_learns_who_asks_and_how(world):
    world.get("/healthz", x_forwarded_for="203.0.113.9", x_forwarded_proto="http")
    told = world.asked("/healthz")[-1]
    assert (told["host"], told["proto"], told["for"]) == ("news.example.org", "https", "203.0.113.9, 127.0.0.1")


def test_plain_http_leads_to_https(world):
    response = world.get_plainly("/issues/?year=2001")
    assert response.status == 301
    assert response.getheader("Location") == "https://news.example.org/issues/?year=2001"


@pytest.mark.parametrize(
    ("name", "value"), [("Vary", "Accept-Encoding, Cookie"), ("Set-Cookie", "a=b"), ("Cache-Control", "private")]
)
def test_an_answer_that_is_not_for_everybody_is_not_kept(world, name, value):
    world.orders(headers={name: value})
    assert [world.get("/issues/not-for-everybody/").cache for _ in range(2)] == ["MISS", "MISS"]


def test_two_hundred_who_come_at_once_cause_one_page(world):
    world.orders(seconds=1)
    answers = []
    crowd = [threading.Thread(target=lambda: answers.append(world.get(ENTRY))) for _ in range(200)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len(world.asked(ENTRY)) == 1


def test_a_new_issue_shows_within_the_time_and_a_draft_never(world):
    world.orders(fresh=1)
    before = [world.get(path) for path in ("/", "/feed/", "/issues/2/")]
    assert [answer.status for answer in before] == [200, 200, 404]
    assert not any(b"Issue 2" in plain(answer) for answer in before)
    world.sql("UPDATE issues_issue SET status = 'published', published_at = now() WHERE slug = '2'")
    world.until_stale()
    assert world.get("/issues/2/").status == 200
    assert b"Issue 2" in plain(world.get("/"))
    assert b"Issue 2" in plain(world.get("/feed/"))


def test_a_page_is_shown_while_it_is_made_anew(world):
    path = "/robots.txt"
    world.orders(headers={"Cache-Control": "public, s-maxage=1, stale-while-revalidate=30"})
    world.get(path)
    world.until_stale()
    world.orders(seconds=1)
    assert world.get(path).cache == "STALE"
    wait_until(lambda: world.get(path).cache == "HIT")


def test_readers_notice_nothing_while_the_database_and_then_akira_are_away(world):
    world.empty_cache()
    world.orders(fresh=1)
    kept = {path: world.get(path) for path in ("/", "/issues/1/", "/feed/", ENTRY)}
    assert {answer.status for answer in kept.values()} == {200}

    def assert_nobody_notices(told=(200, 304)):
        for path, answer in kept.items():
            assert world.get(path).said == answer.said, path
            again = world.get(path, if_none_match=answer.headers["etag"])
            assert again.status in told, path
            assert again.body in (b"", answer.body), path

    world.stop_database()
    world.until_stale()
    assert_nobody_notices()
    assert_calm(world.get("/sitemap.xml"))
    # An application that hangs is waited for, but not for ever.
    world.orders(seconds=30)
    assert world.get("/").said == kept["/"].said
    world.stop_akira()
    assert_nobody_notices(told=[304])
    for answer in (world.get("/issues/never-read/"), program := world.get("/api/candidates", "POST", b"url=x")):
        assert_calm(answer)
    assert json.loads(program.body)["error"] == "unavailable"
    world.get("/preview/a-secret-of-a-reviewer/")
    # What is kept lies on the disk.
    world.stop_nginx()
    world.start_nginx()
    assert_nobody_notices(told=[304])
    logs = "".join(path.read_text() for path in (world.folder / "nginx").glob("*.log"))
    assert "/issues/never-read/" in logs
    assert "secret-of-a-reviewer" not in logs

    world.orders(fresh=1)
    world.start_database()
    world.start_akira()
    world.sql("UPDATE issues_issue SET title = 'Issue 1, corrected' WHERE slug = '1'")
    wait_until(lambda: b"Issue 1, corrected" in plain(world.get("/issues/1/")))


def assert_calm(answer):
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "no-store" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers
    assert b"nginx" not in answer.body


def plain(answer) -> bytes:
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
    return unpack.get(answer.headers.get("content-encoding"), bytes)(answer.body)
