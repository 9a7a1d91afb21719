"""What README, CONTRIBUTING and docs/ promise is so."""

import os
import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

CHECKOUT = Path(__file__).resolve().parent.parent
DOCUMENTS = {
    str(path.relative_to(CHECKOUT)): path.read_text(encoding="utf-8")
    for path in sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")])
}
TOP_LEVEL = {"akira", "benchmarks", "common", "docs", "exchange", "issues", "papers", "templates", "tests"}
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.MULTILINE | re.DOTALL)

each_document = pytest.mark.parametrize("name", list(DOCUMENTS))


def commands() -> list[tuple[str, str]]:
    """(command, its arguments) of every `manage.py …` that the documents mention."""
    found = []
    for text in DOCUMENTS.values():
        found += re.findall(r"manage\.py ([a-z_]+)([^\n`]*)", text)
    return sorted(set(found))


def settings_of_the_code() -> set[str]:
    code = (CHECKOUT / "akira" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'(?:\benv\.\w+|\b_\w+)\(\s*"([A-Z_]+)"', code))


def settings_of_the_table() -> list[str]:
    chapter = DOCUMENTS["docs/operators.md"].partition("## Settings")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([A-Z_]+)` \|", chapter, re.MULTILINE)


def headings(text: str) -> set[str]:
    """The anchors under which a forge shows the headings."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@each_document
def test_linked_files_exist(name):
    text = FENCE.sub("", DOCUMENTS[name])
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target) or "`" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (CHECKOUT / name).parent / path if path else CHECKOUT / name
        assert file.exists(), target
        assert not anchor or anchor in headings(file.read_text(encoding="utf-8")), target


@each_document
def test_files_named_in_the_text_exist(name):
    for path in re.findall(r"`([\w.-]+/[\w./-]*)`", FENCE.sub("", DOCUMENTS[name])):
        if path.partition("/")[0] in TOP_LEVEL:
            assert (CHECKOUT / path).exists(), path


def test_readme_fits_one_screen_and_a_half():
    assert len(DOCUMENTS["README.md"].splitlines()) <= 60


@pytest.mark.parametrize("name", ["run", "test", ".ci/run"])
def test_the_commands_of_the_readme_can_be_run(name):
    assert os.access(CHECKOUT / name, os.X_OK)


@pytest.mark.parametrize(("command", "arguments"), commands(), ids=lambda value: value.strip() or "-")
def test_a_management_command_exists_with_the_options_given(command, arguments):
    known = get_commands()
    assert command in known
    loaded = load_command_class(known[command], command) if isinstance(known[command], str) else known[command]
    # What follows two dashes is meant for another program.
    arguments = arguments.partition(" -- ")[0]
    options = loaded.create_parser("manage.py", command)._option_string_actions
    for option in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", arguments):
        assert option in options, option


@pytest.mark.parametrize("option", ["--port", "--host", "--no-samples"])
def test_the_options_of_run_are_those_of_the_readme(option):
    parser = load_command_class("akira", "serve").create_parser("manage.py", "serve")
    assert option in parser._option_string_actions
    assert option in DOCUMENTS["README.md"]


def test_the_table_of_settings_is_complete_and_invents_none():
    assert len(settings_of_the_table()) == len(set(settings_of_the_table()))
    assert set(settings_of_the_table()) == settings_of_the_code()


def test_every_decision_is_listed():
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", DOCUMENTS["docs/decisions/README.md"])
    written = sorted(path.name for path in (CHECKOUT / "docs" / "decisions").glob("[0-9]*.md"))
    assert sorted(listed) == written
    assert [name[:4] for name in written] == [f"{number:04}" for number in range(1, len(written) + 1)]


def test_the_licence_is_mit():
    licence = (CHECKOUT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License\n\nCopyright (c) 2026 The Akira contributors\n")
