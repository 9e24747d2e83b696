"""How a scope denies, disclaims and hands over: the reach of each cue, brackets left open included."""

from __future__ import annotations

import pytest

from config.catalogues import Catalogues
from scheduler.directory.classification.reading import Reader, Status, find_brackets
from scheduler.directory.classification.text import fold


@pytest.fixture(scope="module")
def reader(catalogues: Catalogues) -> Reader:
    verbs = [w for a in catalogues.sectors.activities if not a.attribute for w in a.words]
    return Reader(catalogues.sectors.words, verbs)


DENIED, BRANCH, DISCLAIMED, UNCLEAR, AFFIRMED = Status

CASES = [
    ("化工产品（不含危险化学品）、甲醇销售", "危险化学品", DENIED),
    ("化工产品（不含危险化学品）、甲醇销售", "化工产品", DISCLAIMED),
    ("化工产品（不含危险化学品）、甲醇销售", "甲醇", AFFIRMED),
    ("化工产品(不含易制毒、危险化学品)销售", "危险化学品", DENIED),
    ("化工产品（危险化学品除外）、建材", "危险化学品", DENIED),
    ("化工产品（化学危险品、易制毒品除外）", "化学危险品", DENIED),
    ("农药、杀鼠剂除外", "杀鼠剂", DENIED),
    ("农药、杀鼠剂除外", "农药", UNCLEAR),
    ("不得经营危险化学品", "危险化学品", DENIED),
    ("禁止经营危险化学品；甲醇", "甲醇", AFFIRMED),
    ("消杀用品（不危险品）、医疗器械", "危险品", DENIED),
    ("非危险化学品类：氯化钙", "危险化学品", DENIED),
    # other hazardous chemicals: what is named stays
    ("化工产品（含甲醇，不含其他危险化学品）", "甲醇", AFFIRMED),
    ("化工产品（含甲醇，不含其他危险化学品）", "危险化学品", DENIED),
    ("化工产品（危险化学品仅限甲醇、乙醇）", "乙醇", AFFIRMED),
    ("农药（不含杀鼠剂，仅限危险化学品甲醇）", "甲醇", AFFIRMED),
    # brackets left open, or never opened
    ("化工产品（不含危险化学品、甲醇销售；硫酸", "危险化学品", DENIED),
    ("化工产品（不含危险化学品、甲醇销售；硫酸", "甲醇", UNCLEAR),
    ("化工产品（不含危险化学品、甲醇销售；硫酸", "硫酸", AFFIRMED),
    ("化工产品不含危险化学品）、甲醇", "危险化学品", DENIED),
    ("化工产品不含危险化学品）、甲醇", "甲醇", AFFIRMED),
    ("化工产品(不含危险化学品）、甲醇", "甲醇", AFFIRMED),
    ("化工产品【不含危险化学品】、甲醇", "危险化学品", DENIED),
    # references back and forth
    ("甲醇、乙醇（以上均不含危险化学品）生产", "甲醇", DISCLAIMED),
    ("甲醇生产；乙醇、丁醇（以上两项不含危险化学品）", "甲醇", AFFIRMED),
    ("甲醇生产；乙醇、丁醇（以上两项不含危险化学品）", "乙醇", DISCLAIMED),
    ("（以下项目不含危险化学品）甲醇、渣油经销；乙醇", "甲醇", DISCLAIMED),
    ("（以下项目不含危险化学品）甲醇、渣油经销；乙醇", "乙醇", AFFIRMED),
    ("甲醇制造、加工（不含危险化学品）", "甲醇", DISCLAIMED),
    # what branches carry out
    ("百货。以下项目由分支机构经营：汽油、柴油", "汽油", BRANCH),
    ("百货。以下项目由分支机构经营：汽油、柴油", "百货", AFFIRMED),
    ("汽油零售；洗车（以上各项由下属分支机构经营，需单独办理营业执照）", "汽油", BRANCH),
    ("硫酸生产；矿石开采；货物运输（以上两项由下属分公司经营）", "矿石开采", BRANCH),
    ("硫酸生产；矿石开采；货物运输（以上两项由下属分公司经营）", "硫酸", AFFIRMED),
    ("润滑油生产（由下属分支机构经营）", "润滑油", BRANCH),
    ("采石、石材加工（由分支机构经营）", "石材", BRANCH),
    ("采石、石材加工（由分支机构经营）", "采石", BRANCH),
    ("汽油零售、柴油、石材加工（由分支机构经营）", "柴油", BRANCH),
    ("汽油零售、柴油、石材加工（由分支机构经营）", "汽油", UNCLEAR),
    ("汽油、柴油(由分支机构经营）润滑油零售", "柴油", BRANCH),
    ("汽油、柴油(由分支机构经营）润滑油零售", "汽油", UNCLEAR),
    ("硅油制造、销售（制造由下属分公司经营）", "制造", BRANCH),
    ("硅油制造、销售（制造由下属分公司经营）", "销售", AFFIRMED),
    ("对下属企业实施经营管理；硫酸", "硫酸", AFFIRMED),
    # a condition is no denial
    ("汽油（未取得《危险化学品经营许可证》前不得从事该项经营）零售", "汽油", AFFIRMED),
    ("汽油（法律禁止的，不得经营；许可经营项目凭许可证经营）", "汽油", AFFIRMED),
]


@pytest.mark.parametrize(("scope", "word", "status"), CASES)
def test_each_cue_reaches_as_far_as_a_reader_takes_it(reader: Reader, scope: str, word: str, status: Status) -> None:
    reading = reader.read(fold(scope))
    start = scope.index(word)
    assert reading.status(start, start + len(word)) is status


def test_brackets_pair_whatever_their_shape_and_an_open_one_ends_with_its_clause() -> None:
    pairs = [(b.start, b.end, b.closed) for b in find_brackets(fold("甲（乙【丙］丁）戊（己；庚"))]
    assert pairs == [(1, 7, True), (3, 5, True), (9, 11, False)]


def test_a_text_without_cues_is_affirmed_throughout(reader: Reader) -> None:
    assert reader.read("甲醇、乙醇销售").stretches == ()
