"""Who is let in, and what everybody is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from glassnet.web.app import make_app
from glassnet.web.box import Box
from glassnet.web.doorkeeper import JSON_LIMIT, Keys
from tests.web.conftest import ADDRESS, PORT, Page, TestClient


@pytest.fixture
def keys() -> Keys:
    return Keys(PORT)


@pytest.fixture
def stranger(box: Box, keys: Keys, tmp_path: Path) -> Iterator[TestClient]:
    """A browser without a session."""
    (tmp_path / "index.html").write_text("page")
    with TestClient(make_app(box, keys, tmp_path), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


def test_the_key_opens_the_door_once(stranger: TestClient, keys: Keys):
    assert stranger.get("/api/about").status_code == 401
    guessed = stranger.get("/?key=guess")
    assert (guessed.headers.get("set-cookie"), guessed.headers["location"]) == (None, "/?used")
    key = keys.key
    answer = stranger.get(f"/?key={key}")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"glassnet-{PORT}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert stranger.get("/api/about").status_code == 200
    stranger.cookies.clear()
    assert stranger.get(f"/?key={key}").headers.get("set-cookie") is None
    refused = stranger.get("/api/about")
    assert refused.status_code == 401
    assert refused.json()["kind"] == "SessionError"
    assert "glassnet open" in refused.json()["do"]


def test_a_used_key_makes_room_for_the_next_which_only_the_terminal_is_told(box: Box, tmp_path: Path):
    told: list[str] = []
    keys = Keys(PORT, lambda: told.append(keys.key))
    (tmp_path / "index.html").write_text("page")
    with TestClient(make_app(box, keys, tmp_path), base_url=ADDRESS, follow_redirects=False) as browser:
        first = keys.key
        answer = browser.get(f"/?key={first}")
        assert told == [keys.key]
        assert keys.key not in str(answer.headers)
        assert first != keys.key
        browser.cookies.clear()
        assert browser.get(f"/?key={first}").headers["location"] == "/?used"
        assert told == [keys.key]
        assert browser.get(f"/?key={told[0]}").headers["location"] == "/"
        assert browser.get("/api/about").status_code == 200
        assert len(told) == 2


@pytest.mark.parametrize(
    "cookie", ["", "glassnet-7840=", "glassnet-7840=x; other", "\x00=;;", 'glassnet-7840="\\']
)
def test_other_cookies_open_nothing(stranger: TestClient, cookie: str):
    assert stranger.get("/api/about", headers={"cookie": cookie.encode()}).status_code == 401


def test_the_page_itself_needs_no_session(stranger: TestClient):
    assert stranger.get("/").text == "page"


@pytest.mark.parametrize("host", ["glassnet.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:7840.evil", ""])
def test_another_host_is_refused(page: Page, host: str):
    for path in ("/", "/api/about"):
        answer = page.client.get(path, headers={"host": host})
        assert answer.status_code == 403
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.client.get("/", headers={"host": f"localhost:{PORT}"}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", f"https://127.0.0.1:{PORT}", "http://127.0.0.1"]
)
def test_another_origin_is_refused(page: Page, origin: str):
    for method, path in (("GET", "/api/about"), ("POST", "/api/read"), ("DELETE", "/api/mine")):
        answer = page.client.request(method, path, headers={"origin": origin})
        assert answer.status_code == 403, path
    assert page.client.get("/api/about", headers={"origin": ADDRESS}).status_code == 200


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200)])
def test_another_page_of_this_browser_is_refused(page: Page, site: str, status: int):
    assert page.client.get("/api/about", headers={"sec-fetch-site": site}).status_code == status


def test_a_link_from_another_page_opens_ours(page: Page):
    assert page.client.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/api/about", "/api/nothing", "/assets/nothing.js", "/assets/app-1a2b3c4d.js"]
)
def test_every_answer_has_the_headers(page: Page, path: str):
    headers = page.client.get(path).headers
    policy = headers["content-security-policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_a_body_that_is_announced_too_large_is_not_read(page: Page):
    answer = page.client.post("/api/read", content=b"x", headers={"content-length": str(JSON_LIMIT + 1)})
    assert answer.status_code == 413
    assert answer.json()["kind"] == "TooLargeError"
    assert page.client.post("/api/read", content=b"x", headers={"content-length": "-1"}).status_code == 413


def test_a_body_that_grows_too_large_is_not_read_to_its_end(page: Page):
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(40):
            sent += 2**16
            yield b" " * 2**16

    answer = page.client.post("/api/read", content=body())
    assert answer.status_code == 413
    assert "1 MB" in answer.json()["what"]


@pytest.mark.parametrize(
    "path",
    [
        "../secret.html",
        "..%2fsecret.html",
        "deep/../../secret.html",
        "%2e%2e/secret.html",
        "/etc/passwd",
        "deep",
        "",
        *("deep\\..\\index.html", "index.html%00.js", "C:/x.html"),
    ],
)
def test_no_path_leads_out_of_the_pages_folder(page: Page, path: str):
    answer = page.client.get(f"/assets/{path}")
    assert answer.status_code == 404
    assert "secret" not in answer.text.replace("secret.html", "")


def test_assets_are_kept_where_their_name_changes_with_them(page: Page):
    hashed = page.client.get("/assets/app-1a2b3c4d.js")
    assert "immutable" in hashed.headers["cache-control"]
    assert hashed.headers["content-type"].startswith("text/javascript")
    assert page.client.get("/assets/deep/plain.css").headers["cache-control"] == "no-cache"
    first = page.client.get("/")
    assert first.headers["cache-control"] == "no-cache"
    again = page.client.get("/", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/x", 404), ("PUT", "/api/read", 405)])
def test_what_does_not_exist_is_told_as_every_error(page: Page, method: str, path: str, status: int):
    answer = page.client.request(method, path)
    assert answer.status_code == status
    assert set(answer.json()) == {"kind", "what", "do"}
