from django.urls import URLPattern, URLResolver, path

from marketingconnect.web.back_office.contracts import (
    acts,
    assignments,
    force_majeure,
    letters,
    references,
    solvency,
    views,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.contracts, name="contracts"),
    path("lettres/", letters.letters, name="letters"),
    path("lettres/nouvelle", letters.new, name="letter_new"),
    path("lettres/<int:letter_id>/", letters.letter, name="letter"),
    path("lettres/<int:letter_id>/dates", letters.complete, name="letter_dates"),
    path("lettres/<int:letter_id>/preuves", letters.add_scan, name="letter_scan_new"),
    path("lettres/<int:letter_id>/preuves/<int:scan_id>", letters.scan, name="letter_scan"),
    path("mises-en-demeure/<int:formal_notice_id>/corrigee", acts.cure, name="notice_cure"),
    path("mises-en-demeure/<int:formal_notice_id>/retiree", acts.withdraw, name="notice_withdraw"),
    path("force-majeure/", force_majeure.cases, name="force_majeure"),
    path("force-majeure/<int:case_id>/", force_majeure.case, name="force_majeure_case"),
    path("cession/", assignments.assign, name="contracts_assign"),
    path("references/", references.references, name="references"),
    path("garanties/<int:check_id>/reponse", solvency.answer, name="solvency_answer"),
    path("garanties/<int:check_id>/renoncer", solvency.decline, name="solvency_decline"),
    path("<str:reference>/", views.contract, name="contract"),
    path("<str:reference>/garanties", solvency.ask, name="solvency_ask"),
    path("<str:reference>/suspendre", acts.suspend, name="contract_suspend"),
    path("<str:reference>/reprendre", acts.resume, name="contract_resume"),
    path("<str:reference>/resilier", acts.terminate, name="contract_terminate"),
    path("<str:reference>/mise-en-demeure", acts.notice, name="contract_notice"),
]
