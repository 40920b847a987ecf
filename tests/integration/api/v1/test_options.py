from __future__ import annotations

from crm_saas.crm.records.model import ChoiceOption
from crm_saas.kernel import uow
from tests.support.client import Client, codes


def own_options(client: Client) -> list[str]:
    fields = {each["name"]: each for each in client.get("/objects").get_json()["data"][0]["fields"]}
    assert fields["source"]["extensible"]
    assert not fields["status"]["extensible"]
    return [option["label"] for option in fields["source"]["options"] if option["label_key"] is None]


def test_a_source_that_is_typed_becomes_an_option(client: Client) -> None:
    assert own_options(client) == []
    lead = client.add_lead(name="A", source=" Trade  Show ")
    assert lead["source"] == "Trade  Show"
    client.change_lead(lead, source="广交会")
    assert own_options(client) == ["Trade  Show", "广交会"]


def test_another_spelling_is_the_same_option(client: Client) -> None:
    lead = client.add_lead(name="A", source="Trade Show")
    for spelling in ("trade show", "TRADE-SHOW", "ｔｒａｄｅ　ｓｈｏｗ"):
        assert client.add_lead(name="B", source=spelling)["source"] == "Trade Show"
        assert client.change_lead(lead, source=spelling) == lead
    for shipped in ("Fair", "展会", "fair"):
        assert client.add_lead(name="C", source=shipped)["source"] == "fair"
    assert own_options(client) == ["Trade Show"]
    assert len(client.names("?source=Trade Show")) == 4


def test_a_field_has_at_most_200_options_of_a_workspaces_own(client: Client) -> None:
    with uow.tenant(client.workspace_id) as unit:
        for number in range(199):
            label = f"Option {number}"
            unit.session.add(
                ChoiceOption(record_type="lead", field="source", value=label, label=label, position=number)
            )
    lead = client.add_lead(name="A", source="Option 199")
    refused = client.patch(f"/leads/{lead['id']}", {"source": "Option 200"}, lead["version"])
    assert (refused.status_code, codes(refused)) == (422, {"/source": "too_many_options"})
    assert refused.get_json()["errors"][0]["params"] == {"max": 200}
    assert codes(client.post("/leads", {"name": "B", "source": "x"})) == {"/source": "too_many_options"}
    assert client.add_lead(name="B", source="option 7")["source"] == "Option 7"
    assert client.add_lead(name="B", source="Web")["source"] == "web"
    assert len(own_options(client)) == 200


def test_an_option_is_short_and_a_refused_lead_leaves_none(client: Client) -> None:
    assert codes(client.post("/leads", {"name": "A", "source": "x" * 61})) == {"/source": "too_long"}
    assert client.post("/leads", {"source": "Lost"}).status_code == 422
    client.add_lead(name="A", external_ids=[{"system": "erp", "value": "1"}])
    taken = client.post("/leads", {"name": "A", "source": "Lost", "external_ids": [{"system": "erp", "value": "1"}]})
    assert taken.status_code == 409
    assert own_options(client) == []
