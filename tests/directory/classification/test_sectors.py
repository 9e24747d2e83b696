"""Each trap of real scopes of business, written out: the sector, its kind, and what is left to a person."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from scheduler.directory.classification import Classification

Judge = Callable[..., Classification]

CHEMICALS = "hazardous-chemicals"
MADE = "industry-and-trade"

DECIDED = [
    # a bare search would take these for hazardous chemicals
    ("五金、交电、化工产品（不含危险化学品）销售", {}, "none", ""),
    ("化工产品（化学危险品除外）、建材销售", {}, "none", ""),
    ("化工产品不含危险化学品)、建材销售", {}, "none", ""),
    ("仓储（不含危险品）服务；道路普通货物运输", {}, "none", ""),
    ("消杀用品（不危险品）、医疗器械批发", {}, "none", ""),
    ("水处理剂（以上均不含危险化学品）制造", {}, MADE, ""),
    ("农药（危险化学品除外）制造、销售", {}, MADE, ""),
    ("汽车用品（不含汽油及车用燃气）销售", {}, "none", ""),
    ("汽油抗爆剂、柴油降凝剂销售", {}, "none", ""),
    ("聚苯乙烯泡沫板、聚氯乙烯管、氧气瓶架销售", {}, "none", ""),
    ("苯板粘结剂生产", {}, MADE, ""),
    # what remains when the negations are read
    ("化工产品（其中危险化学品仅限丙酮、盐酸无储存批发）", {}, CHEMICALS, "trade-without-storage"),
    ("化工产品（仅含正丁醇无储存批发，不含其他危险化学品）", {}, CHEMICALS, "trade-without-storage"),
    ("无储存批发危险化学品（按《危险化学品经营许可证》经营）", {}, CHEMICALS, "trade-without-storage"),
    ("氧气、乙炔零售；无缝气瓶检验", {}, CHEMICALS, "trade"),
    ("氩气分装；氧气批发", {}, CHEMICALS, "trade-with-storage"),
    ("硫酸、氧、氮有储存经营", {}, CHEMICALS, "trade-with-storage"),
    ("硫酸生产；化工产品（不含危险化学品）销售", {}, CHEMICALS, "production"),
    ("浮选剂（以上一项不含危险化学品）制造；丙烯生产", {}, CHEMICALS, "production"),
    ("危险化学品仓储", {}, CHEMICALS, "storage"),
    ("车用乙醇汽油、柴油零售", {"name": "某公司城北加油站"}, CHEMICALS, "petrol-station"),
    ("成品油零售", {"name": "某公司城北加油站"}, CHEMICALS, "petrol-station"),
    ("润滑油、百货零售", {"name": "某公司城北加油站"}, CHEMICALS, "petrol-station"),
    ("汽油、柴油无储存批发", {}, CHEMICALS, "trade-without-storage"),
    ("车用乙醇汽油、柴油零售", {"name": "某公司电信路加油站"}, CHEMICALS, "petrol-station"),
    ("液化石油气销售；代收液化气罐", {}, CHEMICALS, "gas"),
    ("天然气输气管道的建设、经营", {}, CHEMICALS, "gas"),
    # the head office is not the site
    ("五金批发；以下项目由分支机构经营：汽油、柴油零售", {}, "none", ""),
    ("炭素制品加工(由分支机构经营）、钢材批发零售", {}, "none", ""),
    ("机械加工；汽油、柴油零售（由分公司经营）", {}, MADE, ""),
    ("石灰石开采、加工（由下属分公司经营）；水泥制造", {}, MADE, ""),
    # mines, metals, fireworks, dust
    ("煤炭开采、煤炭加工销售", {}, "coal-mines", ""),
    ("煤炭批发经营；煤质检测", {}, "none", ""),
    ("铁矿露天/地下开采；铁精粉生产", {}, "non-coal-mines", "mining"),
    ("膨润土采掘；塑料制品加工", {}, "non-coal-mines", "mining"),
    ("矿泉水开采；饮料生产", {}, MADE, ""),
    ("矿产品经销；矿山机械销售", {"name": "某某矿业有限公司"}, "none", ""),
    ("探矿；矿产品经销", {}, "non-coal-mines", "exploration"),
    ("铁合金冶炼及销售", {}, "metallurgy", "smelting"),
    ("铁合金、冶金炉料销售", {}, "none", ""),
    ("冶炼工程施工总承包", {}, "none", ""),
    ("无缝钢管制造", {}, "metallurgy", "rolling"),
    ("烟花爆竹零售", {}, "fireworks", "retail"),
    ("烟花爆竹生产", {}, "fireworks", "production"),
    ("百货（不含烟花爆竹）零售", {}, "none", ""),
    ("饲料加工", {}, "dust-explosion", ""),
    ("饲料批发零售", {}, "none", ""),
    ("热固性粉末涂料制造", {}, "dust-explosion", ""),
    # outside supervision, whatever the counter sells besides
    ("吸收公众存款；发放贷款", {"name": "某某银行某某支行"}, "none", ""),
    ("邮政基础业务；农药（危险化学品除外）零售", {"name": "中国邮政集团公司某某支局"}, "none", ""),
    ("危险货物运输（3类）；道路普通货物运输", {}, "none", ""),
    ("粉状乳化炸药制造", {}, "none", ""),
    ("自来水生产、供应", {}, "none", ""),
    ("农业生产资料、百货零售", {}, "none", ""),
    ("预包装食品（粮食加工品、淀粉及淀粉制品）批发", {}, "none", ""),
    ("百货", {"name": "某某供销合作社百货商店"}, "none", ""),
    # makers
    ("水泥。", {"name": "某某公司水泥厂"}, MADE, ""),
    ("水泥经销", {"name": "某某水泥有限公司"}, "none", ""),
    ("企业管理；劳务服务", {"name": "某某化工厂"}, "none", ""),
    ("汽车零部件制造；建材销售", {}, MADE, ""),
]


@pytest.mark.parametrize(("scope", "others", "sector", "kind"), DECIDED)
def test_what_the_rules_decide(judge: Judge, scope: str, others: dict[str, str], sector: str, kind: str) -> None:
    decision = judge(scope, **others).sector
    assert (decision.value, decision.kind) == (sector, kind), decision


OPEN = [
    ("甲醇（不含危险化学品）生产", [CHEMICALS, MADE]),
    ("化工产品、五金销售", [CHEMICALS, "none"]),
    ("农药生产、分装", [CHEMICALS, MADE]),
    ("油漆、五金零售", [CHEMICALS, "none"]),
    ("化工产品（不含剧毒品、甲醇；五金销售", [CHEMICALS, "none"]),
    ("石灰石开采、钢材、石材加工（由下属分公司经营）；水泥制造", [MADE, "non-coal-mines"]),
    ("木制品加工、销售", ["dust-explosion", MADE]),
    ("粮食收购、加工", ["dust-explosion", MADE]),
    ("危险化学品槽车清洗服务", [CHEMICALS, "none"]),
]


@pytest.mark.parametrize(("scope", "candidates"), OPEN)
def test_what_the_rules_cannot_decide_names_its_candidates_and_what_to_look_at(
    judge: Judge, scope: str, candidates: list[str]
) -> None:
    decision = judge(scope).sector
    assert decision.value == "undecided"
    assert sorted(decision.candidates) == sorted(candidates)
    assert decision.look_at.startswith("sector-")


@pytest.mark.parametrize("scope", ["", "建筑材料", "本公司"])
def test_a_scope_that_says_nothing_is_left_to_a_person(judge: Judge, scope: str) -> None:
    decision = judge(scope).sector
    assert (decision.value, decision.rule, decision.look_at) == ("undecided", "no-rule", "sector-no-rule")


def test_a_head_office_of_which_only_branches_work_is_left_to_a_person(judge: Judge) -> None:
    decision = judge("汽油、柴油零售（以上经营项目均由下属分支机构经营）").sector
    assert (decision.value, decision.rule) == ("undecided", "only-branches")
    assert {each.reading for each in decision.evidence} == {"branch"}


def test_the_evidence_is_the_exact_text_at_its_place_in_the_original(judge: Judge) -> None:
    scope = "五金；化工产品（其中危险化学品仅限１，２－二甲苯无储存批发）"
    classified = judge(scope)
    assert classified.sector.evidence
    for each in classified.sector.evidence:
        assert scope[each.start : each.start + len(each.text)] == each.text
    assert classified.substances == ("xylene",)


def test_denied_words_are_shown_beside_the_decision(judge: Judge) -> None:
    decision = judge("化工产品（不含危险化学品）销售").sector
    assert [(e.text, e.reading) for e in decision.evidence if e.reading == "denied"] == [("危险化学品", "denied")]


def test_diesel_is_listed_by_its_flash_point_until_2022_and_always_from_2023(judge: Judge) -> None:
    before, after = datetime.date(2022, 12, 31), datetime.date(2023, 1, 1)
    plain, low_flash = "柴油（不含闭杯闪点≤60℃）零售", "柴油（闭杯闪点≤60℃）零售"
    assert judge(plain, as_of=before).sector.value == "none"
    assert judge(plain, as_of=after).sector.value == CHEMICALS
    assert judge(low_flash, as_of=before).sector.value == CHEMICALS


INDUSTRIES = [
    ("0610", "coal-mines", ""),
    ("B0810", "non-coal-mines", "mining"),
    ("2672", "fireworks", "production"),
    ("5265", CHEMICALS, "petrol-station"),
    ("F5265", CHEMICALS, "petrol-station"),
    ("3110", "metallurgy", "smelting"),
    ("3670", MADE, ""),
    ("6820", "none", ""),
    ("1310", "undecided", ""),
    ("1320", "dust-explosion", ""),
    ("2661", "undecided", ""),
    ("不详", "undecided", ""),
]


@pytest.mark.parametrize(("code", "sector", "kind"), INDUSTRIES)
def test_an_industry_code_speaks_where_the_texts_are_silent(judge: Judge, code: str, sector: str, kind: str) -> None:
    decision = judge("", industry=code).sector
    assert (decision.value, decision.kind) == (sector, kind)


def test_the_text_of_a_weightier_sector_goes_before_an_industry_code(judge: Judge) -> None:
    assert judge("硫酸生产", industry="5199").sector.value == CHEMICALS
