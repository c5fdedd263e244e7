"""Uploaded files and those that batches write."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from assistant.testing.server.http import HttpError, Json, Piece, Request, Response


@dataclass(frozen=True)
class _File:
    about: Json
    content: bytes


class Files:
    """The endpoint ``/v1/files``."""

    def __init__(self, new_id: Callable[[str], str]) -> None:
        self._new_id = new_id
        self._files: dict[str, _File] = {}

    def answer(self, request: Request) -> Response:
        """Upload, list, look at, read or delete.

        Raises:
            HttpError: No such file or no such request.
        """
        match (request.method, *request.parts[1:]):
            case ("POST",):
                return Response.of(self.upload(request.form()))
            case ("GET",):
                return Response.of(
                    {"object": "list", "data": [f.about for f in self._files.values()], "has_more": False}
                )
            case ("GET", file_id):
                return Response.of(self._file(file_id).about)
            case ("GET", file_id, "content"):
                body: list[Piece] = [self.content(file_id)]
                return Response(body, kind="application/octet-stream")
            case ("DELETE", file_id):
                return Response.of(self.delete(file_id))
        raise HttpError(404, f"Invalid URL ({request.method} {request.path})")

    def upload(self, form: Json) -> Json:
        """Keep the file of an upload's form.

        Raises:
            HttpError: The form holds no file.
        """
        if not isinstance(form.get("file"), tuple):
            raise HttpError(400, "'file' is a required property")
        name, content = form["file"]
        return self.add(name, content, form.get("purpose", "batch"))

    def add(self, name: str, content: bytes, purpose: str) -> Json:
        """Keep a file; gives its description."""
        about: Json = {
            "id": self._new_id("file"),
            "object": "file",
            "bytes": len(content),
            "created_at": int(time.time()),
            "filename": name,
            "purpose": purpose,
            "status": "processed",
        }
        self._files[about["id"]] = _File(about, content)
        return about

    def delete(self, file_id: str) -> Json:
        """Forget a file.

        Raises:
            HttpError: There is no such file.
        """
        self._file(file_id)
        del self._files[file_id]
        return {"id": file_id, "object": "file", "deleted": True}

    def content(self, file_id: str) -> bytes:
        """The bytes of a file.

        Raises:
            HttpError: There is no such file.
        """
        return self._file(file_id).content

    def _file(self, file_id: str) -> _File:
        if file_id not in self._files:
            raise HttpError(404, f"No such File object: {file_id}")
        return self._files[file_id]
