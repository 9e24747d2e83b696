"""What the tests of classification share: the catalogues, and enterprises written in one line."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from config.catalogues import Catalogues, load_catalogues
from scheduler.directory.classification import Classification, EnterpriseFacts, classify

DAY = datetime.date(2026, 1, 1)
Write = Callable[..., EnterpriseFacts]
Judge = Callable[..., Classification]


@pytest.fixture(scope="session")
def catalogues() -> Catalogues:
    return load_catalogues()


@pytest.fixture(scope="session")
def write() -> Write:
    """Write the facts of an enterprise: only what a test is about needs saying."""

    def facts(scope: str = "", name: str = "某某有限公司", **others: Any) -> EnterpriseFacts:
        given = {"uscc": "", "kind": "", "region": "吉林", "address": "", "as_of": DAY, **others}
        return EnterpriseFacts(name=name, scope=scope, **given)

    return facts


@pytest.fixture(scope="session")
def judge(catalogues: Catalogues, write: Write) -> Judge:
    """Classify an enterprise written in one line."""

    def classified(scope: str = "", **others: Any) -> Classification:
        return classify(write(scope, **others), catalogues)

    return classified
