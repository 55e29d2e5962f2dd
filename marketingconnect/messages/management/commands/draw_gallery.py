"""Draw the pictures of the library and the thumbnails of its templates, with a Chromium at hand.

For developers: run it after changing a template, a drawing or the composing of messages.
"""

import base64
import re
import shutil
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from PIL import Image

from marketingconnect.messages.library import FOLDER, PICTURES, Template, templates
from marketingconnect.messages.library.gallery import sample_html, write_fingerprints

THUMBNAILS = Path(settings.ROOT) / "marketingconnect" / "web" / "static" / "library"
_WIDTH, _HEIGHT, _SHOWN = 640, 1150, 480


class Command(BaseCommand):
    help = "Redessine les images de la bibliothèque et les vignettes de la galerie (avec Chromium)."

    def handle(self, *args: Any, **options: Any) -> None:
        chromium = shutil.which("chromium")
        if chromium is None:
            raise CommandError("Installez Chromium pour dessiner la galerie.")
        for drawing in sorted((FOLDER / "drawings").glob("*.svg")):
            self._draw(chromium, drawing)
        THUMBNAILS.mkdir(parents=True, exist_ok=True)
        for template in templates():
            self._show(chromium, template)
        write_fingerprints()
        self.stdout.write(f"{len(templates())} vignettes dans {THUMBNAILS}")

    def _draw(self, chromium: str, drawing: Path) -> None:
        svg = drawing.read_text(encoding="utf-8")
        found = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
        if found is None:
            raise CommandError(f"{drawing.name} n’a pas de viewBox.")
        width, height = int(found[1]), int(found[2])
        page = f"<style>*{{margin:0}}svg{{display:block;width:{width}px}}</style>{svg}"
        image = _photograph(chromium, page, width, height).convert("RGB")
        flat = image.quantize(128, dither=Image.Dither.NONE)
        flat.save(PICTURES / f"{drawing.stem}.png", optimize=True)

    def _show(self, chromium: str, template: Template) -> None:
        image = _photograph(chromium, _with_pictures(sample_html(template)), _WIDTH, _HEIGHT)
        image.thumbnail((_SHOWN, 10_000))
        image.convert("RGB").save(THUMBNAILS / f"{template.code}.webp", quality=82, method=6)


def _photograph(chromium: str, page: str, width: int, height: int) -> Image.Image:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.png"
        source.write_text(page, encoding="utf-8")
        subprocess.run(
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                f"--user-data-dir={folder}/profile",
                f"--window-size={width},{height}",
                f"--screenshot={target}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )
        return Image.open(BytesIO(target.read_bytes()))


def _with_pictures(html: str) -> str:
    """The document with our drawings inside it, since nothing is served meanwhile."""

    def inside(found: re.Match[str]) -> str:
        data = base64.b64encode((PICTURES / found[1]).read_bytes()).decode()
        return f"data:image/png;base64,{data}"

    return re.sub(r"https://[\w.]+/u/images/([\w-]+\.png)", inside, html)
