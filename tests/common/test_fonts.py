"""What the files of fonts say of themselves, and text set in the faces that are there."""

import string

import pytest

from common import fonts
from common.lettering import stack_of
from tests.fonts import font

LATIN = string.ascii_letters + string.digits + " .,-–…%"


@pytest.fixture
def folder(tmp_path):
    fonts.faces.cache_clear()
    return tmp_path


def _faces(folder):
    return fonts.faces((str(folder),))


@pytest.mark.parametrize("form", [4, 12])
def test_a_face_knows_its_letters_and_their_widths(folder, form):
    (folder / "a.ttf").write_bytes(font("Sheep", "Aé日", weight=700, width=640, form=form))
    (face,) = _faces(folder)
    assert (face.family, face.weight, face.capital_height / face.units) == ("Sheep", 700, 0.7)
    assert [letter in face for letter in "Aé日"] == [True] * 3
    assert not any(letter in face for letter in "aB本😀\uffff\U0010ffff")
    assert face.width("日", 100) == pytest.approx(64)


def test_what_is_no_usable_font_is_left_out(folder):
    good = font("Sheep", "A")
    names = {
        "a.ttf": b"",
        "b.ttf": b"not a font",
        "c.ttf": good[:100],
        "d.ttf": font("Sheep", "A", slanted=True),
        "e.ttf": font("Last Resort", "A"),
        "f.ttf": font('It\'s "quoted"', "A"),
        "g.ttf": good.replace(b"glyf", b"CBDT"),
        "h.txt": good,
        "i.ttc": b"ttcf" + b"\0\1\0\0" + b"\xff" * 40,
        "j.ttf": good,
    }
    for name, data in names.items():
        (folder / name).write_bytes(data)
    assert [face.path.name for face in _faces(folder)] == ["j.ttf"]
    assert _faces(folder / "nothing") == ()


@pytest.mark.parametrize(("table", "has_letter"), [(b"cmap", False), (b"hmtx", True), (b"hhea", True)])
def test_a_table_that_cannot_be_read_is_done_without(folder, table, has_letter):
    data = font("Sheep", "A")
    place = data.index(table) + 8
    (folder / "a.ttf").write_bytes(data[:place] + (2**31).to_bytes(4, "big") + data[place + 4 :])
    (face,) = _faces(folder)
    assert ("A" in face) == has_letter
    assert face.width("A", 100) == 100 if has_letter else True


@pytest.fixture
def stack(folder):
    (folder / "latin.ttf").write_bytes(font("Latin", LATIN + "é\u0301", weight=700))
    (folder / "signs.ttf").write_bytes(font("Signs", "☃日本", weight=400, width=1000))
    (folder / "light.ttf").write_bytes(font("Latin", LATIN, weight=300))
    (folder / "hebrew.ttf").write_bytes(font("Hebrew", "שלום ", weight=400))
    return stack_of(["Missing", "Latin"], 600, _faces(folder))


def test_the_nearest_weight_of_the_wanted_family_comes_first(stack):
    assert [(face.family, face.weight) for face in stack.faces][0] == ("Latin", 700)
    assert [(face.family, part) for face, part in stack.runs("On 日本 ice")] == [
        ("Latin", "On "),
        ("Signs", "日本"),
        ("Latin", " ice"),
    ]
    assert stack.width("A日", 10) == pytest.approx(15)
    assert stack.width("e\u0301", 10) == pytest.approx(5)


@pytest.mark.parametrize(
    ("given", "drawn"),
    [
        pytest.param("  Plain \n words ", "Plain words", id="blanks"),
        pytest.param("Snow ☃ falls", "Snow ☃ falls", id="a sign that a face has"),
        pytest.param("Launch 🚀👩\u200d🚀 day", "Launch day", id="pictures are left out"),
        pytest.param("One 1\ufe0f\u20e3 two", "One 1 two", id="what makes a picture of a digit"),
        pytest.param("e\u0301", "é", id="composed"),
        pytest.param("a\u202eb\u200bc\x07", "abc", id="controls"),
        pytest.param("English and देवनागरी", "", id="letters missing"),
        pytest.param("Price: 5 ₹", "", id="a currency says something"),
        pytest.param("שלום", "שלום", id="to the left"),
        pytest.param("Peace שלום", "", id="to the left, but no face has all of it"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_text_is_drawn_without_pictures_or_not_at_all(stack, given, drawn):
    assert stack.drawable(given) == drawn
    assert "".join(part for _face, part in stack.runs(drawn)) == drawn
