"""Takes files from a service: their bodies go to a file as they come, and may take longer than a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO

import requests
import urllib3.exceptions

from zoho_adobe.api.transport import CONNECT_TIMEOUT, Answer, Transport, connections, keep_headers, whole_body
from zoho_adobe.session import current

LONGEST = 3600.0
"""Seconds that a file may take as a whole; each piece has the time-out of a request."""
_PIECE = 262_144


class FileTransport(Transport):
    """Sends requests to one service that also gives files."""

    def download(
        self, path: str, into: BinaryIO, *, headers: Mapping[str, str], beat: Callable[[], None] = lambda: None
    ) -> Answer:
        """Send a GET request once, and write the body of its answer to a file as it comes.

        Args:
            path: the path below the base URL, with its leading slash.
            into: the file.
            headers: headers besides the user agent.
            beat: is called after each piece.

        Returns:
            The answer; its text is empty unless its status is one of failure.

        Raises:
            UnreachableError: it surely did not arrive.
            LostAnswerError: no whole answer came.
        """
        clock = current().clock
        began = clock.monotonic()
        try:
            response = connections().request(
                "GET",
                f"{self.base_url}{path}",
                headers={"Accept": "*/*", **headers},
                timeout=(CONNECT_TIMEOUT, self._timeout),
                allow_redirects=False,
                auth=keep_headers,
                stream=True,
            )
            content = b""
            if response.ok:
                _copy_body(response, into, beat, began + LONGEST)
            else:
                content = whole_body(response, clock.monotonic() + self._timeout)
        except requests.RequestException as error:
            failure = self._no_answer("GET", error, self._timeout)
            self._log("GET", path, failure, clock.monotonic() - began, 1)
            raise failure from None
        answer = self._answer(response, content)
        self._log("GET", path, answer, clock.monotonic() - began, 1)
        return answer


def _copy_body(response: requests.Response, into: BinaryIO, beat: Callable[[], None], ends: float) -> None:
    try:
        while piece := response.raw.read(_PIECE, decode_content=True):
            into.write(piece)
            beat()
            if current().clock.monotonic() > ends:
                raise requests.exceptions.ReadTimeout()
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ConnectionError(error) from error
    finally:
        response.close()
