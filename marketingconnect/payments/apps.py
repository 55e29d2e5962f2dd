from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "marketingconnect.payments"
    label = "payments"

    def ready(self) -> None:
        from marketingconnect.contracts.unpaid import ask_about_debts
        from marketingconnect.payments.queries.taken_back import owes_what_was_taken_back

        ask_about_debts(owes_what_was_taken_back)
