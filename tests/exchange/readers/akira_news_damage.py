"""Damage to documents of the newsletter, of the kinds that mirrors and translators do, for the tests of its reader.

Each takes the text of a document and gives it back in another form that says the same.
"""

import re

_RULE = re.compile(r"^(?:#+ )?\**(?:[—-] ?){2,}[–—-]?\**$", re.M)
_SECTION = re.compile(r"^#{1,2} (\**)(\d)\. ?(.*?)(\**)$", re.M)
_DASH_BEFORE_DOMAIN = re.compile(r"\*\*—+\*\*(?=\[)")
_LINKED_DOMAIN = re.compile(r"(\*\*—+\*\*)\[\*\*([\w.-]+\.[a-z]+)\*\*\](\([^)]*\))")
_ORIGINAL_ID = re.compile(r"[\[【](\d{4}\.\d{4,5}(?: v\d)?)[\]】]")
_CARD_LEAD = re.compile(r"\[\]\([^()\s]*\) (?=\[## )")
_TRACKED = re.compile(r"[?&]utm_campaign=[^)]*?Revue%20newsletter")
_FOOT = re.compile(r"^#+ (\**(?:过去|关于|關於|其他博客|🌟|你可以).*)$", re.M)
_WORDS = [
    ("本周特稿/新闻", "Features/news of the week", "今週の特集/ニュース", "本周头条"),
    ("机器学习技术相关文章", "Articles related to machine learning", "機械学習技術関連の記事", "技术相关文章"),
    ("机器学习用例", "Machine learning use cases", "機械学習のユースケース", "机器学习的应用"),
    ("机器学习论文", "Machine learning papers", "機械学習の論文", "学术论文"),
    ("技术文章", "Technical articles", "技術記事", "机器学习文章"),
    ("报纸", "Papers", "論文", "文件"),
    ("其他主题", "Other topics", "その他のトピックス", "其它话题"),
]


def replaced(pattern, by, flags=re.M):
    """Damage that replaces a pattern."""
    return lambda text: re.sub(pattern, by, text, flags=flags)


def numbered(numerals, delimiter):
    """Damage that writes the numbers of sections in other numerals."""
    return lambda text: _SECTION.sub(lambda m: f"# {m[1]}{numerals[int(m[2]) - 1]}{delimiter}{m[3]}{m[4]}", text)


def in_other_words(column, lines):
    """Damage that names the sections in other words, on all lines of a pattern."""

    def line(found):
        for words in _WORDS:
            if words[0] in found[0]:
                return found[0].replace(words[0], words[column])
        return found[0]

    return lambda text: re.sub(lines, line, text, flags=re.M)


_HEADS_AND_CONTENTS = r"^(?:# \**\d\.|\d\.  ).*$"
_GROUPS = r"^## (?!.*\[).*$"

# Damage after which a document still says exactly the same.
HARMLESS = {
    "no rules": lambda text: _RULE.sub("", text),
    "rules of stars": lambda text: _RULE.sub("* * *", text),
    "rules of three stars": lambda text: _RULE.sub("***", text),
    "rules of hyphens": lambda text: _RULE.sub("----------", text),
    "rules of boxes": lambda text: _RULE.sub("──────────", text),
    "rules of long vowels": lambda text: _RULE.sub("ーーーーーー", text),
    "sections on the second level": lambda text: _SECTION.sub(r"## \1\2.\3\4", text),
    "sections on the third level": lambda text: _SECTION.sub(r"### \1\2.\3\4", text),
    "all headings a level down": replaced(r"^#", "##"),
    "sections as bold lines": lambda text: _SECTION.sub(r"**\2.\3**", text),
    "sections as plain lines": lambda text: _SECTION.sub(r"\2.\3", text),
    "sections without numbers": lambda text: _SECTION.sub(r"# \1\3\4", text),
    "numbers without a dot": lambda text: _SECTION.sub(r"# \1\2 \3\4", text),
    "numbers in circles": numbered("①②③④⑤", " "),
    "numbers in Chinese": numbered("一二三四五", "、"),
    "numbers in full width": numbered("１２３４５", "．"),
    "hashes without space": lambda text: _SECTION.sub(r"#\1\2.\3\4", text),
    "dash of hyphens": lambda text: _DASH_BEFORE_DOMAIN.sub("**--**", text),
    "dash of an en dash": lambda text: _DASH_BEFORE_DOMAIN.sub(" – ", text),
    "dash of bars": lambda text: _DASH_BEFORE_DOMAIN.sub("――", text),
    "ids in square brackets": lambda text: _ORIGINAL_ID.sub(r"[\1]", text),
    "ids in full-width brackets": lambda text: _ORIGINAL_ID.sub(r"【\1】", text),
    "ids in mixed brackets": lambda text: _ORIGINAL_ID.sub(r"【\1]", text),
    "ids in parentheses": lambda text: _ORIGINAL_ID.sub(r"（\1）", text),
    "ids with the archive's name": lambda text: _ORIGINAL_ID.sub(r"[arXiv:\1]", text),
    "domains in brackets": lambda text: _LINKED_DOMAIN.sub(r"\1[**【\2】**]\3", text),
    "domains in brackets without links": lambda text: _LINKED_DOMAIN.sub(r"\1【\2】T21", text),
    "domains without links": lambda text: _LINKED_DOMAIN.sub(r"\1\2", text),
    "no stars": lambda text: re.sub(r"\*+", "", re.sub(r"^\*( {3})", r"-\1", text, flags=re.M)),
    "no runs of stars": replaced(r"\*{2,}", ""),
    "trailing spaces": replaced("$", "   "),
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "byte order mark": lambda text: "\ufeff" + text,
    "twice the blank lines": lambda text: text.replace("\n\n", "\n\n\n"),
    "blank lines with a wide space": lambda text: text.replace("\n\n", "\n\u3000\n"),
    "unbreakable spaces": lambda text: text.replace(" ", "\u00a0"),
    "no blank line below heads": replaced(r"(\)\**)\n\n(\**!\[)", r"\1\n\2"),
    "no blank line below figures": replaced(r"(!\[.*\]\(img/\w+\.png\)\**)\n\n", r"\1\n"),
    "no blank line below headings": replaced(r"^(#.*)\n\n", r"\1\n"),
    "cards without blank lines": replaced(r"\n\n(### .*)\n\n", r"\n\1\n"),
    "cards on one line": replaced(r"\n\n(### .*)\n\n", r" \1 "),
    "cards without description": replaced(r"\n\n### .*\n\n", "\n\n"),
    "cards without leading link": lambda text: _CARD_LEAD.sub("", text),
    "cards with their leading link above": lambda text: _CARD_LEAD.sub(lambda m: m[0].strip() + "\n\n", text),
    "cards on other levels": lambda text: text.replace("[## ", "[### ").replace("\n### ", "\n#### "),
    "cards on the line of their head": replaced(r"(?<=\))(\**)\n\n(\**\[\]\([^()\s]*\) \[## )", r"\1 \2"),
    "summaries right below cards": replaced(r"(\]\([^()\s]*\) )\n\n", r"\1\n"),
    "figures on another host": lambda text: text.replace("](img/", "](https://miro.example.com/max/700/"),
    "figures that are links": replaced(r"(!\[\]\(img/\w+\.png\))", r"[\1](https://example.com/)"),
    "figures above heads": replaced(r"(^\**\[\*\*.*\n\n)(\**!\[\]\(img/\w+\.png\)\**\n\n)", r"\2\1"),
    "full-width parentheses": replaced(r"\]\((https?://[^()\s]*)\)", r"]（\1）"),
    "sections in English": in_other_words(1, _HEADS_AND_CONTENTS),
    "sections in Japanese": in_other_words(2, _HEADS_AND_CONTENTS),
    "sections in other words": in_other_words(3, _HEADS_AND_CONTENTS),
    "contents in English alone": in_other_words(1, r"^\d\.  .*$"),
    "groups of highlights in English": in_other_words(1, _GROUPS),
    "no contents": replaced(r"^\d\.  ?.*\n", ""),
    "contents with hyphens": replaced(r"^\d\.  ", "-   "),
    "contents without space": replaced(r"^(\d\.)  ", r"\1"),
    "no sentence above the contents": replaced(r"^在下面的章节中.*$", ""),
    "highlights with dots": replaced(r"^\*   ", "• "),
    "highlights with numbers": replaced(r"^\*   ", "1.  "),
    "highlights apart": replaced(r"\n(?=\*   )", "\n\n"),
    "source as a link": replaced(r"^> \S+<([^>]*)>", r"> Original: [\1](\1)"),
    "source without label": replaced(r"^> \S+<", "> <"),
    "foot on the second level": lambda text: _FOOT.sub(r"## \1", text),
    "foot in English": lambda text: text.replace("过去的时事通讯", "Past newsletters").replace("关于我", "About me"),
    "foot without headings": lambda text: _FOOT.sub("", text),
    "original titles apart": replaced(r"^(\**[\[【]\d{4}\.\d{4,5}.*)\n(?=\S)", r"\1\n\n"),
    "no trackers": lambda text: _TRACKED.sub("", text),
    "rules between entries": replaced(r"\n\n(\**\[\*\*)", r"\n\n— — — —\n\n\1"),
    "heads as list items": replaced(r"^\**(\[\*\*.*)$", r"*   \1"),
    "heads as headings": replaced(r"^\**(\[\*\*[^\n]*\))\**$", r"## \1"),
}


def facts(issue) -> dict:
    """What an issue says, without what damage may rightly change: wording of titles of sections, shown domains."""
    return {
        "header": (issue.number, issue.year, issue.week, issue.month, issue.source_url),
        "highlights": [
            re.findall(r"\]\(([^)]*)\)", _TRACKED.sub("", highlight.text)) for highlight in issue.highlights
        ],
        "sections": [section.kind for section in issue.sections],
        "entries": [
            (
                number,
                entry.title,
                _TRACKED.sub("", entry.url),
                entry.figure,
                entry.source_arxiv_id,
                entry.card is not None,
            )
            for number, section in enumerate(issue.sections, 1)
            for entry in section.entries
        ],
        "past issues": [past.url.partition("?")[0] for past in issue.past_issues],
    }
