"""Preconditions of requests, in the order of RFC 9110, section 13.2.2."""

import pytest
from django.utils.http import http_date
from hypothesis import given
from hypothesis import strategies as st

from common.conditions import status_by_conditions

ETAG = '"abc"'
CHANGED = 1_600_000_000
AT, BEFORE, AFTER = (http_date(CHANGED + seconds) for seconds in (0, -1, 3600))

CASES = {
    "nothing": ({}, 200),
    "same tag": ({"IF_NONE_MATCH": '"abc"'}, 304),
    "other tag": ({"IF_NONE_MATCH": '"abd"'}, 200),
    "weak tag": ({"IF_NONE_MATCH": 'W/"abc"'}, 304),
    "list": ({"IF_NONE_MATCH": '"x", W/"y",W/"abc" , "z"'}, 304),
    "list without it": ({"IF_NONE_MATCH": '"x", "abcd", "z"'}, 200),
    "comma in a tag": ({"IF_NONE_MATCH": '"x,\\"abc", "y"'}, 200),
    "anything": ({"IF_NONE_MATCH": "*"}, 304),
    "no tag at all": ({"IF_NONE_MATCH": "abc"}, 200),
    "empty": ({"IF_NONE_MATCH": ""}, 200),
    "not since": ({"IF_MODIFIED_SINCE": AT}, 304),
    "not since later": ({"IF_MODIFIED_SINCE": AFTER}, 304),
    "since": ({"IF_MODIFIED_SINCE": BEFORE}, 200),
    "no date": ({"IF_MODIFIED_SINCE": "yesterday"}, 200),
    "two digits of a year": ({"IF_MODIFIED_SINCE": "Sunday, 06-Nov-94 08:49:37 GMT"}, 200),
    "tag before date": ({"IF_NONE_MATCH": '"x"', "IF_MODIFIED_SINCE": AFTER}, 200),
    "empty tag before date": ({"IF_NONE_MATCH": "", "IF_MODIFIED_SINCE": AFTER}, 200),
    "tag, though changed since": ({"IF_NONE_MATCH": '"abc"', "IF_MODIFIED_SINCE": BEFORE}, 304),
    "if match": ({"IF_MATCH": '"abc"'}, 200),
    "if any": ({"IF_MATCH": "*"}, 200),
    "if match other": ({"IF_MATCH": '"x"'}, 412),
    "if match weak": ({"IF_MATCH": 'W/"abc"'}, 412),
    "if match, none match": ({"IF_MATCH": '"abc"', "IF_NONE_MATCH": '"abc"'}, 304),
    "unmodified": ({"IF_UNMODIFIED_SINCE": AT}, 200),
    "modified": ({"IF_UNMODIFIED_SINCE": BEFORE}, 412),
    "if match before unmodified": ({"IF_MATCH": '"abc"', "IF_UNMODIFIED_SINCE": BEFORE}, 200),
}


@pytest.mark.parametrize("case", CASES)
def test_conditions_decide_the_status(case):
    headers, status = CASES[case]
    assert status_by_conditions({f"HTTP_{name}": value for name, value in headers.items()}, ETAG, CHANGED) == status


@pytest.mark.parametrize("name", ["IF_MODIFIED_SINCE", "IF_UNMODIFIED_SINCE"])
def test_a_condition_about_dates_is_ignored_where_no_date_is_known(name):
    assert status_by_conditions({f"HTTP_{name}": AFTER}, ETAG, None) == 200


TAGS = st.text(alphabet="!#abc,*/W \x80\xff", max_size=6).map(lambda text: f'"{text.replace(" ", "")}"')


@given(st.lists(TAGS, max_size=5), st.booleans())
def test_a_tag_is_found_where_and_only_where_it_is_given(tags, weak):
    header = " , ".join(("W/" if weak else "") + tag for tag in tags)
    expected = 304 if ETAG in tags else 200
    assert status_by_conditions({"HTTP_IF_NONE_MATCH": header}, ETAG, None) == expected


@given(st.text(alphabet='"\\W/,* abc\xff\t', max_size=30))
def test_no_header_is_a_fault(header):
    given_headers = {"HTTP_IF_NONE_MATCH": header, "HTTP_IF_MATCH": header, "HTTP_IF_MODIFIED_SINCE": header}
    assert status_by_conditions(given_headers, ETAG, CHANGED) in (200, 304, 412)
