"""Sites that know one work under several addresses: OpenReview, CVF, ACL Anthology, GitHub, YouTube.

Each function takes an address and gives what it identifies, or None where it is another kind of page of that site.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote

from common.html import names
from common.urls import Address

from .identified import Identified, bounded

OPENREVIEW_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")


def _argument(address: Address, name: str) -> str:
    """The value of the first argument of that name, or the empty string."""
    for piece in address.query[1:].split("&"):
        given, _, value = piece.partition("=")
        if given == name:
            return unquote(value)
    return ""


def _openreview(address: Address) -> Identified | None:
    found = _argument(address, "id")
    if address.path.rstrip("/") not in {"/forum", "/pdf"} or not OPENREVIEW_ID.fullmatch(found):
        return None
    return Identified(f"openreview:{found}", kind="paper")


_CVF_FILE = re.compile(r"(\w[\w.,'%()-]*)_paper\.(html|pdf)")
_CVF_FOLDER = re.compile(r"[\w.-]+")
_CVF_EVENT = re.compile(r"content_(\w+?)_(\d{4})(\w*)")


def _cvf(address: Address) -> Identified | None:
    """A paper of the Computer Vision Foundation: its page and its file differ in one folder and the suffix.

    The event stays in the key: the same authors give a paper of the same title at a conference and at its workshop.
    """
    *folders, file = address.path.strip("/").split("/")
    name = _CVF_FILE.fullmatch(file)
    folder = {"html": "html", "pdf": "papers"}[name[2]] if name else ""
    if not name or len(folders) < 2 or folders.count(folder) != 1:
        return None
    folders.remove(folder)
    if folders[0] == "content":
        folders = folders[1:]
    elif event := _CVF_EVENT.fullmatch(folders[0]):
        folders[0] = "".join(event.groups())
    else:
        return None
    if not folders or not all(_CVF_FOLDER.fullmatch(folder) for folder in folders):
        return None
    return Identified(bounded(f"cvf:{'/'.join(folders).lower()}/{name[1]}"), kind="paper")


_ACL_OLD = r"[A-Za-z]\d{2}-\d{4}"
_ACL_NEW = r"\d{4}\.[a-z0-9_]{1,40}-[a-z0-9_]{1,40}\.\d{1,6}"
ACL_ID = re.compile(rf"({_ACL_OLD}|{_ACL_NEW})(v[1-9]\d?)?", re.ASCII)
_ACL_PATH = re.compile(
    rf"/(?:anthology/|papers/)?(?:[A-Z]/[A-Z]\d\d/|[A-Z]\d\d-\d{{4}}/)?({_ACL_OLD}|{_ACL_NEW})(v[1-9]\d?)?(?:\.pdf|\.bib)?/?",
    re.ASCII,
)


def _acl(address: Address) -> Identified | None:
    match = _ACL_PATH.fullmatch(address.path)
    if match is None or (address.host.endswith("aclweb.org") and not address.path.startswith("/anthology/")):
        return None
    return Identified(f"acl:{acl_key(match[1])}", match[2] or "", "paper")


def acl_key(found: str) -> str:
    """Old ids are written with a capital (P19-1001), new ones without (2020.acl-main.1)."""
    return found[0].upper() + found[1:] if found[0].isalpha() else found


# First parts of addresses at GitHub that are pages of the site, not owners of repositories.
_NOT_OWNERS = names(
    "about account apps blog careers codespaces collections contact copilot customer-stories dashboard discussions edu "
    "education enterprise events explore features gist github-copilot issues join login logout marketplace mobile "
    "models new newsletter newsroom nonprofit notifications open-source organizations orgs partners premium-support "
    "pricing pulls readme repositories resources search security sessions settings signup site solutions sponsors "
    "stars team topics trending users watching"
)
_REPOSITORY = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,79})/([\w.-]{1,100}?)(?:\.git)?", re.ASCII)
# The root of the usual default branches is the repository; any other branch may be a work of its own.
_REPOSITORY_PATH = re.compile(r"/([^/]+/[^/]+?)(?:/tree/(?:main|master))?/?")


def repository_key(owner_and_name: str) -> str | None:
    """`owner/name` in lower case, since GitHub knows no case; None where it can be no repository."""
    match = _REPOSITORY.fullmatch(owner_and_name)
    if match is None or match[1].lower() in _NOT_OWNERS or not match[2].strip("."):
        return None
    return f"{match[1]}/{match[2]}".lower()


def _github(address: Address) -> Identified | None:
    """A repository itself; a file, an issue or a release within it is a work of its own."""
    match = _REPOSITORY_PATH.fullmatch(address.path)
    found = repository_key(match[1]) if match else None
    return Identified(f"github:{found}", kind="repository") if found else None


VIDEO_ID = re.compile(r"(?!videoseries|live_stream)[A-Za-z0-9_-]{11}")


def _video(found: str) -> Identified | None:
    return Identified(f"youtube:{found}", kind="video") if VIDEO_ID.fullmatch(found) else None


def _youtube(address: Address) -> Identified | None:
    first, _, rest = address.path.strip("/").partition("/")
    if first == "watch":
        return _video(rest or _argument(address, "v"))
    return _video(rest) if first in {"embed", "live", "shorts", "v"} else None


def _short_youtube(address: Address) -> Identified | None:
    return _video(address.path.strip("/"))


RECOGNISERS: dict[str, Callable[[Address], Identified | None]] = {
    "openreview.net": _openreview,
    "openaccess.thecvf.com": _cvf,
    "aclanthology.org": _acl,
    "aclanthology.info": _acl,
    "aclweb.org": _acl,
    "github.com": _github,
    "youtube.com": _youtube,
    "m.youtube.com": _youtube,
    "music.youtube.com": _youtube,
    "youtube-nocookie.com": _youtube,
    "youtu.be": _short_youtube,
}
