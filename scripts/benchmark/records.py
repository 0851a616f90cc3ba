"""The numbers that every client is served, each in the form of the provider whose client it is.

Each record stands for one number and has all fields of its kind, so the forms are about equally heavy, but for
Vonage's, which has fewer fields. Infobip's own client can't list numbers, so its call log stands in.
"""

import json
from typing import Any, NamedTuple

FIRST = 1_000_001
"""The first number's id. All have seven digits, so every page of a form and size has the same length."""

VOXIMPLANT = {
    "phone_id": FIRST,
    "phone_number": "699116588",
    "phone_price": 0.45,
    "phone_country_code": "XX",
    "activation_status": "ACTIVE",
    "phone_next_renewal": "2022-06-04",
    "phone_purchase_date": "2022-05-04 18:22:07",
    "deactivated": False,
    "canceled": False,
    "auto_charge": True,
    "application_id": 171717,
    "application_name": "support",
    "extended_application_name": "support.account.n2.voximplant.com",
    "rule_id": 1717,
    "rule_name": "inbound",
    "category_name": "GEOGRAPHIC",
    "phone_region_id": 51,
    "phone_region_name": "Gotham City",
    "required_verification": "RU",
    "verification_status": "VERIFIED",
    "unverified_hold_until": "2022-07-04",
    "can_be_used": True,
    "is_sms_supported": True,
    "is_sms_enabled": True,
    "incoming_sms_callback_url": "https://example.com/sms",
    "emergency_calls_to_be_enabled": False,
    "emergency_calls_enabled": False,
    "subscription_id": 32488,
    "modified": "2022-05-04 18:22:08",
    "account_id": 1,
}
INFOBIP = {
    "numberKey": f"6FED0BC540BFADD9B05ED7D8{FIRST}",
    "number": "447700900123",
    "country": "GB",
    "type": "VIRTUAL_LONG_NUMBER",
    "capabilities": ["SMS", "VOICE"],
    "shared": False,
    "price": {"pricePerMonth": 5, "setupPrice": 0, "initialMonthPrice": 2.903226, "currency": "EUR"},
    "countryName": "United Kingdom",
    "network": "Vodafone",
    "keywords": ["JOIN", "STOP"],
    "note": "first",
    "reservationStatus": "PENDING",
    "additionalSetupRequired": False,
    "editPermissions": {"canEditNumber": True, "canEditConfiguration": False},
    "applicationId": "support",
    "entityId": "inbound",
}
APIFONICA = {
    "number_sid": f"num61de164b-8e62-35d9-92d0-c6df{FIRST}",
    "account_sid": "acc61de164b-8e62-35d9-92d0-c6df5f0956ec",
    "number": "447700900123",
    "token": None,
    "country_code": "GB",
    "country_name": "United Kingdom",
    "type": "local",
    "call_controller": "",
    "call_method": "GET",
    "msg_controller": "https://example.com/messages",
    "msg_method": "GET",
    "msg_app_sid": "app61de164b-8e62-35d9-92d0-c6df5f0956ec",
    "call_app_sid": "default_call_app_sid",
    "endpoint_sid": None,
    "created": "Thu, 31 Mar 2016 11:16:59 +0300",
    "updated": "Thu, 31 Mar 2016 11:17:21 +0300",
    "voice": False,
    "messaging": True,
    "mode": "xml",
    "name": "support",
}
TWILIO = {
    "sid": f"PN61de164b8e6235d992d0c6df{FIRST}",
    "account_sid": "AC61de164b8e6235d992d0c6df5f0956ec",
    "friendly_name": "(570) 019-0123",
    "phone_number": "+15700190123",
    "voice_url": "https://example.com/voice",
    "voice_method": "POST",
    "voice_fallback_url": None,
    "voice_fallback_method": "POST",
    "voice_caller_id_lookup": False,
    "voice_application_sid": None,
    "date_created": "Wed, 04 May 2022 18:22:07 +0000",
    "date_updated": "Wed, 04 May 2022 18:22:08 +0000",
    "sms_url": "https://example.com/sms",
    "sms_method": "POST",
    "sms_fallback_url": "",
    "sms_fallback_method": "POST",
    "sms_application_sid": "",
    "address_requirements": "none",
    "beta": False,
    "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
    "status_callback": "",
    "status_callback_method": "POST",
    "api_version": "2010-04-01",
    "voice_receive_mode": "voice",
    "status": "in-use",
    "identity_sid": None,
    "address_sid": None,
    "bundle_sid": None,
    "trunk_sid": None,
    "emergency_status": "Inactive",
    "emergency_address_sid": None,
    "emergency_address_status": "unregistered",
    "origin": "twilio",
    "type": "local",
    "uri": "/2010-04-01/Accounts/AC/IncomingPhoneNumbers/PN.json",
}
TELNYX = {
    "id": f"129384752{FIRST}",
    "record_type": "phone_number",
    "phone_number": "+15700190123",
    "country_iso_alpha2": "US",
    "status": "active",
    "tags": ["support", "inbound"],
    "external_pin": "1234",
    "connection_id": "1293384261075731499",
    "connection_name": "support",
    "customer_reference": "MY REF 001",
    "messaging_profile_id": "abc85f64-5717-4562-b3fc-2c9600000000",
    "messaging_profile_name": "regression-customer-1",
    "billing_group_id": "86f58db9-0fe3-4adc-9d1f-46e66e6e9323",
    "emergency_enabled": True,
    "emergency_address_id": "1315261609962112019",
    "emergency_status": "active",
    "call_forwarding_enabled": True,
    "cnam_listing_enabled": True,
    "caller_id_name_enabled": True,
    "call_recording_enabled": True,
    "t38_fax_gateway_enabled": True,
    "purchased_at": "2022-05-04T18:22:07Z",
    "phone_number_type": "local",
    "inbound_call_screening": "disabled",
    "created_at": "2022-05-04T18:22:07.000Z",
    "updated_at": "2022-05-04T18:22:08.000Z",
    "hd_voice_enabled": True,
    "source_type": "number_order",
}
VONAGE = {
    "country": "US",
    "msisdn": f"1570{FIRST}",
    "moHttpUrl": "https://example.com/sms",
    "type": "mobile-lvn",
    "features": ["VOICE", "SMS", "MMS"],
    "messagesCallbackType": "app",
    "messagesCallbackValue": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    "voiceCallbackType": "app",
    "voiceCallbackValue": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    "app_id": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
}
INFOBIP_CALL = {
    "callId": f"d8d84155-3831-43fb-91c9-bb897{FIRST}",
    "endpoint": {"type": "PHONE", "phoneNumber": "447700900123"},
    "from": "447700900123",
    "to": "447700900124",
    "direction": "OUTBOUND",
    "state": "FINISHED",
    "startTime": "2022-05-04T18:22:07.000+0000",
    "answerTime": "2022-05-04T18:22:08.000+0000",
    "endTime": "2022-05-04T18:23:08.000+0000",
    "parentCallId": "3ad8805e-d401-424e-9b03-e02a2016a5e2",
    "machineDetection": {"detectionResult": "HUMAN"},
    "ringDuration": 2,
    "callsConfigurationIds": ["dc5942707c704551a00cd2ea"],
    "platform": {"entityId": "entity", "applicationId": "application"},
    "conferenceIds": ["034e622a-cc7e-456d-8a10-0ba43b11aa5e"],
    "duration": 60,
    "hasCameraVideo": False,
    "hasScreenshareVideo": False,
    "errorCode": {"id": 10000, "name": "NORMAL_HANGUP", "description": "The call has ended with hangup."},
    "customData": {"key1": "value1", "key2": "value2"},
    "dialogId": "034e622a-cc7e-456d-8a10-0ba43b11aa5f",
    "sender": "447700900123",
    "hangupSource": "PLATFORM",
    "externalId": "034e622a",
}


class Page(NamedTuple):
    """Which records of how many a response holds."""

    first: int
    size: int
    total: int

    @property
    def end(self) -> int:
        return min(self.first + self.size, self.total)


class Form:
    """How one provider writes its numbers.

    Args:
        record: one of them; its id is `FIRST`.
        items: the member of a page that holds them.
    """

    def __init__(self, record: dict[str, Any], items: str) -> None:
        self.record = record
        self.items = items
        self._before, self._after = json.dumps(record, separators=(",", ":")).split(str(FIRST))

    def records(self, page: Page) -> bytes:
        """A page's records as the items of a JSON array."""
        each = (f"{self._before}{FIRST + at}{self._after}" for at in range(page.first, page.end))
        return ",".join(each).encode()

    def body(self, page: Page, rest: dict[str, Any]) -> bytes:
        """A whole page with the other members of its envelope."""
        return b'{"%s":[%s],%s' % (self.items.encode(), self.records(page), json.dumps(rest).encode()[1:])


FORMS = {
    "voximplant": Form(VOXIMPLANT, "result"),
    "infobip": Form(INFOBIP, "numbers"),
    "apifonica": Form(APIFONICA, "numbers"),
    "twilio": Form(TWILIO, "incoming_phone_numbers"),
    "telnyx": Form(TELNYX, "data"),
    "vonage": Form(VONAGE, "numbers"),
    "infobip-calls": Form(INFOBIP_CALL, "results"),
}


def envelope(form: str, page: Page) -> dict[str, Any]:
    """What stands beside the records of a page, but for links."""
    pages = -(-page.total // page.size)
    match form:
        case "voximplant":
            return {"count": page.end - page.first, "total_count": page.total}
        case "infobip":
            return {"numberCount": page.total}
        case "apifonica":
            return {"limit": page.size, "prev": None, "next": None}
        case "twilio":
            return {"page": page.first // page.size, "page_size": page.size, "next_page_uri": None, "uri": "/"}
        case "telnyx":
            number = page.first // page.size + 1
            return {"meta": {"page_number": number, "page_size": page.size, "total_pages": pages}}
        case "vonage":
            return {"count": page.total}
        case _:
            number = page.first // page.size
            paging = {"page": number, "size": page.size, "totalPages": pages, "totalResults": page.total}
            return {"paging": paging}
