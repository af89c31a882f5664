"""Logs as one JSON object a line, without data: no address beyond the path, no form field, no cell."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from uuid import uuid4


class JsonLines(logging.Formatter):
    """One line a record. An exception is told by its kind and the lines of code it passed, never by its message:
    a library's message may repeat what a cell said."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage() if not record.exc_info else str(record.msg).split("%")[0].strip(),
        }
        if record.exc_info and record.exc_info[0]:
            said["fault"] = record.exc_info[0].__name__
            said["passed"] = _passed(record)
        for extra in ("path", "reference", "status"):
            if hasattr(record, extra):
                said[extra] = getattr(record, extra)
        return json.dumps(said, ensure_ascii=False)


def _passed(record: logging.LogRecord) -> list[str]:
    lines, step = [], record.exc_info[2] if record.exc_info else None
    while step is not None:
        code = step.tb_frame.f_code
        lines.append(f"{code.co_filename.rsplit('/site-packages/')[-1]}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return lines[-12:]


def reference() -> str:
    """A short number that a person can quote and that leads to the line in the log."""
    return uuid4().hex[:8]
