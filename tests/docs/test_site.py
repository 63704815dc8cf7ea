"""The documentation builds strictly, its links lead somewhere, it loads nothing from elsewhere, its commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from server.settings import Settings
from tests.docs.commands import OF_CLIENTS, ROOT, console_lines, fault

PAGES = sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS = [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md"]


class Page(HTMLParser):
    """Ids, links and loaded assets of one HTML file."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif "src" in found:
            self.loads.append(found["src"])
        elif tag == "link" and found.get("rel") not in ("canonical", "search", "index", "next", "prev", "author"):
            self.loads.append(found.get("href", ""))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    options = ["-q", "-W", "--keep-going", "-b", "html", "-d", str(target / "trees")]
    command = [sys.executable, "-m", "sphinx", *options, str(ROOT / "docs"), str(target / "html")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_every_link_leads_somewhere(pages: dict[Path, Page]) -> None:
    lost = []
    for path, page in pages.items():
        for link in [*page.links, *page.loads]:
            address, anchor = urldefrag(link)
            if re.match(r"[a-z]+:", address):
                continue
            target = (path.parent / unquote(address.partition("?")[0])).resolve() if address else path
            if not target.is_file() or (target in pages and anchor and unquote(anchor) not in pages[target].ids):
                lost.append(f"{path.name}: {link}")
    assert lost == []


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    loads = {load for page in pages.values() for load in page.loads}
    assert [load for load in loads if re.match(r"([a-z]+:)?//", load)] == []
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", styles) == []


def test_the_reference_has_every_operation(site: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (site / "made").glob("group-*.html"))
    contract = (ROOT / "openapi.yaml").read_text()
    for name in re.findall(r"^      operationId: (\w+)$", contract, re.MULTILINE):
        assert name in text


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_exist(path: Path) -> None:
    faults = {line: fault(line) for line in console_lines(path.read_text(encoding="utf-8"))}
    assert {line: wrong for line, wrong in faults.items() if wrong} == {}


def test_commands_that_do_not_exist_are_found() -> None:
    assert fault("wallet-orchestrator fuzz --backend mock --no-such-option") is not None
    assert fault("wallet-orchestrator no-such-command") == "wallet-orchestrator has no no-such-command"
    assert fault("make no-such-target") == "make has no no-such-target"
    assert fault("WALLET_NOTHING=1 wallet-orchestrator serve") == "WALLET_NOTHING is not a setting"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_settings_exist(path: Path) -> None:
    named = set(re.findall(r"`((?:WALLET|SOLANA_RPC)_[A-Z_]+)", path.read_text(encoding="utf-8")))
    assert {name for name in named if name.lower() not in Settings.model_fields} <= OF_CLIENTS


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_exist(path: Path) -> None:
    """Files and folders that a text names in code style, with a slash in their names."""
    named = set(re.findall(r"`([a-z_.][\w.-]*/[\w./-]*)`", path.read_text(encoding="utf-8")))
    roots = (ROOT, ROOT / "backends", ROOT / "backends/orchestrator", path.parent)
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []
