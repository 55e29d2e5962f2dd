"""Our executor leaves the database as Django's does, and shows a migration's code every model."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection, models, transaction
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    Migration,
    RunPython,
)
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation

from marketingconnect.config.migrating import NearExecutor, concerns_its_models_alone, near_state

pytestmark = pytest.mark.django_db
TOWN: dict[str, Any] = {"to": "imagined.town", "on_delete": models.CASCADE}
SCHEMA = """
select table_name, column_name, data_type || coalesce(character_maximum_length::text, '')
from information_schema.columns where table_name like 'imagined%'
union all select conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
from pg_constraint where conrelid::regclass::text like 'imagined%'
union all select tablename::text, indexname::text, indexdef
from pg_indexes where tablename like 'imagined%'
order by 1, 2, 3
"""


def models_of(apps: Apps) -> dict[str, Any]:
    return dict(apps.all_models["imagined"])


def read_across(apps: Apps, editor: object) -> None:
    """From a shop to what its town was given after the shop was first made."""
    shops = models_of(apps)["shop"].objects
    assert shops.filter(town__mayor="Nadia", town__shops__rank=1).count() == 0


def steps() -> list[list[Operation]]:
    """Towns and shops, then a column and a link, code that reads them, and a longer key."""
    code = models.CharField(max_length=5, primary_key=True)
    longer = models.CharField(max_length=40, primary_key=True)
    big = models.CheckConstraint(condition=models.Q(rank__gt=0), name="imagined_rank_is_positive")
    return [
        [
            CreateModel("Town", [("code", code)]),
            CreateModel(
                "Shop",
                [
                    ("id", models.BigAutoField(primary_key=True)),
                    ("town", models.ForeignKey(**TOWN, related_name="shops")),
                ],
            ),
        ],
        [
            AddField("town", "mayor", models.CharField(max_length=20, default="")),
            AddField("shop", "rank", models.IntegerField(default=1)),
            AddField("shop", "twin", models.ForeignKey(**TOWN, null=True, related_name="twins")),
            AddConstraint("shop", big),
            AddIndex("shop", models.Index("rank", "town", name="imagined_rank_of_town")),
        ],
        [
            AlterField("town", "mayor", models.CharField(max_length=30, default="")),
            RunPython(read_across),
        ],
        [AlterField("town", "code", longer)],
    ]


def migrations() -> list[Migration]:
    found = []
    for number, operations in enumerate(steps()):
        migration = Migration(f"{number:04d}_step", "imagined")
        migration.operations = operations  # type: ignore[misc]
        found.append(migration)
    return found


def schema_left_by(make: Callable[[], MigrationExecutor]) -> list[tuple[str, str, str]]:
    """Columns, constraints and indexes after all the steps, which are then taken back."""
    with transaction.atomic():
        executor = make()
        state = executor.loader.project_state()
        for migration in migrations():
            _ = state.apps
            state = executor.apply_migration(state, migration)
        with connection.cursor() as cursor:
            cursor.execute(SCHEMA)
            found = [(str(table), str(name), str(what)) for table, name, what in cursor.fetchall()]
        transaction.set_rollback(True)
    return found


def test_the_database_is_the_one_that_django_makes() -> None:
    ours = schema_left_by(lambda: NearExecutor(connection))

    assert ours == schema_left_by(lambda: MigrationExecutor(connection))
    assert ("imagined_shop", "town_id", "character varying40") in ours
    assert any(name == "imagined_rank_of_town" for _, name, _ in ours)


def test_a_column_alone_is_near_and_a_key_is_not() -> None:
    state = near_state(NearExecutor(connection).loader.project_state())
    near = []
    for migration in migrations():
        near.append(concerns_its_models_alone(state, migration))
        state = migration.mutate_state(state, preserve=False)  # type: ignore[assignment]

    assert near == [True, True, True, False]


def test_a_step_renews_the_class_of_its_own_model_alone() -> None:
    """Django would renew the town that the shop is linked to as well, and all that it leads to."""
    first, *_ = migrations()
    state = first.mutate_state(NearExecutor(connection).loader.project_state())
    before = models_of(state.apps)
    near_state(state, near=True).add_field(
        "imagined", "shop", "rank", models.IntegerField(default=1), preserve_default=True
    )
    after = models_of(state.apps)

    assert after["shop"] is not before["shop"]
    assert after["town"] is before["town"]
    assert state.is_delayed
