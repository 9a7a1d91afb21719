#!/usr/bin/env python3
"""Measures the rules of the preflight on invented issues: what they find of what was spoilt, and what in clean ones.

    measure.py [--cases 200] [--clean 360] [--rule CODE …] [--write docs/preflight-bench.md]

Needs DATABASE_URL to name an empty database; everything is taken back. README.md says more.
"""

import argparse
import os
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akira.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test.utils import override_settings  # noqa: E402

from benchmarks.preflight import reporting  # noqa: E402
from benchmarks.preflight.running import calm, spoil  # noqa: E402
from issues.models import Publication  # noqa: E402


def tell(cases, counted, *, codes) -> None:
    """Print what was missed, and what was found without reason."""
    for case in cases:
        if not case.is_found:
            print(f"missed {case.code}: {case.mutator}, {case.seed}")
    for code, messages in counted.messages.items():
        if not codes or code in codes:
            print(f"{code}: {len(messages)} times in clean issues, such as {messages[0]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200, help="spoilt issues for each rule")
    parser.add_argument("--clean", type=int, default=360, help="clean issues")
    parser.add_argument("--rule", nargs="*", default=(), metavar="CODE", help="these rules alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=pathlib.Path, help="where to write the page")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Publication.objects.exists():
        sys.exit("The database holds a publication already; name an empty one in DATABASE_URL.")
    start = time.perf_counter()
    # Uploads of the installation are not touched.
    with tempfile.TemporaryDirectory() as uploads, override_settings(MEDIA_ROOT=uploads):
        cases = spoil(options.cases, codes=options.rule, seed=options.seed)
        counted = calm(options.clean, seed=options.seed + 1)
    tell(cases, counted, codes=options.rule)
    missed = [
        line for line in reporting.shortfalls(cases, counted) if not options.rule or line.split(":")[0] in options.rule
    ]
    print(*missed, sep="\n")
    print(f"{len(cases)} spoilt and {counted.issues} clean issues in {time.perf_counter() - start:.0f} s")
    if options.write:
        options.write.write_text(reporting.page(cases, counted), encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
