"""Dated areas and how they nest: small areas in wards in districts in counties in regions, and across footprints."""

from plait.areas.add import Added, add_areas
from plait.areas.areas import Area, Areas, load_areas
from plait.areas.ons import write_areas

__all__ = ["Added", "Area", "Areas", "add_areas", "load_areas", "write_areas"]
