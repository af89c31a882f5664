"""The findings that need no declaring: their codes, for ever, and their words. None holds a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plait.declare import ColumnType
from plait.values import Severity

REFUSED, ERROR, WARNING, NOTE = Severity.REFUSED, Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Wording:
    """`meaning` is for the reference; `problem` may hold {column}, the column's declared title, and other declared words."""

    meaning: str
    problem: str
    remedy: str
    severity: Severity


WORDINGS: Mapping[str, Wording] = {
    "column.required-empty": Wording(
        "A cell that must be filled in is empty.",
        "‘{column}’ is empty.",
        "Fill it in. A row without it cannot be used.",
        ERROR,
    ),
    "column.unreadable": Wording(
        "A cell cannot be read as what its column holds: a date, a number, yes or no.",
        "‘{column}’ holds something that is not {expected}.",
        "{write}",
        ERROR,
    ),
    "code.unlisted": Wording(
        "A code is not in the column's code list.",
        "‘{column}’ holds a code that is not in the list ‘{list}’.",
        "Use a code of the list, or say in your column and code map which code yours stands for. "
        "Until then it is counted as not listed.",
        WARNING,
    ),
    "code.out-of-date": Wording(
        "A code was not in use at the row's own date.",
        "‘{column}’ holds a code of the list ‘{list}’ that was not in use at the date of the row.",
        "Check the code and the date.{replaced}",
        WARNING,
    ),
    "shape.nhs-number": Wording(
        "An NHS number is not ten digits with the right check digit.",
        "‘{column}’ is not an NHS number: ten digits, the last of which checks the others.",
        "Copy the number again from the record. The row is kept without it.",
        WARNING,
    ),
    "shape.upn": Wording(
        "A unique pupil number is not thirteen characters with the right check letter.",
        "‘{column}’ is not a unique pupil number: a letter that checks the rest, then eleven digits and a digit or letter.",
        "Copy the number again from the record. The row is kept without it.",
        WARNING,
    ),
    "shape.postcode": Wording(
        "A postcode is not a whole UK postcode, so it cannot be placed in an area.",
        "‘{column}’ is not a whole UK postcode.",
        "Write all of it, such as SW1A 1AA. The row is kept without it.",
        WARNING,
    ),
    "figure.unreadable": Wording(
        "A figure is neither a number nor a symbol that says why there is none.",
        "‘{column}’ is neither a number nor a symbol that says why there is none.",
        "Write a number such as 12, <5 for a small number you may not give, or one of: {symbols}.",
        ERROR,
    ),
    "figure.total": Wording(
        "The figures for the groups of a breakdown cannot add up to the figure for everyone.",
        "The figure for everyone is not what the figures by {column} add up to.",
        "Check the total and its parts. A person or record belongs in one group only.",
        WARNING,
    ),
    "period.unreadable": Wording(
        "A period is not written in a way that can be read.",
        "‘{column}’ is not a period.",
        "Write a year as 2024-25 (April to March) or 2024 (January to December), a quarter as 2024-Q3, a month as 2024-07.",
        ERROR,
    ),
    "measure.unknown": Wording(
        "A row of counts is for a measure that the pack does not have.",
        "‘{column}’ is not the id of a measure that the partnership collects.",
        "Use the id shown in the template, such as it stands there.",
        ERROR,
    ),
    "language.words": Wording(
        "Words that put harm in the child, or hide it in slang. What one could write instead stands beside them.",
        "‘{column}’ holds words to look at again, of the kind ‘{said}’. {why}",
        "One could write: {instead}. Nothing is changed or left out for it; what is given in quotation marks is passed over.",
        WARNING,
    ),
    "table.no-rows": Wording(
        "A table of the return has its headings and no rows.",
        "There are no rows of {dataset}.",
        "If there is nothing to report, leave it so. Otherwise look for rows that were filtered out or left on another sheet.",
        NOTE,
    ),
    "return.no-rows": Wording(
        "The whole return holds no rows.",
        "The file was read, and holds no rows at all.",
        "If there is nothing to report for the period, tell the partnership that this is a nil return. "
        "Otherwise send the file with its rows.",
        WARNING,
    ),
    "table.nothing-usable": Wording(
        "Every row of a table was left out.",
        "Every row of {dataset} has something wrong with it, so none can be used.",
        "Start with the problem that has the highest count: often one column is in the wrong place.",
        ERROR,
    ),
    "table.not-compared": Wording(
        "Checks that compare two tables were not made, because one of them is not in the return.",
        "{dataset} was not compared with {other}, which is not in this return.",
        "Send the two together if you can. If they come separately, check that references are written the same in both.",
        NOTE,
    ),
    "identifier.nhs-number": Wording(
        "A file of counts holds an NHS number.",
        "{column} holds what may be an NHS number. A file of counts must name nobody, so nothing of it has been kept.",
        "Take it out, or send this file the way person-level returns are sent.",
        REFUSED,
    ),
    "identifier.upn": Wording(
        "A file of counts holds a unique pupil number.",
        "{column} holds what may be a unique pupil number. A file of counts must name nobody, so nothing of it has been kept.",
        "Take it out, or send this file the way person-level returns are sent.",
        REFUSED,
    ),
    "identifier.postcode": Wording(
        "A file of counts holds a full postcode.",
        "{column} holds what may be a full postcode. A few homes share one, so nothing of the file has been kept.",
        "Use an area's code in its place.",
        REFUSED,
    ),
    "identifier.email": Wording(
        "A file of counts holds an e-mail address.",
        "{column} holds what may be an e-mail address. A file of counts must name nobody, so nothing of it has been kept.",
        "Take it out.",
        REFUSED,
    ),
    "identifier.birth-date": Wording(
        "A file of counts holds a date of birth: a column headed so, or a full date where counts have none.",
        "{column} holds what may be a date of birth. A file of counts must name nobody, so nothing of it has been kept.",
        "Use age bands. If the date is of something else, leave the column out: counts need only a period.",
        REFUSED,
    ),
    "identifier.name": Wording(
        "A file of counts has a column headed as a person's name.",
        "{column} is headed as a person's name. A file of counts must name nobody, so nothing of it has been kept.",
        "Take the column out. If it names no people, give it another heading.",
        REFUSED,
    ),
    "identifier.long-text": Wording(
        "A file of counts holds long free text, which may describe a person.",
        "{column} holds long free text, which may describe a person. Nothing of the file has been kept.",
        "Take it out. Send what numbers miss as an insight card instead.",
        REFUSED,
    ),
}

EXPECTED = {
    ColumnType.DATE: ("a date", "Write the date as 31/03/2026 or 2026-03-31."),
    ColumnType.INTEGER: ("a whole number", "Write a whole number, such as 12."),
    ColumnType.NUMBER: ("a number", "Write a number, such as 12.5."),
    ColumnType.BOOLEAN: ("yes or no", "Write yes or no."),
}
OTHERWISE_EXPECTED = ("what the column is for", "Write it as the template shows.")
