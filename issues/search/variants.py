"""Characters that Chinese and Japanese write differently, so that 教師 finds 教师. Pure.

A table of those that occur often in texts about research and technology, not of all: where one is missing, a text is
found as it is written.
"""

from itertools import product
from math import prod

from common.folding import fold

_FEW = 16

# Traditional and Japanese forms, each before the simplified one. Such that stand for several characters are left out.
_FORMS = (
    "語语 訓训 練练 圖图 視视 頻频 優优 層层 強强 標标 準准 確确 預预 測测 變变 変变 換换 壓压 圧压 縮缩 損损 輸输 "
    "碼码 譯译 訳译 轉转 転转 動动 態态 勢势 對对 対对 監监 導导 醫医 療疗 診诊 斷断 識识 別别 擬拟 樣样 様样 復复 "
    "質质 顯显 顕显 運运 車车 駕驾 駛驶 聲声 譜谱 維维 徵征 隨随 環环 獎奖 勵励 遊游 戲戏 規规 劃划 則则 範范 圍围 "
    "囲围 錯错 誤误 異异 漸渐 趨趋 載载 庫库 開开 啟启 執执 級级 單单 単单 雙双 邊边 辺边 緣缘 縁缘 際际 屬属 徑径 "
    "線线 偽伪 稱称 適适 穩稳 穏稳 隱隐 隠隐 滿满 満满 儲储 憶忆 體体 腦脑 脳脑 軟软 鏈链 萬万 億亿 兩两 両两 產产 "
    "産产 務务 員员 將将 較较 僅仅 臨临 藥药 薬药 細细 構构 極极 權权 権权 領领 響响 風风 險险 険险 隊队 階阶 陣阵 "
    "離离 難难 驗验 験验 検检 気气 氣气 廣广 広广 擴扩 拡扩 驅驱 駆驱 畫画 觀观 観观 勞劳 効效 經经 経经 繼继 継继 "
    "續续 続续 繪绘 絵绘 縱纵 縦纵 聽听 聴听 覺觉 覚觉 證证 証证 說说 説说 輕轻 軽轻 遅迟 遲迟 遠远 鐵铁 鉄铁 類类 "
    "軌轨 跡迹 碩硕 傳传 伝传 統统 計计 設设 許许 該该 誘诱 調调 課课 請请 負负 貢贡 財财 責责 費费 賴赖 頼赖 贏赢 "
    "趙赵 躍跃 農农 連连 進进 達达 違违 遺遗 選选 還还 邏逻 郵邮 醬酱 釋释 釈释 針针 鎖锁 鏡镜 鍵键 門门 間间 閾阈 "
    "關关 関关 陳陈 雲云 電电 項项 順顺 頭头 額额 顆颗 願愿 顧顾 飛飞 養养 騎骑 魯鲁 鳥鸟 齊齐 "
)
_SIMPLIFIED = {ord(pair[0]): pair[1] for pair in _FORMS.split()}
_OTHERS: dict[str, list[str]] = {}
for _pair in _FORMS.split():
    _OTHERS.setdefault(_pair[1], []).append(_pair[0])
# What names of parts of a newsletter are compared by is known, too.
for _point in (*range(0x4E00, 0xA000),):
    _character = chr(_point)
    if (_folded := fold(_character)) != _character and _point not in _SIMPLIFIED:
        _SIMPLIFIED[_point] = _folded
        _OTHERS.setdefault(_folded, []).append(_character)


def forms_of(character: str) -> tuple[str, ...]:
    """The character, and the others by which it is written elsewhere."""
    simplified = _SIMPLIFIED.get(ord(character), character)
    return tuple(dict.fromkeys([character, simplified, *_OTHERS.get(simplified, ())]))


def writings(run: str) -> list[str]:
    """The run, and other ways to write it: all that there are where they are few, else those of one script alone."""
    forms = [forms_of(letter) for letter in run]
    if prod(map(len, forms)) <= _FEW:
        return ["".join(letters) for letters in product(*forms)]
    simplified = run.translate(_SIMPLIFIED)
    others = [_OTHERS.get(letter, [letter]) for letter in simplified]
    found = [run, simplified, *("".join(letters[place] for letters in others) for place in (0, -1))]
    return list(dict.fromkeys(found))


def as_pattern(run: str) -> str:
    """A regular expression that the run matches, however it is written."""
    return "".join(f"[{''.join(forms)}]" if len(forms := forms_of(letter)) > 1 else letter for letter in run)
