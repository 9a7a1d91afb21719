"""Texts as they stand in a letter: wrapped, with their links numbered."""

import pytest

from common.markdown import to_html
from issues.mail.letter import Links, lines_of


def letter(text, **options):
    links = Links()
    return lines_of(to_html(text, mathml=False), links, **options), links


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("One.\n\nTwo.", ["One.", "", "Two."]),
        ("- one\n- two\n  1. a\n  2. b", ["* one", "* two", "  1. a", "  2. b"]),
        ("7. seven\n8. eight", ["7. seven", "8. eight"]),
        ("> quoted\n>\n> twice", ["> quoted", ">", "> twice"]),
        ("```\nif  x:\n    y\n```", ["  if  x:", "      y"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["a | b", "1 | 2"]),
        ("one  \ntwo", ["one", "two"]),
        ("# Head\n\n---", ["Head", "", "* * *"]),
        ("$$E = mc^2$$ and H<sub>2</sub>O, x<sup>2</sup>, ~~not~~", ["E = mc^2 and H_2O, x^2, ~not~"]),
        ("", []),
    ],
)
def test_marks_are_those_of_letters(text, lines):
    assert letter(text)[0] == lines


def test_links_are_numbered_once_and_told_below():
    lines, links = letter("A [b](https://b.example/), [c](https://c.example/), [b again](https://b.example/).")
    assert lines == ["A b [1], c [2], b again [1]."]
    assert links.told("  ") == ["  [1] https://b.example/", "  [2] https://c.example/"]
    assert links.told("  ") == []


def test_the_number_stands_close_to_chinese_and_japanese():
    assert letter("[崩壊](https://b.example/)を防ぐ")[0] == ["崩壊[1]を防ぐ"]


def test_numbers_go_on_through_the_letter():
    links = Links()
    assert [links.number("https://a.example/"), links.number("https://b.example/")] == [1, 2]
    links.told("")
    assert links.number("https://a.example/") == 3


def test_an_address_in_words_needs_no_number():
    lines, links = letter("<https://b.example/> and <me@example.org>")
    assert lines == ["https://b.example/ and me@example.org"]
    assert links.told("") == []


def test_indented_and_led():
    assert letter("One.\n\nTwo.", indent="  ", first="* ")[0] == ["* One.", "", "  Two."]


def test_a_long_quotation_is_marked_on_every_line():
    lines, _links = letter("> " + "word " * 40, indent="      ")
    assert len(lines) == 4
    assert all(line.startswith("      > word") and len(line) <= 72 for line in lines)
