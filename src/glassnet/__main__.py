"""The command ``glassnet``, which is also ``python -m glassnet``: at no moment does Ctrl-C show a traceback.

A good part of a short command is imports, and whoever stops it then wants it stopped, not explained. So this
module imports nearly nothing itself: what comes later is caught here, and what comes last ends the process.
"""

import sys


def _quietly(kind, error, trace):  # type: ignore[no-untyped-def]
    """An uncaught exception as ever, an uncaught Ctrl-C without a word."""
    if kind is not KeyboardInterrupt:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _quietly  # before the next line, which takes longer than all above

import signal  # noqa: E402

__all__ = ["main"]

_INTERRUPTED = 130
"""The exit code, as in ``cli/exits.py``, which may not have been imported yet."""


def main() -> int:
    """Run the command that the process was started with, and return its exit code."""
    signal.signal(signal.SIGINT, _interrupt)
    sys.unraisablehook = _unraisable
    try:
        try:
            import warnings

            if not sys.warnoptions:  # numbers that overflow are told of in words, by whoever meets them
                warnings.simplefilter("ignore", RuntimeWarning)
            from glassnet.cli import main as run

            return run()
        finally:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # all is tidy: Python's own end need not be waited for
    except KeyboardInterrupt:
        return _INTERRUPTED


def _interrupt(number: int, frame: object) -> None:
    """The first Ctrl-C is an exception, so that files and the terminal are left in order; a second is the end."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise KeyboardInterrupt


def _unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
    """Python drops an exception that hits it while it tidies up between two lines: Ctrl-C is not to be dropped."""
    if unraisable.exc_type is KeyboardInterrupt:
        signal.raise_signal(signal.SIGINT)
    sys.__unraisablehook__(unraisable)


if __name__ == "__main__":
    sys.exit(main())
