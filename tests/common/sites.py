"""Sites that behave, for tests of the safe client: pages by their paths, and clients that may reach them."""

import pytest

from common.http import Client, FetchFailed
from tests.servers import Reply

PAGE = Reply("<title>A page</title>")


def client_of(*servers, **options):
    return Client(allow=[server.host_port for server in servers], user_agent="Akira/1 (+https://a.example)", **options)


def site(pages, robots=None):
    """An answering function: pages by their paths, and a robots.txt if one is given."""

    def answer(asked):
        if asked.path == "/robots.txt":
            return Reply(status=404) if robots is None else robots if isinstance(robots, Reply) else Reply(robots)
        found = pages.get(asked.path, Reply(status=404))
        return found(asked) if callable(found) else found

    return answer


def failure(fetch, url, **options):
    with pytest.raises(FetchFailed) as failed:
        fetch(url, **options)
    return failed.value
