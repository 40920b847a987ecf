from __future__ import annotations

import codecs
import contextlib
from pathlib import Path

import pytest

from crm_saas.crm.imports.reading import ENCODINGS
from tests.unit.crm.imports.helpers import cells, read, refusal, write

CHINESE = """客户id,姓名,公司,备注
001,欧阳明月,北京晨曦教育科技有限公司,希望分两批交货。
002,阿依古丽·买买提,喆珺贸易,展会上见过面
"""
WESTERN = "Name;Company;City\nJosé Núñez;Crédito Inmobiliario;São Paulo\nZoë Brontë;Größe & Söhne;Köln\n"
PLAIN = "Name,Company,City\n" + ("Ann Lee," + "Acme Ltd " * 100 + ",Leeds\n") * 2_500
"""Two megabytes without a byte beyond ASCII."""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16-le", "utf-16-be", "utf-16"])
def test_chinese_is_read_in_every_encoding_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    detected, rows = read(write(tmp_path, CHINESE, encoding=encoding))
    assert detected.headers == ("客户id", "姓名", "公司", "备注")
    assert cells(rows)[1] == ["002", "阿依古丽·买买提", "喆珺贸易", "展会上见过面"]
    assert ("bom" in detected.notes) == (encoding in {"utf-8-sig", "utf-16"})


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "utf-16-le"])
def test_western_text_is_read_in_its_encodings(tmp_path: Path, encoding: str) -> None:
    _, rows = read(write(tmp_path, WESTERN, encoding=encoding))
    assert cells(rows) == [line.split(";") for line in WESTERN.splitlines()[1:]]


@pytest.mark.parametrize(
    ("encoding", "tail"),
    [("gb18030", CHINESE.splitlines()[1][4:]), ("cp1252", "José,Café,Köln"), ("utf-8", "José,喆,Köln")],
)
def test_the_first_byte_that_decides_may_be_megabytes_in(tmp_path: Path, encoding: str, tail: str) -> None:
    detected, rows = read(write(tmp_path, PLAIN + tail + "\n", encoding=encoding))
    assert detected.encoding == encoding
    assert rows[-1].cells == tail.split(",")
    assert rows[-1].line == 2_502


def test_one_accent_before_a_letter_is_not_chinese(tmp_path: Path) -> None:
    """`éd` is a valid pair of GBK."""
    detected, rows = read(write(tmp_path, "name,city\nCrédito,Mérida\n", encoding="cp1252"))
    assert detected.encoding == "cp1252"
    assert cells(rows) == [["Crédito", "Mérida"]]


def test_bytes_that_windows_1252_lacks_are_latin_1(tmp_path: Path) -> None:
    detected, rows = read(write(tmp_path, b"name,city\nJos\xe9,x\x81y\n"))
    assert detected.encoding == "latin-1"
    assert cells(rows) == [["José", "x\x81y"]]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        (
            "cp1251",
            "имя,компания,город\nИван Петров,Ромашка и сыновья,Санкт-Петербург\nОльга Смирнова,Северный ветер,Москва\n",
        ),
        ("shift_jis", "名前,会社,都市\n山田太郎,ほしぞらイベント,さっぽろ\n田村あいこ,なごや精密工具,名古屋\n"),
    ],
)
def test_other_scripts_are_recognised_by_their_language(tmp_path: Path, encoding: str, text: str) -> None:
    detected, rows = read(write(tmp_path, text, encoding=encoding))
    assert cells(rows) == [line.split(",") for line in text.splitlines()[1:]], detected.encoding


def test_a_broken_character_does_not_turn_a_file_into_another_encoding(tmp_path: Path) -> None:
    lines = [f"{n},北京晨曦教育科技有限公司,José" for n in range(50)]
    content = "\n".join(["id,company,name", *lines]).encode().replace("49,北".encode(), b"49,\xe5\x8c")
    detected, rows = read(write(tmp_path, content))
    assert (detected.encoding, detected.notes) == ("utf-8", ("invalid_bytes",))
    assert [row.problem and row.problem.code for row in rows] == [None] * 49 + ["undecodable"]
    assert rows[-1].line == 51


def test_a_choice_by_hand_is_obeyed(tmp_path: Path) -> None:
    path = write(tmp_path, CHINESE, encoding="gb18030")
    assert read(path, encoding="gbk")[0].encoding == "gb18030"
    assert read(path, encoding="latin-1")[0].headers[1] == "姓名".encode("gb18030").decode("latin-1")
    assert {row.problem and row.problem.code for row in read(path, encoding="utf-8")[1]} == {"undecodable"}


def test_a_mark_stands_against_a_choice_of_its_own_family(tmp_path: Path) -> None:
    path = write(tmp_path, codecs.BOM_UTF16_BE + "名,b\n1,2\n".encode("utf-16-be"))
    assert read(path, encoding="utf-16-le")[0].headers == ("名", "b")


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, "a,b\n"), encoding="klingon").code == "unknown_encoding"
    assert refusal(write(tmp_path, "a,b\n"), encoding="utf-32").code == "unknown_encoding"


@pytest.mark.parametrize("encoding", [name for name in ENCODINGS if not name.startswith("utf-16")])
def test_line_ends_are_never_part_of_a_character(encoding: str) -> None:
    """Which is why lines may be cut before they are decoded."""
    pairs = [bytes([lead, end]) for lead in range(0x80, 0x100) for end in b"\n\r"]
    for pair in pairs:
        with contextlib.suppress(UnicodeDecodeError):
            assert pair.decode(encoding)[-1] == chr(pair[1])
