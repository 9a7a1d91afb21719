"""The words by which the newsletter names its parts, in Chinese of either script, English and Japanese."""

from __future__ import annotations

import re

from common.folding import fold, key, same_forms

_KINDS = [
    ("other", r"其他|其它|别的|杂项|杂谈|另外|その他|\bothers?\b|\bmisc"),
    (
        "use_case",
        r"用例|用户案例|使用案例|应用案例|ユースケース|使用 ?cas|use[ -]?cases?|现实世界|真实世界|实世界"
        r"|real[ -]?world",
    ),
    (
        "feature",
        r"特稿|特写|特辑|特色|特征|特点|特别|专题|专栏|头条|焦点|亮点|要闻|热点|热门|重点|精选|推荐|编辑选"
        r"|特集|注目|ピックアップ|见どころ"
        r"|feature|highlight|\bpick|headline|新闻|消息|ニュース|\bnews\b",
    ),
    ("use_case", r"案例|实例|事例|应用|使用|用途|活用|示例|例子|applications?\b|\bin use\b"),
    ("paper", r"论文|报纸|论著|文献|文件|纸张|^\W*纸\W*$|研究|papers?\b|\bresearch\b"),
    ("article", r"文章|记事|物品|条款|博客|教程|ブログ|articles?\b|\bposts?\b|\bblogs?\b|tutorial|技术|technical"),
    ("other", r"主题|话题|トピック|\btopics?\b"),
]
_KINDS = [(kind, re.compile(same_forms(words))) for kind, words in _KINDS]

ORDERS = [
    ["feature", "use_case", "paper", "article", "other"],
    ["paper", "article", "use_case", "other"],
]


def kind_of(title: str) -> str | None:
    """The kind of section that a title names, or None where no word of it says."""
    folded = fold(title)
    return next((kind for kind, words in _KINDS if words.search(folded)), None)


_TITLE_WORDS = re.compile(
    same_forms(
        r"现实世界|真实世界|实世界|机器学习|机械学习|深度学习|人工智能|用户案例|ユースケース|ピックアップ"
        r"|ニュース|トピックス?|ブログ"
        r"|本周|每周|这周|上周|一周|今周|本月|每月|今月|今年|年度|月度|编辑|精选|推荐|特稿|特写|特辑|特色"
        r"|特征|特点|特别|专题|头条|焦点|亮点|热门|重点|功能"
        r"|要闻|热点|新闻|消息|资讯|特集|注目|技术|科技|学术|研究|相关|有关|关连|关于|有趣|实际|现实|世界"
        r"|用例|使用|案例|实例|事例|示例"
        r"|例子|应用|用途|活用|情况|实用|论文|报纸|论著|文献|文件|纸张|文章|记事|物品|条款|博客|教程"
        r"|その他|其他|其它|别的|另外|杂项|杂谈"
        r"|主题|话题|内容|部分|以及|学习|机器|的|和|与|及|或|中|在|类|篇|纸|月|周|例|に|の|な|で|や|する"
        r"|おける|との|等|cas\b"
        r"|\b(?:the|this|weeks?|weekly|months?|monthly|years?|s|of|editors?|picks?|picked|pickups?|up"
        r"|features?|featured|news|highlights?"
        r"|headlines?|machine|deep|learning|ml|ai|in|use|usages?|used|using|cases?|applications?|applied"
        r"|examples?|papers?|research"
        r"|articles?|technical|technology|tech|related|relating|blogs?|posts?|others?|misc|miscellaneous"
        r"|topics?|and|or|for|on|to|about"
        r"|real|world|interesting)\b"
    )
)


_DATES = re.compile(
    r"(?:(?:19|20)\d\d\s*年?\s*)?第?\s*\d{1,2}\s*(?:月|周)份?|(?:19|20)\d\d\s*年?"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
)


def is_section_title(title: str) -> bool:
    """Whether a title is made of nothing but words for sections and dates, and one of the words says a kind."""
    folded = _DATES.sub("", fold(title))
    rest = key(_TITLE_WORDS.sub("", folded))
    return kind_of(title) is not None and len(folded) <= 60 and len(rest) <= (1 if len(key(title)) > 3 else 0)


_CONTENTS_HEADING = re.compile(
    same_forms(
        r"\W*(?:主题|内容|目录|目次|议题|话题|本期内容|本期目录|トピックス?|コンテンツ"
        r"|(?:table of )?contents|topics?|index|toc)\W*"
    )
)


def is_contents_heading(text: str) -> bool:
    return bool(_CONTENTS_HEADING.fullmatch(fold(text)))


_NUMERALS = {
    name: n
    for n, names in enumerate(["零", "一", "二两", "三", "四", "五", "六", "七", "八", "九", "十"])
    for name in names
}
_ENGLISH = {
    name: n for n, name in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
}
_COUNT = re.compile(
    same_forms(
        r"(\d{1,2}|[一二两三四五六七八九十]|one|two|three|four|five|six|seven|eight|nine|ten)\s*"
        r"(?:个|项|種|种|大|つの?|点の?|[a-z]+ )?\s*(?:不同的?|main |different )?(?:主题|话题|议题|专题"
        r"|类别|类|部分|トピック|テーマ|项目|topics?|sections?|themes?)"
    )
)


def stated_count(text: str) -> int | None:
    """How many subjects a sentence announces ("the following five topics"), or None."""
    found = _COUNT.search(fold(text))
    if not found:
        return None
    word = found[1]
    return int(word) if word.isdigit() else _NUMERALS.get(word) or _ENGLISH.get(word)


_CONTENTS_SENTENCE = re.compile(
    same_forms(
        r"(?:以下|下面|下列|如下|接下来|following|below|下記|次の).{0,120}?(?:主题|话题|章节|部分|类别"
        r"|内容|topics?|sections?|トピック|テーマ)"
    )
)


def announces_contents(text: str) -> bool:
    """Whether a sentence leads to the list of contents."""
    folded = fold(text[:600])
    return bool(_CONTENTS_SENTENCE.search(folded)) or stated_count(folded) is not None


_FOOT = {
    "past": r"(?:akira\S{0,8}|我的|我们的)?(?:过去|以往|往期|之前|以前|历史|早前|先前|旧)的?\W*(?:时事通讯|电子报"
    r"|通讯|简报|新闻稿|新闻|文章|博客|帖子|期刊|期|总结|摘要|记事|ニュースレター|ニュース|号)"
    r"|(?:过去|これまで|バック)の?(?:ニュースレター|ニュース|记事|ナンバー|号)"
    r"|(?:past|previous|earlier|older|back)\W+(?:weekly |monthly )?(?:newsletters?|news|articles?|posts?"
    r"|issues?|numbers?|editions?|summar(?:y|ies))",
    "blogs": r"(?:我的)?(?:其他|其它|别的|更多|另外)的?(?:博客|网志|部落格|ブログ)(?:文章|帖子)?"
    r"|その他の?ブログ(?:记事)?|(?:my )?(?:other|more)\W+(?:blogs?|blog posts?|posts)",
    "subscribe": r".*(?:请订阅|订阅我|订阅吧|欢迎订阅|请注册|每周.{0,6}(?:时事通讯|电子报|newsletter)|(?:时事通讯"
    r"|电子报).{0,8}订阅|购读|メルマガ|登录してください|ニュースレターを|subscribe|newsletter (?:every"
    r"|each|weekly)|weekly newsletter).*",
    "about": r"(?:关于|有关)(?:我|我自己|本人|作者|笔者)|作者简介|个人简介|自我介绍|自己绍介|プロフィール"
    r"|著者(?:について)?|私について|about(?: me| the author| akira)?",
    "social": r"(?:我的?)?(?:推特|ツイッター|twitter)(?:账号|账户|アカウント|account)?|.*(?:推特|twitter"
    r"|ツイッター).{0,24}(?:评论|コメント|comments?|つぶや).*"
    r"|.*(?:评论|コメント|comments?|commentary).{0,24}(?:推特|twitter|ツイッター).*|.*(?:关注我"
    r"|フォローして|follow me).*",
    "thanks": r".*(?:感谢.{0,6}阅读|谢谢.{0,8}阅读|thank(?:s| you) for reading|読んでいただき).*|谢谢你?们?",
}
_FOOT = {kind: re.compile(same_forms(words)) for kind, words in _FOOT.items()}
_LONGEST_FOOT_HEADING = 60


def foot_kind(text: str) -> str | None:
    """Which part of the foot a heading names: past, blogs, subscribe, about, social, thanks; None for none."""
    folded = fold(text).strip("—–-－•·:：。.!！?？~～ 🌟✨⭐★☆📩📧👉👇\"'“”")
    if not folded or len(folded) > _LONGEST_FOOT_HEADING:
        return None
    return next((kind for kind, words in _FOOT.items() if words.fullmatch(folded)), None)


_OWN_ISSUE = re.compile(r"getrevue\.co/profile/[^/\s]+/issues/|/akira-?s-m[al]", re.I)
_OWN_ACCOUNT = re.compile(r"akira[-_]?tosei|getrevue\.co/profile/|t\.co/hjHHbG24Ph", re.I)
_TRADE = re.compile(
    same_forms(
        r"(?:制造|机器学习|机械学习|数据|データ|machine learning|manufacturing|data)\s?(?:工程师|科学家"
        r"|エンジニア|サイエンティスト|engineer|scientist)"
    )
)
_SENTENCE_OF_TWEETS = re.compile(
    same_forms(r"^\W*(?:我.{0,8})?(?:推特|twitter|ツイッター)[^。]{0,24}(?:评论|点评|短评|コメント|comment|つぶや)")
)


def is_own_issue(url: str) -> bool:
    """Whether an address is that of an issue of this newsletter."""
    return bool(_OWN_ISSUE.search(url))


def is_own_address(url: str) -> bool:
    """Whether an address is that of an issue or of one of the author's accounts."""
    return bool(_OWN_ISSUE.search(url) or _OWN_ACCOUNT.search(url))


def speaks_of_the_author(text: str) -> bool:
    """Whether a short paragraph is the author's standing note on himself, known by his trades, accounts or tweets."""
    if len(text) > 400:
        return False
    folded = fold(text)
    return bool(
        _OWN_ACCOUNT.search(folded)
        or (len(folded) < 120 and _SENTENCE_OF_TWEETS.search(folded))
        or (len(_TRADE.findall(folded)) > 1 and folded.count("/") > 1)
    )
