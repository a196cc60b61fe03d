"""The size of type, the gallery of parts, and the pages that say what went wrong."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from bangfu.site import gallery as gallery_samples
from bangfu.site.context import LARGE_TYPE_COOKIE

#: public pages that a search engine may list; a certificate or a case, found by its code, is none of them
FOR_EVERYBODY = ("/directory/", "/greening/$", "/greening/sites/", "/matters/$", "/matters/items/", "/static/")
YEAR_S = 365 * 24 * 3600
TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@require_POST
@login_not_required
def large_type(request: HttpRequest) -> HttpResponse:
    """Keeps the wish in a cookie and returns to the same page; works without JavaScript and without an account."""
    target = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = redirect(target if is_ours else "/")
    wish = "1" if request.POST.get("large") == "1" else "0"
    response.set_cookie(
        LARGE_TYPE_COOKIE, wish, max_age=YEAR_S, samesite="Lax", secure=request.is_secure(), httponly=True
    )
    return response


@require_GET
@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    """Only what is made for everybody is for search engines."""
    lines = ["User-agent: *", *(f"Allow: {address}" for address in FOR_EVERYBODY), "Disallow: /", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_GET
@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Every part of the interface on one page, for those who write pages; part of the demo only."""
    if not settings.DEMO:
        raise Http404
    return render(request, "site/gallery.html", gallery_samples.context())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _trouble(request, 413 if isinstance(exception, TOO_BIG) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _trouble(request, 403, _own_words(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _trouble(request, 404, _own_words(exception))


def server_error(request: HttpRequest) -> HttpResponse:
    return _trouble(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the log-in, or cookies are off; what was typed can be had back with the Back button."""
    return _trouble(request, 403, template="csrf.html")


def _own_words(exception: Exception) -> str:
    """What the view said to the user; Django's own English texts (unknown address, missing object) say nothing to them."""
    words = str(exception.args[0]) if exception.args and isinstance(exception.args[0], str) else ""
    return words if any("一" <= letter <= "鿿" for letter in words) else ""


def _trouble(request: HttpRequest, status: int, words: str = "", template: str = "") -> HttpResponse:
    """Made without context processors, so that it also works when the database does not."""
    wants_json = request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")
    page = get_template(template or f"{status}.html")
    if wants_json or request.headers.get("HX-Request"):
        return JsonResponse({"error": words or SHORT[status]}, status=status)
    context = {"words": words, "large_type": request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"}
    return HttpResponse(page.render(context), status=status)


SHORT = {
    400: "请求的内容不完整，请刷新页面再试",
    403: "您没有做这一步的权限",
    404: "要找的内容不在了，或不在您的范围内",
    413: "内容太大了，请拆成几份再交",
    500: "系统出了点问题，这一步没有完成，请稍后再试",
}
