"""Links: none, broken, unsafe, or not as they should be."""

from benchmarks.preflight.inventing import letters
from benchmarks.preflight.mutators import link_in_highlight, link_in_summary, mutator, put, relink
from issues.models import Entry

# --- None ------------------------------------------------------------------------------------------------------------


@mutator("no-link")
def link_removed(clean, chance):
    """The link of an entry is taken out."""
    return [relink(chance.choice(clean.entries), "")]


@mutator("no-link")
def link_only_in_the_summary(clean, chance):
    """The link stands in the summary in place of its field."""
    entry = chance.choice(clean.entries)
    entry.summary = f"{entry.summary}\n\n[{entry.domain}]({entry.url})"
    return [relink(entry, "")]


@mutator("no-link")
def entry_of_mere_words(clean, chance):
    """A note without a link is added."""
    section = chance.choice(clean.sections)
    return [Entry.objects.create(section=section, title=clean.entries[0].title[::-1], summary="…", position=50)]


# --- Not an address --------------------------------------------------------------------------------------------------

BROKEN = ("https//{rest}", "htps://{rest}", "https:// {rest}", "https://", "see {rest}", "https://exa mple.org/{rest}")


@mutator("malformed-url")
def link_mistyped(clean, chance):
    """A link lost a character, or got a blank."""
    entry = chance.choice(clean.entries)
    return [relink(entry, chance.choice(BROKEN).format(rest=entry.url.partition("://")[2]))]


@mutator("malformed-url")
def link_in_a_highlight_mistyped(clean, chance):
    """A link in a highlight lost its colon."""
    return [link_in_highlight(clean, chance, f"https//{letters(chance, 8)}.example/post")]


@mutator("malformed-url")
def link_in_a_summary_mistyped(clean, chance):
    """A link in a summary has a scheme that is none."""
    return [link_in_summary(clean, chance, f"htttp://{letters(chance, 8)}.example/post")]


# --- Harmful ---------------------------------------------------------------------------------------------------------

UNSAFE = (
    "javascript:alert(1)",
    "data:text/html;base64,PGI+",
    "https://ida:secret@{host}/draft",
    "http://127.0.0.1:8000/{host}",
    "http://192.168.1.20/{host}",
    "http://localhost/{host}",
    "http://[::1]/{host}",
    "https://10.0.0.7/{host}",
    "file:///home/ida/{host}.pdf",
)


def _unsafe(clean, chance) -> str:
    return chance.choice(UNSAFE).format(host=chance.choice(clean.entries).domain)


@mutator("unsafe-url")
def unsafe_link(clean, chance):
    """An entry links to a script, with a password, or into the editor's own network."""
    return [relink(chance.choice(clean.entries), _unsafe(clean, chance))]


@mutator("unsafe-url")
def unsafe_link_in_a_highlight(clean, chance):
    """A highlight does."""
    return [link_in_highlight(clean, chance, _unsafe(clean, chance))]


@mutator("unsafe-url")
def unsafe_link_in_a_summary(clean, chance):
    """A summary does."""
    return [link_in_summary(clean, chance, _unsafe(clean, chance))]


# --- Without a site, shortened, in the clear --------------------------------------------------------------------------


@mutator("relative-url")
def link_given_without_a_site(clean, chance):
    """The link was written as within its site, and the site was guessed."""
    entry = chance.choice(clean.entries)
    return [put(entry, url_given="/" + entry.url.partition("://")[2].partition("/")[2])]


@mutator("relative-url")
def link_in_a_summary_without_a_site(clean, chance):
    """A link in a summary has no site."""
    return [link_in_summary(clean, chance, chance.choice(("/posts/{}", "../{}", "./{}")).format(letters(chance, 9)))]


@mutator("relative-url")
def link_in_a_highlight_without_a_site(clean, chance):
    """A link in a highlight has no site."""
    return [link_in_highlight(clean, chance, f"/{letters(chance, 5)}/{letters(chance, 9)}")]


SHORT = ("https://bit.ly/{}", "https://t.co/{}", "https://tinyurl.com/{}", "https://buff.ly/{}", "https://ow.ly/{}")


@mutator("shortener")
def shortened_link(clean, chance):
    """An entry has a shortened link."""
    return [relink(chance.choice(clean.entries), chance.choice(SHORT).format(letters(chance, 7)))]


@mutator("shortener")
def shortened_link_in_a_highlight(clean, chance):
    """A highlight has one."""
    return [link_in_highlight(clean, chance, chance.choice(SHORT).format(letters(chance, 7)))]


@mutator("shortener")
def shortened_link_in_a_summary(clean, chance):
    """A summary has one."""
    return [link_in_summary(clean, chance, chance.choice(SHORT).format(letters(chance, 7)))]


@mutator("plain-http")
def link_in_the_clear(clean, chance):
    """An entry has a link with http."""
    entry = chance.choice(clean.entries)
    return [relink(entry, entry.url.replace("https:", "http:"))]


@mutator("plain-http")
def link_in_the_clear_in_a_highlight(clean, chance):
    """A highlight has one."""
    return [link_in_highlight(clean, chance, f"http://{letters(chance, 9).lower()}.example/")]


@mutator("plain-http")
def link_in_the_clear_in_a_summary(clean, chance):
    """A summary has one."""
    return [link_in_summary(clean, chance, f"http://{letters(chance, 9).lower()}.example/")]
