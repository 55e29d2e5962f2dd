"""The payment page: plain French HTML, no script."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from marketingconnect.sandbox.bank.ledger import Bank, Tell
from marketingconnect.sandbox.bank.records import BEHAVIOURS, REFUSALS, Payment, Status

PAGE = Markup("""<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} – Banque d’essai</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><p>Banque d’essai</p><p>Aucun argent réel, aucune carte réelle</p></header>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
""")
SUMMARY = Markup("""<dl>
<dt>Montant</dt><dd>{amount}</dd>
<dt>Référence</dt><dd>{reference}</dd>
<dt>Carte</dt><dd>4970 10•• •••• ••14 (carte d’essai)</dd>
</dl>
""")
CHOICES = Markup("""{error}<form method="post" action="/pay/{id}">
<fieldset>
<legend>Que doit-il se passer&nbsp;?</legend>
{options}
</fieldset>
{kept}<button type="submit">Valider</button>
</form>
<form method="post" action="/pay/{id}">
<input type="hidden" name="scenario" value="cancel">
<button type="submit" class="quiet">Abandonner et revenir sur le site</button>
</form>
""")
OPTION = Markup("""<div class="choice">
<label><input type="radio" name="scenario" value="{value}"{checked}> {label}</label>
<p>{explanation}</p>{extra}
</div>
""")
SELECT = Markup("""
<label class="extra">{label} <select name="{name}">{options}</select></label>""")
DELAY = Markup("""
<label class="extra">Retard, en secondes
<input type="number" name="delay" value="30" min="1" max="86400" inputmode="numeric"></label>""")
KEPT = Markup("""<fieldset>
<legend>Cette carte sera débitée aux échéances suivantes. Comment répondra-t-elle&nbsp;?</legend>
{select}
</fieldset>
""")
CODE = Markup("""{error}<p>Votre banque vous demande de confirmer ce paiement. Saisissez le code
reçu par téléphone.</p>
<p class="hint">Démonstration&nbsp;: le code est <strong>{code}</strong>. Trois codes faux
refusent le paiement.</p>
<form method="post" action="/pay/{id}/code">
<label>Code à six chiffres
<input name="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="6"></label>
<button type="submit">Confirmer le paiement</button>
</form>
""")
ERROR = Markup('<p class="error" role="alert">{}</p>\n')
SILENCE = Markup("""<p>La banque ne répond plus. Votre paiement a peut-être abouti, peut-être
pas.</p>
<p class="hint">Démonstration&nbsp;: ni retour automatique, ni message au commerçant. Revenez
vous-même sur son site&nbsp;: il doit demander à la banque ce qu’il en est.</p>
""")
OUTCOME = Markup('<p>{words}</p>\n<p><a class="button" href="{back}">Revenir sur le site</a></p>\n')
OUTCOMES = {
    Status.SUCCEEDED: "Ce paiement est accepté.",
    Status.REFUSED: "Ce paiement est refusé : {reason}.",
    Status.CANCELLED: "Ce paiement a été abandonné.",
}
TRUTHS = {
    "succeeded": "le paiement a réussi",
    "refused": "le paiement est refusé",
    "created": "rien n’est décidé",
}
STYLE = """
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0; background: light-dark(#f4f2ee, #17191c); color: light-dark(#22262b, #eceae6); }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between;
  padding: .5rem 1.25rem; background: #1f3a5f; color: #fff; }
header p { margin: 0; }
header p:first-child { font-weight: 700; }
main { max-width: 40rem; margin: 1.5rem auto; padding: 0 1.25rem 3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; }
dt { opacity: .8; }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
fieldset { border: 0; padding: 0; margin: 0; min-width: 0; }
legend { font-weight: 700; padding: 0; margin-bottom: .5rem; }
.choice { border: 1px solid light-dark(#cfc9bf, #4a4f57); border-radius: .5rem;
  padding: .6rem .9rem; margin-bottom: .5rem; background: light-dark(#fff, #22252a); }
.choice:has(input[type=radio]:checked) { border-color: #3f76b5; box-shadow: 0 0 0 1px #3f76b5; }
.choice > label { font-weight: 600; display: block; min-height: 1.6rem; }
.choice p { margin: .1rem 0 0 1.6rem; }
.extra { display: block; margin: .4rem 0 .2rem 1.6rem; }
.extra select { display: block; width: 100%; }
input, select, button { font: inherit; }
input:not([type=radio]), select { padding: .35rem .5rem; max-width: 100%;
  border: 1px solid light-dark(#767676, #9aa0a8); border-radius: .3rem; }
button, .button { display: inline-block; margin-top: 1rem; padding: .6rem 1.3rem; border: 0;
  border-radius: .4rem; background: #1f5a99; color: #fff; font-weight: 600;
  text-decoration: none; cursor: pointer; }
button.quiet { background: none; color: inherit; text-decoration: underline; padding-left: 0; }
:focus-visible { outline: 3px solid #d97706; outline-offset: 2px; }
.hint { border-left: .25rem solid #3f76b5; padding-left: .8rem; }
.error { border-left: .25rem solid #b42318; padding: .4rem .8rem;
  background: light-dark(#fdecea, #3a1f1d); }
"""


class Pages:
    """What the payer sees and chooses."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def show(self, payment: Payment) -> Response:
        if payment.status is Status.CREATED:
            return self._choices(payment)
        if payment.status is Status.PROCESSING:
            return self._code(payment)
        words = OUTCOMES[payment.status].format(reason=REFUSALS.get(payment.refusal_code, ""))
        back = way_back(payment)
        return page("Paiement terminé", summary(payment) + OUTCOME.format(words=words, back=back))

    def choose(self, payment: Payment, form: Mapping[str, str]) -> Response:
        """Do what the form asks; a payment that is no longer open shows what became of it."""
        if payment.status is not Status.CREATED and form.get("scenario") != "cancel":
            return self.show(payment)
        if not payment.is_open:
            return self.show(payment)
        scenario = getattr(self, f"_do_{form.get('scenario', '')}", None)
        if scenario is None:
            return self._choices(payment, "Choisissez ce qui doit se passer.")
        if payment.save_card and form.get("card") in BEHAVIOURS:
            payment = self._bank.use_card(payment.id, form["card"])
        response: Response = scenario(payment, form)
        return response

    def confirm(self, payment: Payment, code: str) -> Response:
        if payment.status is not Status.PROCESSING:
            return self.show(payment)
        after = self._bank.confirm(payment.id, code.strip().replace(" ", ""))
        if after.status is Status.PROCESSING:
            return self._code(after, "Ce code n’est pas le bon.")
        return back_to_shop(after)

    # -- scenarios: one method each, named after the form's value --------------------------------

    def _do_success(self, payment: Payment, form: Mapping[str, str]) -> Response:
        return back_to_shop(self._bank.succeed(payment.id, Tell("payment.succeeded")))

    def _do_refused(self, payment: Payment, form: Mapping[str, str]) -> Response:
        code = form.get("reason", "insufficient_funds")
        if code not in REFUSALS:
            return self._choices(payment, "Choisissez un motif de refus de la liste.")
        return back_to_shop(self._bank.refuse(payment.id, code, Tell("payment.refused")))

    def _do_confirmation(self, payment: Payment, form: Mapping[str, str]) -> Response:
        self._bank.ask_confirmation(payment.id)
        return redirect(f"/pay/{payment.id}", 303)

    def _do_no_answer(self, payment: Payment, form: Mapping[str, str]) -> Response:
        truth = form.get("truth", "succeeded")
        if truth not in TRUTHS:
            return self._choices(payment, "Choisissez ce qui est vrai dans la liste.")
        if truth == "succeeded":
            self._bank.succeed(payment.id)
        elif truth == "refused":
            self._bank.refuse(payment.id, "do_not_honor")
        return page("Pas de réponse", SILENCE)

    def _do_late(self, payment: Payment, form: Mapping[str, str]) -> Response:
        delay = form.get("delay", "30")
        if not delay.isdecimal() or not 1 <= int(delay) <= 86_400:
            return self._choices(payment, "Le retard est un nombre de 1 à 86 400 secondes.")
        tell = Tell("payment.succeeded", delay=float(delay))
        return back_to_shop(self._bank.succeed(payment.id, tell))

    def _do_duplicate(self, payment: Payment, form: Mapping[str, str]) -> Response:
        return back_to_shop(self._bank.succeed(payment.id, Tell("payment.succeeded", copies=3)))

    def _do_out_of_order(self, payment: Payment, form: Mapping[str, str]) -> Response:
        older = Tell("payment.processing", delay=1.0, is_past=True)
        return back_to_shop(self._bank.succeed(payment.id, Tell("payment.succeeded"), older))

    def _do_cancel(self, payment: Payment, form: Mapping[str, str]) -> Response:
        return back_to_shop(self._bank.cancel(payment.id))

    # -- pages -----------------------------------------------------------------------------------

    def _choices(self, payment: Payment, error: str = "") -> Response:
        content = CHOICES.format(
            error=ERROR.format(error) if error else "",
            id=payment.id,
            options=options(),
            kept=kept() if payment.save_card else "",
        )
        return page("Payer par carte", summary(payment) + content, 400 if error else 200)

    def _code(self, payment: Payment, error: str = "") -> Response:
        content = CODE.format(
            error=ERROR.format(error) if error else "",
            code=payment.confirmation_code,
            id=payment.id,
        )
        return page("Confirmer le paiement", summary(payment) + content, 400 if error else 200)


def options() -> Markup:
    refusals = select("Motif", "reason", REFUSALS)
    truths = select("En vérité", "truth", TRUTHS)
    rows = [
        ("success", "Le paiement réussit", "Tout de suite, sans autre question.", ""),
        ("refused", "Le paiement est refusé", "La banque dit non.", refusals),
        ("confirmation", "La banque demande une confirmation", "Un code à saisir.", ""),
        ("no_answer", "La banque ne répond plus", "Ni retour, ni message.", truths),
        ("late", "Le message au commerçant tarde", "Le paiement réussit.", DELAY),
        ("duplicate", "Le message part trois fois", "Le paiement réussit.", ""),
        ("out_of_order", "Les messages arrivent dans le désordre", "Le paiement réussit.", ""),
    ]
    return Markup("").join(
        OPTION.format(
            value=value,
            label=label,
            explanation=explanation,
            extra=extra,
            checked=Markup(" checked") if value == "success" else "",
        )
        for value, label, explanation, extra in rows
    )


def kept() -> Markup:
    choices = {name: behaviour.label for name, behaviour in BEHAVIOURS.items()}
    return KEPT.format(select=select("La carte", "card", choices))


def select(label: str, name: str, choices: Mapping[str, str]) -> Markup:
    option = Markup('<option value="{}">{}</option>')
    return SELECT.format(
        label=label,
        name=name,
        options=Markup("").join(option.format(*choice) for choice in choices.items()),
    )


def summary(payment: Payment) -> Markup:
    euros = f"{payment.amount_cents // 100:,}".replace(",", "\u202f")
    amount = f"{euros},{payment.amount_cents % 100:02d}\u00a0€"
    return SUMMARY.format(amount=amount, reference=payment.reference)


def page(title: str, content: Markup, status: int = 200) -> Response:
    response = Response(
        PAGE.format(title=title, content=content), status=status, content_type="text/html"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def way_back(payment: Payment) -> str:
    """The merchant's address with ``payment=…`` added."""
    cancelled = payment.status is Status.CANCELLED
    parts = urlsplit(payment.cancel_url if cancelled else payment.return_url)
    query = "&".join(filter(None, [parts.query, urlencode({"payment": payment.id})]))
    return urlunsplit(parts._replace(query=query))


def back_to_shop(payment: Payment) -> Response:
    return redirect(way_back(payment), 303)
