import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='TrapPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('population', models.CharField(choices=[('consumers', 'Particuliers'), ('professionals', 'Professionnels')], max_length=16)),
                ('civility', models.PositiveSmallIntegerField(default=0)),
                ('first_name', models.CharField(blank=True, max_length=60)),
                ('last_name', models.CharField(max_length=60)),
                ('line2', models.CharField(blank=True, max_length=38)),
                ('line3', models.CharField(blank=True, max_length=38)),
                ('line4', models.CharField(blank=True, max_length=38)),
                ('line5', models.CharField(blank=True, max_length=38)),
                ('postal_code', models.CharField(max_length=5)),
                ('town', models.CharField(max_length=32)),
                ('commune', models.CharField(max_length=5)),
                ('departement', models.CharField(max_length=3)),
                ('phone', models.CharField(blank=True, max_length=16)),
                ('siret', models.CharField(blank=True, max_length=14)),
                ('agreed_on', models.DateField()),
                ('agreement', models.CharField(max_length=200)),
                ('withdrawn_on', models.DateField(null=True)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('civility', 0), ('population', 'professionals')), models.Q(('civility__in', [1, 2]), ('population', 'consumers'), models.Q(('first_name', ''), _negated=True)), _connector='OR'), name='trap_person_looks_like_others'), models.CheckConstraint(condition=models.Q(models.Q(('line4', ''), _negated=True), models.Q(('line5', ''), _negated=True), _connector='OR'), name='trap_person_has_a_street')],
            },
        ),
        migrations.CreateModel(
            name='DeliveryTrace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delivery', models.PositiveIntegerField(unique=True)),
                ('label', models.CharField(max_length=200)),
                ('population', models.CharField(max_length=16)),
                ('secret', models.BinaryField(max_length=32)),
                ('key_version', models.PositiveSmallIntegerField()),
                ('rows', models.PositiveIntegerField(null=True)),
                ('fingerprint_path', models.CharField(blank=True, max_length=200)),
                ('fingerprint_sha256', models.CharField(blank=True, max_length=64)),
                ('opened_at', models.DateTimeField()),
                ('prepared_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['delivery'],
                'constraints': [models.CheckConstraint(condition=models.Q(('prepared_at__isnull', True), models.Q(('rows__isnull', False), models.Q(('fingerprint_path', ''), _negated=True), models.Q(('fingerprint_sha256', ''), _negated=True)), _connector='OR'), name='delivery_trace_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='TrapVariant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='offers_list_rental.trapperson')),
                ('trace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='traps', to='offers_list_rental.deliverytrace')),
                ('rank', models.PositiveSmallIntegerField()),
                ('first_name', models.CharField(blank=True, max_length=60)),
                ('last_name', models.CharField(max_length=60)),
                ('identity', models.CharField(max_length=120)),
            ],
            options={
                'ordering': ['trace', 'rank'],
                'constraints': [models.UniqueConstraint(fields=('identity',), name='a_trap_names_one_delivery'), models.UniqueConstraint(fields=('trace', 'rank'), name='one_trap_a_rank')],
            },
        ),
    ]
