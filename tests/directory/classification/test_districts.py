"""The district comes from the address: full names, townships, zones and the names that mislead."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from config.catalogues import Catalogues
from scheduler.directory.classification import Classification

Judge = Callable[..., Classification]

DECIDED = [
    ("吉林省吉林市龙潭区遵义路14号", "220203", "district-name"),
    ("昌邑区哈达大街21号", "220202", "district-name"),
    ("舒兰县吉舒街东岭", "220283", "district-name"),
    # a street named after another district is not that district
    ("船营区舒兰大街1号", "220204", "district-name"),
    ("昌邑区丰满街2号", "220202", "district-name"),
    ("桦甸市永吉街29号", "220282", "district-name"),
    ("吉林市船营区北京路永吉小区8号楼", "220204", "district-name"),
    # places that lie in one district
    ("口前镇永吉大街42号", "220221", "place-in-one-district"),
    ("大绥河镇绥东路4号", "220204", "place-in-one-district"),
    ("北大湖镇草庙子村", "220221", "place-in-one-district"),
    ("永吉街道光明委", "220282", "place-in-one-district"),
    # a zone says nothing, the township inside it does
    ("吉林高新北区（沙河子乡南三道村）", "220204", "place-in-one-district"),
    ("吉林经济技术开发区九站乡九站村1队", "220202", "place-in-one-district"),
    ("吉林高新区船营区深圳街8号", "220204", "district-name"),
    # zones that the catalogue places, with a basis
    ("吉林市船营经济开发区迎宾大路98号", "220204", "zone"),
    ("舒兰经济开发区兴华街2035号", "220283", "zone"),
    # short names at the beginning
    ("吉林省吉林市昌邑四川路静园小区12号楼", "220202", "district-short-name"),
    ("舒兰人民大路2933号", "220283", "district-short-name"),
]


@pytest.mark.parametrize(("address", "district", "rule"), DECIDED)
def test_what_an_address_tells(judge: Judge, address: str, district: str, rule: str) -> None:
    decision = judge(address=address).district
    assert (decision.value, decision.rule) == (district, rule)


OPEN = [
    ("舒兰大街1128号", (), "district-no-place"),
    ("吉林市丰满街技校院内", (), "district-no-place"),
    ("磐石大街331号", (), "district-no-place"),
    ("吉林大街165号", (), "district-no-place"),
    ("", (), "district-no-place"),
    ("吉林高新区深圳街86号", ("220202", "220203", "220204", "220211"), "district-zone"),
    ("吉林经济技术开发区繁荣村", ("220202", "220203"), "district-zone"),
    ("永吉经济开发区吉桦路91号", ("220211", "220221"), "district-zone"),
    ("龙潭区与船营区交界", ("220203", "220204"), "district-contradiction"),
    ("永吉县大绥河镇", ("220204", "220221"), "district-contradiction"),
    ("吉林省长春市南关区解放大路46号", (), "district-another-city"),
]


@pytest.mark.parametrize(("address", "candidates", "look_at"), OPEN)
def test_what_an_address_does_not_tell_is_left_to_a_person(
    judge: Judge, address: str, candidates: tuple[str, ...], look_at: str
) -> None:
    decision = judge(address=address).district
    assert decision.value == "undecided"
    assert decision.candidates == candidates
    assert decision.look_at == look_at


def test_neither_the_credit_code_nor_the_name_tells_the_district(judge: Judge) -> None:
    decision = judge(uscc="91220283124751981H", name="舒兰市某某有限公司", address="煤城街").district
    assert decision.value == "undecided"


def test_a_region_outside_the_catalogue_needs_a_full_name_of_ours(judge: Judge) -> None:
    assert judge(region="长春", address="新站镇一街").district.look_at == "district-city-unknown"
    assert judge(region="", address="船营区北京路1号").district.value == "220204"
    assert judge(region="长春", address="吉林市船营区北京路1号").district.value == "220204"


def test_the_evidence_is_the_exact_text_of_the_address(judge: Judge) -> None:
    address = "吉林省吉林市（龙潭区）江密峰镇"
    for each in judge(address=address).district.evidence:
        assert address[each.start : each.start + len(each.text)] == each.text


def test_the_nine_districts_have_their_codes(catalogues: Catalogues) -> None:
    (city,) = catalogues.districts.cities
    assert {district.code: district.names[0] for district in city.districts} == {
        "220202": "昌邑区",
        "220203": "龙潭区",
        "220204": "船营区",
        "220211": "丰满区",
        "220221": "永吉县",
        "220281": "蛟河市",
        "220282": "桦甸市",
        "220283": "舒兰市",
        "220284": "磐石市",
    }


def test_no_place_is_a_street_that_a_trap_names(catalogues: Catalogues) -> None:
    for city in catalogues.districts.cities:
        places = {place for district in city.districts for place in district.places}
        assert not places & set(city.traps)
        assert all(re.fullmatch(r"[\u4e00-\u9fff]{2,9}", place) for place in places)
