"""What the database keeps by itself for search: of each row that can be found what it is found by, and all words."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F


class SearchKind(models.TextChoices):
    ENTRY = "entry", "Entry"
    ISSUE = "issue", "Issue"
    WORK = "work", "Work"


class SearchText(models.Model):
    """What an entry, an issue or a work is found by. Triggers keep it (migration `0029`); decision 0026 says why so.

    It tells what a row says and nothing of whether a reader may see it: that is asked of `published()`. Each row here
    follows from one row elsewhere, which whoever writes holds anyway, so that no writer waits for another because of
    search.
    """

    pk = models.CompositePrimaryKey("kind", "row")
    kind = models.CharField(max_length=5, choices=SearchKind)
    row = models.BigIntegerField(help_text="The key of the entry, issue or work.")
    issue = models.BigIntegerField(null=True, help_text="The issue in which an entry stands; an issue itself.")
    language = models.CharField(max_length=35, blank=True)
    shelf = models.CharField(max_length=10, help_text="The kind by which readers narrow: of an entry its section's.")
    site = models.TextField(blank=True, help_text="The host that an entry or a work links to.")
    # The day for what stands in an issue, below zero for works; the newer the higher. It is a lexeme, too, and bounds
    # how far a search reads; it orders nothing.
    bucket = models.IntegerField()
    title = models.TextField(help_text="The title, folded.")
    text = models.TextField(help_text="All of the text, folded.")
    head = SearchVectorField(help_text="Words and pairs of the titles and authors.")
    lexemes = SearchVectorField(help_text="Words and pairs of all of the text, and what readers narrow by.")
    rules = models.SmallIntegerField(help_text="The rules by which it was made.")

    class Meta:
        constraints = [
            models.CheckConstraint(name="search_text_kind_known", condition=models.Q(kind__in=SearchKind.values))
        ]
        indexes = [
            # What a query finds. What is written waits in a list of this many kilobytes, which every search reads.
            GinIndex(fields=["lexemes"], name="search_text_found_by", gin_pending_list_limit=512),
            # How far back the newest so many rows go. Turned round, so that no search takes it for what it finds by.
            models.Index(F("bucket") * -1, name="search_text_newest", include=["bucket"]),
        ]

    def __str__(self):
        return f"{self.kind} {self.row}"


class SearchWord(models.Model):
    """A word that was written somewhere, and what stands for all of its forms in texts of a language.

    It may stand here twice, where two wrote it at once, and after the text is gone: who finds a word here asks for
    texts that hold it.
    """

    word = models.TextField()
    dictionary = models.TextField()
    stem = models.TextField()

    class Meta:
        indexes = [
            # Is a word known?
            models.Index(fields=["word", "dictionary"], name="search_word"),
            # The other forms of a word.
            models.Index(fields=["stem", "dictionary"], name="search_word_of_stem"),
            # Words of which this is a part, or nearly the whole.
            GinIndex(OpClass(F("word"), "gin_trgm_ops"), name="search_word_like"),
        ]

    def __str__(self):
        return self.word


class SearchRules(models.Model):
    """By which rules all rows were made; one row. Where the code's are newer, `rebuild_search` is due."""

    version = models.SmallIntegerField()

    class Meta:
        verbose_name_plural = "search rules"

    def __str__(self):
        return str(self.version)
