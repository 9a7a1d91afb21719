"""The settings of Akira under test: a throwaway AKIRA_HOME, a database that need not survive, quick hashes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Made by the first process; the workers of a parallel run and the commands that tests start inherit it.
IS_OUR_HOME = "AKIRA_TEST_HOME" not in os.environ
if IS_OUR_HOME:
    os.environ["AKIRA_TEST_HOME"] = tempfile.mkdtemp(prefix="akira-test-")
    # As root the database runs as another user, who must be able to enter.
    Path(os.environ["AKIRA_TEST_HOME"]).chmod(0o711)
    atexit.register(shutil.rmtree, os.environ["AKIRA_TEST_HOME"], ignore_errors=True)

# Of the developer's own settings only these reach the tests.
KEPT = ("AKIRA_TEST_HOME", "AKIRA_CORPUS", "AKIRA_REQUIRE_")
for name in [name for name in os.environ if name.startswith("AKIRA_") and not name.startswith(KEPT)]:
    del os.environ[name]
os.environ["AKIRA_HOME"] = os.environ["AKIRA_TEST_HOME"]

from akira.settings import *  # noqa: E402, F403
from akira.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

# WhiteNoise warns where there is none.
STATIC_ROOT.mkdir(exist_ok=True)

if "CLUSTER" in DATABASES["default"]:
    DATABASES["default"]["CLUSTER_OPTIONS"] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Hashed names need `collectstatic`; the tests of ./run cover them.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# What a test has just written is to be seen at once.
AKIRA_STAMP_AGE = 0
# A worker that a test calls works in the test's own thread, and so in its transaction.
AKIRA_WORKER_THREADS = 0
