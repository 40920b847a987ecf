"""A browser's page that reports what went wrong in it, and the product's API as that page reaches it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page


@contextmanager
def watched(page: Page) -> Iterator[Page]:
    """At the end nothing may have gone wrong in the page: no exception, no error on its console, no answer of 500."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"exception: {error}"))
    page.on("console", lambda message: wrong.append(message.text) if _is_fault(message.type, message.text) else None)
    page.on("response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
    yield page
    assert wrong == []


def _is_fault(kind: str, text: str) -> bool:
    """A refused request is part of some tests; anything else on the error console is a fault of ours."""
    return kind == "error" and not text.startswith("Failed to load resource")


class Visitor:
    """Somebody with an account, who sets the scene through the API before looking at screens."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.workspace = ""

    def sign_in(self, email: str, password: str) -> str:
        """Sign in; returns the slug of the first workspace."""
        self.page.goto("/sign-in")
        self.page.wait_for_load_state("networkidle")  # its own question for a session would change the token meanwhile
        session = self._call("POST", "/api/session/sign-in", {"email": email, "password": password})
        self.workspace = session["workspaces"][0]["id"]
        return str(session["workspaces"][0]["slug"])

    def prefer(self, **profile: str) -> None:
        """Change the profile."""
        self._call("PATCH", "/api/session/profile", profile)

    def get(self, path: str) -> Any:  # noqa: ANN401
        """Read from the workspace's API."""
        return self._call("GET", f"/api/v1{path}")

    def here(self) -> str:
        """Work in the workspace of whoever is signed in; returns its slug."""
        [workspace] = self._call("GET", "/api/session")["workspaces"]
        self.workspace = workspace["id"]
        return str(workspace["slug"])

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401
        """Send to the workspace's API."""
        return self._call("POST", f"/api/v1{path}", body)

    def saved_view(self) -> str:
        """Keep a view of the new leads for everyone; returns its id."""
        leaf = {"field": "status", "op": "in", "value": ["new"]}
        view = {"object": "lead", "name": "New · 新线索", "audience": "everyone", "query": {"filter": {"all": [leaf]}}}
        return str(self._call("POST", "/api/v1/views", view)["id"])

    def upload_ready_import(self) -> str:
        """Upload a small file with a good and a bad row; returns the id of the import, which is not started."""
        rows = ("Name,Company,E-mail,Phone", "Zhang Wei 张伟,Harbour & Pine,wei@example.com,", "Ann,,wrong,")
        return str(
            self.page.evaluate(
                """async ([workspace, text]) => {
                    const session = await (await fetch('/api/session')).json();
                    const form = new FormData();
                    form.set('object', 'lead');
                    form.set('file', new File([text], 'fair-visitors.csv'));
                    const headers = {'X-CSRF-Token': session.csrf_token, 'X-Workspace': workspace};
                    const answer = await fetch('/api/v1/imports', {method: 'POST', headers, body: form});
                    return (await answer.json()).id;
                }""",
                [self.workspace, "\n".join(rows)],
            )
        )

    def _call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        """Call as the page itself does: its cookies, its origin."""
        return self.page.evaluate(
            """async ([method, path, body, workspace]) => {
                const session = await (await fetch('/api/session')).json();
                const headers = {'X-CSRF-Token': session.csrf_token, 'Content-Type': 'application/json'};
                if (workspace) headers['X-Workspace'] = workspace;
                const init = {method, headers, body: body === null ? undefined : JSON.stringify(body)};
                const answer = await fetch(path, init);
                if (!answer.ok) throw new Error(method + ' ' + path + ': ' + answer.status + await answer.text());
                return answer.json();
            }""",
            [method, path, body, self.workspace],
        )
