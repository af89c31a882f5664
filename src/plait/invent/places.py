"""Invented places: a county and its neighbour on a grid pulled out of shape, so that areas nest exactly and cover the land.

The land lies in the Atlantic. Codes start with X and are too short to be GSS codes; the postcode areas WQ and YQ have the
shape of real ones and are not in use.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from plait.areas import Area
from plait.errors import UserError
from plait.invent.draw import Column, Rng, words

COUNTY, NEIGHBOUR, FORCE, HEALTH_BOARD = "XC01", "XC02", "XF01", "XH01"
COUNTY_NAME, NEIGHBOUR_NAME = "Wenfordshire", "Ostmere"
_DISTRICTS = (
    "Castle Wenford",
    "Alderwick",
    "Thornmere",
    "Harrowdene",
    "Marlscombe",
    "Stonebeck",
    "Brackenholt",
    "Ellermoor",
)
_NEIGHBOUR_DISTRICTS = ("Ostmere Coast", "Ostmere Fells")
_WARD_START, _WARD_END = (
    text.split()
    for text in (
        "Ash Beck Birk Bram Cald Cop Dun Elm Farn Gorse Hare Hazel Heron Holm Kest Lark Ling Mallow Mere Nettle "
        "Oat Otter Plum Quarn Reed Rook Sallow Sedge Sorrel Tarn Teasel Thrush Umber Vetch Wether Whin Wold Yarrow",
        "combe mere wick holt den ley thwaite garth stead field beck side gate bury fold market",
    )
)

PEOPLE_A_SMALL_AREA = 1_500
POSTCODES_A_SMALL_AREA = 25
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_OUTWARD_HOLDS = 10 * len(_INWARD) ** 2

Rect = tuple[int, int, int, int]


@dataclass(frozen=True)
class Places:
    """Where everything is. `small`, `ward`, `district`, `in_county` and `hardship` have one entry a small area."""

    areas: tuple[Area, ...]
    shapes: dict[str, Rect]
    corners: Column
    small: Column
    ward: Column
    district: Column
    in_county: Column
    hardship: Column
    postcode: Column
    postcode_small: Column

    @cached_property
    def county_postcodes(self) -> Column:
        """Positions of the county's own postcodes."""
        return np.flatnonzero(self.in_county[self.postcode_small])


def invent_places(rng: Rng, size: int) -> Places:
    """A county with room for `size` known people among all who live there, a neighbour, and the footprints over both."""
    cells = max(12, size // 50)
    height = max(3, round((cells * 0.75) ** 0.5))
    width, strip = -(-cells // height), max(2, -(-cells // height) // 4)
    ours = _divide(rng, (0, 0, width, height), 3 if cells < 60 else len(_DISTRICTS))
    theirs = _divide(rng, (width, 0, width + strip, height), 2)
    land = _Land(rng, width, height, ours, theirs)
    hardship = rng.beta(2, 3, len(land.small))
    postcode, position = _postcodes(np.array(land.in_county))
    return Places(
        areas=tuple(land.areas),
        shapes=land.shapes,
        corners=_corners(rng, width + strip, height),
        small=words(land.small),
        ward=words(land.ward),
        district=words(land.district),
        in_county=np.array(land.in_county),
        hardship=hardship,
        postcode=postcode,
        postcode_small=position,
    )


class _Land:
    """Areas and their rectangles on the grid, from districts down to small areas."""

    def __init__(self, rng: Rng, width: int, height: int, ours: list[Rect], theirs: list[Rect]) -> None:
        self.areas: list[Area] = [
            Area(code=FORCE, name=f"{COUNTY_NAME} and {NEIGHBOUR_NAME} Police", kind="force"),
            Area(code=HEALTH_BOARD, name="Wen Valley Health Board", kind="health_board"),
            Area(code=COUNTY, name=COUNTY_NAME, kind="county", parents=(FORCE,)),
            Area(code=NEIGHBOUR, name=NEIGHBOUR_NAME, kind="county", parents=(FORCE,)),
        ]
        right = max(rect[2] for rect in theirs)
        self.shapes: dict[str, Rect] = {
            FORCE: (0, 0, right, height),
            COUNTY: (0, 0, width, height),
            NEIGHBOUR: (width, 0, right, height),
        }
        self.small: list[str] = []
        self.ward: list[str] = []
        self.district: list[str] = []
        self.in_county: list[bool] = []
        self._names = _ward_names(rng)
        self._wards = 0
        self._rng = rng
        for number, rect in enumerate([*ours, *theirs]):
            self._add_district(number, rect, len(ours))

    def _add_district(self, number: int, rect: Rect, ours: int) -> None:
        county = number < ours
        name = _DISTRICTS[number] if county else _NEIGHBOUR_DISTRICTS[number - ours]
        code = f"XD{number + 1:02d}"
        # The health board leaves out the county's last district and takes in the neighbour's first.
        board = (HEALTH_BOARD,) if number < ours - 1 or number == ours else ()
        parents = (COUNTY if county else NEIGHBOUR, *board)
        self._add(Area(code=code, name=name, kind="district", parents=parents), rect)
        for ward in _divide(self._rng, rect, max(1, _cells(rect) // 6)):
            self._add_ward(ward, code, county)

    def _add_ward(self, rect: Rect, district: str, county: bool) -> None:
        self._wards += 1
        code = f"XW{self._wards:04d}"
        name = self._names.pop()
        self._add(Area(code=code, name=name, kind="ward", parents=(district,)), rect)
        squares = [(x, y, x + 1, y + 1) for y in range(rect[1], rect[3]) for x in range(rect[0], rect[2])]
        for number, square in enumerate(squares, start=1):
            small = f"XL{len(self.small) + 1:05d}"
            self._add(Area(code=small, name=f"{name} {number:02d}", kind="lsoa", parents=(code,)), square)
            self.small.append(small)
            self.ward.append(code)
            self.district.append(district)
            self.in_county.append(county)

    def _add(self, area: Area, rect: Rect) -> None:
        self.areas.append(area)
        self.shapes[area.code] = rect


def _cells(rect: Rect) -> int:
    return (rect[2] - rect[0]) * (rect[3] - rect[1])


def _divide(rng: Rng, rect: Rect, parts: int) -> list[Rect]:
    """The rectangle cut into so many, none empty, of unlike sizes."""
    x0, y0, x1, y1 = rect
    wide = x1 - x0 >= y1 - y0
    length = x1 - x0 if wide else y1 - y0
    if parts <= 1 or length < 2:
        return [rect]
    first = parts // 2
    cut = int(np.clip(round(length * (first / parts + rng.normal(0, 0.05))), 1, length - 1))
    near, far = (
        ((x0, y0, x0 + cut, y1), (x0 + cut, y0, x1, y1)) if wide else ((x0, y0, x1, y0 + cut), (x0, y0 + cut, x1, y1))
    )
    return [*_divide(rng, near, first), *_divide(rng, far, parts - first)]


def _ward_names(rng: Rng) -> list[str]:
    names = [start + end for start in _WARD_START for end in _WARD_END]
    names += [f"{name} {side}" for name in names for side in ("North", "South", "East", "West")]
    order = rng.permutation(len(_WARD_START) * len(_WARD_END)).tolist()
    return names[len(order) :][::-1] + [names[i] for i in order]


def _corners(rng: Rng, width: int, height: int) -> Column:
    """Longitude and latitude of every corner and of a point on every edge; [y, x] counts in half cells."""
    y, x = np.mgrid[0 : 2 * height + 1, 0 : 2 * width + 1] / 2.0
    sway_x = x + 0.06 * width * np.sin(2.2 * y / height + 0.4) + rng.uniform(-0.2, 0.2, x.shape)
    sway_y = y + 0.07 * height * np.sin(2.6 * x / width + 1.1) + rng.uniform(-0.2, 0.2, y.shape)
    sway_x[1::2, ::2] = _between(sway_x[:-1:2, ::2], sway_x[2::2, ::2], rng)
    sway_y[1::2, ::2] = _between(sway_y[:-1:2, ::2], sway_y[2::2, ::2], rng)
    sway_x[::2, 1::2] = _between(sway_x[::2, :-1:2], sway_x[::2, 2::2], rng)
    sway_y[::2, 1::2] = _between(sway_y[::2, :-1:2], sway_y[::2, 2::2], rng)
    return np.round(np.stack([-20 + sway_x * 0.02, 48 + sway_y * 0.0135], axis=-1), 5)


def _between(one: Column, other: Column, rng: Rng) -> Column:
    middle: Column = (one + other) / 2 + rng.uniform(-0.09, 0.09, one.shape)
    return middle


def ring(places: Places, code: str) -> list[list[float]]:
    """The area's outline, closed and anticlockwise as RFC 7946 asks."""
    x0, y0, x1, y1 = (2 * part for part in places.shapes[code])
    path = [(y0, x) for x in range(x0, x1)] + [(y, x1) for y in range(y0, y1)]
    path += [(y1, x) for x in range(x1, x0, -1)] + [(y, x0) for y in range(y1, y0, -1)]
    points: list[list[float]] = places.corners[tuple(zip(*path, strict=True))].tolist()
    return [*points, points[0]]


def _postcodes(in_county: Column) -> tuple[Column, Column]:
    """Postcodes with their space, and the position of the small area each is in."""
    position = np.repeat(np.arange(len(in_county)), POSTCODES_A_SMALL_AREA)
    texts = np.empty(len(position), dtype=object)
    for letters, inside in (("WQ", True), ("YQ", False)):
        where = np.flatnonzero(in_county[position] == inside)
        if len(where) > 98 * _OUTWARD_HOLDS:
            raise UserError("That is more people than the invented county has postcodes for. Ask for 700,000 or fewer.")
        texts[where] = [_postcode(letters, number) for number in range(len(where))]
    return texts, position


def _postcode(letters: str, number: int) -> str:
    outward, rest = divmod(number, _OUTWARD_HOLDS)
    sector, unit = divmod(rest, len(_INWARD) ** 2)
    return f"{letters}{outward + 1} {sector}{_INWARD[unit // len(_INWARD)]}{_INWARD[unit % len(_INWARD)]}"
