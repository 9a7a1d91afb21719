"""What is personal has places in a mail that nothing else can make, and that are filled safely."""

import pytest

from issues.mail import Letter, Personal, PlaceLeft, fill
from issues.mail.places import CLOSE, NAMES, OPEN, Places


def personal(**values):
    return Personal(
        **{
            "unsubscribe": "https://example.org/leave/k7/",
            "settings": "https://example.org/settings/k7/",
            "browser": "https://example.org/mail/k7/?a=1&b=2",
            "confirmed_on": "12 June 2021",
        }
        | values
    )


def written(text):
    return Letter("Subject", text, text)


def place(name):
    return f"{OPEN}{name}{CLOSE}"


def test_places_are_filled_with_what_is_personal():
    sent = fill(written(" ".join(map(place, NAMES))), personal())
    addresses = [f"https://example.org/{page}" for page in ("leave/k7/", "settings/k7/", "mail/k7/?a=1&b=2")]
    assert sent.text == " ".join([*addresses, "12 June 2021"])
    assert OPEN not in sent.html + sent.text


def test_what_is_filled_into_html_is_escaped_there_and_only_there():
    sent = fill(written(place("browser") + place("confirmed_on")), personal(confirmed_on='<b>"June"</b>'))
    assert sent.html == "https://example.org/mail/k7/?a=1&amp;b=2&lt;b&gt;&quot;June&quot;&lt;/b&gt;"
    assert sent.text.endswith('<b>"June"</b>')


def test_what_is_filled_in_is_not_looked_through_again():
    with pytest.raises(PlaceLeft):
        personal(confirmed_on=place("unsubscribe"))
    assert fill(written(place("confirmed_on")), personal(confirmed_on="unsubscribe")).text == "unsubscribe"


@pytest.mark.parametrize(
    "text", [place("password"), OPEN, CLOSE, f"{OPEN}un{place('unsubscribe')}", f"{OPEN}Unsubscribe{CLOSE}"]
)
def test_a_place_that_nothing_fills_stops_the_mail(text):
    with pytest.raises(PlaceLeft):
        fill(written(f"Before {text} after"), personal())


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", "/leave/", "https://a b", 'https://a"b', "https://a\nb"]
)
def test_only_addresses_go_where_addresses_belong(address):
    with pytest.raises(PlaceLeft):
        personal(unsubscribe=address)


@pytest.mark.parametrize("day", ["", " ", "12\nJune"])
def test_a_day_is_a_line_of_words(day):
    with pytest.raises(PlaceLeft):
        personal(confirmed_on=day)


def test_a_text_can_make_no_place():
    places = Places()
    settled = places.settle(f"{place('unsubscribe')} {places['settings']} \x07\u2028.")
    assert settled == f"unsubscribe {place('settings')}   ."


def test_words_that_stand_for_places_differ_every_time():
    assert Places()["unsubscribe"] != Places()["unsubscribe"]
