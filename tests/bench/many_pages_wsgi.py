"""The site with BENCH_PAGES generated pages before it, each a copy of a real one."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from clinic_site import wsgi
from pages import edition, prerender
from pages.page_files import PageFiles

MODEL = "/faq/"


def _copied(folder: Path, number: int) -> Path:
    """Compressed once: what a page costs when it is served does not depend on its words."""
    page, text = prerender.rendered(wsgi.application.application)[MODEL]
    edition.write(folder, {MODEL: (page, text)})
    model = folder / edition.FILES / MODEL.strip("/")
    for each in range(number):
        shutil.copytree(model, folder / edition.FILES / "generated" / str(each))
    headers = [page.headers, page.not_modified]
    listed = json.dumps({f"/generated/{each}/": headers for each in range(number)})
    whole = {"digest": edition._digest(folder, listed), "pages": listed}
    (folder / edition.HEADERS).write_text(json.dumps(whole), encoding="utf-8")
    return folder


_folder = Path(tempfile.mkdtemp(dir=os.environ["BENCH_SCRATCH"])) / "pages"
_folder.mkdir()
application = PageFiles(
    wsgi.application.application, _copied(_folder, int(os.environ["BENCH_PAGES"]))
)
