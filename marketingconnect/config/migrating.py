"""How ``marketingconnect migrate`` goes forward: as Django does, and four times as quickly.

After each operation of a migration Django makes anew the class of every model linked, however far,
to the one that changed: sixteen thousand classes for a new database of ours, and nine tenths of the
time it takes. An operation that leaves the links of others as they are needs the class of its own
model alone. The state is then marked as Django itself marks one whose classes are in arrears: what
reads them all (RunPython, the signals after the last migration) has them all made anew first.
"""

from typing import Any, cast

from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelOptions,
    CreateModel,
    Migration,
    RemoveConstraint,
    RemoveIndex,
    RunPython,
    RunSQL,
)
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.migrations.utils import field_is_referenced

ALONE = (
    AddConstraint,
    AddField,
    AddIndex,
    AlterModelOptions,
    RemoveConstraint,
    RemoveIndex,
    RunPython,
)


class NearState(ProjectState):
    """A state of the models that renews, while `near`, the class of the changed model alone."""

    near = False

    def clone(self) -> "NearState":
        return near_state(super().clone(), near=self.near)

    def _find_reload_model(
        self, app_label: str, model_name: str, delay: bool = False
    ) -> set[tuple[str, str]]:
        if not self.near:
            found = super()._find_reload_model(app_label, model_name, delay)  # type: ignore[misc]
            return cast("set[tuple[str, str]]", found)
        self.is_delayed = True
        return {(app_label, model_name)}


class NearExecutor(MigrationExecutor):
    """Applies migrations; those that change what other models hold are left to Django's care."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        made = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]
        return near_state(made)

    def apply_migration(
        self, state: ProjectState, migration: Migration, *args: Any, **options: Any
    ) -> ProjectState:
        state = near_state(state, near=concerns_its_models_alone(state, migration))
        if not state.near:
            state.clear_delayed_apps_cache()
            _ = state.apps  # all of them, once: each operation would otherwise make its own
        return super().apply_migration(state, migration, *args, **options)


def near_state(state: ProjectState, *, near: bool = False) -> NearState:
    """The same state, with our way to renew it: Django makes its states itself."""
    state.__class__ = NearState
    ours = cast(NearState, state)
    ours.near = near
    return ours


def concerns_its_models_alone(state: ProjectState, migration: Migration) -> bool:
    """Whether each operation only touches its own table, as others see it before and after."""
    if any(isinstance(base, str) for model in state.models.values() for base in model.bases):
        return False  # a model that inherits another's columns holds them
    label = migration.app_label
    return all(_is_alone(state, label, operation) for operation in migration.operations)


def _is_alone(state: ProjectState, app_label: str, operation: Operation) -> bool:
    if isinstance(operation, CreateModel):
        return not any(isinstance(base, str) for base in operation.bases or ())
    if isinstance(operation, AlterField):
        return _alters_a_plain_column(state, app_label, operation)
    if isinstance(operation, RunSQL):
        return not operation.state_operations
    return isinstance(operation, ALONE)


def _alters_a_plain_column(state: ProjectState, app_label: str, operation: AlterField) -> bool:
    """Whether the field, before and after, is no relation, no key, and is referred to by none."""
    key = app_label, operation.model_name_lower
    before = state.models[key].fields.get(operation.name) if key in state.models else None
    return before is not None and not any(
        field.is_relation
        or field.primary_key
        or field.unique
        or field_is_referenced(state, key, (operation.name, field))
        for field in (before, operation.field)
    )
