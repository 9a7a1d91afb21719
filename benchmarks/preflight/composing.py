"""Clean issues: what an editor leaves in which there is nothing to find, of a week, a month and a year."""

import calendar
import datetime

from benchmarks.preflight.inventing import WORDINGS, Invented, article, chance_of, paper, retold
from benchmarks.preflight.rows import STANDING, Clean, add_standing_entry, new_issue, save
from benchmarks.preflight.wording import Wording
from issues.models import IssueKind, Publication

# Sections of a weekly: kind, how many entries at least and at most, and of ten how many are papers.
PLAN = (
    ("feature", 2, 3, 7),
    ("use_case", 2, 2, 0),
    ("paper", 3, 5, 10),
    ("article", 2, 2, 0),
    ("other", 1, 2, 0),
)
COUNTS = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "ja": tuple("0123456789"),
    "zh-hans": tuple("零一二三四五六七八九"),
}
ADDRESS = "Pebble Letter, 12 Lamp Street, Port Ellery"


def make_publication() -> Publication:
    """The newsletter, in the languages of the wordings, with all that a mail needs."""
    return Publication.objects.create(
        name="Pebble Letter",
        tagline="Small things, looked at closely",
        author_name="Ida Farrow",
        imprint=ADDRESS,
        recurring_links=[STANDING + "*"],
        languages=list(WORDINGS),
        time_zone="Asia/Tokyo",
        sender="Pebble Letter <letter@pebble.example>",
        campaign={
            language: {"utm_source": "pebble", "utm_medium": "email", "utm_campaign": f"Pebble Letter ({language})"}
            for language in WORDINGS
        },
    )


def stated_week(day: datetime.date, chance) -> int:
    """The number of the week that begins on a day, by one of three usual countings."""
    ways = (
        lambda: (day + datetime.timedelta(days=1)).isocalendar().week,
        lambda: int(f"{day:%U}"),
        lambda: _week_of_first_january(day),
    )
    return chance.choice(ways)() or _week_of_first_january(day)


def _week_of_first_january(day: datetime.date) -> int:
    """Weeks begin on Sunday, and that of 1 January is the first."""
    first = datetime.date(day.year, 1, 1)
    return (day.timetuple().tm_yday - 1 + (first.weekday() + 1) % 7) // 7 + 1


def day_in_words(language: str, day: datetime.date) -> str:
    if language == "en":
        return f"{calendar.month_name[day.month]} {day.day}"
    return f"{day.month}月{day.day}日" if language == "ja" else f"{day.month} 月 {day.day} 日"


def _words_of_issue(wording: Wording, day: datetime.date, week: int, number: int, chance) -> dict[str, object]:
    return {
        "number": number,
        "before": max(number - 2, 1),
        "year": day.year,
        "month": day.month,
        "month_name": calendar.month_name[day.month],
        "week": week,
        "day": day_in_words(wording.language, day),
        "thing": chance.choice(wording.things),
    }


def _weekly_plan(wording: Wording, day: datetime.date, chance, history, told) -> list[tuple[str, list[Invented]]]:
    """Works that are new, told in words that are."""
    taken = {work.url for past in history for work in past.works.values()}
    plan = []
    for kind, least, most, papers in PLAN:
        works: list[Invented] = []
        for _ in range(chance.randint(least, most)):
            is_paper = chance.randrange(10) < papers
            work = paper(wording, chance, day, told) if is_paper else article(wording, chance, told)
            if work.url not in taken:
                taken.add(work.url)
                works.append(work)
        plan.append((kind, works))
    return plan


def weekly(publication: Publication, language: str, day: datetime.date, number: int, history, seed, told) -> Clean:
    """The issue of a week as an editor would leave it, unpublished.

    `seed` begins with that of the newsletter; `told` is what its summaries say together, and this issue's are added.
    """
    chance = chance_of("issue", seed, language, number)
    wording = WORDINGS[language]
    # A newsletter has one way of naming its issues and of counting weeks.
    habit = chance_of("habit", seed[0], language)
    week = stated_week(day, habit)
    words = _words_of_issue(wording, day, week, number, chance)
    is_numbered = habit.random() < 0.7
    title = habit.choice(wording.numbered if is_numbered else wording.weekly).format(**words)
    plan = _weekly_plan(wording, day, chance, history, told)
    intro = chance.choice(wording.intros).format(**words) if chance.random() < 0.8 else ""
    values = {"number": number if is_numbered else None, "week": week, "year": day.year}
    if chance.random() < 0.5:
        values["date_text"] = wording.date_text.format(**words)
    if chance.random() < 0.5:
        stated = wording.stated.format(count=COUNTS[language][len(plan)])
        intro = f"{intro}\n\n{stated}".strip()
    if chance.random() < 0.5:
        values["contents_lines"] = [wording.sections[kind] for kind, _works in plan]
        values["contents_stated_count"] = len(plan)
    slug = str(number) if is_numbered else f"{day.year}-week-{week:02}-{number}"
    issue = new_issue(publication, language, slug, title=title, intro=intro, **values)
    clean = save(issue, wording, day, plan, history, chance)
    if habit.random() < 0.5:
        add_standing_entry(clean)
    return clean


def monthly(publication: Publication, language: str, day: datetime.date, history, seed, told) -> Clean:
    """The best of a month: works that ran in its weeklies, some told again and some as they were."""
    chance = chance_of("month", seed, language)
    wording = WORDINGS[language]
    month = history[-1].day.replace(day=1)
    weeklies = [past for past in history if past.day >= month]
    plan = []
    for kind in ("paper", "article"):
        works = [work for past in weeklies for work in past.works.values() if work.is_paper == (kind == "paper")]
        chosen = chance.sample(works, min(5, len(works)))
        plan.append((kind, [work if chance.random() < 0.4 else retold(wording, work, chance, told) for work in chosen]))
    words = _words_of_issue(wording, history[-1].day, 1, 1, chance)
    issue = new_issue(
        publication,
        language,
        f"{month.year}-month-{month.month}",
        title=wording.monthly.format(**words),
        kind=IssueKind.MONTHLY,
        year=words["year"],
        month=words["month"],
    )
    return save(issue, wording, day, plan, history, chance)


def annual(publication: Publication, language: str, day: datetime.date, history, seed, told) -> Clean:
    """The year, with the number of its entries in the title."""
    chance = chance_of("year", seed, language)
    wording = WORDINGS[language]
    year = history[-1].day.year
    works = [work for past in history if past.day.year == year for work in past.works.values()]
    chosen = chance.sample(works, min(20, len(works)))
    plan = [
        (kind, [retold(wording, work, chance, told) for work in chosen if work.is_paper == (kind == "paper")])
        for kind in ("paper", "article")
    ]
    title = wording.annual.format(year=year, count=len(chosen))
    issue = new_issue(publication, language, f"{year}-annual", title=title, kind=IssueKind.ANNUAL, year=year)
    return save(issue, wording, day, plan, history, chance)
