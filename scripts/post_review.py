#!/usr/bin/env python3
"""Posts a review to GitHub: one comment of a pull request, or one issue, that is edited from then on.

    scripts/post_review.py comment PULL_REQUEST REVIEW.md
    scripts/post_review.py issue TITLE REVIEW.md

It needs GITHUB_TOKEN and GITHUB_REPOSITORY, nothing but Python's own library, and nothing of the pull request's code.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MARKER = "<!-- zoho-adobe review -->"
LIMIT = 65_536
PER_PAGE = 100
API = os.environ.get("GITHUB_API_URL", "https://api.github.com")
REPOSITORY = os.environ.get("GITHUB_REPOSITORY", "")


def main() -> int:
    """Run the command line.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["comment", "issue"])
    parser.add_argument("target", help="number of the pull request, or title of the issue")
    parser.add_argument("review", type=Path)
    words = parser.parse_args()
    body = words.review.read_text("utf-8")
    if not body.startswith(MARKER):
        return fail(f"{words.review} is no review: its first line is not {MARKER}")
    body += footer()
    if len(body) > LIMIT:
        return fail(f"{words.review} is longer than the {LIMIT} characters that GitHub takes")
    try:
        post = post_comment if words.kind == "comment" else post_issue
        print(post(words.target, body))
    except (OSError, KeyError) as error:
        return fail(f"GitHub did not take it: {error}")
    return 0


def post_comment(number: str, body: str) -> str:
    """Write the one comment of a project in a pull request.

    Args:
        number: the pull request's number.
        body: the text.

    Returns:
        The comment's URL.
    """
    comments, place = f"/repos/{REPOSITORY}/issues/{int(number)}/comments", f"/repos/{REPOSITORY}/issues/comments"

    def found() -> list[dict[str, Any]]:
        ours = [item for item in pages(comments) if is_ours(item) and is_of_this(item["body"], body)]
        return sorted(ours, key=lambda item: is_older(item["body"]))

    first, *others = found() or posted(comments, {"body": body}, found)
    url = str(request("PATCH", f"{place}/{first['id']}", {"body": body})["html_url"])
    for other in others:
        # An older one may be of another project.
        if not is_older(other["body"]):
            withdraw("DELETE", f"{place}/{other['id']}")
    return url


def post_issue(title: str, body: str) -> str:
    """Write the one open issue of a title and project.

    Args:
        title: the title.
        body: the text.

    Returns:
        The issue's URL.
    """
    issues = f"/repos/{REPOSITORY}/issues"

    def found() -> list[dict[str, Any]]:
        opened = pages(f"{issues}?state=open&creator=github-actions%5Bbot%5D&direction=asc")
        return [item for item in opened if item["title"] == title and is_ours(item) and is_of_this(item["body"], body)]

    first, *others = found() or posted(issues, {"title": title, "body": body}, found)
    url = str(request("PATCH", f"{issues}/{first['number']}", {"body": body})["html_url"])
    for other in others:
        if not is_older(other["body"]):
            withdraw("PATCH", f"{issues}/{other['number']}", {"state": "closed"})
    return url


def posted(path: str, body: dict[str, str], found: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Post a review where there is none yet, and look again: another run may have done the same at the same time.

    Args:
        path: where to post it.
        body: what to post.
        found: lists the reviews of this project, the one to keep first.

    Returns:
        The review to keep, and the new one where that is another.
    """
    new = request("POST", path, body)
    first = (found() or [new])[0]
    return [first] if first["id"] == new["id"] else [first, new]


def withdraw(method: str, path: str, body: dict[str, str] | None = None) -> None:
    """Take back a second review, unless another run has done so.

    Args:
        method: the HTTP method.
        path: the path below the API's base URL.
        body: what to send as JSON.
    """
    try:
        request(method, path, body)
    except urllib.error.HTTPError as error:
        if error.code not in (404, 410):
            raise


def is_ours(item: dict[str, Any]) -> bool:
    """Tell a review that this script posted from a person's text that quotes its marker.

    Args:
        item: a comment or an issue.

    Returns:
        True if it may be overwritten.
    """
    return str(item.get("body") or "").startswith(MARKER) and item["user"]["type"] == "Bot"


def is_of_this(old: str, new: str) -> bool:
    """Tell whether two reviews are of one project: several in one repository have a comment each.

    Args:
        old: a review that was posted.
        new: the review that is to be posted.

    Returns:
        True if the new one takes the place of the old one.
    """
    if is_older(old):
        # Its headings alone say of which project it is, and those of what failed at once do not.
        return not (theirs := projects(old)) or not (ours := projects(new)) or not theirs.isdisjoint(ours)
    return old.splitlines()[1:2] == new.splitlines()[1:2]


def is_older(body: str) -> bool:
    """Tell whether a review is from before the second line said of which project it is."""
    return not "".join(body.splitlines()[1:2]).startswith("<!-- of ")


def projects(body: str) -> set[str]:
    """Return the projects that a review names, in its second line or in its headings."""
    named = re.search(r"^<!-- of (.*) in ", body, re.MULTILINE)
    headings = re.findall(r"^## (?:Preview|Drift) of `([^`/]+)/", body, re.MULTILINE)
    return {*headings, *(named.group(1).split() if named else ())}


def footer() -> str:
    """Say which commit and run a review is of.

    Returns:
        Markdown, empty outside of a workflow.
    """
    commit, run = os.environ.get("REVIEWED_COMMIT"), os.environ.get("GITHUB_RUN_ID")
    if not (commit and run):
        return ""
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
    return f"\n<sub>Commit {commit[:12]} · [run]({server}/{REPOSITORY}/actions/runs/{run})</sub>\n"


def pages(path: str) -> Iterator[dict[str, Any]]:
    """List everything below a path.

    Args:
        path: the path, perhaps with a query.

    Yields:
        The items.
    """
    number = 1
    while True:
        items = request("GET", f"{path}{'&' if '?' in path else '?'}per_page={PER_PAGE}&page={number}")
        yield from items
        if len(items) < PER_PAGE:
            return
        number += 1


def request(method: str, path: str, body: dict[str, str] | None = None) -> Any:
    """Send one request to GitHub.

    Args:
        method: the HTTP method.
        path: the path below the API's base URL.
        body: what to send as JSON.

    Returns:
        The answer's JSON.
    """
    message = urllib.request.Request(  # noqa: S310 - the URL is GitHub's own variable
        API + path,
        method=method,
        data=json.dumps(body).encode() if body is not None else None,
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    with urllib.request.urlopen(message, timeout=30) as answer:  # noqa: S310
        return json.loads(answer.read() or "null")


def fail(reason: str) -> int:
    """Say why nothing was posted.

    Args:
        reason: the reason.

    Returns:
        The exit code.
    """
    print(f"error: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
