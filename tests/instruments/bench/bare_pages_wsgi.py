"""A bare application with the answers of the site: the same headers, the same compressed bytes.

BENCH_ANSWERS names a file with them, by path.
"""

import json
import os
from base64 import b64decode
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

OK, NOT_MODIFIED = "200 OK", "304 Not Modified"
ANSWERS = {
    path: (
        [tuple(header) for header in answer["headers"]],
        [tuple(header) for header in answer["not_modified"]],
        [b64decode(answer["body"])],
    )
    for path, answer in json.loads(Path(os.environ["BENCH_ANSWERS"]).read_text()).items()
}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Whoever knows an ETag is told that nothing has changed."""
    headers, not_modified, body = ANSWERS.get(environ["PATH_INFO"], ([], [], []))
    if "HTTP_IF_NONE_MATCH" in environ:
        start_response(NOT_MODIFIED, not_modified)
        return []
    start_response(OK, headers)
    return body
