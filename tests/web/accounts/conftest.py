"""Each test begins with nobody locked out."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nobody_locked_out():
    cache.clear()
