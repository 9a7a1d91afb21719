"""Sixty queries as readers type them, each with what must be among the first three results.

They were written down before the engine was asked. What must be found is an entry or an issue by its public address
(`entries/roofs`, `ja/issues/5`), or whatever is about the work at an address, where readers look for the work.
"""

from typing import NamedTuple

from django.utils.http import urlencode


class Sought(NamedTuple):
    name: str
    query: str
    wanted: str
    # Filters, as the address of the page has them.
    filters: dict = {}  # noqa: RUF012
    # The page of which language is asked.
    page: str = "/search/"

    @property
    def address(self) -> str:
        return f"{self.page}?{urlencode({'q': self.query, **self.filters})}"


JA, ZH = "/ja/search/", "/zh-hans/search/"

# Over the sample issues.
SAMPLES = [
    # Latin: names, titles, what one remembers.
    Sought("a name", "alphafold", "entries/aug-folded"),
    Sought("a method of two words", "barlow twins", "entries/redundancy"),
    Sought("a title", "diffusion models beat gans", "https://arxiv.org/abs/2105.05233"),
    Sought("words of a title in another order", "vision transformer scaling", "entries/how-far"),
    Sought("a method that the title hides", "prompt tuning", "entries/soft-words"),
    Sought("what it was about", "chip design", "entries/floor-plan"),
    Sought("a product", "copilot", "entries/who-checks"),
    Sought("three things one remembers", "buildings africa satellite", "entries/roofs"),
    Sought("who wrote it", "karpathy", "entries/recipe"),
    Sought("an author and a subject", "hinton distillation", "entries/dark-knowledge"),
    Sought("who made the film", "grant sanderson", "entries/film"),
    Sought("how it was called elsewhere", "technical debt", "entries/small-box"),
    Sought("what a card says", "beam search decoding", "entries/next-word"),
    Sought("a Japanese word in Latin letters", "kuzushiji", "entries/kuzushiji"),
    Sought("a language and a thing", "old japanese books", "entries/kuzushiji"),
    # Other forms of a word.
    Sought("the noun of a verb", "augmentation", "entries/augment-first"),
    Sought("the plural", "human proteins", "entries/every-human-protein"),
    Sought("a past form", "scaled transformers", "entries/how-far"),
    # Width, case and accents.
    Sought("full-width Latin", "ＬｏＲＡ", "entries/low-rank"),
    Sought("full-width with a digit", "ｇｐｔ－２", "entries/rinna"),
    Sought("an ideographic space", "Ｖｉｓｉｏｎ　Ｔｒａｎｓｆｏｒｍｅｒ", "entries/how-far"),
    Sought("an accent that the text has not", "détection satellite", "entries/roofs"),
    Sought("a name without its accent", "lukasz kaiser", "https://arxiv.org/abs/1706.03762"),
    Sought("half-width kana", "ｶﾞｳｽﾉｲｽﾞ", "ja/entries/denoise-ja", page=JA),
    # Typos.
    Sought("letters exchanged", "barlow tiwns", "entries/redundancy"),
    Sought("a letter too many", "diffussion models", "https://arxiv.org/abs/2006.11239"),
    Sought("a letter missing", "antibiotc", "entries/halicin"),
    Sought("a letter missing in a long word", "illustrated transfomer", "entries/drawn"),
    # Parts of words.
    Sought("how a name begins", "perceiv", "entries/any-output"),
    Sought("how a word begins", "antibio", "entries/halicin"),
    Sought("two words written as one", "spiderman", "entries/spider"),
    # Phrases, and what is not wanted.
    Sought("a phrase", '"dark knowledge"', "entries/students-and-teachers"),
    Sought("a phrase of small words", '"attention is all you need"', "https://arxiv.org/abs/1706.03762"),
    Sought("a phrase in a text", '"value function"', "entries/trajectory"),
    Sought("a phrase of a card", "“bitter lesson”", "entries/bitter"),
    Sought("a word without another", "diffusion -gan", "https://arxiv.org/abs/2006.11239"),
    Sought("without what is too common", "transformer -vision", "entries/drawn"),
    # Filters.
    Sought("in a topic", "prediction", "entries/folded-again", {"topic": "protein"}),
    Sought("among articles", "attention", "entries/drawn", {"kind": "article"}),
    Sought("on a site", "code", "entries/who-checks", {"site": "fast.ai"}),
    Sought("by an author", "networks", "https://arxiv.org/abs/1503.02531", {"author": "Geoffrey Hinton"}),
    Sought("in a language", "attention", "ja/entries/footnote-ja", {"language": "ja"}),
    # Numbers and addresses.
    Sought("an arXiv number", "2103.03230", "https://arxiv.org/abs/2103.03230"),
    Sought("an arXiv number with a version", "arXiv:2106.09685v2", "https://arxiv.org/abs/2106.09685"),
    Sought("a DOI", "10.1016/j.cell.2020.01.021", "https://doi.org/10.1016/j.cell.2020.01.021"),
    # Japanese.
    Sought("Japanese compound", "拡散モデル", "ja/entries/beat-gans-ja", page=JA),
    Sought("Japanese, four characters", "抗生物質", "ja/entries/halicin-ja", page=JA),
    Sought("one character", "鍵", "ja/issues/5", page=JA),
    Sought("Japanese and Latin", "日本語 GPT-2", "ja/entries/rinna-ja", page=JA),
    Sought("Latin and Japanese", "GAN 追い越す", "ja/entries/beat-gans-ja", page=JA),
    Sought("a Japanese phrase", "「言語処理」", "ja/entries/four-ages-ja", page=JA),
    # Chinese.
    Sought("two characters of Chinese", "去噪", "zh-hans/entries/aug-denoise-zh", page=ZH),
    Sought("nine characters of Chinese", "神经网络究竟是什么", "zh-hans/entries/film-zh", page=ZH),
]

# Over the samples and the further documents together.
CORPUS = [
    Sought(
        "an animal",
        "蜜蜂",
        "https://thenextweb.com/neural/2020/12/10/save-the-bees-save-the-world-how-apisprotect-uses-ai-and-iot-to-protect-hives/",
        page=ZH,
    ),
    Sought("two words of Chinese", "医学图像 对抗性", "https://openreview.net/forum?id=QfTXQiGYudJ", page=ZH),
    Sought("Latin and Chinese", "ViT 鲁棒性", "https://arxiv.org/abs/2103.14586", page=ZH),
    Sought(
        "a part of a name",
        "neurips",
        "https://towardsdatascience.com/neurips-2020-papers-a-deep-learning-engineers-takeaway-4f3066523151",
    ),
    Sought("in a year", "检测", "https://arxiv.org/abs/2011.08036", {"year": "2020"}, page=ZH),
    Sought(
        "a tool and a term",
        "pytorch fft",
        "https://pytorch.org/blog/the-torch.fft-module-accelerated-fast-fourier-transforms-with-autograd-in-pyTorch/",
    ),
    Sought(
        "an animal of one character",
        "牛",
        "https://blogs.nvidia.com/blog/2021/08/06/plainsight-cattle-management-ai/",
        page=ZH,
    ),
]
