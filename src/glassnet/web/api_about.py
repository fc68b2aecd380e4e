"""Routes for what there is: the page's first question, model files that are opened, pictures to keep."""

from __future__ import annotations

import io
from functools import cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import glassnet
from glassnet.data import EXPORT_FORMATS
from glassnet.training import load_recipe, recipe_names
from glassnet.web.box import Box
from glassnet.web.doorkeeper import JSON_LIMIT, PICTURE_LIMIT, UPLOAD_LIMIT
from glassnet.web.exports import model_formats
from glassnet.web.recorded import recorded
from glassnet.web.requests import MOST_NUMBERS, MOST_STROKES, Picture
from glassnet.web.routing import box_of, get, post
from glassnet.web.wire import json_answer, picture_answer

__all__ = ["routes"]


def _about(box: Box, request: Request) -> Response:
    return json_answer(
        {
            "version": glassnet.__version__,
            "model": box.first(),
            "models": box.models.listing(),
            "runs": box.runs.cards(),
            "active_run": box.runs.active,
            "sets": box.sets.listing(),
            "example_set": box.sets.example,
            "recipes": [_recipe(name) for name in recipe_names()],
            "sources": box.sets.sources(),
            "exports": {"models": model_formats(), "sets": sorted(EXPORT_FORMATS)},
            "reader": True,
            "limits": {
                "strokes": MOST_STROKES,
                "numbers": MOST_NUMBERS,
                "json": JSON_LIMIT,
                "image": PICTURE_LIMIT,
                "upload": UPLOAD_LIMIT,
            },
            "link": box.link,
        }
    )


@cache
def _recipe(name: str) -> dict[str, object]:
    recipe = load_recipe(name)
    return {
        "name": name,
        "title": recipe.title,
        "layers": recipe.network.layers,
        "epochs": recipe.training.epochs,
        "seed": recipe.training.seed,
        "batch_size": recipe.training.batch_size,
        "optimizer": recipe.optimizer.name,
        "learning_rate": recipe.optimizer.learning_rate,
        "data": recipe.data.source,
        "recorded": recorded(recipe),
    }


async def _add_model(request: Request) -> Response:
    body = await request.body()
    address = await run_in_threadpool(box_of(request).models.add_file, body)
    return json_answer({"address": address}, 201)


def _picture(box: Box, asked: Picture, request: Request) -> Response:
    from PIL import Image

    seen = box.see(asked.ink)
    if asked.as_ == "drawn" and seen.drawing is not None:
        picture = Image.fromarray(255 - seen.drawing.canvas)  # dark ink on paper, as people keep it
        picture = picture.resize((asked.size, asked.size), Image.Resampling.LANCZOS)
    else:
        picture = Image.fromarray(255 - seen.digit).resize((asked.size, asked.size), Image.Resampling.NEAREST)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return picture_answer(file.getvalue(), f"digit-{asked.as_}.png")


routes: list[Route] = [
    get("/api/about", _about),
    Route("/api/models", _add_model, methods=["PUT"], name="add_model"),
    post("/api/picture", Picture, _picture),
]
