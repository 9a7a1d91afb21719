"""The packages: each with its reason, pinned and hashed, under a licence that we may pass on, and no second driver."""

import importlib.metadata
import importlib.util
import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import CHECKOUT

NAMES = ("requirements", "requirements-test", "requirements-postgres")
ALLOWED = re.compile(
    r"\b(MIT|MIT-CMU|HPND|BSD|BSD-[23]-Clause|Apache|Apache-2\.0|ISC|PSF|PSF-2\.0|Python Software Foundation|"
    r"MPL-2\.0|Mozilla Public License 2\.0|LGPL|Lesser General Public License)\b",
    re.IGNORECASE,
)
# By which a text that does not name itself is known.
GRANT_OF_MIT = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"
FORBIDDEN = re.compile(r"\b(A?GPL|Affero|(?<!Lesser )General Public License)\b")


def pinned(name) -> dict[str, tuple[Requirement, list[str]]]:
    """The packages of a pinned file, with their hashes."""
    text = (CHECKOUT / f"{name}.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    found = {}
    for number, line in enumerate(lines):
        requirement, *hashes = line.split("--hash=")
        parsed = Requirement(requirement.strip())
        found[f"{canonicalize_name(parsed.name)} {number}"] = parsed, [value.strip() for value in hashes]
    return found


def chosen(name) -> dict[str, str]:
    """The packages that a file names, and the reason of each."""
    lines = (CHECKOUT / f"{name}.in").read_text().splitlines()
    split = [line.partition("#") for line in lines if line and not line.startswith(("#", "-c"))]
    return {canonicalize_name(Requirement(line.strip()).name): reason.strip() for line, _, reason in split}


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_has_a_reason(name):
    assert [package for package, reason in chosen(name).items() if len(reason.split()) < 2] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_package_is_pinned_and_hashed(name):
    for requirement, hashes in pinned(name).values():
        assert re.fullmatch(r"==[^*]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_is_pinned(name):
    assert set(chosen(name)) <= {key.split()[0] for key in pinned(name)}


def test_the_test_packages_do_not_move_those_of_the_product():
    product = {key.split()[0]: requirement for key, (requirement, _) in pinned("requirements").items()}
    for key, (requirement, _) in pinned("requirements-test").items():
        if other := product.get(key.split()[0]):
            assert requirement.specifier == other.specifier


@pytest.mark.parametrize("name", NAMES)
def test_no_place_stands_in_the_pinned_files(name):
    assert not re.search(r"https?://|file:|--find-links|--index", (CHECKOUT / f"{name}.txt").read_text())


def test_psycopg_3_cannot_be_imported():
    assert importlib.util.find_spec("psycopg") is None
    assert importlib.util.find_spec("psycopg2")


def licence_of(distribution) -> str:
    """What a package says of its licence: the expression, else the classifiers, else the first line of the field, else
    that of the licence itself."""
    about = distribution.metadata
    if expression := about.get("License-Expression"):
        return expression
    classifiers = [line.rpartition("::")[2].strip() for line in about.get_all("Classifier", []) if "License ::" in line]
    classifiers = [line for line in classifiers if line != "OSI Approved"]
    stated = " AND ".join(classifiers) or about.get("License") or _licence_itself(distribution)
    return stated.strip().partition("\n")[0]


def _licence_itself(distribution) -> str:
    for name in distribution.metadata.get_all("License-File", []):
        for folder in ("", "licenses/"):
            if text := distribution.read_text(folder + name):
                return "MIT" if GRANT_OF_MIT in " ".join(text.split()) else text
    return ""


def is_allowed(licence: str) -> bool:
    """Whether we may pass on what has this licence; where there is a choice, one of them is enough."""
    choices = re.split(r"\s+OR\s+", licence)
    return any(ALLOWED.search(choice) and not FORBIDDEN.search(choice) for choice in choices)


@pytest.mark.parametrize("name", NAMES)
def test_every_licence_is_one_that_we_may_pass_on(name):
    refused = {}
    for requirement, _ in pinned(name).values():
        try:
            distribution = importlib.metadata.distribution(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            # Pinned for another platform, or (the server) for machines that need it.
            continue
        if not is_allowed(licence_of(distribution)):
            refused[requirement.name] = licence_of(distribution)
    assert refused == {}


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause", True),
        ("BSD License", True),
        ("Apache-2.0 AND MIT", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("LGPL with exceptions", True),
        ("MPL-2.0 AND MIT", True),
        ("MIT OR GPL-2.0", True),
        ("GPL-3.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("AGPL-3.0", False),
        ("MIT AND GPL-2.0", False),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_licences_are_told_apart(licence, allowed):
    assert is_allowed(licence) is allowed
