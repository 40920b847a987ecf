from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from crm_saas.crm.imports.mapping import guess_hints, suggest, unmapped
from crm_saas.crm.imports.reading import sample
from crm_saas.crm.records.kinds import Context, member_key
from tests.unit.crm.imports.helpers import DATA, FIELDS, FakeField, read, write


def suggested(header: str, *rows: str) -> dict[str, str]:
    """Header -> target for a table written with commas."""
    headers = next(csv.reader([header]))
    samples = list(csv.reader(rows))
    return {headers[column]: target for column, target in suggest(headers, samples, FIELDS).items()}


GOOGLE = (
    "Name,Given Name,Additional Name,Family Name,Name Prefix,Name Suffix,Birthday,Notes,Group Membership,"
    "E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Type,E-mail 2 - Value,Phone 1 - Type,Phone 1 - Value,"
    "Phone 2 - Type,Phone 2 - Value,Address 1 - Type,Address 1 - Formatted,Address 1 - Street,"
    "Address 1 - City,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 2 - Street,"
    "Address 2 - City,Organization 1 - Name,Organization 1 - Title,Organization 1 - Department,"
    "Website 1 - Type,Website 1 - Value"
)
GOOGLE_ROW = (
    'Dr. Ann M. Lee,Ann,M.,Lee,Dr.,,1975-12-12,"said ""hi""",* My Contacts ::: Fair,* Home,'
    "ann@home.example.com,Work,ann@work.example.com,Mobile,(415) 555-0134,Work,+1 415 555 0135,Home,"
    '"1 High St\nLeeds",1 High St,Leeds,Yorkshire,LS1,United Kingdom,2 Mill Ln,York,Acme Ltd,Buyer,Sales,'
    "Profile,ann.example.com"
)


def test_google_contacts() -> None:
    assert suggested(GOOGLE, GOOGLE_ROW) == {
        "Name": "name",
        "Notes": "notes",
        "Group Membership": "tags",
        "E-mail 1 - Value": "emails",
        "E-mail 2 - Value": "emails",
        "Phone 1 - Value": "phones",
        "Phone 2 - Value": "phones",
        "Address 1 - Street": "street",
        "Address 1 - City": "city",
        "Address 1 - Region": "region",
        "Address 1 - Postal Code": "postal_code",
        "Address 1 - Country": "country",
        "Organization 1 - Name": "company",
        "Organization 1 - Title": "title",
        "Website 1 - Value": "website",
    }


PROGRAMS = {
    "Outlook": "First Name>name.given Middle Name>- Last Name>name.family Company>company Department>- Job Title>title"
    " Business Street>street Business City>city Business State>region Business Postal Code>postal_code"
    " Business Country/Region>country Business Phone>phones Mobile Phone>phones E-mail Address>emails"
    " E-mail 2 Address>emails Web Page>website",
    "Outlook in Chinese": "名>name.given 姓>name.family 单位>company 部门>- 职务>title 商务地址 街道>street"
    " 商务电话>phones 移动电话>phones 电子邮件地址>emails 备注>notes",
    "a Chinese spreadsheet": "姓名>name 公司>company 手机>phones 邮箱>emails 地址>street 来源>source 备注>notes",
    "a Chinese CRM": "客户编号>external_ids 联系人>name 客户名称>company 联系电话>phones 负责人>owner_id"
    " 预计金额>expected_value 下次跟进日期>next_step_on",
    "Salesforce Data Loader": "FIRSTNAME>name.given LASTNAME>name.family COMPANY>company TITLE>title EMAIL>emails"
    " PHONE>phones STREET>street CITY>city STATE>region POSTALCODE>postal_code COUNTRY>country LEADSOURCE>source"
    " STATUS>status RATING>rating DESCRIPTION>notes",
    "another CRM": "Lead ID>external_ids Lead Owner>owner_id Lead Status>status Next Step>next_step"
    " Follow-up date>next_step_on Amount>expected_value",
    "two lines of an address": "Address Line 1>street Address Line 2>street Town>city",
}


@pytest.mark.parametrize("program", sorted(PROGRAMS))
def test_headers_of_programs_and_spreadsheets(program: str) -> None:
    pairs = [pair.strip().split(">") for pair in re.findall(r"[^>]+>\S+", PROGRAMS[program])]
    found = suggest([header for header, _ in pairs], [], FIELDS)
    assert [found.get(column, "-") for column in range(len(pairs))] == [target for _, target in pairs]


def test_an_export_of_accounts_names_companies() -> None:
    detected, rows = read(DATA / "salesforce" / "accounts.csv")
    found = suggest(detected.headers, [row.cells for row in rows[:200]], FIELDS)
    assert {detected.headers[column]: target for column, target in found.items()} == {
        "ID": "external_ids",
        "NAME": "company",
        "BILLINGSTREET": "street",
        "BILLINGCITY": "city",
        "BILLINGSTATE": "region",
        "BILLINGPOSTALCODE": "postal_code",
        "BILLINGCOUNTRY": "country",
        "PHONE": "phones",
        "WEBSITE": "website",
        "RATING": "rating",
        "DESCRIPTION": "notes",
    }


def test_marketing_leads_have_an_id_and_an_origin() -> None:
    header = "mql_id,first_contact_date,landing_page_id,origin"
    row = "dac32acd4db4c29c230538b72f8dd87d,2018-02-01,88740e65d5d6b056e0cda098e1ea6313,paid search"
    assert suggested(header, row) == {"mql_id": "external_ids", "origin": "source"}
    names = header.split(",")
    assert unmapped(names, [row.split(",")], {0: "external_ids", 3: "source"}) == [1, 2]


def test_a_chinese_excel_export(tmp_path: Path) -> None:
    content = (
        "客户id,年龄,姓名" + "," * 17 + "\n" + "".join(f"{n:03},{30 + n},王晓{n}{',' * 17}\n" for n in range(1, 11))
    )
    detected, rows = read(write(tmp_path, content, encoding="utf-8-sig"))
    assert suggest(detected.headers, [row.cells for row in rows], FIELDS) == {0: "external_ids", 2: "name"}
    assert rows[0].cells == ["001", "31", "王晓1"]


def test_no_field_is_filled_twice_unless_it_holds_many() -> None:
    assert suggested("Company,Organization,Email,Other email,City,Town") == {
        "Company": "company",
        "Email": "emails",
        "Other email": "emails",
        "City": "city",
    }


def test_a_column_with_content_goes_before_an_empty_one() -> None:
    assert suggested("Occupation,Job title", ",Buyer") == {"Job title": "title"}


def test_what_the_cells_contradict_is_not_suggested() -> None:
    assert suggested("Name,Owner,Phone,Country", "Ann,005x0000000fNSi,ask for Bob,Narnia") == {"Name": "name"}
    members = {member_key("ann@example.com"): "1"}
    found = suggest(["Owner"], [["Ann@example.com"]], FIELDS, Context(members=members))
    assert found == {0: "owner_id"}


def test_columns_without_a_telling_name_go_by_their_cells() -> None:
    rows = [
        "Ann,ann@example.com,(415) 555-0134,https://example.com,x",
        "Bob,bob@example.com,(415) 555-0135,www.example.org,y",
    ]
    assert suggest([], list(csv.reader(rows)), FIELDS) == {1: "emails", 2: "phones", 3: "website"}


def test_numbers_under_a_name_of_their_own_are_no_phones() -> None:
    assert suggested("Sales code", "4155550134") == {}


def test_fields_that_are_not_importable_are_not_suggested() -> None:
    assert suggested("created_by_id") == {}


def test_a_field_answers_to_its_own_name() -> None:
    fields = [FakeField("shoe_size", "integer")]
    assert suggest(["Shoe size"], [["42"]], fields) == {0: "shoe_size"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(["02/01/2014", "31/12/2012"], "dmy"), (["02/01/2014", "12/31/2012"], "mdy"), (["02/01/2014"], None),
     (["31/12/2012", "12/31/2012"], None), (["2014-01-02"], None), (["31.12.2012"], None)],
)  # fmt: skip
def test_the_cells_prove_the_order_of_a_date(cells: list[str], expected: str | None) -> None:
    assert guess_hints([[cell] for cell in cells], {0: "next_step_on"}, FIELDS)[0] == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(["1,7", "200.000.000"], ","), (["1.234,50 €"], ","), (["1,234.50"], "."), (["$12.5"], "."), (["1.234"], None),
     (["12", "1,234"], None), (["1,5", "1.5"], None), (["1,234,567"], ".")],
)  # fmt: skip
def test_the_cells_prove_the_decimal_mark(cells: list[str], expected: str | None) -> None:
    assert guess_hints([[cell] for cell in cells], {0: "expected_value"}, FIELDS)[1] == expected


def test_the_preview_sample_is_short(tmp_path: Path) -> None:
    path = write(tmp_path, "name\n" + "Ann\n" * 100)
    detected, rows = read(path)
    assert sample(path, detected, 7) == rows[:7]
