"""One question and one definition of the core pack."""

from plait.declare import load_pack

PACK = load_pack()
_QUESTION, _DEFINITION = next(iter(PACK.questions)), next(iter(PACK.definitions))

KWARGS = {
    **{f"agreed:{page}": lambda: {"name": _QUESTION} for page in ("question", "say_of_question", "specification")},
    **{f"agreed:{page}": lambda: {"name": _DEFINITION} for page in ("definition", "say_of_definition")},
}
