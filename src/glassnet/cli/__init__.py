"""Where people type: the command ``glassnet``.

One module per command, and none of them imports anything heavy before it is used, so that ``glassnet --help``
answers at once. ``main`` is the door: it turns errors into ``error:`` and ``hint:`` lines and an exit code.
"""

from glassnet.cli.main import main

__all__ = ["main"]
