"""Where the emulator is reached: known once its port is."""

from __future__ import annotations


class Site:
    """The URLs of the emulated services."""

    def __init__(self) -> None:
        self.base = ""

    @property
    def adobe(self) -> str:
        return f"{self.base}/adobe"

    @property
    def ims(self) -> str:
        return f"{self.base}/ims"

    @property
    def blob(self) -> str:
        return f"{self.base}/blob"

    @property
    def control(self) -> str:
        return f"{self.base}/_control"

    def zoho_accounts(self, dc: str) -> str:
        return f"{self.base}/zoho/{dc}/accounts"

    def zoho_api(self, dc: str, host: str = "api") -> str:
        return f"{self.base}/zoho/{dc}/{host}"
