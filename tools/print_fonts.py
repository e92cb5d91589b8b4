"""Make the TrueType fonts that print is set in out of the web fonts, which hold the same letters
in two halves.

    python -m tools.print_fonts
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1] / "pipeline"
WEB, PRINT = ROOT / "web/static/fonts", ROOT / "publish/paper/fonts"
WEIGHTS = (400, 600, 700)


def main() -> None:
    for weight in WEIGHTS:
        with TemporaryDirectory() as folder:
            halves = [_unpacked(Path(folder), half, weight) for half in ("latin", "vietnamese")]
            merged = Merger().merge(halves)
            made = TTFont(halves[0])["head"].created
        merged.recalcTimestamp = False  # the same bytes whenever it is run
        merged["head"].created = merged["head"].modified = made
        merged.save(PRINT / f"BeVietnamPro-{weight}.ttf")


def _unpacked(folder: Path, half: str, weight: int) -> str:
    font = TTFont(WEB / f"be-vietnam-pro-{half}-{weight}-normal.woff2", recalcTimestamp=False)
    font.flavor = None
    path = folder / f"{half}.ttf"
    font.save(path)
    return str(path)


if __name__ == "__main__":
    main()
