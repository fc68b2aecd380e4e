"""Other people's interfaces to what is here: each in a module of its own, with what it needs as an extra.

``glassnet.adapters.onnx`` writes models that other programs run, ``glassnet.adapters.sklearn`` is a classifier for
scikit-learn's pipelines and searches, ``glassnet.adapters.kaggle`` writes what Kaggle's competition takes.
"""
