"""The link card shows something else than title and summary tell: no word is the same, or it suits another entry."""

import re
from collections.abc import Iterator

from common.html import names

from ..facts import EntryFacts, Facts, identified, shortened
from ..finding import Finding, Severity
from ..likeness import are_comparable, features, shared

CODE = "card-mismatch"
SEVERITY = Severity.WARNING
TITLE = "A card of something else"

# Words that stand in half of what is written about the subject, so that having them in common says nothing.
_GENERIC = names(
    "ai ml deep learn machi intel artif model data artic paper resea techn compa syste train metho resul "
    "技术 学习 机器 器学 智能 数据 模型 方法 研究 文章 进行 提供 有关 关于 通过 公司 系统 问题 应用 重要 最近 目前 "
    "利用 介绍 结果 训练 "
    "技術 学習 機械 械学 知能 論文 記事 手法 紹介 問題 結果 報告 現場 今回 場合 説明 公開 開発 事例 訓練 "
    "モデル データ システム"
)
# What stands in addresses of any kind.
_OF_ADDRESSES = names(
    "https http www com org net html index post posts blog blogs news article articles example medium github"
)
# With less than this, a text says too little to be compared.
_FEW = 3
# A word that so many other entries have, too, is one of the subject.
_EVERYWHERE = 2
# How much more must be in common with another entry, for a card to be that one's.
_MARGIN = 3


def find(facts: Facts) -> Iterator[Finding]:
    shown = [entry for entry in facts.entries if _card(entry).strip()]
    for entry in shown:
        if why := _why(facts, entry, [other for other in shown if other is not entry]):
            yield _finding(entry, why)


def _text(entry: EntryFacts) -> str:
    return f"{_titles(entry)}\n{entry.row.summary}"


def _titles(entry: EntryFacts) -> str:
    return f"{entry.row.title}\n{entry.row.source_title}"


def _card(entry: EntryFacts) -> str:
    return f"{entry.row.card_title}\n{entry.row.card_description}"


def _in_common(entry: EntryFacts, other: EntryFacts) -> int:
    """How much the text of one has in common with the card of the other."""
    return len(shared(_text(entry), _card(other)) - _GENERIC)


def _names_its_address(entry: EntryFacts) -> bool:
    """Whether the text has a word of the address that the card is of, such as the name of its author."""
    found = re.findall(r"[a-z]{3,}", (entry.row.card_url or entry.row.url).lower())
    words = " ".join(word for word in found if word not in _OF_ADDRESSES)
    return bool(shared(_text(entry), words) - _GENERIC)


def _titles_in_common(entry: EntryFacts) -> bool:
    """Whether the title has a name in common with that of the card; of generic words only the subject itself counts."""
    return bool(shared(_titles(entry), entry.row.card_title) - (_GENERIC - {"ai"}))


def _why(facts: Facts, entry: EntryFacts, others: list[EntryFacts]) -> str:
    """Why the card is not its own; empty where it may be."""
    own = _in_common(entry, entry)
    comparable = are_comparable(_text(entry), _card(entry))
    leads_away = _leads_elsewhere(facts, entry)
    # A name that both titles share is something, be it a generic one, and so is one in the address.
    if _titles_in_common(entry) or not leads_away and _names_its_address(entry):
        own = max(own, 1)
    if leads_away and (own <= 2 or not comparable):
        return "its address is another one than the link"
    if not comparable or min(len(features(_text(entry))), len(features(_card(entry)))) < _FEW:
        return ""
    if own == 0 or own == 1 and not _titles_in_common(entry) and _is_everywhere(facts, entry):
        return "title and summary have no word in common with it that tells of anything"
    if own <= 2 and not _titles_in_common(entry):
        rival = next((other for other in others if _suits_better(entry, other, own)), None)
        return f"it suits “{rival.title}” better" if rival else ""
    return ""


def _is_everywhere(facts: Facts, entry: EntryFacts) -> bool:
    """Whether what text and card have in common stands in several other entries, too, of this issue or the last."""
    common = shared(_text(entry), _card(entry)) - _GENERIC
    others = [f"{_text(other)}\n{_card(other)}" for other in facts.entries if other is not entry]
    others += [
        f"{row.title}\n{row.summary}\n{row.card_title}" for row in (facts.previous.entries if facts.previous else ())
    ]
    return bool(common) and sum(bool(common & features(other)) for other in others) >= _EVERYWHERE


def _suits_better(entry: EntryFacts, other: EntryFacts, own: int) -> bool:
    """Whether the card is rather the other's, or the other's card rather this one's."""
    return max(_in_common(other, entry), _in_common(entry, other)) >= own + _MARGIN and (
        _in_common(other, other) <= _in_common(other, entry) or _in_common(entry, other) > _in_common(other, other)
    )


def _leads_elsewhere(facts: Facts, entry: EntryFacts) -> bool:
    """Whether the card is that of another work than the link's, and no redirect explains it."""
    card = identified(entry.row.card_url)
    if card is None or entry.link is None or card.identity == entry.identity:
        return False
    if entry.record and identified(entry.record.url) == card:
        return False
    known = facts.aliases.get(entry.work.pk, ()) if entry.work else ()
    return card.identity not in known


def _finding(entry: EntryFacts, why: str) -> Finding:
    card = shortened(entry.row.card_title or entry.row.card_url)
    message = f"The card shows “{card}”, and {why}. Check where the link leads, or take the card away."
    about = "\n".join(
        [entry.row.title, entry.row.url, entry.row.card_title, entry.row.card_description, entry.row.card_url]
    )
    return Finding(CODE, SEVERITY, entry.place.at("card_title"), message, about)
