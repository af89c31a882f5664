"""Dated areas and how they nest: small areas in wards in districts in counties in regions, and across footprints."""

from plait.areas.areas import Area, Areas, load_areas

__all__ = ["Area", "Areas", "load_areas"]
