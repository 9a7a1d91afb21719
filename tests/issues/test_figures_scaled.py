"""`manage.py scale_figures`: figures of before get their scaled forms."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from common.images import check
from common.storing import form_name
from issues import figures
from issues.models import Entry
from tests.common.disks import no_room_for_files_over
from tests.common.pictures import SVG_THAT_TELLS, jpeg_that_tells, packed, photograph
from tests.factories import make_entry, make_issue, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def section():
    return make_section(make_issue())


def old_entry(section, data, name="figures/old.png", **values):
    """An entry as it was before there were forms: with a file in the store, and nothing else of it known."""
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))
    return make_entry(section, figure=name, **values)


def run(**options):
    out = io.StringIO()
    call_command("scale_figures", stdout=out, **options)
    return out.getvalue().splitlines()


def widths():
    return dict(Entry.objects.order_by("pk").values_list("figure", "figure_widths"))


def test_figures_of_before_get_their_forms(section):
    data = packed(photograph((820, 300)))
    for _ in range(2):
        old_entry(section, data)
    assert run() == ["figures/old.png: 640, 820 pixels wide", "1 done, 0 left as they are."]
    assert {tuple(entry.figure_widths) for entry in Entry.objects.all()} == {(640, 820)}
    assert {(entry.figure_width, entry.figure_height) for entry in Entry.objects.all()} == {(820, 300)}
    with default_storage.open(form_name("figures/old.png", 640)) as opened:
        assert check(opened.read()).width == 640


def test_again_there_is_nothing_to_do(section):
    old_entry(section, packed(photograph((700, 200))))
    old_entry(section, SVG_THAT_TELLS, "figures/drawn.svg")
    assert run()[-1] == "2 done, 0 left as they are."
    assert run() == ["0 done, 0 left as they are."]
    assert run(again=True)[-1] == "2 done, 0 left as they are."
    assert widths() == {"figures/old.png": [700], "figures/drawn.svg": []}


def test_made_anew_when_asked(section):
    old_entry(section, packed(photograph((700, 200))))
    run()
    default_storage.delete("figures/old-700.webp")
    run()
    assert not default_storage.exists("figures/old-700.webp")
    run(again=True)
    assert default_storage.exists("figures/old-700.webp")


@pytest.mark.parametrize(
    ("data", "reason"), [(None, "it can't be read"), (b"no picture", "it is no PNG")], ids=["lost", "broken"]
)
def test_one_that_is_not_there_does_not_stop_the_rest(section, data, reason):
    make_entry(section, figure="figures/lost.png") if data is None else old_entry(section, data, "figures/lost.png")
    old_entry(section, packed(photograph((700, 200))))
    first, second, summary = run()
    assert first.startswith(f"figures/lost.png: {reason}")
    assert second == "figures/old.png: 700 pixels wide"
    assert summary == "1 done, 1 left as they are."
    assert widths()["figures/lost.png"] is None


def test_a_full_disk_ends_it_with_a_word_and_what_was_done_stays(section):
    old_entry(section, packed(photograph((200, 100)), "JPEG", quality=80), "figures/a.jpg")
    old_entry(section, packed(photograph((820, 300))), "figures/b.png")
    with no_room_for_files_over(10_000), pytest.raises(CommandError, match="after 1 figure: There is no room"):
        run()
    assert widths() == {"figures/a.jpg": [200], "figures/b.png": None}
    run()
    assert widths()["figures/b.png"] == [640, 820]


def test_stopped_anywhere_it_goes_on(section):
    for name in "abc":
        old_entry(section, packed(photograph((700, 200))), f"figures/{name}.png")
    going = figures.scale_figures()
    next(going)
    going.close()
    assert [told.name for told in figures.scale_figures()] == ["figures/b.png", "figures/c.png"]


def test_metadata_of_before_is_told_of(section):
    entry = old_entry(section, jpeg_that_tells(turned=6), "figures/old.jpg", figure_width=60, figure_height=40)
    old_entry(section, SVG_THAT_TELLS, "figures/drawn.svg")
    assert run()[-1].startswith("Stored before metadata was taken out, and still with it: 1.")
    entry.refresh_from_db()
    # Browsers turn the original, too.
    assert (entry.figure_width, entry.figure_height) == (40, 60)
