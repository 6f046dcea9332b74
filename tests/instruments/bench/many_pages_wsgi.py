"""The site with BENCH_PAGES generated pages before it, each a copy of a real one."""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from clinic_site import wsgi
from pages.prerender import render, static_build
from pages.prerender.serve import PageFiles

MODEL = "/faq/"
SITE: Any = wsgi.application


def _copied(folder: Path, number: int) -> Path:
    """Compressed once: what a page costs when it is served does not depend on its words."""
    page, text = render.render_all(SITE.application)[MODEL]
    static_build.write_build(folder, {MODEL: (page, text)})
    model = folder / static_build.FILES / MODEL.strip("/")
    for each in range(number):
        shutil.copytree(model, folder / static_build.FILES / "generated" / str(each))
    headers = [page.headers, page.not_modified]
    listed = json.dumps({f"/generated/{each}/": headers for each in range(number)})
    whole = {"digest": static_build._digest(folder, listed), "pages": listed}
    (folder / static_build.HEADERS).write_text(json.dumps(whole), encoding="utf-8")
    return folder


_folder = Path(tempfile.mkdtemp(dir=os.environ["BENCH_SCRATCH"])) / "pages"
_folder.mkdir()
application = PageFiles(SITE.application, _copied(_folder, int(os.environ["BENCH_PAGES"])))
