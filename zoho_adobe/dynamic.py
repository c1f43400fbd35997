"""The provider objects that users' states refer to.

A state holds the path of its provider object, such as `zoho_adobe.dynamic.BASE_CONNECTION`, and the engine loads that
object to refresh and to delete, long after the program changed. So no name here is ever moved, renamed or removed.
"""

from __future__ import annotations

from zoho_adobe.resources.base_connection import BaseConnectionLifecycle

BASE_CONNECTION = BaseConnectionLifecycle()
