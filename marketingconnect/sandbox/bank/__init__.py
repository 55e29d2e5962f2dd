"""A small bank of our own to rehearse card payments: a merchant API, a payment page, webhooks.

It is a separate site, run by ``marketingconnect sandbox_bank --port P --dir D --webhook-url URL
--secret S``. It knows nothing of the product and keeps its state in its own folder. No real money,
no real card.

Merchant API
============
JSON in and out, UTF-8. Every call below ``/v1/`` carries ``Authorization: Bearer S``.
An error is ``{"error": {"code": "...", "message": "...", "field": "..."}}`` (``field`` only for
``invalid_request``) with status 400 ``invalid_request``, 401 ``unauthorized``, 404 ``not_found``,
or 409 with one of the codes named below.

``POST /v1/payments`` with header ``Idempotency-Key: <uuid>`` and::

    {"amount_cents": 12000,             # integer, 1 to 99_999_999
     "currency": "EUR",                 # nothing else
     "reference": "CMD-2026-000042",    # 1 to 64 characters, shown to the payer
     "description": "Campagne d'automne",     # optional, at most 140 characters
     "return_url": "http://127.0.0.1:8000/retour/…",   # http(s), where the payer comes back
     "cancel_url": "http://127.0.0.1:8000/abandon/…",  # http(s)
     "save_card": false}                # optional: the payer lets the card be debited again

answers 201 and the payment; 200 and the same payment when the key was already used with the same
body; 409 ``idempotency_conflict`` when it was used with another body. A payment::

    {"object": "payment",
     "id": "pay_0a1b…",                 # "pay_" and 32 hexadecimal digits, cannot be guessed
     "status": "created",               # created, processing, succeeded, refused, cancelled
     "amount_cents": 12000, "refunded_cents": 0, "currency": "EUR",
     "reference": "…", "description": "…",
     "idempotency_key": "<uuid>",
     "page_url": "http://127.0.0.1:8100/pay/pay_0a1b…",   # send the payer there
     "return_url": "…", "cancel_url": "…", "save_card": false,
     "card": null,                      # or, once paid when saving was asked, {"token": "card_…",
                                        #  "brand": "visa", "last4": "0014",
                                        #  "expires_on": "2029-11-30"}
     "refusal": null,                   # or {"code": "insufficient_funds", "message": "…"}
     "created_at": "2026-11-23T10:00:00.000000+00:00",
     "decided_at": null}                # same form once succeeded, refused or cancelled

``created`` and ``processing`` (a confirmation is asked from the payer) are not final; the three
others are. Codes of refusal: ``insufficient_funds``, ``expired_card``, ``do_not_honor``,
``stolen_card``, ``authentication_failed``.

``POST /v1/charges`` with ``Idempotency-Key`` and ``{"amount_cents": …, "currency": "EUR",
"reference": "…", "description": "…", "card": "card_…"}`` debits a card kept earlier, its holder
absent: 201 (200 on replay) and the payment, already ``succeeded`` or ``refused``; 404
``not_found`` for a card that was never kept; 409 ``idempotency_conflict``. On the payment page, a
payer whose card is kept chooses how it answers later: it accepts, it declines
(``insufficient_funds``), it expired (``expired_card``), or it accepts and the first answer is lost.

``GET /v1/payments/{id}`` and ``GET /v1/payments?idempotency_key=<uuid>`` answer 200 and the
payment, or 404. Asking is how a lost answer is settled.

``POST /v1/payments/{id}/cancel`` (no body) answers 200 and the payment, ``cancelled``; 409
``already_decided`` when it is ``succeeded`` or ``refused``.

``POST /v1/payments/{id}/refunds`` with ``Idempotency-Key`` and ``{"amount_cents": 500,
"reason": "…"}`` (reason optional, at most 140 characters) answers 201 (200 on replay) and::

    {"object": "refund", "id": "ref_…", "payment": "pay_…", "amount_cents": 500, "reason": "…",
     "status": "succeeded", "idempotency_key": "<uuid>", "created_at": "…"}

or 409 ``payment_not_refundable`` (not ``succeeded``), ``amount_too_large`` (more than is left),
``idempotency_conflict``. ``GET /v1/refunds?idempotency_key=<uuid>`` answers 200 or 404.

Webhooks
========
``POST`` to the webhook URL, ``Content-Type: application/json``, body::

    {"object": "event", "id": "evt_…",
     "type": "payment.succeeded",       # or payment.processing, payment.refused,
                                        # payment.cancelled, refund.succeeded
     "created_at": "…",
     "data": {"payment": {…as it was at that moment…},
              "refund": {…}}}           # "refund" only for refund.succeeded

and header ``Sandbox-Bank-Signature: t=1795430400,v1=<hex>`` where the hexadecimal digits are
HMAC-SHA256, keyed by S, of the bytes ``<t>.<body>``. A merchant must refuse a wrong signature and a
``t`` more than 300 seconds away. Any 2xx answer within 10 seconds is a receipt; anything else is
tried again after 2, 5, 15, 60, 300, 900 and 3600 seconds, signed anew, under the same event id.
Webhooks come late, twice or out of order when the payer chose so: only the id, and the state
asked again from the API, can be relied upon.

Payment page
============
``GET /pay/{id}`` shows the amount and the outcomes to rehearse. The form posts to the same address;
field ``scenario`` takes:

- ``success``: succeeded at once, webhook at once, the payer goes back to ``return_url``;
- ``refused`` with ``reason`` (a code of refusal): same way back, refused;
- ``confirmation``: the payer is asked for a code (``POST /pay/{id}/code``, field ``code``; the page
  shows it). Three wrong codes refuse the payment: ``authentication_failed``;
- ``no_answer`` with ``truth`` (``succeeded``, ``refused`` or ``created``): the payment becomes so,
  but no webhook is ever sent and the payer is not sent back: only asking the API tells;
- ``late`` with ``delay`` (seconds, 1 to 86400, 30 by default): succeeded, the webhook comes later;
- ``duplicate``: succeeded, the webhook comes three times under the same event id;
- ``out_of_order``: succeeded, then ``payment.processing``, older, comes after
  ``payment.succeeded``;
- ``cancel``: the payer gives up; cancelled, back to ``cancel_url``.

Field ``card`` (``accepts``, ``declines``, ``expired``, ``silent``) says how a kept card answers
later. With ``--loss 0.05 --seed S`` the bank loses that share of the calls of its merchant API,
half of them before it heard, half after it acted.

The payer goes back with ``?payment=pay_…`` added to the address, and nothing else: the address
proves nothing. A payment already decided shows its outcome and the way back, whatever is posted.
"""
