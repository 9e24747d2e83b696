"""The verb that governs an entry, and the attributes of a list, are found where Chinese scopes set them."""

from __future__ import annotations

import pytest

from config.catalogues import Catalogues
from scheduler.directory.classification.activities import ActivityReader, of_entry
from scheduler.directory.classification.reading import Reader
from scheduler.directory.classification.text import fold

CASES = [
    ("汽油、柴油零售；盐酸制造", "汽油", {"retail", "trade"}),
    ("汽油、柴油零售；盐酸制造", "盐酸", {"produce"}),
    ("经销甲醇、乙醇", "乙醇", {"trade"}),
    ("生产与经销：甲醇、乙醇", "乙醇", {"produce", "trade"}),
    ("硫酸生产、销售", "硫酸", {"produce", "trade"}),
    ("硫酸的研究、开发、制造", "硫酸", {"serve", "produce"}),
    ("化工产品（仅限甲醇、苯）无储存批发", "甲醇", {"trade", "wholesale", "without-storage"}),
    ("化工产品（仅限甲醇、苯无储存批发）、五金销售", "甲醇", {"trade", "wholesale", "without-storage"}),
    ("液氧、液氮（无存储批发）经销", "液氧", {"trade", "without-storage"}),
    ("硫酸、氧有储存经营", "氧", {"trade", "with-storage"}),
    ("汽油、柴油（未取得许可证前不得从事该项经营）、煤油零售", "汽油", {"retail", "trade"}),
    ("氩气分装；氧气批发", "氩气", {"fill"}),
    ("汽油；润滑油销售", "汽油", {"trade"}),
    ("农业生产资料、农药、食品零售", "农药", {"retail", "trade"}),
    ("农药", "农药", set()),
]


@pytest.mark.parametrize(("scope", "word", "activities"), CASES)
def test_what_is_done_with_an_entry(catalogues: Catalogues, scope: str, word: str, activities: set[str]) -> None:
    sectors = catalogues.sectors
    reader = Reader(sectors.words, [w for a in sectors.activities for w in a.words])
    verbs = ActivityReader(sectors.activities, sectors.activity_benign)
    reading = reader.read(fold(scope))
    start = scope.index(word)
    assert of_entry(reading, verbs.verbs(reading), start, start + len(word)) == activities
