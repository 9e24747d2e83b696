"""Settings: defaults are complete, an office's own file wins, every fault is reported at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import SettingsFault, load_settings


def test_the_defaults_are_complete_and_live_in_var(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings.database_url == f"sqlite:///{(tmp_path / 'double-random.sqlite').resolve()}"
    assert load_settings(None, {}).data == Path("var")
    assert load_settings(None, {"DOUBLE_RANDOM_DATA": "/srv/city"}).data == Path("/srv/city")


def test_what_the_office_writes_wins_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[office]\nname_zh = "吉林市应急管理局"\n[plan]\nkey_percent = 55\n')
    settings = load_settings(tmp_path, {})
    assert settings.office.name_zh == "吉林市应急管理局"
    assert settings.office.district == "220200"
    assert (settings.plan.key_percent, settings.plan.reserve_percent) == (55, 10)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        '[office]\ndistrict = "22"\nname = "x"\n[plan]\nreserve_percent = 10.5\nteam_size = 2\n'
        '[plan.batches]\nmonths = [3, 3, 14]\n[draw]\nmode = "secret"\nseal_on_day = 1\nseal_from = "9:00"\n'
    )
    with pytest.raises(SettingsFault) as fault:
        load_settings(tmp_path, {})
    for part in (
        "office.district",
        "office.name is no setting",
        "plan.reserve_percent",
        "plan.team_size is no setting",
        "plan.batches.months must be a whole number",
        "plan.batches.months must ascend",
        "draw.mode",
        "draw.seal_on_day must be true or false",
        "draw.seal_from must be a time HH:MM",
    ):
        assert part in str(fault.value)


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[office\n")
    with pytest.raises(SettingsFault, match=r"settings\.toml: no valid TOML"):
        load_settings(tmp_path, {})
