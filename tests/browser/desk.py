"""An instructor's browser that writes down what a page does, and a server nobody should ask.

MathJax, nbgrader's only request to the outside, is answered by a stand-in that notes what MathJax
would typeset.
"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from netlib.deadlines import stretched

__all__ = ["MATHJAX", "Canary", "Desk"]

DEADLINE_S = stretched(60)
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"

Page = Any

# What MathJax 2 does before it typesets: it looks for formulas in all text but that of some
# elements. The formgrader asks it to say when it is ready.
_STAND_IN = r"""
window.formulas = [];
window.MathJax = {Hub: {Config() {}, Queue() {}, Startup: {signal: {Interest() {}}}}};
addEventListener("load", () => {
    const skipped = "script,noscript,style,textarea,pre,code,annotation,.tex2jax_ignore";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
        if (/\$|\\\(|\\\[|\\begin/.test(walker.currentNode.data)
            && !walker.currentNode.parentElement.closest(skipped))
            formulas.push(walker.currentNode.data);
});
"""
# Where an attack stands in a page other than as text that is shown.
_LIVE = """marker => {
    const found = [], texts = ["aria-label", "placeholder"];
    for (const element of document.querySelectorAll("*")) {
        for (const {name, value} of element.attributes)
            if ((name + value).includes(marker) && !texts.includes(name))
                found.push(`${element.tagName} ${name}=${value}`);
        if (["SCRIPT", "STYLE", "IFRAME", "OBJECT"].includes(element.tagName)
            && element.textContent.includes(marker))
            found.push(element.outerHTML);
    }
    const comments = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
    while (comments.nextNode())
        if (comments.currentNode.data.includes(marker)) found.push(comments.currentNode.data);
    return found;
}"""


class Canary:
    """A server that nobody should ask; ends itself on exit."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *values: object) -> None:
                del format, values

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> "Canary":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Desk:
    """The instructor's browser, which writes down everything that a page does."""

    def __init__(self, context: Any, canary: Canary) -> None:
        from playwright.sync_api import expect

        self.expect, self.canary = expect, canary
        expect.set_options(timeout=DEADLINE_S * 1000)
        context.set_default_timeout(DEADLINE_S * 1000)
        self.page = context.new_page()
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", self._dismiss)
        context.route(f"{MATHJAX}**", lambda route: route.fulfill(body=_STAND_IN))

    def _dismiss(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def visit(self, address: str) -> Page:
        """Open a page and wait until nothing is loading any more."""
        for noted in (self.requests, self.dialogs, self.errors, self.canary.asked):
            noted.clear()
        self.page.goto(address)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def harm(self, marker: str) -> list[str]:
        """Return what attacks have done to the page that is open, or could do.

        marker is a word that every attack has in it.
        """
        scheme, _, rest = self.page.url.partition("://")
        own = f"{scheme}://{rest.partition('/')[0]}/"
        foreign = [
            url for url in self.requests if not url.startswith((own, MATHJAX, "data:", "blob:"))
        ]
        ran = ["ran"] * bool(self.page.evaluate("window.pwned !== undefined"))
        formulas = [it for it in self.page.evaluate("window.formulas || []") if marker in it]
        live = self.page.evaluate(_LIVE, marker)
        return [*ran, *self.dialogs, *foreign, *self.canary.asked, *formulas, *live]
