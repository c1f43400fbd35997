"""The consent pages in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from emulator.launch import Emulator
from tests.support.browser import needs_browser, open_browser
from tests.support.emulator.zoho_clients import Client, Zoho

pytestmark = [
    needs_browser,
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    browser = open_browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.quit()


class Listener:
    """The place that a client has its codes sent to."""

    def __init__(self) -> None:
        landed: list[dict[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if urlsplit(self.path).path == "/callback":
                    landed.append(dict(parse_qsl(urlsplit(self.path).query)))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"<title>landed</title>")

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.landed = landed
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/callback"


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=listener.server.serve_forever, args=(0.05,))
    thread.start()
    yield listener
    listener.server.shutdown()
    thread.join()
    listener.server.server_close()


@pytest.fixture
def zoho(emulator: Emulator) -> Zoho:
    return Zoho(emulator)


def open_consent(browser: Chrome, zoho: Zoho, client: Client, listener: Listener) -> None:
    query = zoho.query(client, redirect_uri=listener.url, prompt="consent")
    browser.get(zoho.auth_url(client) + "?" + urlencode(query))


def press(browser: Chrome, name: str) -> None:
    browser.find_element(By.XPATH, f"//button[text()='{name}']").click()


def text(browser: Chrome) -> str:
    return browser.find_element(By.TAG_NAME, "body").text


def wait_for(browser: Chrome, said: str) -> None:
    """A click returns before the page that it leads to is there."""
    waiting = WebDriverWait(browser, 10, ignored_exceptions=(WebDriverException,))
    waiting.until(lambda shown: said in text(shown), f"never said: {said}")


def land(browser: Chrome, listener: Listener) -> dict[str, str]:
    WebDriverWait(browser, 10).until(lambda shown: shown.title == "landed")
    (landed,) = listener.landed
    return landed


def test_the_page_says_who_asks_whom_for_what(browser: Chrome, zoho: Zoho, listener: Listener) -> None:
    user = zoho.user(name="Ada Byron")
    client = zoho.client(name="Nightly <sync>", users=[user["zuid"]], redirect_uris=[listener.url])
    open_consent(browser, zoho, client, listener)
    shown = text(browser)
    for said in (
        "This page is not Zoho's",
        "Nightly <sync> asks for access to your Zoho account",
        "Ada Byron",
        user["email"],
        "Read the records of all modules",
        "ZohoCRM.settings.READ",
        "until you revoke it",
        listener.url,
    ):
        assert said in shown
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]


def test_accepting_brings_a_code_that_works(browser: Chrome, zoho: Zoho, listener: Listener) -> None:
    client = zoho.client(redirect_uris=[listener.url])
    open_consent(browser, zoho, client, listener)
    press(browser, "Accept")
    landed = land(browser, listener)
    assert (landed["state"], landed["location"]) == ("s t/a=te", "us")
    assert "refresh_token" in zoho.exchange(client, landed["code"], redirect_uri=listener.url)


def test_rejecting_tells_the_client(browser: Chrome, zoho: Zoho, listener: Listener) -> None:
    open_consent(browser, zoho, zoho.client(redirect_uris=[listener.url]), listener)
    press(browser, "Reject")
    assert land(browser, listener)["error"] == "access_denied"


def test_the_keyboard_is_enough(browser: Chrome, zoho: Zoho, listener: Listener) -> None:
    first, second = zoho.user(), zoho.user("eu")
    users = [first["zuid"], second["zuid"]]
    client = zoho.client(redirect_uris=[listener.url], users=users, data_centers=["eu"])
    open_consent(browser, zoho, client, listener)
    browser.switch_to.active_element.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Accept"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert land(browser, listener)["location"] == "eu"


def test_everything_has_a_name_that_can_be_read_out(browser: Chrome, zoho: Zoho, listener: Listener) -> None:
    users = [zoho.user()["zuid"], zoho.user()["zuid"]]
    open_consent(browser, zoho, zoho.client(redirect_uris=[listener.url], users=users), listener)
    elements = browser.find_elements(By.CSS_SELECTOR, "button, input:not([type=hidden]), fieldset, section")
    assert len(elements) == 6
    assert all(element.accessible_name for element in elements)
    assert len(browser.find_elements(By.TAG_NAME, "h1")) == 1


@pytest.mark.parametrize("width", [320, 1000])
def test_the_page_fits(browser: Chrome, zoho: Zoho, listener: Listener, width: int) -> None:
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        open_consent(browser, zoho, zoho.client(redirect_uris=[listener.url], name="x" * 80), listener)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_bad_request_is_explained(browser: Chrome, zoho: Zoho) -> None:
    client = zoho.client()
    browser.get(zoho.auth_url(client) + "?" + urlencode(zoho.query(client, redirect_uri="http://127.0.0.1:9/")))
    assert "Invalid Redirect URI" in text(browser)
    assert "Nothing has been allowed" in text(browser)


def test_a_device_is_connected_by_its_code(browser: Chrome, zoho: Zoho) -> None:
    client = zoho.client("device", name="A headless server", options={"device_poll_interval": 0})
    started = zoho.start_device(client)
    browser.get(started["verification_url"])
    browser.find_element(By.ID, "user_code").send_keys("nonsense", Keys.ENTER)
    wait_for(browser, "This code is wrong")
    browser.find_element(By.ID, "user_code").send_keys(started["user_code"].lower())
    press(browser, "Continue")
    wait_for(browser, "A headless server asks for access")
    assert started["user_code"] in text(browser)
    press(browser, "Accept")
    wait_for(browser, "The device is connected")
    assert "refresh_token" in zoho.poll(client, started["device_code"])
