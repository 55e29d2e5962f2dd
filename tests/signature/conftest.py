import pytest

from marketingconnect.signature.providers.built_in import BuiltInProvider
from tests.signature.making import ALICE, NOON, authority, order_form


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> BuiltInProvider:
    made = authority(tmp_path_factory.mktemp("keys"))
    made.trust(at=NOON)
    return made


@pytest.fixture(scope="session")
def signed(provider: BuiltInProvider) -> bytes:
    return provider.sign(order_form(), ALICE, reason="Lu et approuvé", at=NOON).content
