"""Texts made comparable: width, case, and the forms of Chinese characters made one. Pure."""

import re
import unicodedata

# Traditional and Japanese forms that occur in names of parts of a newsletter, beside the simplified form in which they
# are compared.
_FORMS = (
    "於于 機机 學学 習习 論论 報报 紙纸 週周 聞闻 術术 關关 関关 連连 題题 應应 實实 現现 總总 結结 訂订 "
    "閱阅 時时 訊讯 過过 舊旧 編编 輯辑 選选 專专 類类 與与 個个 項项 內内 錄录 這这 讀读 間间 發发 簡简 "
    "獻献 熱热 頭头 條条 資资 雜杂 談谈 話话 戶户 記记 種种 歷历 歴历 號号 後后 給给 貼贴 誰谁 請请 謝谢 "
    "製制 業业 數数 據据 師师 電电 網网 誌志 葉叶 從从 見见 檢检 點点 節节 為为 彙汇 評评 購购 読读 紹绍 "
    "絡络 張张 還还 經经 覽览 進进 註注 冊册 贈赠 來来 備备 閲阅 処处 図图 "
)
_TABLE = {ord(pair[0]): pair[1] for pair in _FORMS.split()}
_NOT_LETTERS = re.compile(r"[\W_]+")


def same_forms(pattern: str) -> str:
    """A pattern in the forms that `fold` gives to a text; its letters are small already."""
    return pattern.translate(_TABLE)


def fold(text: str) -> str:
    """The text for comparing words: full width, case, traditional and simplified forms made one."""
    return unicodedata.normalize("NFKC", text).lower().translate(_TABLE)


def key(text: str) -> str:
    """The folded text without space and punctuation."""
    return _NOT_LETTERS.sub("", fold(text))
