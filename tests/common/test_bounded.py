"""What is kept up to a number of bytes: the least recently used goes first."""

from collections import OrderedDict
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from common.bounded import Bounded


@dataclass(eq=False)
class Thing:
    size: int


def test_the_least_recently_used_goes_first():
    kept = Bounded(30)
    for key in "abc":
        kept.put(key, Thing(10))
    assert kept.get("a")
    kept.put("d", Thing(10))
    assert [key for key in "abcd" if key in kept] == ["a", "c", "d"]
    assert kept.get("b") is None


def test_what_takes_more_than_all_the_room_is_not_kept():
    kept = Bounded(30)
    kept.put("a", Thing(10))
    kept.put("b", Thing(31))
    assert "a" in kept
    assert "b" not in kept
    assert kept.size == 10


def test_a_thing_that_grows_pushes_others_out():
    kept = Bounded(30)
    first, second = Thing(10), Thing(10)
    kept.put("a", first)
    kept.put("b", second)
    second.size = 25
    kept.grown("b", second)
    assert ("a" in kept, "b" in kept, kept.size) == (False, True, 25)
    first.size = 99
    kept.grown("a", first)
    assert kept.size == 25


def test_it_can_be_emptied():
    kept = Bounded(30)
    kept.put("a", Thing(10))
    kept.clear()
    assert (len(kept), kept.size) == (0, 0)


DEEDS = st.lists(st.tuples(st.sampled_from(["put", "get", "grow"]), st.sampled_from("abcdef"), st.integers(0, 40)))


@given(DEEDS)
def test_it_holds_what_a_simple_list_would(deeds):
    kept, model = Bounded(60), OrderedDict()
    for deed, key, size in deeds:
        if deed == "get":
            assert (kept.get(key) is not None) == (key in model)
            if key in model:
                model.move_to_end(key)
            continue
        if deed == "put":
            model.pop(key, None)
            model[key] = Thing(size)
            kept.put(key, model[key])
        elif key in model:
            model[key].size += size
            kept.grown(key, model[key])
        if key in model and model[key].size > 60:
            del model[key]
        while sum(thing.size for thing in model.values()) > 60:
            model.popitem(last=False)
        assert kept.size == sum(thing.size for thing in model.values()) <= 60
        assert {key for key in "abcdef" if key in kept} == set(model)
