"""Other people's interfaces to what is here: each in a module of its own, with what it needs as an extra.

``glassnet.adapters.onnx`` writes models that other programs run, ``glassnet.adapters.code`` writes programs that
people read, and ``glassnet.adapters.formats`` is the table of all that a model can be saved as.
``glassnet.adapters.sklearn`` is a classifier for scikit-learn's pipelines and searches, and
``glassnet.adapters.kaggle`` writes what Kaggle's competition takes.
"""
