"""Protected figures to what people read: a website, a document, a workbook and an open table, with the same numbers in each."""

from plait.publish.headline import headline
from plait.publish.picture import Picture
from plait.publish.publish import Published, publish
from plait.publish.topics import TOPICS, Topic, as_csv, topic_blocks
from plait.publish.website import Shared, figure_parts, question_parts

__all__ = [
    "TOPICS", "Picture", "Published", "Shared", "Topic", "as_csv", "figure_parts", "headline", "publish", "question_parts",
    "topic_blocks",
]  # fmt: skip
