"""The drawing of the house, checked: an import goes down any number of floors, never up and never sideways."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

FLOORS = {
    "common": 0,
    "papers": 1,
    "issues": 2,
    "inbox": 3,
    "subscribers": 3,
    "exchange": 3,
    "outlets": 3,
    "akira": 4,
}


def _modules_named_in(tree: ast.Module, package: list[str]) -> Iterator[tuple[int, str]]:
    """Line and name of every module that code imports, wherever the import stands and however it is spelled."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *filter(None, [node.module])])
            yield from ((node.lineno, f"{start}.{alias.name}" if start else alias.name) for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__", "get_model") and isinstance(node.args[0].value, str):
                yield node.lineno, node.args[0].value


def _models_named_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and target of every relation that names its model by a string, which hides the arrow from a reader."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in ("ForeignKey", "OneToOneField", "ManyToManyField"):
            continue
        given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg in ("to", "through"))]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and "." in value.value:
                yield node.lineno, value.value


def _dependencies_of_migration(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and app of every migration that this one waits for."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if not {"dependencies", "run_before"} & set(names) or not isinstance(node.value, ast.List | ast.Tuple):
            continue
        for pair in node.value.elts:
            if isinstance(pair, ast.Tuple) and isinstance(pair.elts[0], ast.Constant):
                yield pair.lineno, pair.elts[0].value


def _arrows(root: Path) -> Iterator[tuple[Path, int, str, str]]:
    """Every arrow from an app to another: file, line, from, to."""
    for app in FLOORS:
        for path in sorted((root / app).rglob("*.py")):
            tree = ast.parse(path.read_text())
            package = list(path.relative_to(root).parent.parts)
            named = [*_modules_named_in(tree, package), *_models_named_in(tree)]
            if "migrations" in package:
                named += _dependencies_of_migration(tree)
            for line, name in named:
                target = name.partition(".")[0]
                if target in FLOORS and target != app:
                    yield path.relative_to(root), line, app, target


def violations(root: Path) -> list[str]:
    """What goes up or sideways in a tree, one line each."""
    return [
        f"{path}:{line}: {app} (floor {FLOORS[app]}) reaches for {target} (floor {FLOORS[target]})"
        for path, line, app, target in _arrows(root)
        if FLOORS[target] >= FLOORS[app]
    ]


def imports_of_tests(root: Path) -> list[str]:
    """Where the product imports its own tests."""
    return [
        f"{path.relative_to(root)}:{line}"
        for app in FLOORS
        for path in sorted((root / app).rglob("*.py"))
        for line, name in _modules_named_in(ast.parse(path.read_text()), list(path.relative_to(root).parent.parts))
        if name.partition(".")[0] == "tests"
    ]


def test_nothing_reaches_up_or_sideways():
    assert violations(CHECKOUT) == []


def test_the_product_does_not_know_its_tests():
    assert imports_of_tests(CHECKOUT) == []


def test_every_folder_of_code_has_its_floor():
    packages = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")}
    assert packages - {"tests", "benchmarks"} <= set(FLOORS)


@pytest.fixture
def tree(tmp_path):
    """Makes a house of the given files."""

    def build(**files):
        for name, text in files.items():
            path = tmp_path / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return build


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("papers__models", "import issues.models"),
        ("papers__models", "from issues.models import Issue"),
        ("papers__models", "from issues import models"),
        ("common__html", "def late():\n    from papers import catalogue"),
        (
            "common__html",
            "if True:\n    try:\n        import akira.settings as s\n    except ImportError:\n        pass",
        ),
        ("inbox__views", "from subscribers.models import Subscriber"),
        ("exchange__readers__table", "import inbox"),
        ("issues__views", "from importlib import import_module\nimport_module('exchange.readers')"),
        ("issues__views", "from django.apps import apps\napps.get_model('inbox.Candidate')"),
        ("papers__models", "work = models.ForeignKey('issues.Issue', on_delete=models.CASCADE)"),
        ("papers__models", "work = models.ManyToManyField(to='papers.Work', through='issues.Entry')"),
        ("papers__migrations__0002_x", "class M:\n    dependencies = [('issues', '0001_initial')]"),
        ("papers__migrations__0002_x", "class M:\n    run_before = [('issues', '0001_initial')]"),
        ("papers__migrations__0002_x", "field = models.ForeignKey(to='issues.issue')"),
        ("papers__deep__er__module", "from ....issues import models"),
    ],
)
def test_the_check_finds_what_goes_up_or_sideways(tree, file, text):
    assert len(violations(tree(**{file: text}))) == 1


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("akira__urls", "import issues.views, exchange, papers, common"),
        (
            "issues__models__entry",
            "from papers.models import Work\nfrom .issue import Issue\nfrom ..composing import add",
        ),
        ("issues__migrations__0002_x", "class M:\n    dependencies = [('papers', '0001_initial'), ('taggit', '0001')]"),
        ("papers__models", "merged_into = models.ForeignKey('self')\nother = models.ForeignKey('papers.Work')"),
        ("exchange__verbs", "# import inbox\ntext = 'import inbox'"),
        ("common__issues_like", "import issuesque"),
    ],
)
def test_the_check_lets_pass_what_goes_down(tree, file, text):
    assert violations(tree(**{file: text})) == []


def test_the_check_finds_tests_in_the_product(tree):
    assert imports_of_tests(tree(issues__views="from tests.factories import make_issue")) == ["issues/views.py:1"]
