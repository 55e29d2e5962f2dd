"""Every component of the house, for `{% load ui %}`; the style page shows them all."""

from django import template

from marketingconnect.web.templatetags import (
    ui_basics,
    ui_blocks,
    ui_charts,
    ui_flow,
    ui_forms,
    ui_layout,
    ui_tables,
)

register = template.Library()
for _part in (ui_basics, ui_blocks, ui_charts, ui_flow, ui_forms, ui_layout, ui_tables):
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)
