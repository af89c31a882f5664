"""Protected figures to what people read: a website, a document, a workbook and an open table, with the same numbers in each."""

from plait.publish.publish import Published, publish

__all__ = ["Published", "publish"]
