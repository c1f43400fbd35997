"""Zoho's data centers and the accounts host of each."""

ACCOUNTS_HOSTS = {
    "us": "accounts.zoho.com",
    "eu": "accounts.zoho.eu",
    "au": "accounts.zoho.com.au",
    "in": "accounts.zoho.in",
    "cn": "accounts.zoho.com.cn",
    "jp": "accounts.zoho.jp",
    "ca": "accounts.zohocloud.ca",
    "sa": "accounts.zoho.sa",
    "uk": "accounts.zoho.uk",
    "ae": "accounts.zoho.ae",
    "sg": "accounts.zoho.sg",
}
