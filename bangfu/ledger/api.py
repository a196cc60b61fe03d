"""The JSON API of every ledger, generated from its declaration: the same scope, filters, checks and masks as the pages.

No `from __future__ import annotations` here: the schemas are made at run time and stand in the signatures.
"""

from collections.abc import Callable
from functools import cached_property
from threading import RLock
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.http import Http404, HttpResponse, QueryDict
from django.urls import URLResolver
from django.urls.resolvers import RoutePattern
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI, Query, Router, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.router import BoundRouter, RouterMount
from pydantic import create_model

from bangfu.accounts import origin, tokens
from bangfu.accounts.http import Request
from bangfu.accounts.roles import Act
from bangfu.ledger import acts, complaints, history, registry
from bangfu.ledger.api_auth import SessionAuth, TokenAuth
from bangfu.ledger.declaration import Ledger
from bangfu.ledger.fields import all_shown, shown
from bangfu.ledger.filters import Selection
from bangfu.ledger.forms import RecordForm
from bangfu.ledger.keyset import BadKey, page
from bangfu.ledger.schemas import (
    FAULTS,
    Code,
    Event,
    Id,
    Problem,
    Reason,
    Text,
    filter_parameters,
    given_by,
    name_of,
    taken_by,
)
from bangfu.ledger.uniqueness import JUST_TAKEN


def _for_users(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The description names every field that is kept: whoever may not log in need not know them."""

    def opened(request: Request, **kwargs: Any) -> HttpResponse:
        header = request.headers.get("Authorization", "")
        known = tokens.authenticate(header, ip=origin.address(request)) if header else request.actor
        if known is None or known.is_anonymous:
            return _stranger(request, AuthenticationError())
        return view(request, **kwargs)

    return opened


class Addresses:
    """The addresses of one ledger; made when the first request for them comes (what Django includes as a module)."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    @cached_property
    def urlpatterns(self) -> list[Any]:
        return list(api.of(self.ledger).urls_paths(""))


class AsAsked(NinjaAPI):
    """Makes the shapes of a ledger when they are asked for: those of 130 ledgers keep a process from its work for eight
    seconds. The description needs all of them; it is made once a process."""

    _description: Any = None

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._of_ledgers: dict[str, BoundRouter] = {}
        self._making = RLock()

    def of(self, ledger: Ledger) -> BoundRouter:
        with self._making:
            if ledger.slug not in self._of_ledgers:
                self._of_ledgers[ledger.slug] = BoundRouter(RouterMount(router_of(ledger), f"/{ledger.slug}"), self)
            return self._of_ledgers[ledger.slug]

    def _get_bound_routers(self) -> list[BoundRouter]:
        return [*super()._get_bound_routers(), *self._of_ledgers.values()]

    def get_openapi_schema(self, **given: Any) -> Any:
        with self._making:
            if self._description is None:
                for ledger in registry.all_ledgers():
                    self.of(ledger)
                self._description = super().get_openapi_schema(**given)
            return self._description


#: where every address of the API begins
ROOT = "/api/v1/"
api = AsAsked(
    title="帮扶 API",
    version="1",
    urls_namespace="api",
    auth=[TokenAuth(), SessionAuth()],
    docs_url=None,
    docs_decorator=_for_users,
    description="每本台账一组接口，范围、筛选、校验和脱敏与页面一致。",
)


def _problem(request: Request, status: int, detail: str, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    return api.create_response(request, {"detail": detail, "errors": errors or []}, status=status)


class Faulty(Exception):
    """What a form refuses; `faults` as in the answer."""

    def __init__(self, faults: list[dict[str, str]]) -> None:
        super().__init__(str(faults))
        self.faults = faults


@api.exception_handler(ValidationError)
def _malformed(request: Request, error: ValidationError) -> HttpResponse:
    slug = request.path_info.removeprefix(ROOT).partition("/")[0]
    return _problem(request, 422, "请求的格式不对", complaints.of_request(error.errors, registry.get(slug)))


@api.exception_handler(Faulty)
def _invalid(request: Request, error: Faulty) -> HttpResponse:
    return _problem(request, 422, "内容有误，请改正后再提交", error.faults)


@api.exception_handler(Http404)
def _missing(request: Request, error: Http404) -> HttpResponse:
    return _problem(request, 404, str(error) or "没有这条记录，或不在您的工作范围内")


@api.exception_handler(AuthenticationError)
def _stranger(request: Request, error: AuthenticationError) -> HttpResponse:
    return _problem(request, 401, "请先登录，或在 Authorization 中给出有效的接口令牌")


@api.exception_handler(HttpError)
def _refused(request: Request, error: HttpError) -> HttpResponse:
    words = {400: "请求不是有效的 JSON"}
    return _problem(request, error.status_code, words.get(error.status_code, str(error)))


def _given(ledger: Ledger, record: Any, names: list[str]) -> dict[str, Any]:
    given: dict[str, Any] = {
        name: getattr(record, name) for name in ("id", "version", "created_at", "updated_at", "withdrawn_at")
    }
    for name in names:
        item = shown(ledger, name)
        value = getattr(record, item.field.attname)
        given[name] = item.mask(str(value)) if item.mask and value else value
    return given


def _asked(request: Request, ledger: Ledger, act: Act) -> None:
    if not ledger.may(request.actor, act):
        raise HttpError(403, f"您的角色或令牌不能在“{ledger.title}”中做这件事")


def _row(request: Request, ledger: Ledger, pk: int, act: Act) -> Any:
    _asked(request, ledger, act)
    record = ledger.visible_to(request.actor, act).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def _form(request: Request, ledger: Ledger, values: dict[str, Any], record: Any) -> RecordForm:
    """The checks of the page's own form. Errors: Faulty with one fault a field."""
    data: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in values.items():
        listed = value if isinstance(value, list) else [value]
        data.setlist(
            name,
            ["" if each is None else str(each).lower() if isinstance(each, bool) else str(each) for each in listed],
        )
    form = RecordForm(ledger, request.actor, data, record=record, explicit=values.keys())
    if not form.is_valid():
        raise Faulty(complaints.of_form(form))
    return form


@api.exception_handler(IntegrityError)
def _taken(request: Request, error: IntegrityError) -> HttpResponse:
    return _problem(request, 409, str(error) if isinstance(error, acts.Refused) else JUST_TAKEN)


@api.exception_handler(acts.Overtaken)
def _overtaken(request: Request, error: acts.Overtaken) -> HttpResponse:
    return _problem(request, 409, f"这条记录已被他人修改，当前版本为 {error.current.version}，请重新读取后再改")


def router_of(ledger: Ledger) -> Router:
    """List, one, add, change, withdraw, history of one ledger."""
    router = Router(tags=[f"{ledger.article} {ledger.title}"])
    out, add_in = given_by(ledger), taken_by(ledger, "Add", client_uuid=(UUID | None, None))
    change_in = taken_by(ledger, "Change", version=(Id, ...), reason=(Text | None, None))
    names = [
        name for name in out.model_fields if name not in ("id", "version", "created_at", "updated_at", "withdrawn_at")
    ]
    listed = create_model(name_of(ledger, "Page"), __base__=Schema, items=(list[out], ...), after=(str, ""))  # type: ignore[valid-type]

    Sort: Any = Literal[("", *(option for name in ledger.sorts for option in (name, f"-{name}")))]

    def list_rows(
        request: Request,
        q: Text = "",
        after: Text = "",
        sort: Sort = "",
        size: int = Query(settings.PAGE_SIZE, ge=1, le=500),
        place: Code | None = None,
    ) -> Any:
        _asked(request, ledger, Act.READ)
        params = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
        selection = Selection(ledger, request.actor, params, place=place)
        if selection.errors:
            raise Faulty(complaints.of_form(selection.filters.form))
        try:
            found = page(ledger, selection.queryset, sort=sort, after=after, size=size, cap=0)
        except BadKey as error:
            raise HttpError(422, "sort 或 after 不对：after 要原样传回上一页给出的值") from error
        return {"items": [_given(ledger, row, names) for row in found.rows], "after": found.after}

    def one_row(request: Request, pk: Id) -> Any:
        return _given(ledger, _row(request, ledger, pk, Act.READ), names)

    def add_row(request: Request, body: add_in) -> Any:  # type: ignore[valid-type]
        _asked(request, ledger, Act.EDIT)
        sent = body.dict()  # type: ignore[attr-defined]
        client_uuid = sent.pop("client_uuid")
        form = _form(request, ledger, {k: v for k, v in sent.items() if v is not None}, None)
        return 201, _given(ledger, acts.create(ledger, form.values(), by=request.actor, client_uuid=client_uuid), names)

    def change_row(request: Request, pk: Id, body: change_in) -> Any:  # type: ignore[valid-type]
        record = _row(request, ledger, pk, Act.EDIT)
        sent = body.dict(exclude_unset=True)  # type: ignore[attr-defined]
        version, reason = sent.pop("version"), sent.pop("reason", None) or ""
        untouched = [item for item in all_shown(ledger, ledger.form) if not item.mask]
        current = {item.name: getattr(record, item.field.attname) for item in untouched}
        form = _form(request, ledger, current | sent, record)
        values = form.values()
        return _given(
            ledger, acts.change(ledger, record, values, by=request.actor, version=version, reason=reason), names
        )

    def withdraw_row(request: Request, pk: Id, body: Reason) -> Any:
        record = _row(request, ledger, pk, Act.WITHDRAW)
        record.version = body.version
        acts.withdraw(ledger, record, by=request.actor, reason=body.reason)
        record.refresh_from_db()
        return _given(ledger, record, names)

    def row_history(request: Request, pk: Id) -> Any:
        return history.events(ledger, _row(request, ledger, pk, Act.READ))

    operations: list[tuple[str, str, Callable[..., Any], dict[Any, Any], str]] = [
        ("GET", "/", list_rows, {200: listed}, "名单"),
        ("GET", "/{pk}", one_row, {200: out}, "一条"),
        ("POST", "/", add_row, {201: out}, "登记"),
        ("PATCH", "/{pk}", change_row, {200: out}, "修改"),
        ("POST", "/{pk}/withdraw", withdraw_row, {200: out}, "撤回"),
        ("GET", "/{pk}/history", row_history, {200: list[Event]}, "经过"),
    ]
    for method, path, view, response, summary in operations:
        if ledger.acts_only and method != "GET":
            continue
        operation_id = f"{ledger.slug.replace('-', '_')}_{view.__name__}"
        router.add_api_operation(
            path,
            [method],
            view,
            response=response | {FAULTS: Problem},
            summary=f"{ledger.title}：{summary}",
            operation_id=operation_id,
            openapi_extra={"parameters": filter_parameters(ledger)} if view is list_rows else None,
        )
    return router


def addresses(*others: tuple[str, Router]) -> tuple[list[Any], str, str]:
    """For the addresses of the site, when every ledger is known; `others`: (prefix, router) of what is no ledger."""
    for prefix, router in others:
        api.add_router(prefix, router)
    of_ledgers = [
        URLResolver(RoutePattern(f"{each.slug}/"), Addresses(each))  # type: ignore[arg-type] # anything with urlpatterns
        for each in registry.all_ledgers()
    ]
    made, app_name, namespace = api.urls
    return [*of_ledgers, *made], app_name, namespace
