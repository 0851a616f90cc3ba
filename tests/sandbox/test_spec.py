"""What a sandbox makes of any provider's spec."""

import pytest

from numberline_sandbox import Sandbox
from numberline_sandbox.infobip import Infobip
from numberline_sandbox.spec import method_name
from scripts.codegen.text import snake


@pytest.mark.parametrize(
    ("operation_id", "method"),
    [
        ("GetPhoneNumbers", "get_phone_numbers"),
        ("listRentedNumbers", "list_rented_numbers"),
        ("list_numbers2", "list_numbers2"),
        ("ListSIPLines", "list_sip_lines"),
        ("get-number", "get_number"),
        ("Offers_forAll", "offers_for_all"),
        ("listV2Offers", "list_v2_offers"),
    ],
)
def test_an_operation_is_called_as_the_clients_method(operation_id: str, method: str) -> None:
    assert method_name(operation_id) == snake(operation_id) == method


def test_two_providers_can_not_have_the_same_paths() -> None:
    with pytest.raises(ValueError, match=r"infobip wants /(sms|numbers), which is infobip's"):
        Sandbox(providers=[Infobip])
