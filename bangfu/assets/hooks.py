"""What parts of the package, and packages above, hang on assets: they append when the apps are ready.

hooks.sections.append(income_of)      # income_of(asset, actor) → sections of its page: {"title", "template", …}
hooks.buttons.append(ways_of)         # ways_of(asset, actor) → [(words, address), …]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bangfu.accounts.actor import Actor
    from bangfu.assets.asset import Asset

sections: list[Callable[[Asset, Actor], Sequence[Mapping[str, Any]]]] = []
buttons: list[Callable[[Asset, Actor], Sequence[tuple[str, str]]]] = []
