"""How answers travel: JSON, and tensors in the format that model files have.

Fifteen lines of JavaScript read safetensors, and ``safetensors.numpy.load`` reads them in a test. Values go as
float32, so that the number in a formula is the number on the screen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.responses import Response

from glassnet.errors import GlassnetError
from glassnet.web.refusals import BusyError, status_of

__all__ = ["error_answer", "json_answer", "json_text", "pack", "picture_answer", "tensor_answer", "to_bytes"]

FOR_EVER = "private, max-age=31536000, immutable"
WIRE_TYPES = {"f": np.float32, "i": np.int32, "u": np.uint8, "b": np.uint8}
"""By the kind of a NumPy type: what it travels as."""


def json_text(content: Any) -> str:
    """JSON in which a number that is not finite is ``null``."""
    try:
        return json.dumps(content, ensure_ascii=False, allow_nan=False)
    except (
        TypeError,
        ValueError,
    ):  # an array or a broken number somewhere: looking for it takes ten times as long
        return json.dumps(_plain(content), ensure_ascii=False, allow_nan=False)


def json_answer(content: Any, status: int = 200, *, for_ever: bool = False) -> Response:
    """Answer with JSON; ``for_ever`` lets the browser keep it."""
    return Response(json_text(content), status, _caching(for_ever), "application/json")


def tensor_answer(
    tensors: Mapping[str, NDArray[Any]], extras: Any, status: int = 200, *, for_ever: bool = False
) -> Response:
    """Answer with arrays by name, and ``extras`` beside them."""
    return Response(pack(tensors, extras), status, _caching(for_ever), "application/octet-stream")


def picture_answer(png: bytes, name: str) -> Response:
    """Answer with a picture to be kept under ``name``."""
    return Response(png, 200, {**_caching(False), **_download(name)}, "image/png")


def to_bytes(content: bytes, name: str, media_type: str = "application/octet-stream") -> Response:
    """Answer with a file to be kept under ``name``."""
    return Response(content, 200, {**_caching(False), **_download(name)}, media_type)


def error_answer(error: GlassnetError) -> Response:
    """Answer with what was wrong and what to do."""
    content: dict[str, Any] = {"kind": type(error).__name__, "what": str(error), "do": error.hint}
    if isinstance(error, BusyError):
        content["run"] = error.run
    return json_answer(content, status_of(error))


def pack(tensors: Mapping[str, NDArray[Any]], extras: Any) -> bytes:
    """Arrays by name and a JSON text as safetensors: the header padded to 8 bytes, wide types first."""
    from safetensors.numpy import save

    ready = {name: np.ascontiguousarray(array, WIRE_TYPES[array.dtype.kind]) for name, array in tensors.items()}
    blob: bytes = save(ready, {"glassnet": json_text(extras)})
    return blob


def _caching(for_ever: bool) -> dict[str, str]:
    return {"Cache-Control": FOR_EVER if for_ever else "no-store"}


def _download(name: str) -> dict[str, str]:
    safe = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "-" for letter in name
    )
    return {"Content-Disposition": f'attachment; filename="{safe}"'}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
