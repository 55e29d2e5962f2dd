"""The WSGI application: which address leads where."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from marketingconnect.sandbox.bank.api import Api, json_response
from marketingconnect.sandbox.bank.ledger import Bank
from marketingconnect.sandbox.bank.line import Line, Loss, hang_up
from marketingconnect.sandbox.bank.pages import ERROR, STYLE, Pages, page

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

ROUTES = Map(
    [
        Rule("/v1/payments", endpoint="create_payment", methods=["POST"]),
        Rule("/v1/payments", endpoint="find_payment", methods=["GET"]),
        Rule("/v1/payments/<number>", endpoint="fetch_payment", methods=["GET"]),
        Rule("/v1/payments/<number>/cancel", endpoint="cancel_payment", methods=["POST"]),
        Rule("/v1/payments/<number>/refunds", endpoint="create_refund", methods=["POST"]),
        Rule("/v1/charges", endpoint="create_charge", methods=["POST"]),
        Rule("/v1/refunds", endpoint="find_refund", methods=["GET"]),
        Rule("/pay/<number>", endpoint="pay"),
        Rule("/pay/<number>/code", endpoint="code", methods=["POST"]),
        Rule("/style.css", endpoint="style"),
    ]
)
LARGEST_BODY = 65_536


class BankSite:
    """Merchant API below /v1/, payer's pages beside it."""

    def __init__(self, bank: Bank, secret: str, line: Line | None = None) -> None:
        self._bank = bank
        self._line = line or Line()
        self._api = Api(bank, secret)
        self._pages = Pages(bank)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = LARGEST_BODY
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, arguments = ROUTES.bind_to_environ(request.environ).match()
            if request.path.startswith("/v1/"):
                return self._answer_merchant(request, endpoint, arguments)
            answer: Callable[..., Response] = getattr(self, f"_{endpoint}")
            return answer(request, **arguments)
        except HTTPException as error:
            return self._refuse(request, error)

    def _answer_merchant(
        self, request: Request, endpoint: str, arguments: Mapping[str, Any]
    ) -> Response:
        loss = self._line.draw()
        if loss is Loss.REQUEST:
            hang_up(request)
        answer = self._api.answer(request, endpoint, arguments)
        if loss is Loss.ANSWER:
            hang_up(request)
        return answer

    def _refuse(self, request: Request, error: HTTPException) -> Response:
        status = error.code or 500
        if request.path.startswith("/v1/"):
            body: dict[str, Any] = {
                "error": {"code": error.name.lower().replace(" ", "_"), "message": error.name}
            }
            return json_response(status, body)
        words = "Ce paiement n’existe pas." if status == 404 else "Cette demande est refusée."
        return page("Page introuvable" if status == 404 else "Refus", ERROR.format(words), status)

    def _pay(self, request: Request, number: str) -> Response:
        payment = self._bank.payment(number)
        if payment is None:
            raise NotFound
        if request.method == "POST":
            return self._pages.choose(payment, request.form)
        return self._pages.show(payment)

    def _code(self, request: Request, number: str) -> Response:
        payment = self._bank.payment(number)
        if payment is None:
            raise NotFound
        return self._pages.confirm(payment, request.form.get("code", ""))

    def _style(self, request: Request) -> Response:
        return Response(STYLE, content_type="text/css; charset=utf-8")
