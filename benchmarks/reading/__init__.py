"""How well pictures are read, on material with known text that is made here, condition by condition.

    python -m benchmarks.reading --quick

``writers`` makes the shapes of digits, ``paper`` puts them on paper and takes the photograph, ``singles``,
``pages`` and ``strangers`` are the conditions, ``score`` compares what was read with what was written.
"""
