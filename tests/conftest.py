"""For all tests: no example of a law has a time it must be done in, for other work on the machine would decide it."""

from hypothesis import settings

settings.register_profile("plait", deadline=None)
settings.load_profile("plait")
