"""Components: each field tied to its label, help and error; each refusal with its reason."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from marketingconnect.web.components import CalendarDay, ChoiceDetail, Step, Tab


class Form(forms.Form):
    email = forms.EmailField(label="Adresse", help_text="Celle de l’entreprise.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    way = forms.ChoiceField(
        label="Comment ?", choices=[("own", "Mon fichier"), ("base", "La base")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    boxes = forms.MultipleChoiceField(
        label="Canaux", choices=[("mail", "E-mail"), ("sms", "SMS")],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    accept = forms.BooleanField(label="J’accepte.")


def render(source: str, query: str = "", **values: Any) -> str:
    request = RequestFactory().get(f"/liste/{query}")
    template = Template("{% load ui formats %}" + source)
    return template.render(Context({**values, "request": request}))


def test_a_field_ties_label_help_and_error_to_its_control() -> None:
    form = Form({"email": "nadia@"})

    shown = render("{% field form.email autocomplete='email' %}", form=form)

    assert '<label class="field-label" for="id_email">' in shown
    assert 'aria-describedby="id_email_aide id_email_erreur"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'autocomplete="email"' in shown
    assert 'id="id_email_aide"' in shown
    assert 'id="id_email_erreur"' in shown
    assert 'value="nadia@"' in shown


def test_a_field_without_fault_claims_none() -> None:
    shown = render("{% field form.note %}", form=Form())

    assert "aria-invalid" not in shown
    assert "(facultatif)" in shown
    assert "erreur" not in shown


def test_what_was_typed_is_escaped() -> None:
    shown = render("{% field form.email %}", form=Form({"email": '"><script>'}))

    assert "<script>" not in shown


def test_the_summary_links_each_message_to_its_control() -> None:
    form = Form({})

    shown = render("{% error_summary form %}", form=form)

    assert "4 points sont à corriger" in shown
    assert '<a href="#id_email">Adresse\u00a0: Ce champ est obligatoire.</a>' in shown
    assert '<a href="#id_way_0">Comment\u00a0? Ce champ est obligatoire.</a>' in shown.replace(
        "Comment ?", "Comment\u00a0?"
    )
    assert 'href="#id_boxes_0"' in shown
    for target in ("id_way_0", "id_boxes_0", "id_accept"):
        fields = render(
            "{% field form.way %}{% field form.boxes %}{% field form.accept %}", form=form
        )
        assert f'id="{target}"' in fields


def test_there_is_no_summary_without_fault() -> None:
    assert render("{% error_summary form %}", form=Form()).strip() == ""


def test_a_group_of_boxes_keeps_what_was_ticked() -> None:
    shown = render("{% field form.boxes %}", form=Form({"boxes": ["sms"]}))

    assert 'value="sms" id="id_boxes_1" checked' in shown
    assert "<legend" in shown


def test_a_choice_card_says_why_it_is_closed() -> None:
    details = {"base": ChoiceDetail("Des adresses choisies.", disabled_reason="Pas encore ouvert.")}

    shown = render("{% choice_cards form.way details=details %}", form=Form(), details=details)

    assert 'value="base" id="id_way_1" disabled aria-describedby="id_way_1_detail"' in shown
    assert "Pas encore ouvert." in shown
    assert 'for="id_way_0"' in shown


def days(first: date, refused: int) -> list[CalendarDay]:
    reason = ("Moins de 2 jours ouvrés après votre paiement.", "B.1.4")
    return [
        CalendarDay(first + timedelta(days=at), at >= refused, *(reason if at < refused else ()))
        for at in range(30)
    ]


def test_the_calendar_offers_allowed_days_and_explains_the_others() -> None:
    shown = render("{% send_calendar days value=day %}", days=days(date(2026, 11, 1), 24),
                   day=date(2026, 11, 26))  # fmt: skip

    assert shown.count('type="radio"') == 6
    assert 'value="2026-11-26" checked' in shown
    assert "jeudi 26\u00a0novembre 2026" in shown
    assert shown.count("Moins de 2 jours ouvrés après votre paiement. (<a") == 1
    assert "du 1er\u00a0novembre\u00a02026 au 24\u00a0novembre\u00a02026" in shown
    assert "#B.1.4" in shown
    assert "Premier jour possible\u00a0: <strong>mercredi 25\u00a0novembre 2026" in shown


def test_a_calendar_without_a_day_opens_its_reasons() -> None:
    shown = render("{% send_calendar days %}", days=days(date(2026, 11, 1), 30))

    assert 'type="radio"' not in shown
    assert '<details class="calendar-why" open>' in shown


def test_the_calendar_puts_each_day_below_its_weekday() -> None:
    shown = render("{% send_calendar days %}", days=days(date(2026, 11, 1), 0))

    first_week = shown.split("<tbody>")[1].split("</tr>")[0]
    assert first_week.count("<td></td>") == 6
    assert "dimanche 1er\u00a0novembre 2026" in first_week


def test_a_step_that_cannot_be_opened_is_no_link() -> None:
    steps = [Step("À qui", "done", "/a/"), Step("Quoi", "current", "/b/"), Step("Quand")]

    shown = render("{% stepper steps %}", steps=steps)

    assert shown.count("<a ") == 1
    assert shown.count('aria-current="step"') == 1
    assert "Étape 2 sur 3" in shown


def test_a_bar_stops_asking_when_it_is_done() -> None:
    going = render('{% progress "Import" 5 20 url="/x" %}')
    done = render('{% progress "Import" 20 20 url="/x" done=True %}')

    assert 'hx-get="/x"' in going
    assert "25\u00a0%" in going
    assert "hx-get" not in done
    assert "100\u00a0%" in done


def test_a_bar_of_nothing_is_at_zero() -> None:
    assert "0\u00a0%" in render('{% progress "Import" 0 0 %}')


def test_sorting_turns_over_and_forgets_the_page() -> None:
    shown = render('{% sort_header "Nom" "nom" %}', "?tri=nom&apres=12&q=pain")

    assert 'aria-sort="ascending"' in shown
    assert "tri=-nom" in shown
    assert "apres" not in shown
    assert "q=pain" in shown


def test_the_pager_keeps_the_filters_and_hides_when_useless() -> None:
    shown = render("{% pager after=40 before=21 %}", "?q=pain&apres=20")

    assert "?q=pain&amp;apres=40" in shown
    assert "?q=pain&amp;avant=21" in shown
    assert render("{% pager %}").strip() == ""


def test_the_last_crumb_is_the_page_itself() -> None:
    shown = render('{% breadcrumbs "Campagnes" "/c/" "Été" %}')

    assert '<a href="/c/">Campagnes</a>' in shown
    assert '<span aria-current="page">Été</span>' in shown


def test_a_button_is_a_link_when_it_leads_somewhere() -> None:
    assert render('{% button "Voir" href="/x" %}').startswith(
        '<a class="btn btn-primary" href="/x"'
    )
    asked = render('{% button "Arrêter" variant="danger" hx_post="/x" disabled=True %}')
    assert 'hx-post="/x"' in asked
    assert " disabled" in asked
    assert 'type="submit"' in asked


def test_tabs_say_which_one_is_open() -> None:
    shown = render(
        '{% tabs items "Vues" %}', items=[Tab("Tout", "/", True, 1200), Tab("Rien", "/r")]
    )

    assert shown.count('aria-current="page"') == 1
    assert "1\u202f200" in shown
