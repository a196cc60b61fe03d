"""Reads the YAML files of guideline/ strictly: what YAML would silently turn into something else is an error."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

import yaml

from bangfu.kernel import codes

ROOT = Path(__file__).resolve().parents[2] / "guideline"
_T = TypeVar("_T")
_MISSING: Any = object()
_BECOMES_BOOLEAN = re.compile(r"yes|no|on|off", re.IGNORECASE)
_LOSES_ZEROS = re.compile(r"[-+]?0[0-9]+|[0-9]+(?::[0-9]+)+")


class PolicyError(Exception):
    """A file of guideline/ is wrong. The message names file and key, so that its author can mend it."""


class _StrictLoader(yaml.CSafeLoader):
    """No `on:` that is True, no 010 that is 8, no 1:30 that is 90, no key twice, no float."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                _refuse(key_node, f"键“{key_node.value}”应为文字，请加引号")
            if key in seen:
                _refuse(key_node, f"键“{key}”出现两次")
            seen.add(key)
        return super().construct_mapping(node, deep)

    def construct_decimal(self, node: yaml.ScalarNode) -> Decimal:
        try:
            return Decimal(node.value.replace("_", ""))
        except InvalidOperation:
            _refuse(node, f"“{node.value}”不是普通小数")

    def construct_plain_boolean(self, node: yaml.ScalarNode) -> bool:
        if _BECOMES_BOOLEAN.fullmatch(node.value):
            _refuse(node, f"“{node.value}”会被 YAML 读成真或假，请加引号，或改用 true/false")
        return bool(node.value.lower() == "true")

    def construct_plain_integer(self, node: yaml.ScalarNode) -> int:
        if _LOSES_ZEROS.fullmatch(node.value):
            _refuse(node, f"“{node.value}”会被 YAML 读成别的数，请加引号")
        return int(node.value.replace("_", ""), 0)


_StrictLoader.add_constructor("tag:yaml.org,2002:float", _StrictLoader.construct_decimal)
_StrictLoader.add_constructor("tag:yaml.org,2002:bool", _StrictLoader.construct_plain_boolean)
_StrictLoader.add_constructor("tag:yaml.org,2002:int", _StrictLoader.construct_plain_integer)


def _refuse(node: yaml.Node, message: str) -> NoReturn:
    raise PolicyError(f"第 {node.start_mark.line + 1} 行：{message}")


@dataclass(frozen=True)
class Entry:
    """One mapping of a file. Every getter checks what it returns, and every complaint names file and key."""

    data: dict[str, Any]
    file: Path
    path: str = ""

    def fault(self, key: str, message: str) -> PolicyError:
        where = ".".join(filter(None, (self.path, key)))
        return PolicyError(f"{_name(self.file)}：{where}：{message}")

    def only(self, *keys: str) -> None:
        for key in self.data:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, 1)
                raise self.fault(
                    key, f"没有这个键，是不是“{near[0]}”？" if near else f"没有这个键，可用：{'、'.join(keys)}"
                )

    def text(self, key: str, default: str = _MISSING) -> str:
        value: str = self._get(key, str, '文字（数字和小数请加引号，如 "5.1"）', default)
        if not value and default is _MISSING:
            raise self.fault(key, "不能为空")
        return value.strip()

    def integer(self, key: str, default: int = _MISSING) -> int:
        value: int = self._get(key, int, "整数", default)
        return value

    def flag(self, key: str, default: bool = _MISSING) -> bool:
        value: bool = self._get(key, bool, "true 或 false", default)
        return value

    def day(self, key: str, default: date | None = _MISSING) -> date | None:
        value: date | None = self._get(key, date, "日期，如 2023-07-31", default)
        return value

    def set_day(self, key: str) -> date:
        return cast(date, self.day(key))

    def number(self, key: str, default: Decimal | None = _MISSING) -> Decimal | None:
        value = self._get(key, (int, Decimal), "数字", default)
        return None if value is None else Decimal(value)

    def division(self, key: str, default: int | None = _MISSING) -> int | None:
        value = self._get(key, (int, str), "区划代码", default)
        try:
            return None if value is None else codes.parse_code(str(value))
        except codes.CodeError as error:
            raise self.fault(key, str(error)) from None

    def set_division(self, key: str) -> int:
        return cast(int, self.division(key))

    def one_of(self, key: str, kind: Callable[[str], _T], names: Iterable[str], default: str = _MISSING) -> _T:
        value = self.text(key, default)
        if value not in (allowed := list(names)):
            raise self.fault(key, f"“{value}”不在可选范围：{'、'.join(allowed)}")
        return kind(value)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._get(key, list, "列表", [])
        for value in values:
            if not isinstance(value, str):
                raise self.fault(key, f"“{value}”应为文字，请加引号")
        return tuple(values)

    def days(self, key: str) -> tuple[date, ...]:
        values = self._get(key, list, "列表", [])
        for value in values:
            if not isinstance(value, date):
                raise self.fault(key, f"“{value}”应为日期，如 2023-07-31")
        return tuple(values)

    def entry(self, key: str) -> Entry:
        return Entry(self._get(key, dict, "一组键值"), self.file, ".".join(filter(None, (self.path, key))))

    def entries(self, key: str) -> list[Entry]:
        """The items of a list of mappings; errors name them by their place: values[2]."""
        items = self._get(key, list, "列表", [])
        path = ".".join(filter(None, (self.path, key)))
        for place, item in enumerate(items):
            if not isinstance(item, dict):
                raise self.fault(f"{key}[{place}]", "应为一组键值")
        return [Entry(item, self.file, f"{path}[{place}]") for place, item in enumerate(items)]

    def named(self) -> Iterator[tuple[str, Entry]]:
        """Every key of a mapping of mappings, in the order of the file."""
        for key in self.data:
            yield key, self.entry(key)

    def _get(self, key: str, kind: type[Any] | tuple[type[Any], ...], says: str, default: Any = _MISSING) -> Any:
        if key not in self.data:
            if default is _MISSING:
                raise self.fault(key, f"缺少，应为{says}")
            return default
        value = self.data[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fault(key, f"“{value}”应为{says}")
        return value


def read(file: Path) -> Entry:
    """Errors: PolicyError when the file is missing, is no YAML, or holds a trap."""
    try:
        with file.open(encoding="utf-8") as stream:
            data = yaml.load(stream, _StrictLoader)  # noqa: S506  a subclass of the safe loader
    except FileNotFoundError:
        raise PolicyError(f"{_name(file)}：文件不存在") from None
    except PolicyError as error:
        raise PolicyError(f"{_name(file)}：{error}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PolicyError(f"{_name(file)}：不是有效的 YAML（{error}）") from None
    if not isinstance(data, dict):
        raise PolicyError(f"{_name(file)}：最外层应为一组键值")
    return Entry(data, file)


def _name(file: Path) -> str:
    return file.relative_to(ROOT.parent).as_posix() if file.is_relative_to(ROOT) else str(file)
