"""Do what a form asks, and say a refusal beside the field it is about."""

from collections.abc import Callable

from django.forms import Form

from marketingconnect.payments.errors import PaymentError, ReceiptRefusedError


def acted(form: Form, act: Callable[[], object], *, field: str | None = None) -> bool:
    """Whether it was done; if not, the form says why, by `field` unless the refusal names one."""
    try:
        act()
    except ReceiptRefusedError as refusal:
        for name, sentence in refusal.problems.items():
            form.add_error(name if name in form.fields else field, sentence)
    except PaymentError as refusal:
        form.add_error(field, refusal.sentence)
    return form.is_valid()
