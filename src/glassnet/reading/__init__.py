"""From a picture of paper to the digits on it.

``read`` finds every digit on a picture, line by line; ``read_digit`` is told that there is exactly one.
"""

from glassnet.reading.result import Box, ReadDigit, Reading

__all__ = ["Box", "ReadDigit", "Reading"]
