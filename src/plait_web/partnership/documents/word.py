"""A document in Word: real styles, header rows that repeat, the language set, so that a screen reader can follow it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from plait_web.partnership.documents.told import Document, Part, Table
from plait_web.ui.jinja import day as said

_DEEP = RGBColor(0x14, 0x3F, 0x44)
_WIDE = 6  # columns from which a page is turned on its side


def as_word(document: Document) -> bytes:
    """The DOCX."""
    made = docx.Document()
    _prepare(made, document)
    made.add_paragraph(document.title, style="Title")
    made.add_paragraph(f"{document.author}, {said(document.made)}", style="Subtitle")
    for words in (_notes(document), document.lead):
        if words:
            made.add_paragraph(words, style="Intense Quote" if words != document.lead else None)
    if document.contents:
        _contents(made, document)
    for part in document.parts:
        _part(made, part)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _notes(document: Document) -> str:
    invented = "Invented: no person, place, agency or number in this document is real." if document.invented else ""
    return " ".join(words for words in (document.draft, invented) if words)


def _prepare(made: WordDocument, document: Document) -> None:
    at = datetime.combine(document.made, time(), tzinfo=UTC)
    core = made.core_properties
    core.title, core.subject, core.author = document.title, document.subject, document.author
    core.language, core.created, core.modified, core.last_modified_by = "en-GB", at, at, document.author
    core.comments = ""
    _numbers(made, document)
    _page(made, wide=any(len(t.headings) >= _WIDE for p in document.parts for t in p.tables))
    _styles(made)


def _page(made: WordDocument, *, wide: bool) -> None:
    page = made.sections[0]
    page.page_width, page.page_height = (Cm(29.7), Cm(21)) if wide else (Cm(21), Cm(29.7))
    page.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(page, side, Cm(2))


def _contents(made: WordDocument, document: Document) -> None:
    """A list of the headings that Word fills with page numbers when the document is opened; until then the headings alone."""
    made.add_heading("Contents", level=1)
    inside = made.add_paragraph()
    _field(inside, 'TOC \\o "1-2" \\h \\z \\u', "\n".join(part.heading for part in document.parts))
    asks = OxmlElement("w:updateFields")
    asks.set(qn("w:val"), "true")
    made.settings.element.append(asks)
    made.add_page_break()


def _numbers(made: WordDocument, document: Document) -> None:
    foot = made.sections[0].footer.paragraphs[0]
    foot.add_run(f"{document.author}, {said(document.made)}    Page ")
    _field(foot, "PAGE", "1")


def _field(paragraph: Paragraph, code: str, shown: str) -> None:
    """Something Word works out; `shown` stands there until it has."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", shown), ("end", "")):
        run = paragraph.add_run(text if kind == "text" else "")
        if kind == "":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = text
            run._r.append(instruction)
        elif kind != "text":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _styles(made: WordDocument) -> None:
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    language = OxmlElement("w:lang")
    for attribute in ("w:val", "w:eastAsia"):
        language.set(qn(attribute), "en-GB")
    properties = normal.element.get_or_add_rPr()
    properties.append(language)
    for name, size in (("Title", 24), ("Subtitle", 12), ("Heading 1", 16), ("Heading 2", 13), ("Caption", 10)):
        style = made.styles[name]
        style.font.name, style.font.size, style.font.color.rgb, style.font.italic = "Arial", Pt(size), _DEEP, False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)  # a theme's font would win over the one just named


def _part(made: WordDocument, part: Part) -> None:
    made.add_heading(part.heading, level=part.level)
    for words in part.words:
        made.add_paragraph(words)
    for point in part.points:
        made.add_paragraph(point, style="List Bullet")
    for table in part.tables:
        _table(made, table)


def _table(made: WordDocument, table: Table) -> None:
    if not table.rows:
        made.add_paragraph(table.empty)
        return
    caption = made.add_paragraph(table.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    drawn = made.add_table(rows=1, cols=len(table.headings), style="Table Grid")
    _describe(drawn, table)
    _cells(drawn.rows[0], table.headings, bold=True)
    _repeat(drawn.rows[0])
    for row in table.rows:
        _cells(drawn.add_row(), row, bold=False)
    made.add_paragraph()


def _describe(drawn: docx.table.Table, table: Table) -> None:
    """What a screen reader says of the table, and that its first row and column are headings."""
    properties = drawn._tbl.tblPr
    for tag, value in (("w:tblCaption", table.caption), ("w:tblDescription", ", ".join(table.headings))):
        said_of = OxmlElement(tag)
        said_of.set(qn("w:val"), value)
        properties.append(said_of)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        look.set(qn("w:firstRow"), "1")
        look.set(qn("w:firstColumn"), "1")


def _repeat(row: docx.table._Row) -> None:
    """The row is a heading, told again at the head of each page; it is never split."""
    properties = row._tr.get_or_add_trPr()
    for tag in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(tag))


def _cells(row: docx.table._Row, texts: tuple[str, ...], *, bold: bool) -> None:
    for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        run = cell.paragraphs[0].add_run(text)
        run.bold = bold or place == 0
        run.font.size = Pt(9.5)
