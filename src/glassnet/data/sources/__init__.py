"""Data sets by name: ``mnist`` is found on this machine or fetched, ``strokes`` is drawn on the spot.

From what a person types to data in three steps, one module each: the ``catalogue`` knows what there is and where
it is published, ``download`` gets one file over a network that may fail in every way, the ``cache`` keeps what
has arrived and passed its check. ``opening`` ties them together.

Three variables of the environment have a say: ``GLASSNET_DATA`` names a folder of data sets to look into first,
``GLASSNET_CACHE`` the folder for what is fetched, and ``GLASSNET_MIRRORS`` web addresses to ask before the
published ones. A classroom needs one machine that has fetched the data: ``python -m http.server`` in the folder
``datasets`` of its cache is a mirror for all others.
"""

from glassnet.data.sources.cache import cache_folder
from glassnet.data.sources.catalogue import SOURCES, Source, SourceFile
from glassnet.data.sources.download import Patience
from glassnet.data.sources.events import Event, Notice, Progress
from glassnet.data.sources.opening import Description, describe, fetch, open_source, source_names
from glassnet.data.sources.sampling import open_sample
from glassnet.data.sources.searching import unusable_choice

__all__ = [
    "SOURCES",
    "Description",
    "Event",
    "Notice",
    "Patience",
    "Progress",
    "Source",
    "SourceFile",
    "cache_folder",
    "describe",
    "fetch",
    "open_sample",
    "open_source",
    "source_names",
    "unusable_choice",
]
