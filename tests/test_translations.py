"""What readers see is translated, and the compiled catalogues are those of the sources."""

import ast
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.template import Engine, engines
from django.template.base import Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

CHECKOUT = Path(__file__).resolve().parent.parent
LOCALES = ("en", "ja", "zh_Hans")
# The desk and its mails to editors are no public pages.
DESK = ("templates/account", "templates/admin", "templates/akira", "templates/issues/desk", "templates/mfa")
READERS_MODULES = (
    "archive.py",
    "naming.py",
    "pages.py",
    "relating.py",
    "rendering.py",
    "previews.py",
    "search/narrowing.py",
    "search/pages.py",
    "mail/plain.py",
    "mail/writing.py",
    "templatetags/issues.py",
    "topics.py",
    "works.py",
)
MODULES = [CHECKOUT / "issues" / name for name in READERS_MODULES]


def _catalogue(locale):
    return CHECKOUT / "locale" / locale / "LC_MESSAGES" / "django.po"


def _messages_of_node(node):
    if isinstance(node, TranslateNode) and isinstance(node.filter_expression.var, str):
        yield node.filter_expression.var
    elif isinstance(node, TranslateNode):
        yield str(node.filter_expression.var.literal)
    elif isinstance(node, BlockTranslateNode):
        for tokens in filter(None, (node.singular, node.plural)):
            yield node.render_token_list(tokens)[0]


def _public_templates():
    templates = CHECKOUT / "templates"
    for path in sorted([*templates.rglob("*.html"), *templates.glob("issues/emails/**/*.txt")]):
        name = path.relative_to(CHECKOUT).as_posix()
        if not name.startswith(DESK):
            yield path


def _messages_of_templates():
    engine: Engine = engines["django"].engine
    for path in _public_templates():
        template = engine.get_template(path.relative_to(CHECKOUT / "templates").as_posix())
        for node in template.nodelist.get_nodes_by_type(Node):
            yield from _messages_of_node(node)


def _messages_of_modules():
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                yield node.args[0].value


def test_the_search_for_messages_finds_them():
    found = {*_messages_of_templates(), *_messages_of_modules()}
    assert {"Skip to the text", "%(count)s entries", "About %(name)s", "Weekly", "Issue %(number)s"} <= found
    assert len(found) > 80


@pytest.mark.parametrize("locale", LOCALES)
def test_every_message_of_a_public_page_is_translated(locale):
    catalogue = polib.pofile(str(_catalogue(locale)))
    done = set()
    for entry in catalogue.translated_entries():
        done |= {entry.msgid, entry.msgid_plural}
    assert {*_messages_of_templates(), *_messages_of_modules()} - done == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_translations_keep_the_placeholders(locale):
    for entry in polib.pofile(str(_catalogue(locale))).translated_entries():
        names = set(_placeholders(entry.msgid_plural or entry.msgid))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert not text or set(_placeholders(text)) == names, entry.msgid


def _placeholders(text):
    return [part.split(")s")[0] for part in text.split("%(")[1:]]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_compiled_catalogue_is_that_of_the_source(locale):
    source = polib.pofile(str(_catalogue(locale)))
    compiled = polib.mofile(str(_catalogue(locale).with_suffix(".mo")))
    expected = {(e.msgid, e.msgstr, tuple(e.msgstr_plural.values())) for e in source.translated_entries()}
    assert {(e.msgid, e.msgstr, tuple(e.msgstr_plural.values())) for e in compiled} == expected


def test_each_shipped_language_has_a_catalogue():
    assert len(settings.LANGUAGES) == len(LOCALES)
