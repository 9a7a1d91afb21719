"""Another work, or another page, than the texts say."""

from benchmarks.preflight.inventing import headlined, letters, words_of
from benchmarks.preflight.mutators import are_unlike, mutator, on_arxiv, pick, put, relink, unlike_pair, with_cards
from benchmarks.preflight.wording import all_wordings
from issues.models import Entry
from papers.catalogue import find_or_create_works, merge
from papers.models import Fetch, Work


def _two(chance, rows):
    return chance.sample(rows, 2) if len(rows) > 1 else None


# --- Another work than the texts say ---------------------------------------------------------------------------------


def _swap_links(one: Entry, other: Entry) -> None:
    first, second = one.url, other.url
    relink(one, second)
    relink(other, first)


@mutator("id-mismatch")
def links_of_two_papers_swapped(clean, chance):
    """Two papers of one issue have each other's link."""
    pair = _two(chance, on_arxiv(clean))
    if pair is None:
        return None
    _swap_links(*pair)
    return pair


@mutator("id-mismatch")
def digit_of_the_id_mistyped(clean, chance):
    """A digit of the id beside the original title is another."""
    entry = pick(chance, on_arxiv(clean))
    if entry is None:
        return None
    last = entry.source_arxiv_id[-1]
    return [put(entry, source_arxiv_id=entry.source_arxiv_id[:-1] + chance.choice("0123456789".replace(last, "")))]


@mutator("id-mismatch")
def id_of_another_paper_in_the_title(clean, chance):
    """The title begins with an id, which is not that of the link."""
    pair = _two(chance, on_arxiv(clean))
    if pair is None:
        return None
    entry, other = pair
    return [put(entry, title=f"[{other.source_arxiv_id}] {entry.title}")]


@mutator("id-mismatch")
def doi_of_another_work(clean, chance):
    """The original title names a DOI, the link leads to another one."""
    entry = chance.choice(clean.papers())
    entry.source_arxiv_id = ""
    entry.source_title += f", doi:10.5555/{chance.randrange(10**8, 10**9)}"
    return [relink(entry, f"https://doi.org/10.5555/{chance.randrange(10**8, 10**9)}")]


def _has_record(clean, entry) -> bool:
    """Whether a catalogue told its title, and the entry has the title in the same script."""
    return bool(clean.works[entry.pk].said) and entry.source_title.isascii()


def _with_records(clean):
    return [entry for entry in clean.papers() if _has_record(clean, entry)]


def _drop_ids(*entries: Entry) -> None:
    for entry in entries:
        put(entry, source_arxiv_id="")


@mutator("title-record-mismatch")
def links_swapped_and_ids_dropped(clean, chance):
    """Two papers have each other's link, and no id tells."""
    pair = unlike_pair(clean, chance, _with_records(clean))
    if pair is None:
        return None
    _drop_ids(*pair)
    _swap_links(*pair)
    return pair


@mutator("title-record-mismatch")
def original_title_of_another_paper(clean, chance):
    """The original title was copied from another paper of the issue."""
    pair = unlike_pair(clean, chance, _with_records(clean))
    if pair is None:
        return None
    entry, other = pair
    return [put(entry, source_title=other.source_title)]


@mutator("title-record-mismatch")
def record_of_another_work(clean, chance):
    """The catalogue calls what the link leads to by quite another title."""
    entry = pick(chance, _with_records(clean))
    if entry is None:
        return None
    english = all_wordings()["en"]
    work = clean.works[entry.pk]
    told = words_of(english, work)
    thing = chance.choice([thing for thing in english.things if thing != told["thing"]])
    method = chance.choice([method for method in english.methods if method != told["method"]])
    fetch = Fetch.objects.get(work=entry.work_id)
    fetch.said = fetch.said | {"title": f"{headlined(method)} Meets {headlined(thing)}: A Survey"}
    fetch.save()
    return [entry]


# --- Another page than the texts say ---------------------------------------------------------------------------------

CARD = ("card_url", "card_url_given", "card_title", "card_description", "card_domain")


def _card(entry: Entry) -> dict[str, str]:
    return {name: getattr(entry, name) for name in CARD}


@mutator("card-mismatch")
def cards_swapped(clean, chance):
    """Two entries have each other's link card."""
    pair = unlike_pair(clean, chance, with_cards(clean))
    if pair is None:
        return None
    one, other = pair
    first, second = _card(one), _card(other)
    put(one, **second)
    put(other, **first)
    return pair


@mutator("card-mismatch")
def texts_swapped(clean, chance):
    """Two entries have each other's title and summary; links and cards stay."""
    pair = unlike_pair(clean, chance, with_cards(clean))
    if pair is None:
        return None
    one, other = pair
    title, summary = one.title, one.summary
    put(one, title=other.title, summary=other.summary)
    put(other, title=title, summary=summary)
    return pair


@mutator("card-mismatch")
def link_and_card_of_another_article(clean, chance):
    """Link and card were left from another article than the texts are about."""
    entry = pick(chance, with_cards(clean))
    if entry is None:
        return None
    strangers = [
        old
        for past in clean.history
        for old in with_cards(past)
        if are_unlike(past.works[old.pk], clean.works[entry.pk]) and old.work_id != entry.work_id
    ]
    old = pick(chance, strangers)
    return old and [relink(put(entry, **_card(old), domain_shown=""), old.url)]


def _host(entry: Entry) -> str:
    return entry.domain.removeprefix("www.")


def _of_two_sites(clean, chance):
    """Two entries that lead to two sites; a DOI leads to any site, and may rightly be shown with that."""
    pair = _two(chance, [entry for entry in clean.entries if _host(entry) != "doi.org"])
    return pair if pair and _host(pair[0]) != _host(pair[1]) else None


@mutator("domain-mismatch")
def domain_of_another_site_shown(clean, chance):
    """The site shown is that of another entry."""
    pair = _of_two_sites(clean, chance)
    if pair is None:
        return None
    return [put(pair[0], domain_shown=_host(pair[1]))]


@mutator("domain-mismatch")
def link_changed_and_domain_left(clean, chance):
    """The link leads to another site now, and the old one is still shown."""
    pair = _of_two_sites(clean, chance)
    if pair is None:
        return None
    entry = put(pair[0], domain_shown=_host(pair[0]))
    return [relink(entry, f"https://{_host(pair[1])}/{letters(chance, 9)}/")]


@mutator("domain-mismatch")
def links_of_two_sites_swapped(clean, chance):
    """Two entries have each other's link, and show the sites that they had."""
    pair = _of_two_sites(clean, chance)
    if pair is None:
        return None
    for entry in pair:
        put(entry, domain_shown=_host(entry))
    _swap_links(*pair)
    return pair


# --- Withdrawn -------------------------------------------------------------------------------------------------------


@mutator("withdrawn-work")
def work_withdrawn(clean, chance):
    """The authors took a paper back."""
    entry = chance.choice(clean.papers())
    Work.objects.filter(pk=entry.work_id).update(withdrawn=True)
    return [entry]


@mutator("withdrawn-work")
def link_to_what_was_withdrawn(clean, chance):
    """An entry gets the link of a paper that was taken back."""
    entry = relink(chance.choice(clean.entries), f"https://arxiv.org/abs/2209.{chance.randrange(1, 19_000):05}")
    Work.objects.filter(pk=entry.work_id).update(withdrawn=True)
    return [entry]


@mutator("withdrawn-work")
def work_merged_with_one_withdrawn(clean, chance):
    """An entry's paper was found to be one that was taken back."""
    entry = chance.choice(clean.papers())
    address = f"https://openreview.net/forum?id={letters(chance, 11)}"
    other = find_or_create_works([address])[address]
    Work.objects.filter(pk=other.pk).update(withdrawn=True)
    merge(entry.work, other)
    return [entry]
