"""From registration to invoice: what `script/demo --check` walks, step by step."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from marketingconnect.demo.check.client import Client
from marketingconnect.demo.check.post import Post
from marketingconnect.demo.check.renter import FORMATS, Renter
from marketingconnect.demo.check.staff import Staff
from marketingconnect.demo.check.steps import Steps, wait_for

MODERATOR = "Modération"
ACCOUNTANT = "Comptabilité"
ADMINISTRATOR = "Administrateur"


class Place(Protocol):
    """Where the platform to check answers."""

    @property
    def base_url(self) -> str: ...

    @property
    def catcher_dir(self) -> Path: ...

    @property
    def texts_dir(self) -> Path: ...


def run(place: Place, accounts: Sequence[Mapping[str, Any]]) -> None:
    """Walk the whole journey; raises at the first step that is not as it should be."""
    steps = Steps()
    post = Post(place.catcher_dir, place.texts_dir)
    client = Client(place.base_url, post)
    by_role = {account["role"]: account for account in accounts}
    moderator = Staff(place.base_url, by_role[MODERATOR])
    keeper = Staff(place.base_url, by_role[ADMINISTRATOR])

    compose(steps, client)
    buy(steps, client)
    campaign = send(steps, client, moderator, keeper, post)
    leave(steps, client, moderator, keeper, post, campaign)
    with steps.step("Télécharger la facture"):
        client.download_invoice()
    accountant = Staff(place.base_url, by_role[ACCOUNTANT])
    rent(steps, Renter(client), moderator, keeper, accountant)
    slowest, url = client.person.slowest
    steps.note(f"Page la plus lente du client : {slowest * 1000:.0f} ms, {url}")


def compose(steps: Steps, client: Client) -> None:
    """An account, a file, a message validated."""
    with steps.step("Ouvrir un compte et confirmer son adresse"):
        client.register()
        client.confirm()
    with steps.step("Importer une liste de 5 000 lignes, mal rangée"):
        client.import_messy_file(rows=5000)
    with steps.step("Choisir un modèle, le retoucher, ajouter son logo"):
        client.write_message("offre-ouverture")
        client.add_logo()
    with steps.step("Recevoir le bon à tirer par e-mail"):
        client.receive_proof()
    with steps.step("Valider le bon à tirer"):
        client.validate_proof()


def buy(steps: Steps, client: Client) -> None:
    """A campaign in the basket, the terms accepted, the card accepted."""
    with steps.step("Composer la campagne et la mettre au panier"):
        client.start_campaign("Ouverture du samedi")
        client.put_in_basket()
    with steps.step("Accepter les conditions et commander"):
        client.check_out()
    with steps.step("Lire le bon de commande et le signer, avec le code reçu par SMS"):
        client.sign()
    with steps.step("Payer par carte à la banque d’essai"):
        client.pay_by_card()


def send(steps: Steps, client: Client, moderator: Staff, keeper: Staff, post: Post) -> str:
    """The date, the moderation, the hour, the figures; gives the campaign's number."""
    with steps.step("Prendre le premier jour que les conditions permettent"):
        hour = client.pick_first_day()
    with steps.step("Relire et approuver, à la modération"):
        moderator.approve(client.subject)
        wait_for("la campagne programmée", client.is_scheduled)
    with steps.step("Avancer l’horloge jusqu’à l’heure d’envoi"):
        keeper.advance_clock(hour)
    with steps.step("Envoyer à tous les destinataires"):
        wait_for("la fin de l’envoi", client.is_sent_out, seconds=240)
    with steps.step("Comparer les chiffres au registre du serveur de courrier"):
        campaign = post.campaign_with(client.subject)
        client.compare_figures(post, campaign)
    return campaign


def leave(
    steps: Steps, client: Client, moderator: Staff, keeper: Staff, post: Post, campaign: str
) -> None:
    """One recipient leaves in one click; the next campaign does not write to them."""
    with steps.step("Se désinscrire en un clic, depuis le message reçu"):
        leaver = post.one_recipient(campaign)
        client.unsubscribe_in_one_click(post.unsubscribe_link(campaign, leaver))
    with steps.step("Commander et envoyer une seconde campagne, sans cette personne"):
        client.write_message("lettre-simple")
        client.receive_proof()
        client.validate_proof()
        client.start_campaign("Lettre de rentrée")
        client.put_in_basket()
        client.check_out()
        client.sign()
        client.pay_by_card()
        hour = client.pick_first_day()
        moderator.approve(client.subject)
        wait_for("la seconde campagne programmée", client.is_scheduled)
        keeper.advance_clock(hour)
        wait_for("la fin du second envoi", client.is_sent_out, seconds=240)
        second = post.campaign_with(client.subject)
        client.compare_figures(post, second, excluded=1)
        post.must_not_hold(second, leaver)


def rent(steps: Steps, renter: Renter, moderator: Staff, keeper: Staff, accountant: Staff) -> None:
    """From the target to the credit note of a rented file."""
    client = renter.client
    with steps.step("Attendre que la base de démonstration soit chargée"):
        wait_for("la base", keeper.has_base, seconds=600)
    with steps.step("Cibler les voisins de Rennes, les compter, en louer le fichier"):
        renter.target("Rennes", kilometres=8)
        renter.compose()
    with steps.step("Commander le fichier, signer et payer par carte"):
        client.check_out()
        client.sign()
        client.pay_by_card()
    with steps.step("Relire et approuver le courrier, à la modération"):
        moderator.approve_sample(renter.name)
    with steps.step("Attendre la livraison"):
        wait_for("le fichier", renter.is_delivered, seconds=180)
    with steps.step("Accepter la licence et télécharger les quatre fichiers"):
        renter.must_accept_the_licence()
        for label in FORMATS:
            renter.download(label)
    steps.note(f"{renter.delivered} adresses livrées pour {renter.counted} commandées")
    with steps.step("Remettre des plis revenus et réclamer"):
        renter.hand_back_mail()
        claim = renter.claim()
    with steps.step("Accorder l’avoir, à la comptabilité, et le retrouver"):
        accountant.credit(claim)
        renter.must_hold_credit_note()
