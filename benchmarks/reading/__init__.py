"""How well pictures are read, on material with known text that is made here, condition by condition.

    python -m benchmarks.reading --quick

``writers`` makes the shapes of digits, ``paper`` puts them on paper, ``camera`` takes the picture. The conditions
are in ``singles`` and ``trouble`` (one digit), ``lines`` and ``pages`` (several) and ``strangers`` (none).
``score`` compares what was read with what was written; ``faithful`` draws MNIST's digits anew, and
``limits`` looks where reading ends.
"""
