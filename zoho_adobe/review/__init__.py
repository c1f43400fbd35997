"""Turns what `pulumi preview --json` prints into Markdown that a reviewer reads in ten seconds.

| module | its one job |
|---|---|
| ``model`` | a preview as the rest sees it: changes, fields, messages |
| ``reading`` | both forms of Pulumi's JSON, the document and the stream of events, into that model |
| ``values`` | property paths, secrets, values that are not known yet |
| ``dependents`` | which resources are built on which |
| ``schedules`` | when a dataflow runs, in words and in minutes |
| ``second_look`` | the rules: what a reviewer should not pass over |
| ``text`` | escaping: a name is never markup, a mention or a second table column |
| ``markdown`` | the text itself |
| ``fitting`` | what of it fits into a comment |
| ``checkpoints`` | whether the update may write its state once, at its end |

Nothing here needs Pulumi, Adobe or the network.
"""

from zoho_adobe.review.markdown import LIMIT, MARKER, render
from zoho_adobe.review.model import Preview
from zoho_adobe.review.reading import NotAPreviewError, read

__all__ = ["LIMIT", "MARKER", "NotAPreviewError", "Preview", "read", "render"]
