"""A cache in Redis without which Akira goes on: while it is out of reach it knows nothing and keeps nothing."""

import logging
from collections.abc import Callable
from functools import wraps

from django.core.cache.backends import redis
from redis.exceptions import RedisError

from akira.complaints import Complaints

_complaints = Complaints(
    logging.getLogger(__name__),
    missing="The cache is out of reach; what it should know is found out again",
    back="The cache is back.",
)


def _or_else(fallback: Callable[..., object]):
    """Answer as `fallback` does, given the same arguments, where Redis can't be reached."""

    def decorate(method):
        @wraps(method)
        def attempt(self, *args, **kwargs):
            try:
                answer = method(self, *args, **kwargs)
            except RedisError as error:
                _complaints.note(error)
                return fallback(*args, **kwargs)
            _complaints.over()
            return answer

        return attempt

    return decorate


class RedisCache(redis.RedisCache):
    get = _or_else(lambda key, default=None, version=None: default)(redis.RedisCache.get)
    get_many = _or_else(lambda *args, **kwargs: {})(redis.RedisCache.get_many)
    has_key = _or_else(lambda *args, **kwargs: False)(redis.RedisCache.has_key)
    add = _or_else(lambda *args, **kwargs: False)(redis.RedisCache.add)
    set = _or_else(lambda *args, **kwargs: None)(redis.RedisCache.set)
    set_many = _or_else(lambda data, *args, **kwargs: list(data))(redis.RedisCache.set_many)
    touch = _or_else(lambda *args, **kwargs: False)(redis.RedisCache.touch)
    delete = _or_else(lambda *args, **kwargs: False)(redis.RedisCache.delete)
    delete_many = _or_else(lambda *args, **kwargs: None)(redis.RedisCache.delete_many)
