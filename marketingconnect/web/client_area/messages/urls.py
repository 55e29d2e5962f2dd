from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.client_area.messages.views import (
    blocks,
    editor,
    lists,
    pictures,
    previews,
    proofs,
    settings,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", lists.index, name="messages"),
    path("nouveau/", lists.new, name="message_new"),
    path("images/", pictures.library, name="pictures"),
    path("images/<str:public_name>/supprimer/", pictures.delete, name="picture_delete"),
    path("<int:message_id>/", editor.edit, name="message_edit"),
    path("<int:message_id>/apercu/", previews.preview, name="message_preview"),
    path("<int:message_id>/controles/", previews.checks, name="message_checks"),
    path("<int:message_id>/objet/", settings.details, name="message_details"),
    path("<int:message_id>/apparence/", settings.theme, name="message_theme"),
    path("<int:message_id>/mentions/", settings.legal, name="message_legal"),
    path("<int:message_id>/champs/", settings.fallbacks, name="message_fallbacks"),
    path("<int:message_id>/fichier/", settings.contact_file, name="message_contact_file"),
    path("<int:message_id>/texte/", settings.plain_text, name="message_text"),
    path("<int:message_id>/html/", settings.own_html, name="message_html"),
    path("<int:message_id>/blocs/", blocks.add, name="block_add"),
    path("<int:message_id>/blocs/<str:block_id>/", blocks.edit, name="block_edit"),
    path("<int:message_id>/blocs/<str:block_id>/deplacer/", blocks.move, name="block_move"),
    path("<int:message_id>/blocs/<str:block_id>/dupliquer/", blocks.copy, name="block_copy"),
    path("<int:message_id>/blocs/<str:block_id>/supprimer/", blocks.delete, name="block_delete"),
    path("<int:message_id>/epreuve/", proofs.proof, name="message_proof"),
    path("<int:message_id>/valider/<int:version_id>/", proofs.validate, name="message_validate"),
    path("<int:message_id>/dupliquer/", lists.duplicate, name="message_duplicate"),
    path("<int:message_id>/archiver/", lists.archive, name="message_archive"),
]
