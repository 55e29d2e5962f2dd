import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Invoices asked on paper, and documents that go through an approved platform."""

    dependencies = [
        ('invoices', '0006_documents_are_booked'),
    ]

    operations = [
        migrations.CreateModel(
            name='EInvoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('in_flight', 'in_flight'), ('deposited', 'deposited'), ('issued', 'issued'), ('received', 'received'), ('available', 'available'), ('in_charge', 'in_charge'), ('approved', 'approved'), ('partly_approved', 'partly_approved'), ('disputed', 'disputed'), ('suspended', 'suspended'), ('completed', 'completed'), ('refused', 'refused'), ('payment_sent', 'payment_sent'), ('cashed', 'cashed'), ('rejected', 'rejected')], default='waiting', max_length=20)),
                ('platform_ref', models.CharField(blank=True, max_length=80)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('changed_at', models.DateTimeField()),
                ('invoice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='e_invoice', to='invoices.invoice')),
            ],
        ),
        migrations.CreateModel(
            name='EInvoiceStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('moved', models.BooleanField()),
                ('e_invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statuses', to='invoices.einvoice')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PaperCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('to_post', 'to_post'), ('posted', 'posted')], default='to_post', max_length=10)),
                ('request', models.CharField(max_length=200)),
                ('requested_at', models.DateTimeField()),
                ('posted_on', models.DateField(null=True)),
                ('invoice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='paper_copy', to='invoices.invoice')),
            ],
        ),
        migrations.AddIndex(
            model_name='einvoice',
            index=models.Index(fields=['state', 'changed_at'], name='e_invoices_by_state'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'in_flight', 'deposited', 'issued', 'received', 'available', 'in_charge', 'approved', 'partly_approved', 'disputed', 'suspended', 'completed', 'refused', 'payment_sent', 'cashed', 'rejected'])), name='e_invoice_state'),
        ),
        migrations.AddConstraint(
            model_name='einvoicestatus',
            constraint=models.UniqueConstraint(fields=('e_invoice', 'state', 'at'), name='one_status_once'),
        ),
        migrations.AddConstraint(
            model_name='papercopy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('posted_on__isnull', True), ('state', 'to_post')), models.Q(('posted_on__isnull', False), ('state', 'posted')), _connector='OR'), name='a_posted_copy_has_its_day'),
        ),
    ]
