"""What a careful reader finds wrong in the further documents: codes and places, written down from reading them.

Places are counted from 1 as the rows stand after import: `(section, entry)` of an entry, the position of a highlight,
or nothing where the finding is about the whole issue. The documents are imported together and published, since some of
the findings are about what ran before.

How the list of rules was read where it leaves room:

- A work that stands twice is found at its second entry, and so is a summary that stands twice.
- A highlight is about what its first link leads to; links further on are asides. It has an entry where that link, or an
  entry titled with the same words, is in the issue.
- Trackers count where readers get them: in texts, which keep their links as given. Links of entries have lost theirs,
  but the campaign of another edition is told, since it shows that a link was copied from there.
- An address that was given without a site is told, though the importer found the site.
- Siblings of a paper are the other papers of its issue; an article has a link card in place of title line and figure.
- Numbers have a gap where the issue before, as imported, has not the number before.
"""

ERROR, WARNING, NOTICE = "error", "warning", "notice"


def at(section, entry):
    return (section, entry, None)


def highlight(position):
    return (None, None, position)


WHOLE = (None, None, None)

# By the slug: severity and code, then where.
FINDINGS = {
    "2020-week-51": {
        (ERROR, "no-link"): [at(4, 1)],
    },
    "2021-week-04": {
        (ERROR, "no-link"): [at(4, 3)],
        (WARNING, "relative-url"): [at(2, 3), at(3, 1)],
        (NOTICE, "no-source-title"): [at(1, 7)],
    },
    "2021-week-10": {
        (ERROR, "repeated-work"): [at(3, 5)],
        (ERROR, "no-title"): [at(3, 5)],
        (WARNING, "near-identical-summary"): [at(3, 5)],
        (WARNING, "highlight-without-entry"): [highlight(4), highlight(5), highlight(6), highlight(7)],
        (WARNING, "relative-url"): [at(5, 1)],
        (NOTICE, "version-pinned"): [at(3, 1)],
        (NOTICE, "no-source-title"): [at(3, 3)],
    },
    "2021-week-12": {
        (WARNING, "highlight-without-link"): [highlight(1)],
        (WARNING, "highlight-without-entry"): [highlight(5)],
        (NOTICE, "campaign"): [highlight(4)],
        (NOTICE, "no-source-title"): [at(3, 5)],
    },
    "18": {
        (WARNING, "card-mismatch"): [at(2, 1)],
        (WARNING, "highlight-without-link"): [highlight(1), highlight(3)],
        (NOTICE, "no-source-title"): [at(3, 1)],
    },
    "20": {
        (ERROR, "no-title"): [at(2, 1), at(3, 3)],
        (WARNING, "highlight-without-link"): [highlight(4)],
        (WARNING, "number-gap"): [WHOLE],
    },
    "21": {
        (ERROR, "no-title"): [at(2, 1)],
        (WARNING, "mojibake"): [at(5, 1)],
        (NOTICE, "campaign"): [at(2, 1), at(2, 2), at(4, 1), at(5, 1)],
        (NOTICE, "plain-http"): [at(4, 1)],
    },
    "22": {
        (WARNING, "highlight-without-link"): [highlight(5)],
        (NOTICE, "campaign"): [highlight(3)],
    },
    "26": {
        (WARNING, "count-mismatch"): [WHOLE],
        (WARNING, "number-gap"): [WHOLE],
    },
    "30": {
        (ERROR, "no-title"): [at(3, 3)],
        (WARNING, "relative-url"): [at(2, 1)],
        (WARNING, "number-gap"): [WHOLE],
    },
    "31": {
        (ERROR, "no-title"): [at(3, 1)],
    },
    "33": {
        (ERROR, "no-title"): [at(3, 3)],
        (WARNING, "count-mismatch"): [WHOLE],
        (WARNING, "number-gap"): [WHOLE],
    },
}

# Of three documents each of three other newsletters, by their folder: how often each code is found, and where a reader
# would disagree. Gaps between numbers are there, since only three of hundreds of issues are.
OTHERS = {
    "dair-ml-papers": ("en", {"plain-http": 1}),
    # A list of names has no links; ten items are but a sentence, which is their title; two events at two places stand
    # under both; a standing sentence stands again.
    "this-week-in-rust": (
        "en",
        {
            "no-link": 1,
            "repeated-work": 3,
            "no-summary": 10,
            "near-identical-summary": 1,
            "number-gap": 2,
            "plain-http": 14,
        },
    ),
    # The editor's own essay and the quotation of the week have no links.
    "ruanyf-weekly": (
        "zh-hans",
        {"no-link": 3, "no-summary": 2, "number-gap": 2, "plain-http": 19, "campaign": 1},
    ),
}
