"""Texts of the newsletter as they were rendered, so that no process needs to read their Markdown again."""

from django.db import models


class KeptText(models.Model):
    """What became of one text, found by what it is: another text, or another renderer, has another key.

    So no row is ever out of date, however a text is changed; what nobody asks for any more is given up in time. See
    `issues/texts.py`.
    """

    key = models.BinaryField(primary_key=True, help_text="SHA-256 of the renderer, the form and the text.")
    html = models.TextField(help_text="As a page shows it, links to entries still being `entry:ID`.")
    away = models.TextField(null=True, help_text="As feeds and mails show it, where that differs.")  # noqa: DJ001
    words = models.PositiveIntegerField()
    characters = models.PositiveIntegerField(help_text="Chinese characters and kana, which are no part of the words.")
    renderer = models.CharField(max_length=16)

    def __str__(self):
        return self.html[:60]
