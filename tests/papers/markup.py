"""Markup of pages, written short for the tests of their reader."""


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def linked(block: str) -> str:
    return f"<script type='application/ld+json; charset=utf-8'>{block}</script>"
