"""The glass box: a page on this machine in which every number says where it comes from.

``server.serve`` listens on the loopback address and opens the browser; ``app`` ties the routes together;
``doorkeeper`` decides who may ask. The rest are plain functions from dictionaries and arrays to dictionaries and
arrays, with thin routes (``api_*``) over them. What page and server say to each other is written down in
``docs/web_api.md``.
"""
