"""Documents made from what is declared and signed: told once, then laid out as a page, Word or PDF."""

from plait_web.partnership.documents.told import Document, Part, Table

__all__ = ["Document", "Part", "Table"]
