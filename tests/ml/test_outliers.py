"""The script that shows where the race is furthest off."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from scripts import find_outliers


def test_the_worst_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert find_outliers.main(["--matchups", "60", "--battles", "200", "--worst", "7"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("60 matchups, 200 battles each: RMSE 0.0")
    figures = [re.match(r"(\d\.\d{3}) (\d\.\d{3})  \w+ \d+ \d+% .*\(.+\)  against  ", line) for line in lines]
    off = [abs(float(found[1]) - float(found[2])) for found in figures if found]
    assert len(off) == 7
    assert all(one >= other - 0.002 for one, other in pairwise(off))  # figures are rounded
