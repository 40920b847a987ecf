"""A firm of five with two branches, from the invitation to the hand-over of somebody who leaves.

Each is at a browser of their own; the same script runs in English on a desk and in Chinese on a dark phone.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.deployment import Deployment
from tests.support.looks import axe, overflow, raw_keys
from tests.support.pages import watched
from tests.support.person import add_leads
from tests.support.words import Words

SHOTS = os.environ.get("SHOTS_PEOPLE")
PASSWORD = "violet anchor 46 lamp"


@dataclass(frozen=True)
class Look:
    """How everybody looks at it, and what people and things are called there."""

    language: str
    theme: str
    width: int
    firm: str
    people: tuple[str, str, str, str, str]
    """Owner, manager of the north, sales of the north, sales of the south, viewer."""
    teams: tuple[str, str, str]
    roles: tuple[str, str]


ENGLISH = Look(
    "en", "light", 1440, "Five & Company",
    ("Ann Example", "Nora Feld", "Sam Okafor", "李娜", "Vera Lind"),
    ("Head office", "North branch", "South branch"), ("Branch manager", "Branch sales"),
)  # fmt: skip
CHINESE = Look(
    "zh-CN", "dark", 390, "五人商贸有限公司",
    ("安然", "郑北", "周航", "李娜", "王静"),
    ("总部", "北区分公司", "南区分公司"), ("分公司经理", "分公司销售"),
)  # fmt: skip


class Desk:
    """Somebody at a browser."""

    def __init__(self, page: Page, look: Look, who: int) -> None:
        self.page, self.look, self.who, self.t = page, look, who, Words(look.language)
        self.name = look.people[who]
        self.email = f"{who}-{uuid.uuid4().hex[:10]}@example.com"
        self.shots = 0
        self.faults: list[str] = []

    def go(self, path: str) -> None:
        """Open a page of the workspace."""
        self.page.goto(f"/w/{self.slug}/{path}")

    @property
    def slug(self) -> str:
        """The workspace of the page."""
        found = re.search(r"/w/([^/?]+)", self.page.url)
        assert found, self.page.url
        return found[1]

    def press(self, key: str, inside: Locator | None = None, **parameters: object) -> None:
        """Press the button of a text."""
        (inside or self.page).get_by_role("button", name=self.t(key, **parameters), exact=True).click()

    def choose(self, box: Locator, option: str) -> None:
        """Choose from a list that opens."""
        expect(box).to_be_enabled()
        box.click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def box(self, key: str, inside: Locator | None = None, **parameters: object) -> Locator:
        """The field of a text that opens a list."""
        return (inside or self.page).get_by_role("combobox", name=self.t(key, **parameters), exact=True)

    def told(self, text: str) -> None:
        """Wait until a text is on the screen."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    def keep(self, name: str) -> None:
        """Nothing may be wider than the window or nameless; where pictures are wanted, keep one and ask axe, too."""
        faults = [*overflow(self.page), *raw_keys(self.page)]
        if SHOTS:
            folder = Path(SHOTS) / f"{self.look.language}-{self.look.width}"
            folder.mkdir(parents=True, exist_ok=True)
            self.page.wait_for_timeout(400)
            self.shots += 1
            self.page.screenshot(path=folder / f"{self.who}-{self.shots:02d}-{name}.png")
            faults += axe(self.page)
        self.faults += [f"{name}: {fault}" for fault in faults]

    def link(self, part: str) -> str:
        """Return the link of the newest mail to this person; the mailbox reloads until it is there."""
        self.page.goto("/dev/mailbox")
        found = self.page.locator("article", has_text=self.email).locator(f'a[href*="{part}"]').first
        found.wait_for()
        return str(found.get_attribute("href"))


Firm = tuple[Desk, Desk, Desk, Desk, Desk]


@pytest.fixture(params=[ENGLISH, CHINESE], ids=lambda look: f"{look.language}-{look.theme}-{look.width}")
def firm(request: pytest.FixtureRequest, chromium: Browser, deployment: Deployment) -> Iterator[Firm]:
    """Five people who have no account yet, each at a browser of their own in which nothing may go wrong unseen."""
    look: Look = request.param
    with ExitStack() as stack:

        def desk(who: int) -> Desk:
            context = chromium.new_context(
                base_url=deployment.address,
                viewport={"width": look.width, "height": 900 if look.width > 600 else 844},
                locale=look.language,
                color_scheme="dark" if look.theme == "dark" else "light",
                has_touch=look.width < 600,
                is_mobile=look.width < 600,
            )
            context.set_default_timeout(20_000)
            stack.callback(context.close)
            return Desk(stack.enter_context(watched(context.new_page())), look, who)

        expect.set_options(timeout=20_000)
        yield desk(0), desk(1), desk(2), desk(3), desk(4)


def test_a_firm_of_five_with_two_branches(firm: Firm) -> None:
    owner, manager, north, south, viewer = firm
    sign_up(owner)
    make_teams(owner)
    make_roles(owner)
    invite(owner, firm)
    for desk in firm[1:]:
        join(desk)
    leads = {owner: ["Quay Trading"], manager: ["Fjord Foods"], south: ["Azur Hotel", "Mistral Cafe"]}
    for desk, companies in leads.items():
        add_leads(desk.page, desk.slug, companies)
    create(north, "Polar Print")
    add_leads(north.page, north.slug, ["Tundra Tools", "Boreal Bikes"])
    leads[north] = ["Polar Print", "Tundra Tools", "Boreal Bikes"]

    everything = [company for companies in leads.values() for company in companies]
    of_north = leads[north] + leads[manager]
    for desk, seen in (
        (owner, everything),
        (viewer, everything),
        (manager, of_north),
        (north, leads[north]),
        (south, leads[south]),
    ):
        sees(desk, seen, everything)
    exports(manager, of_north)
    exports(owner, everything)
    for desk in (north, viewer):
        expect(desk.page.get_by_role("button", name=desk.t("records:list.export"), exact=True)).to_have_count(0)

    explains(owner, "Azur Hotel", manager, "owner_elsewhere", owner=south.name, name=manager.name)
    explains(
        owner,
        "Tundra Tools",
        manager,
        "same_team",
        owner=north.name,
        team=owner.look.teams[1],
    )

    moved = leave(owner, north, {manager: 2, south: 1})
    assert sorted(moved) == sorted(leads[north])
    assert [*moved.values()].count(manager.name) == 2
    for desk in (manager, south):
        sees(desk, leads[desk] + [company for company, to in moved.items() if to == desk.name], everything)
    north.go("leads")
    expect(north.page.get_by_role("heading", name=north.t("common:not_found.title"))).to_be_visible()
    stays(owner)
    tells(owner, firm)
    faults = [fault for desk in firm for fault in desk.faults]
    assert faults == [], "\n".join(faults)


def sign_up(owner: Desk) -> None:
    page, t = owner.page, owner.t
    page.goto("/sign-up")
    page.get_by_label(t("auth:field.organisation")).fill(owner.look.firm)
    page.get_by_label(t("auth:field.name")).fill(owner.name)
    page.get_by_label(t("auth:field.work_email")).fill(owner.email)
    page.get_by_label(t("auth:field.password"), exact=True).fill(PASSWORD)
    owner.keep("sign-up")
    owner.press("auth:sign_up.submit")
    expect(page.get_by_role("heading", name=t("auth:check_mail.title"))).to_be_visible()
    page.goto(owner.link("/verify?token="))
    page.wait_for_url(re.compile(r"/w/"))
    page.get_by_role("heading").first.wait_for()
    owner.keep("welcome")


def make_teams(owner: Desk) -> None:
    head, *branches = owner.look.teams
    owner.go("settings/teams")
    owner.told(owner.t("rights:teams.none"))
    owner.keep("no-teams")
    owner.press("rights:teams.add")
    owner.dialog.get_by_label(owner.t("rights:teams.name")).fill(head)
    owner.press("rights:teams.save", owner.dialog)
    for branch in branches:
        owner.press("rights:teams.menu", team=head)
        owner.page.get_by_role("menuitem", name=owner.t("rights:teams.add_below")).click()
        owner.dialog.get_by_label(owner.t("rights:teams.name")).fill(branch)
        owner.keep("team")
        owner.press("rights:teams.save", owner.dialog)
        owner.told(branch)
    expect(owner.dialog).to_have_count(0)
    owner.keep("teams")


def make_roles(owner: Desk) -> None:
    """The manager's reaches as far as the team, the sales' as what is their own; neither deletes, only one exports."""
    wanted = (
        ("manager", owner.look.roles[0], {"read": "team", "update": "team", "delete": "none", "export": "team"}),
        ("sales", owner.look.roles[1], {"read": "own", "update": "own", "delete": "none"}),
    )
    t, page = owner.t, owner.page
    owner.go("settings/roles")
    for copied, label, levels in wanted:
        row = page.get_by_role("listitem").filter(has=page.get_by_text(t(f"common:role.{copied}"), exact=True))
        owner.press("rights:roles.copy", row.first)
        owner.dialog.get_by_label(t("rights:roles.name")).fill(label)
        for action, level in levels.items():
            named = t("rights:roles.of_type", action=t(f"rights:action.{action}"), type=t("leads:title"))
            owner.choose(owner.dialog.get_by_role("combobox", name=named, exact=True), t(f"rights:level.{level}"))
        owner.keep("role")
        owner.press("rights:roles.save", owner.dialog)
        expect(page.get_by_role("main").get_by_text(label, exact=True)).to_be_visible()
    owner.keep("roles")


def invite(owner: Desk, firm: Firm) -> None:
    t, page = owner.t, owner.page
    _, north, south = owner.look.teams
    branch_manager, branch_sales = owner.look.roles
    seats = {
        1: (branch_manager, north),
        2: (branch_sales, north),
        3: (branch_sales, south),
        4: (t("common:role.viewer"), None),
    }
    owner.go("settings/members")
    for who, (role, team) in seats.items():
        owner.press("people:invite.open")
        owner.dialog.get_by_label(t("people:invite.emails")).fill(firm[who].email)
        owner.choose(owner.box("people:invite.role", owner.dialog), role)
        if team is not None:
            owner.choose(owner.box("people:invite.team", owner.dialog), team)
        owner.keep("invite")
        owner.press("people:invite.submit", owner.dialog)
        expect(owner.dialog).to_have_count(0)
        row = (
            page.get_by_role("list", name=t("people:invitations.title"))
            .get_by_role("listitem")
            .filter(has_text=firm[who].email)
        )
        expect(row).to_contain_text(role)
        if team is not None:
            expect(row).to_contain_text(team)
    owner.keep("invited")


def join(desk: Desk) -> None:
    page, t = desk.page, desk.t
    page.goto(desk.link("/invitation?token="))
    expect(page.get_by_role("heading", name=t("joining:title", workspace=desk.look.firm))).to_be_visible()
    page.get_by_label(t("auth:field.name")).fill(desk.name)
    page.get_by_label(t("auth:field.password"), exact=True).fill(PASSWORD)
    desk.keep("invitation")
    desk.press("joining:accept")
    page.wait_for_url(re.compile(r"/w/"))
    page.get_by_role("heading").first.wait_for()
    desk.keep("joined")


def create(desk: Desk, company: str) -> None:
    """Create a lead by hand; whoever creates it owns it."""
    desk.go("leads?create=true")
    desk.dialog.get_by_label(desk.t("records:label.lead.field.company"), exact=True).fill(company)
    desk.keep("create")
    desk.press("common:action.save", desk.dialog)
    desk.told(desk.t("records:create.created", name=company))


def sees(desk: Desk, companies: list[str], everything: list[str]) -> None:
    """These are in the list, on the board and found by the search; the others are nowhere."""
    page, hidden = desk.page, set(everything) - set(companies)
    for layout in ("list", "board"):
        desk.go(f"leads?layout={layout}")
        main = page.get_by_role("main")
        for company in companies:
            expect(main.get_by_text(company, exact=True).first).to_be_attached()
        if layout == "list":
            counted = desk.t("leads:count", count=len(companies), shown=len(companies))
            expect(main.get_by_role("status").filter(has_text=counted)).to_be_visible()
        for company in hidden:
            expect(main.get_by_text(company)).to_have_count(0)
        desk.keep(f"{layout}-{len(companies)}")
    page.keyboard.press("Control+k")
    for company in everything:
        desk.dialog.get_by_role("textbox").fill(company)
        if company in hidden:
            expect(desk.dialog.get_by_text(desk.t("common:palette.nothing", query=company))).to_be_visible()
        else:
            expect(
                desk.dialog.get_by_role("option").or_(desk.dialog.get_by_role("button")).filter(has_text=company).first
            ).to_be_visible()
    page.keyboard.press("Escape")
    expect(desk.dialog).to_have_count(0)


def exports(desk: Desk, companies: list[str]) -> None:
    """The file holds these and nothing else."""
    desk.go("leads?cols=company")
    desk.press("records:list.export")
    desk.dialog.get_by_role("radio", name=desk.t("records:export.csv")).check()
    desk.keep("export")
    with desk.page.expect_download() as download:
        desk.dialog.get_by_role("link", name=desk.t("records:export.submit")).click()
    rows = download.value.path().read_text("utf-8-sig").splitlines()
    assert sorted(row.rpartition(",")[2] for row in rows[1:]) == sorted(companies), rows


def explains(desk: Desk, company: str, about: Desk, rule: str, **words: str) -> None:
    """On the record, "who can see this?" names the rule that decides about somebody."""
    page, t = desk.page, desk.t
    desk.go(f"leads?q={company.replace(' ', '%20')}")
    page.get_by_role("main").get_by_text(company, exact=True).first.click()
    page.get_by_role("button", name=t("records:detail.more_actions")).click()
    page.get_by_role("menuitem", name=t("records:access.open")).click()
    dialog = page.get_by_role("dialog", name=t("rights:access.title"))
    desk.choose(desk.box("rights:access.member", dialog), about.name)
    expect(dialog.get_by_text(t(f"rights:access.rule.{rule}", **words)).first).to_be_visible()
    desk.keep(f"why-{rule}")
    desk.page.keyboard.press("Escape")


def leave(owner: Desk, leaver: Desk, shares: dict[Desk, int]) -> dict[str, str]:
    """Deactivate somebody and spread what they own; returns what moved, and to whom."""
    page, t = owner.page, owner.t
    owner.go("settings/members")
    members = page.get_by_role("list", name=t("people:title"), exact=True)
    expect(members.get_by_role("listitem")).to_have_count(5)
    owner.keep("members")
    owner.press("people:menu", name=leaver.name)
    page.get_by_role("menuitem", name=t("people:end.open")).click()
    dialog = page.get_by_role("dialog", name=t("people:end.title", name=leaver.name))
    expect(dialog.get_by_text(t("people:end.owns", count=3))).to_be_visible()
    dialog.get_by_role("radio", name=t("people:end.choice.spread")).check()
    for desk, share in shares.items():
        owner.choose(owner.box("people:end.add", dialog), desk.name)
        dialog.get_by_label(t("people:end.share_of", name=desk.name)).fill(str(share))
    owner.keep("deactivate")
    owner.press("people:end.confirm", dialog)
    handed = page.get_by_role("list", name=t("people:handed.title"))
    expect(handed.get_by_text(t("people:handed.done", count=3, name=leaver.name))).to_be_visible(timeout=60_000)
    owner.keep("handed-over")
    with page.expect_download() as download:
        handed.get_by_role("link", name=t("people:handed.list")).click()
    rows = [row.split(",") for row in download.value.path().read_text("utf-8-sig").splitlines()[1:]]
    assert {row[3] for row in rows} == {leaver.name}
    return {row[2]: row[4] for row in rows}


def stays(owner: Desk) -> None:
    """The last owner can neither become something else nor leave."""
    t = owner.t
    owner.go("settings/members")
    owner.choose(owner.box("people:role_of", name=owner.name), t("common:role.viewer"))
    owner.told(t("errors:problem.last_owner"))
    owner.keep("last-owner")
    owner.press("people:leave.open")
    owner.dialog.get_by_role("radio", name=t("people:end.choice.keep")).check()
    owner.press("people:leave.open", owner.dialog)
    expect(owner.dialog.get_by_text(t("errors:problem.last_owner"))).to_be_visible()
    owner.keep("last-owner-leaves")


def tells(owner: Desk, firm: Firm) -> None:
    """The audit page says in words what happened."""
    t, role = owner.t, owner.look.roles[0]
    owner.go("settings/audit")
    for key, words in (
        ("membership_deactivated", {"person": firm[2].name}),
        ("membership_handed_over", {"person": firm[2].name, "count": 3}),
        ("invitation_created", {"email": firm[1].email, "after": role}),
        ("role_created", {"name": role}),
        ("team_created", {"name": owner.look.teams[1]}),
    ):
        owner.told(t(f"audit:event.{key}", actor=owner.name, **words))
    owner.keep("audit")
