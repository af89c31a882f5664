"""The application's own settings, with a workspace of its own for each test process."""

import atexit
import os
import shutil
import tempfile

if "PLAIT_HOME" not in os.environ:
    os.environ["PLAIT_HOME"] = tempfile.mkdtemp(prefix="plait-test-home-")
    atexit.register(shutil.rmtree, os.environ["PLAIT_HOME"], ignore_errors=True)
os.environ.setdefault("PLAIT_SECRET_KEY", "only for tests")
os.environ.setdefault("PLAIT_HOSTS", "testserver,localhost,127.0.0.1")
# The browser that some tests drive runs an event loop in this process, which Django would take for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from plait_web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default"]}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # On disk, as in service: in memory all threads share one connection, and two who act at once cannot be tried.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}  # noqa: F405
