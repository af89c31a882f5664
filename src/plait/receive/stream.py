"""A query's rows as Arrow batches, in order and in flat memory."""

from collections.abc import Iterator

import pyarrow as pa

from plait.engine import Engine


class Stream(Engine):
    """An engine that hands rows on while it reads the rest: numbering them in SQL would hold it to one thread."""

    def batches(self, sql: str, rows: int) -> Iterator[pa.RecordBatch]:
        """The query's rows, about `rows` at a time."""
        yield from self._connection.sql(sql).to_arrow_reader(rows)
