"""What is rendered once for all that look alike is what the template gives for each of them."""

import datetime
from dataclasses import dataclass, field

import pytest
from django.template import Context, engines
from django.utils import translation
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from common import alike


@dataclass(frozen=True)
class Link:
    words: str
    path: str


@dataclass(frozen=True)
class Part:
    title: str
    text: SafeString = SafeString("")
    width: int | None = None
    is_lazy: bool = False
    work: Link | None = None
    topics: list[Link] = field(default_factory=list)
    noted_on: datetime.date | None = None


SHELL = """<h3 id="{{ part.title }}">{% if part.work %}<a href="{{ part.work.path }}">{{ part.title }}</a>
{% else %}{{ part.title|default:"-" }}{% endif %}</h3>{{ part.text }}{% if part.width %} {{ part.width }}{% endif %}
{% if part.is_lazy %} lazy{% endif %}{% for topic in part.topics %}{{ forloop.counter }}{{ topic.words }}
{% if not forloop.last %}, {% endif %}{% endfor %}{% blocktranslate trimmed with name=part.title %}About {{ name }}
{% endblocktranslate %}{% firstof part.title part.text %}"""


def template(source):
    return engines["django"].engine.from_string("{% load i18n %}" + source)


def rendered(made, **shown):
    return made.render(Context(shown))


texts = st.text(st.sampled_from("ab<>&\"' \n%{}\ue0a10\ue0a2日")) | st.sampled_from(
    ["", "{{ x }}", "%s", "\ue0a11\ue0a2"]
)
links = st.builds(Link, texts, texts)
parts = st.builds(
    Part,
    texts,
    texts.map(SafeString),
    st.none() | st.integers(0, 9000),
    st.booleans(),
    st.none() | links,
    st.lists(links, max_size=3),
)


@given(st.lists(parts, max_size=6))
def test_whatever_is_shown_comes_out_as_the_template_gives_it(shown):
    made = template(SHELL)
    for part in shown:
        assert alike.render(made, part=part) == rendered(made, part=part)


def test_a_template_that_prints_asks_and_loops_is_rendered_once_for_each_shape(monkeypatch):
    made = template(SHELL)
    alike.render(made, part=Part("One", SafeString("<p>a</p>"), topics=[Link("a", "/a/")]))
    # From here on, nothing is rendered any more.
    monkeypatch.setattr(made, "render", lambda context: pytest.fail("it looks like the one before"))
    second = alike.render(made, part=Part("<b>", SafeString("<p>b</p>"), topics=[Link("&", "/b/")]))
    assert '<h3 id="&lt;b&gt;">' in second
    assert "<p>b</p>" in second
    assert isinstance(second, SafeString)


def test_each_language_has_shells_of_its_own():
    made = template('{% translate "Issues" %} {{ part.title }}')
    assert alike.render(made, part=Part("a")) == "Issues a"
    with translation.override("ja"):
        assert alike.render(made, part=Part("a")) == rendered(made, part=Part("a")) != "Issues a"


@pytest.mark.parametrize(
    "source",
    [
        "{{ part.title|upper }}",
        "{{ part.title|truncatechars:300 }}",
        "{{ part.title|length }}",
        "{{ part.title|add:'x' }}",
        "{{ part.title|safe }}",
        "{{ part.title.0 }}",
        "{{ part.width|add:1 }}",
        "{{ part.missing }}",
        "{{ part }}",
        "{{ part.topics }}",
        "{% if part.title == 'a' %}a{% endif %}",
        "{% if part.title < 'b' %}a{% endif %}",
        "{% if 'a' in part.title %}a{% endif %}",
        "{% if part.width > 2 %}a{% endif %}",
        "{% for letter in part.title %}{{ letter }}{% endfor %}",
        "{% filter upper %}{{ part.title }}{% endfilter %}",
        "{% blocktranslate count n=part.width %}one{% plural %}{{ n }}{% endblocktranslate %}",
        "{{ part.noted_on|date:'Y' }}",
        "{% if part.noted_on %}a{% endif %}",
        "{% if other %}a{% endif %}",
        "{{ other.day }}",
    ],
)
def test_what_does_more_with_a_text_than_to_print_it_is_rendered_each_time(source):
    made = template(source)
    shown = {"other": datetime.date(2021, 8, 29)}
    first = Part("a'b", width=3, topics=[Link("a", "/")], noted_on=datetime.date(2021, 8, 29))
    second = Part("bc" * 200, width=1, topics=[Link("b", "/")], noted_on=datetime.date(2020, 8, 29))
    assert not alike.is_fit(made, part=first, **shown)
    for part in (first, second):
        assert alike.render(made, part=part, **shown) == rendered(made, part=part, **shown)


def test_an_error_of_the_template_is_the_template_s_own():
    made = template("{% widthratio part.title part.text part.missing as x %}{{ x }}{% include part.title %}")
    with pytest.raises(Exception, match="a"):
        alike.render(made, part=Part("a"))


def test_shapes_beyond_all_measure_are_forgotten(monkeypatch):
    monkeypatch.setattr(alike, "MOST_SHAPES", 3)
    made = template("{% for topic in part.topics %}{{ topic.words }}{% endfor %}")
    for count in range(10):
        assert alike.render(made, part=Part("a", topics=[Link("x", "/")] * count)) == "x" * count
    assert len(made._shells) <= 3
