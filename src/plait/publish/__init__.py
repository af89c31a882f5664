"""Protected figures to what people read: a website, a document, a workbook and an open table, with the same numbers in each."""

from plait.publish.headline import headline
from plait.publish.picture import Picture
from plait.publish.publish import Published, publish
from plait.publish.website import Shared, figure_parts, question_parts

__all__ = ["Picture", "Published", "Shared", "figure_parts", "headline", "publish", "question_parts"]
