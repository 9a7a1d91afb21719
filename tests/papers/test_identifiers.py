"""The table of identities: what becomes one work, what stays apart, and what is true of every text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from papers.identifiers import Identified, MalformedURL, arxiv_id, identify, identity

ARXIV = [
    "https://arxiv.org/abs/2103.03230",
    "http://arxiv.org/abs/2103.03230",
    "https://www.arxiv.org/abs/2103.03230",
    "https://export.arxiv.org/abs/2103.03230",
    "https://browse.arxiv.org/html/2103.03230",
    "http://de.arxiv.org/abs/2103.03230",
    "http://xxx.lanl.gov/abs/2103.03230",
    "https://arxiv.org/abs/2103.03230/",
    "https://arxiv.org/abs/2103.03230?utm_campaign=A%27s%20News&utm_medium=email",
    "https://arxiv.org/abs/2103.03230?context=cs.LG",
    "https://arxiv.org/abs/2103.03230#comments",
    "https://arxiv.org/abs/arXiv:2103.03230",
    "https://arxiv.org/pdf/2103.03230",
    "https://arxiv.org/pdf/2103.03230.pdf",
    "https://arxiv.org/pdf/2103.03230.pdf#page=3",
    "https://arxiv.org/html/2103.03230",
    "https://arxiv.org/ps/2103.03230",
    "https://arxiv.org/format/2103.03230",
    "https://arxiv.org/src/2103.03230",
    "https://arxiv.org/e-print/2103.03230",
    "https://arxiv.org/ftp/arxiv/papers/2103/2103.03230.pdf",
    "arxiv.org/abs/2103.03230",
    "//arxiv.org/abs/2103.03230",
    "https://ar5iv.org/abs/2103.03230",
    "https://ar5iv.org/html/2103.03230",
    "https://ar5iv.labs.arxiv.org/html/2103.03230",
    "https://www.alphaxiv.org/abs/2103.03230",
    "https://alphaxiv.org/overview/2103.03230",
    "https://www.alphaxiv.org/zh/overview/2103.03230",
    "https://huggingface.co/papers/2103.03230",
    "https://hf.co/papers/2103.03230",
    "https://www.arxiv-vanity.com/papers/2103.03230/",
    "https://doi.org/10.48550/arXiv.2103.03230",
    "https://dx.doi.org/10.48550/ARXIV.2103.03230",
    "doi:10.48550/arXiv.2103.03230",
    "10.48550/arXiv.2103.03230",
    "arXiv:2103.03230",
    "arxiv: 2103.03230",
    "arXiv:2103.03230 [cs.CV]",
    "2103.03230",
    " 2103.03230\n",
    "arxiv:2103.03230",
]
ARXIV_VERSIONS = [
    "https://arxiv.org/abs/2103.03230v2",
    "https://arxiv.org/pdf/2103.03230v2.pdf",
    "https://arxiv.org/html/2103.03230v2",
    "https://huggingface.co/papers/2103.03230v2",
    "https://doi.org/10.48550/arXiv.2103.03230v2",
    "arXiv:2103.03230v2 [cs.CV]",
    "2103.03230V2",
]
OLD_ARXIV = [
    ("https://arxiv.org/abs/hep-th/9901001", "arxiv:hep-th/9901001", ""),
    ("https://arxiv.org/pdf/hep-th/9901001v3.pdf", "arxiv:hep-th/9901001", "v3"),
    ("https://arxiv.org/abs/hep-th%2F9901001", "arxiv:hep-th/9901001", ""),
    ("https://arxiv.org/abs/math.GT/0309136", "arxiv:math/0309136", ""),
    ("https://arxiv.org/abs/math/0309136v1", "arxiv:math/0309136", "v1"),
    ("https://arxiv.org/abs/cond-mat.stat-mech/0309136", "arxiv:cond-mat/0309136", ""),
    ("hep-th/9901001", "arxiv:hep-th/9901001", ""),
    ("arXiv:CS/0703110", "arxiv:cs/0703110", ""),
    ("doi:10.48550/arXiv.hep-th/9901001", "arxiv:hep-th/9901001", ""),
    ("https://arxiv.org/abs/0704.0001", "arxiv:0704.0001", ""),
    ("https://arxiv.org/abs/1412.9999v9", "arxiv:1412.9999", "v9"),
    ("https://arxiv.org/abs/1501.00001", "arxiv:1501.00001", ""),
]
OTHERS = [
    ("https://doi.org/10.1109/5.771073", "doi:10.1109/5.771073"),
    ("http://dx.doi.org/10.1109/5.771073", "doi:10.1109/5.771073"),
    ("https://www.doi.org/10.1109/5.771073", "doi:10.1109/5.771073"),
    ("https://doi.org/10.1109%2F5.771073", "doi:10.1109/5.771073"),
    ("https://doi.org/doi:10.1109/5.771073", "doi:10.1109/5.771073"),
    ("https://doi.org/10.1145/ABC.Def?utm_source=x", "doi:10.1145/abc.def"),
    ("doi:10.1145/ABC.Def", "doi:10.1145/abc.def"),
    ("DOI: 10.1145/abc.DEF", "doi:10.1145/abc.def"),
    ("10.1145/abc.def", "doi:10.1145/abc.def"),
    ("https://doi.acm.org/10.1145/abc.def", "doi:10.1145/abc.def"),
    ("https://dl.acm.org/doi/10.1145/abc.def", "doi:10.1145/abc.def"),
    ("https://dl.acm.org/doi/pdf/10.1145/abc.def?download=true", "doi:10.1145/abc.def"),
    ("https://onlinelibrary.wiley.com/doi/abs/10.1002/x.1", "doi:10.1002/x.1"),
    ("https://www.science.org/doi/full/10.1126/science.abc1234", "doi:10.1126/science.abc1234"),
    ("https://link.springer.com/article/10.1007/s00-021-1", "doi:10.1007/s00-021-1"),
    ("https://link.springer.com/content/pdf/10.1007%2Fs00-021-1.pdf", "doi:10.1007/s00-021-1"),
    ("https://www.biorxiv.org/content/10.1101/2020.01.02.123456v3.full.pdf", "doi:10.1101/2020.01.02.123456"),
    ("https://www.medrxiv.org/content/10.1101/2020.01.02.123456v1", "doi:10.1101/2020.01.02.123456"),
    ("https://www.nature.com/articles/s41000-021-00001-2", "doi:10.1038/s41000-021-00001-2"),
    ("https://www.nature.com/articles/s41000-021-00001-2.pdf", "doi:10.1038/s41000-021-00001-2"),
    ("https://www.frontiersin.org/articles/10.3389/fx.2021.1/full", "doi:10.3389/fx.2021.1"),
    ("https://journals.aps.org/prl/abstract/10.1103/PhysRevLett.1.2", "doi:10.1103/physrevlett.1.2"),
    ("https://iopscience.iop.org/article/10.1088/1-2/3/4/5/meta", "doi:10.1088/1-2/3/4/5"),
    ("https://journals.plos.org/plosone/article?id=10.1371/journal.pone.1", "doi:10.1371/journal.pone.1"),
    ("doi:10.1002/(SICI)1<1::AID-A1>3.0.CO;2-#", "doi:10.1002/(sici)1%3C1::aid-a1%3E3.0.co;2-%23"),
    ("https://doi.org/10.1002/(SICI)1%3C1::AID-A1%3E3.0.CO;2-%23", "doi:10.1002/(sici)1%3C1::aid-a1%3E3.0.co;2-%23"),
    ("https://openreview.net/forum?id=d-XzF81Wg1", "openreview:d-XzF81Wg1"),
    ("https://openreview.net/pdf?id=d-XzF81Wg1", "openreview:d-XzF81Wg1"),
    ("https://www.openreview.net/forum?noteId=abcde&id=d-XzF81Wg1&utm_source=x", "openreview:d-XzF81Wg1"),
    ("https://openaccess.thecvf.com/content/CVPR2021/html/A_B_CVPR_2021_paper.html", "cvf:cvpr2021/A_B_CVPR_2021"),
    ("https://openaccess.thecvf.com/content/CVPR2021/papers/A_B_CVPR_2021_paper.pdf", "cvf:cvpr2021/A_B_CVPR_2021"),
    ("http://openaccess.thecvf.com/content_CVPR_2020/html/A_CVPR_2020_paper.html", "cvf:cvpr2020/A_CVPR_2020"),
    ("http://openaccess.thecvf.com/content_CVPR_2020/papers/A_CVPR_2020_paper.pdf", "cvf:cvpr2020/A_CVPR_2020"),
    ("https://openaccess.thecvf.com/content/CVPR2021W/X/html/A_CVPRW_2021_paper.html", "cvf:cvpr2021w/x/A_CVPRW_2021"),
    (
        "https://openaccess.thecvf.com/content_CVPRW_2020/papers/w4/A_CVPRW_2020_paper.pdf",
        "cvf:cvprw2020/w4/A_CVPRW_2020",
    ),
    ("https://aclanthology.org/P19-1001", "acl:P19-1001"),
    ("https://aclanthology.org/P19-1001/", "acl:P19-1001"),
    ("https://aclanthology.org/P19-1001.pdf", "acl:P19-1001"),
    ("https://www.aclweb.org/anthology/P19-1001/", "acl:P19-1001"),
    ("https://www.aclweb.org/anthology/P19-1001.pdf", "acl:P19-1001"),
    ("http://aclweb.org/anthology/P/P19/P19-1001.pdf", "acl:P19-1001"),
    ("https://aclanthology.info/papers/P19-1001/p19-1001", "acl:P19-1001"),
    ("https://aclanthology.org/2020.acl-main.1/", "acl:2020.acl-main.1"),
    ("https://aclanthology.org/2020.acl-main.1.pdf", "acl:2020.acl-main.1"),
    ("https://github.com/Owner/Name", "github:owner/name"),
    ("http://www.github.com/owner/name/", "github:owner/name"),
    ("https://github.com/owner/name.git", "github:owner/name"),
    ("https://github.com/owner/name?tab=readme-ov-file#install", "github:owner/name"),
    ("https://github.com/owner/name/tree/main", "github:owner/name"),
    ("https://github.com/owner/name/tree/master/", "github:owner/name"),
    ("https://github.com/owner/name.js", "github:owner/name.js"),
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "youtube:dQw4w9WgXcQ"),
    ("https://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&t=42s&list=PLx", "youtube:dQw4w9WgXcQ"),
    ("https://music.youtube.com/watch?v=dQw4w9WgXcQ", "youtube:dQw4w9WgXcQ"),
    ("https://youtu.be/dQw4w9WgXcQ?t=42", "youtube:dQw4w9WgXcQ"),
    ("https://www.youtube.com/embed/dQw4w9WgXcQ", "youtube:dQw4w9WgXcQ"),
    ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "youtube:dQw4w9WgXcQ"),
    ("https://www.youtube.com/shorts/dQw4w9WgXcQ", "youtube:dQw4w9WgXcQ"),
    ("https://www.youtube.com/live/dQw4w9WgXcQ?feature=share", "youtube:dQw4w9WgXcQ"),
    ("https://twitter.com/a/status/1?s=20&t=ChwZ", "url:twitter.com/a/status/1"),
    ("https://aws.amazon.com/a/?nc1=h_ls&nc2=h_a&v=2", "url:aws.amazon.com/a?v=2"),
    ("https://example.org", "url:example.org"),
    ("https://example.org/", "url:example.org"),
    ("http://www.example.org/index.html", "url:example.org"),
    ("HTTPS://WWW.EXAMPLE.ORG:443/#top", "url:example.org"),
    ("https://example.org./", "url:example.org"),
    ("https://example.org/a/", "url:example.org/a"),
    ("https://example.org/a/index.php", "url:example.org/a"),
    ("https://example.org/a?b=2&a=1", "url:example.org/a?a=1&b=2"),
    ("https://example.org/a?a=1&utm_source=x&b=2&", "url:example.org/a?a=1&b=2"),
    ("https://example.org/a/?a=1", "url:example.org/a?a=1"),
    ("https://example.org/%7Euser/%e6%97%a5", "url:example.org/~user/%E6%97%A5"),
    ("https://example.org/日", "url:example.org/%E6%97%A5"),
    ("https://example.org/it's", "url:example.org/it's"),
    ("https://example.org/it%27s?a[]=%27", "url:example.org/it's?a%5B%5D='"),
    ("https://例え.jp/", "url:xn--r8jz45g.jp"),
    ("https://example.org/#/paper/3", "url:example.org#/paper/3"),
    ("https://example.org/#!paper?utm_source=x", "url:example.org#!paper"),
    ("https://example.org/#:~:text=words", "url:example.org"),
    ("http://localhost:8000/x", "url:localhost:8000/x"),
    ("http://[2001:db8::1]/x", "url:[2001:db8::1]/x"),
    ("https://www.com/", "url:www.com"),
]


@pytest.mark.parametrize("spelling", ARXIV)
def test_spellings_of_one_arxiv_paper(spelling):
    assert identify(spelling) == Identified("arxiv:2103.03230", "", "paper")
    assert arxiv_id(spelling) == ("2103.03230", "")


@pytest.mark.parametrize("spelling", ARXIV_VERSIONS)
def test_the_version_is_kept_beside_the_identity(spelling):
    assert identify(spelling) == Identified("arxiv:2103.03230", "v2", "paper")
    assert arxiv_id(spelling) == ("2103.03230", "v2")


@pytest.mark.parametrize(("spelling", "expected", "version"), OLD_ARXIV, ids=[case[0] for case in OLD_ARXIV])
def test_arxiv_ids_of_all_times(spelling, expected, version):
    assert identify(spelling) == Identified(expected, version, "paper")
    assert arxiv_id(spelling) == (expected.removeprefix("arxiv:"), version)


@pytest.mark.parametrize(("spelling", "expected"), OTHERS, ids=[case[0] for case in OTHERS])
def test_identity(spelling, expected):
    assert identity(spelling) == expected


NOT_ARXIV = [
    "https://arxiv.org/abs/2113.00001",
    "https://arxiv.org/abs/2100.00001",
    "https://arxiv.org/abs/2103.0323",
    "https://arxiv.org/abs/1412.00001",
    "https://arxiv.org/abs/0703.0001",
    "https://arxiv.org/abs/2103.00000",
    "https://arxiv.org/abs/2103.03230v0",
    "https://arxiv.org/abs/2103.032301",
    "https://arxiv.org/abs/hep-th/9913001",
    "https://arxiv.org/abs/hep-th/0801001",
    "https://arxiv.org/abs/hep-xx/9901001",
    "https://arxiv.org/abs/2103.03230/other",
    "https://arxiv.org/html/2103.03230/figure.png",
    "https://arxiv.org/list/cs.LG/recent",
    "https://arxiv.org/a/someone_1",
    "https://arxiv.org:8080/abs/2103.03230",
    "https://notarxiv.org/abs/2103.03230",
    "https://arxiv.org.example.org/abs/2103.03230",
    "https://example.org/abs/2103.03230",
    "https://example.org/?url=https://arxiv.org/abs/2103.03230",
    "https://huggingface.co/datasets/2103.03230",
    "https://huggingface.co/papers",
]


@pytest.mark.parametrize("address", NOT_ARXIV)
def test_what_only_looks_like_arxiv_is_an_address_like_any_other(address):
    assert identity(address).startswith("url:")
    assert arxiv_id(address) is None


@pytest.mark.parametrize("text", ["", "words", "2113.00001", "javascript:alert(1)", "10.1109/5.771073", "hep-th/99"])
def test_what_is_no_arxiv_id_is_none(text):
    assert arxiv_id(text) is None


APART = [
    ("https://example.org/?p=1", "https://example.org/?p=2"),
    ("https://example.org/?p=1", "https://example.org/"),
    ("https://example.org/?p", "https://example.org/?p="),
    ("https://example.org/?a=1&a=2", "https://example.org/?a=1"),
    ("https://example.org/?a=1&b=2", "https://example.org/?a=2&b=1"),
    ("https://example.org/?a=1%26b=2", "https://example.org/?a=1&b=2"),
    ("https://example.org/?q=a+b", "https://example.org/?q=a%2Bb"),
    ("https://example.org/Post", "https://example.org/post"),
    ("https://example.org/?p=A", "https://example.org/?p=a"),
    ("https://example.org/a/", "https://example.org/a/b"),
    ("https://example.org/a", "https://example.org/b"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/a%3Fb", "https://example.org/a?b"),
    ("https://example.org/a%23b", "https://example.org/a#b"),
    ("https://example.org/%2541", "https://example.org/%41"),
    ("https://example.org/a%252Fb", "https://example.org/a%2Fb"),
    ("https://example.org/Index.html", "https://example.org/"),
    ("https://example.org/index.html.txt", "https://example.org/"),
    ("https://example.org/index", "https://example.org/"),
    ("https://example.org/myindex.html", "https://example.org/"),
    ("https://example.org/index.php/a", "https://example.org/a"),
    ("https://example.org/#/a", "https://example.org/#/b"),
    ("https://example.org/#/a", "https://example.org/"),
    ("https://example.org/#!a", "https://example.org/#!b"),
    ("https://example.org:8000/", "https://example.org:9000/"),
    ("https://example.org:8000/", "https://example.org/"),
    ("http://example.org:443/", "https://example.org/"),
    ("https://a.example.org/", "https://example.org/"),
    ("https://www2.example.org/", "https://example.org/"),
    ("https://wwwexample.org/", "https://example.org/"),
    ("https://example.org/x.html", "https://example.org/x"),
    ("https://example.org/x;v=1", "https://example.org/x;v=2"),
    ("https://example.org/?sh=1", "https://example.org/?sh=2"),
    ("https://example.org/?source=1", "https://example.org/?source=2"),
    ("https://example.org/?m=1", "https://example.org/"),
    ("https://example.org/?s=20", "https://example.org/"),
    ("https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcq"),
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube.com/playlist?list=dQw4w9WgXcQ"),
    ("https://www.youtube.com/embed/videoseries?list=PLa", "https://www.youtube.com/embed/videoseries?list=PLb"),
    ("https://www.youtube.com/@someone", "https://www.youtube.com/@other"),
    ("https://github.com/owner/name", "https://github.com/owner/other"),
    ("https://github.com/owner/name", "https://github.com/owner"),
    ("https://github.com/owner/name", "https://github.com/owner/name/issues/5"),
    ("https://github.com/owner/name", "https://github.com/owner/name/blob/main/a.py"),
    ("https://github.com/owner/name", "https://github.com/owner/name/tree/main/a"),
    ("https://github.com/owner/name", "https://github.com/owner/name/tree/dev"),
    ("https://github.com/owner/name", "https://github.com/owner/name/tree/master/tree/main"),
    ("https://github.com/owner/name", "https://github.com/owner/name/releases/tag/v1"),
    ("https://github.com/owner/name", "https://gist.github.com/owner/name"),
    ("https://github.com/owner/name", "https://gitlab.com/owner/name"),
    ("https://github.com/topics/name", "github:topics-x/name"),
    ("https://github.com/owner/name/issues/5", "https://github.com/owner/name/issues/6"),
    ("https://doi.org/10.1109/5.771073", "https://doi.org/10.1109/5.77107"),
    ("https://doi.org/10.1109/5.771073", "https://doi.org/10.1109/5.771073/v2"),
    ("doi:10.1234/a%2541", "doi:10.1234/a%41"),
    ("doi:10.1234/\u212a", "doi:10.1234/k"),
    ("https://dl.acm.org/doi/10.1145/abc", "https://dl.acm.org/doi/suppl/10.1145/abc"),
    ("https://link.springer.com/article/10.1007/abc", "https://link.springer.com/article/10.1007/abc/figures/1"),
    ("https://openreview.net/forum?id=abcdE", "https://openreview.net/forum?id=abcde"),
    ("https://openreview.net/forum?id=abcde", "https://openreview.net/profile?id=abcde"),
    ("https://openreview.net/forum?id=abcde", "https://openreview.net/group?id=abcde"),
    (
        "https://openaccess.thecvf.com/content/CVPR2021/html/A_CVPR_2021_paper.html",
        "https://openaccess.thecvf.com/content/CVPR2021/supplemental/A_CVPR_2021_supplemental.pdf",
    ),
    (
        "https://openaccess.thecvf.com/content/CVPR2021/html/A_CVPR_2021_paper.html",
        "https://openaccess.thecvf.com/content/CVPR2021W/X/html/A_CVPR_2021_paper.html",
    ),
    ("https://aclanthology.org/P19-1001", "https://aclanthology.org/P19-1002"),
    ("https://aclanthology.org/P19-1001", "https://aclanthology.org/attachments/P19-1001.Supplementary.pdf"),
    ("https://aclanthology.org/2020.acl-main.1", "https://aclanthology.org/2020.acl-main.10"),
    ("https://aclanthology.org/2020.acl-main.1", "https://aclanthology.org/volumes/2020.acl-main"),
    ("arxiv:2103.03230", "arxiv:2103.03231"),
    ("arxiv:hep-th/9901001", "arxiv:hep-ph/9901001"),
    ("https://arxiv.org/abs/2103.03230", "https://arxiv.org/list/2103.03230"),
    ("https://example.org/" + "a" * 3000 + "1", "https://example.org/" + "a" * 3000 + "2"),
]


@pytest.mark.parametrize(("one", "other"), APART, ids=[f"{one[:50]} | {other[:50]}" for one, other in APART])
def test_different_works_stay_apart(one, other):
    assert identity(one) != identity(other)


ALL_SPELLINGS = [*ARXIV, *ARXIV_VERSIONS, *(case[0] for case in OLD_ARXIV + OTHERS), *NOT_ARXIV]
ALL_SPELLINGS += [spelling for pair in APART for spelling in pair]


def test_the_table_is_long_enough():
    assert len(set(ALL_SPELLINGS)) > 200


@pytest.mark.parametrize("spelling", sorted(set(ALL_SPELLINGS)), ids=lambda spelling: spelling[:70])
def test_an_identity_identifies_itself(spelling):
    found = identify(spelling)
    again = identify(found.identity)
    assert (again.identity, again.kind) == (found.identity, found.kind)
    assert found.identity.isascii()
    assert len(found.identity) <= 2000


@pytest.mark.parametrize(
    ("spelling", "kind"),
    [
        ("https://arxiv.org/abs/2103.03230", "paper"),
        ("doi:10.1109/5.771073", "paper"),
        ("https://openreview.net/forum?id=abcde", "paper"),
        ("https://openaccess.thecvf.com/content/CVPR2021/html/A_CVPR_2021_paper.html", "paper"),
        ("https://aclanthology.org/P19-1001", "paper"),
        ("https://github.com/owner/name", "repository"),
        ("https://github.com/owner/name/issues/5", "article"),
        ("https://youtu.be/dQw4w9WgXcQ", "video"),
        ("https://example.org/post", "article"),
    ],
)
def test_kind(spelling, kind):
    assert identify(spelling).kind == kind


def test_versions_of_the_acl_anthology():
    assert identify("https://aclanthology.org/P19-1001v2.pdf") == Identified("acl:P19-1001", "v2", "paper")


@pytest.mark.parametrize("key", ["github:owner", "youtube:short", "acl:X", "openreview:a b", "cvf:x", "doi:x", "url:"])
def test_half_an_identity_is_refused(key):
    with pytest.raises(MalformedURL):
        identify(key)


def test_old_keys_in_other_case_are_read():
    assert identity("GitHub:Owner/Name") == "github:owner/name"
    assert identity("DOI:10.1145/ABC") == "doi:10.1145/abc"
    assert identity("ArXiv:2103.03230V1") == "arxiv:2103.03230"


PIECES = [
    "https://",
    "http://",
    "www.",
    "example.org",
    "arxiv.org/abs/",
    "doi.org/",
    "10.1145/",
    "2103.03230",
    "v2",
    ".pdf",
    "/",
    "?",
    "#",
    "&",
    "=",
    "a",
    "B",
    "%2F",
    "%252F",
    "%41",
    "index.html",
    "utm_source=x",
    "id=",
    "v=",
    "github.com/",
    "youtu.be/",
    "openreview.net/forum",
    "openaccess.thecvf.com/content/",
    "html/",
    "_paper.html",
    "aclanthology.org/",
    "P19-1001",
    "doi:",
    "arXiv:",
    "url:",
    "cvf:",
    ":8080",
    "[::1]",
    "日",
    " ",
    "'",
    '"',
    "[",
    "|",
    "^",
    "{",
    "`",
    "~",
    "..",
    "%",
    "\udcff",
    "\x00",
    "~sha256=" + "0" * 64,
    "a" * 2000,
    "#/",
    "#!",
]
spellings = (
    st.text(max_size=60)
    | st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
    | st.lists(st.sampled_from(PIECES), max_size=10).map(lambda pieces: "https://example.org/" + "".join(pieces))
    | st.sampled_from(ALL_SPELLINGS)
)


@given(spellings)
@example("doi:10.1234/" + "%3C" * 900)
@example("https://example.org/" + "%3C" * 900)
@example('https://exa"mple.org/x')
@example("https://openaccess.thecvf.com/content/X/html/" + "A" * 3000 + "_paper.html")
def test_any_text_has_an_identity_that_identifies_itself_or_is_refused(text):
    try:
        found = identify(text)
    except MalformedURL:
        return
    assert found.identity.isascii()
    assert found.identity.isprintable()
    assert 0 < len(found.identity) <= 2000
    assert identity(found.identity) == found.identity
    assert identify(text) == found


@given(spellings)
def test_any_text_is_asked_for_an_arxiv_id_without_fear(text):
    found = arxiv_id(text)
    assert found is None or identity(text) == f"arxiv:{found[0]}"


argument = st.tuples(st.text("abAB%=+日 ", max_size=4), st.text("abAB=+日 12", max_size=4)).map("=".join)


@given(st.lists(argument, max_size=5), st.randoms())
def test_the_order_of_arguments_is_irrelevant(arguments, random):
    shuffled = list(arguments)
    random.shuffle(shuffled)
    one, other = (f"https://example.org/x?{'&'.join(order)}#end" for order in (arguments, shuffled))
    assert identity(one) == identity(other)


plain = st.text("abcAB019-_.~", min_size=1, max_size=6).filter(lambda text: set(text) != {"."})
works = st.tuples(
    st.sampled_from(["example.org", "news.example.org", "example.com", "example.org:8000"]),
    st.lists(plain, max_size=3),
    st.dictionaries(plain.map("x".__add__), plain, max_size=3),
    st.none() | plain,
)


def _spell(work, *, scheme, www, slash, anchor, tracker, backwards):
    """One of the many ways to write the address of a work."""
    host, folders, arguments, route = work
    path = "".join(f"/{folder}" for folder in folders) + ("/" if slash or not folders else "")
    pairs = [f"{name}={value}" for name, value in arguments.items()] + (["utm_source=x"] if tracker else [])
    query = "?" + "&".join(reversed(pairs) if backwards else pairs) if pairs else ""
    fragment = f"#/{route}" if route is not None else ("#anchor" if anchor else "")
    return f"{scheme}://{www}{host}{path}{query}{fragment}"


ways = st.fixed_dictionaries(
    {
        "scheme": st.sampled_from(["http", "https"]),
        "www": st.sampled_from(["", "www."]),
        "slash": st.booleans(),
        "anchor": st.booleans(),
        "tracker": st.booleans(),
        "backwards": st.booleans(),
    }
)


@given(works, works, ways, ways)
def test_two_spellings_agree_exactly_when_the_works_do(one, other, way, other_way):
    same = identity(_spell(one, **way)) == identity(_spell(other, **other_way))
    assert same == (one == other)


@given(works, ways, ways)
def test_all_spellings_of_a_work_agree(work, way, other_way):
    assert identity(_spell(work, **way)) == identity(_spell(work, **other_way))


video_ids = st.text("abcXYZ019-_", min_size=11, max_size=11)
VIDEO_FORMS = ["https://youtu.be/{}", "https://www.youtube.com/watch?v={}&t=3", "https://youtube.com/shorts/{}"]


@given(video_ids, video_ids, st.sampled_from(VIDEO_FORMS), st.sampled_from(VIDEO_FORMS))
def test_videos_agree_exactly_when_their_ids_do(one, other, form, other_form):
    assert (identity(form.format(one)) == identity(other_form.format(other))) == (one == other)


new_ids = st.builds("{:02}{:02}.{:05}".format, st.integers(15, 40), st.integers(1, 12), st.integers(1, 99999))
ARXIV_FORMS = [
    "https://arxiv.org/abs/{}",
    "http://export.arxiv.org/pdf/{}v3.pdf",
    "arXiv:{}v1",
    "doi:10.48550/arXiv.{}",
]


@given(new_ids, new_ids, st.sampled_from(ARXIV_FORMS), st.sampled_from(ARXIV_FORMS))
def test_arxiv_papers_agree_exactly_when_their_ids_do(one, other, form, other_form):
    assert (identity(form.format(one)) == identity(other_form.format(other))) == (one == other)
