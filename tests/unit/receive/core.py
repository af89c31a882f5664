"""The core pack, loaded once for all tests of this room."""

from plait.declare import load_pack

CORE = load_pack()
