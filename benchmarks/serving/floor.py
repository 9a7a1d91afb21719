"""What `servers.Floor` serves; the queries are those of the floor of benchmarks/rendering, over the same archive."""

import os

from benchmarks.rendering import floor

application, _connection = floor.application(os.environ["FLOOR_DSN"])
