"""Prints what the preflight finds in issues."""

import json
import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from issues.checks import Severity, check
from issues.models import Issue

# The exit status by the gravest finding that stands. 2 is that of wrong arguments, as everywhere.
STATUS = {Severity.ERROR: 1, Severity.WARNING: 3}


class Command(BaseCommand):
    help = (
        "Print what the preflight finds in issues, the gravest first. The exit status is 0 where nothing above a "
        "notice stands, 1 where an error stands, 3 where a warning does, 2 where the arguments are wrong or name no "
        "issue. Findings that were waived are printed and don't count."
    )

    def add_arguments(self, parser):
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="the last part of the issue's address")
        parser.add_argument("--all", action="store_true", help="every issue, oldest first, drafts last")
        parser.add_argument("--language", metavar="L", help="issues of this language only, such as en or zh-hans")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, slugs, all, language, format, **options):
        keys = self._chosen(slugs, all, (language or "").strip().lower())
        tell = _Json(self.stdout) if format == "json" else _Text(self.stdout)
        worst = 0
        with translation.override("en"):
            for key in keys:
                issue = Issue.objects.filter(pk=key).first()
                # Somebody may remove it while others are checked.
                if issue is not None:
                    worst = _worse(worst, self._tell(tell, issue))
            tell.end()
        if worst:
            sys.exit(worst)

    def _chosen(self, slugs, all, language):
        """The keys of the issues to check; nothing else of them is held in memory."""
        if bool(slugs) == all:
            raise CommandError(
                "Name the issues to check, such as 26 or 2021-week-10, or all of them by --all.", returncode=2
            )
        issues = Issue.objects.filter(language=language) if language else Issue.objects.all()
        if not all:
            known = set(issues.filter(slug__in=slugs).values_list("slug", flat=True))
            if missing := [slug for slug in slugs if slug not in known]:
                where = f" in {language}" if language else ""
                raise CommandError(f"There is no issue {', '.join(missing)}{where}.", returncode=2)
            issues = issues.filter(slug__in=slugs)
        return list(issues.order_by("published_at", "number", "pk").values_list("pk", flat=True))

    def _tell(self, tell, issue):
        """Print the findings of one issue; the exit status that they ask for."""
        findings = check(issue)
        tell.issue(issue, findings)
        standing = {finding.severity for finding in findings if finding.stands}
        return next((status for severity, status in STATUS.items() if severity in standing), 0)


def _worse(one, other):
    """Of two exit statuses that of the graver finding."""
    return next((status for status in STATUS.values() if status in (one, other)), 0)


class _Text:
    """One line an issue, then one line a finding."""

    def __init__(self, out):
        self.out = out

    def issue(self, issue, findings):
        count = f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'}" if findings else "nothing found"
        self.out.write(f"{issue.slug} ({issue.language}): {count}")
        for finding in findings:
            place = finding.place.in_words or "the issue"
            waived = f" (waived: {finding.waiver.reason})" if finding.waived else ""
            self.out.write(_line(f"  {finding.severity:<8} {finding.code:<28} {place}: {finding.message}{waived}"))

    def end(self):
        pass


def _line(text):
    """A text of one line, whatever stands in it."""
    return " ".join(text.split("\n")).replace("\r", " ")


class _Json:
    """One array, a finding an object and a line, written as they come."""

    def __init__(self, out):
        self.out = out
        self.before = "["

    def issue(self, issue, findings):
        for finding in findings:
            self.out.write(f"{self.before}\n{json.dumps(_record(issue, finding), ensure_ascii=False)}", ending="")
            self.before = ","

    def end(self):
        self.out.write("[]" if self.before == "[" else "\n]")


def _record(issue, finding):
    place = finding.place
    return {
        "issue": issue.slug,
        "language": issue.language,
        "code": finding.code,
        "severity": str(finding.severity),
        "section": place.section,
        "entry": place.entry,
        "entry_id": place.entry_id,
        "highlight": place.highlight,
        "field": place.field,
        "message": finding.message,
        "fix": finding.fix.label if finding.fix else None,
        "waived": finding.waived,
    }
