"""Who sells: one row in force per date, so that an old invoice keeps its old seller."""

from django.db import models


class OperatorIdentity(models.Model):
    """What the law asks an invoice and a payment to say of the seller (C. com. R123-237)."""

    in_force_from = models.DateField(unique=True)
    legal_name = models.CharField(max_length=120)
    legal_form = models.CharField(max_length=60)
    """`SAS`, `société par actions simplifiée`…"""
    capital_cents = models.BigIntegerField()
    siret = models.CharField(max_length=14)
    rcs_city = models.CharField(max_length=60)
    vat_number = models.CharField(max_length=13)
    street = models.CharField(max_length=38)
    postal_code = models.CharField(max_length=5)
    city = models.CharField(max_length=32)
    email = models.EmailField()
    phone = models.CharField(max_length=16)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11)
    bank_name = models.CharField(max_length=60)
    cheque_payee = models.CharField(max_length=60)
    cheque_address = models.CharField(max_length=160)
    """Where cheques are posted, its lines separated by a line feed."""
    vat_on_debits = models.BooleanField(default=False)
    """The option to pay VAT when invoicing rather than when paid (CGI, art. 269-2-c)."""
    set_by_id = models.BigIntegerField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["in_force_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(siret__regex=r"^\d{14}$"), name="operator_siret_shape"
            )
        ]

    def __str__(self) -> str:
        return f"{self.legal_name} ({self.in_force_from})"

    @property
    def siren(self) -> str:
        return self.siret[:9]
