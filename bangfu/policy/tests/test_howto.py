"""docs/howto/add-a-parameter.md, carried out as it is written."""

import re
import shutil
from datetime import date
from pathlib import Path

from bangfu.policy import examples, guideline, source
from bangfu.policy.parameter import Unit

HOWTO = source.ROOT.parent / "docs/howto/add-a-parameter.md"


def test_the_howto_adds_a_parameter_and_an_example(tmp_path: Path) -> None:
    root = tmp_path / "guideline"
    shutil.copytree(source.ROOT, root)
    parameter, example = re.findall(r"```yaml\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
    with (root / "2023/parameters/30-services-and-industry.yaml").open("a", encoding="utf-8") as file:
        file.write(parameter)
    with (root / "examples/parameters.yaml").open("a", encoding="utf-8") as file:
        file.write(example)
    added = guideline.load("2023", root).parameter("workshop_workers_min")
    assert added.at(date(2024, 6, 1)).value == 5 and added.unit is Unit.PEOPLE and not added.is_required
    outcomes = [examples.outcome(item, root) for item in examples.read(root)]
    assert (5, 5) in outcomes and all(expected == found for expected, found in outcomes)
