"""Drives the client that openapi-python-client made."""

import ssl
from datetime import datetime
from uuid import UUID

import scenario
from cat_and_dog_detector_client import AuthenticatedClient, Client
from cat_and_dog_detector_client.api.pictures import erase_image, list_images, read_image, upload_picture
from cat_and_dog_detector_client.api.stewardship import erase_any_image
from cat_and_dog_detector_client.models import (
    InlineUpload,
    InlineUploadContentType,
    ListImagesAnimal,
    ListImagesStatus,
    PresignedUpload,
    PresignedUploadContentType,
    Problem,
)
from scenario import expect, given

trusted = ssl.create_default_context(cafile=given["caFile"])


def client_with(key):
    return AuthenticatedClient(
        base_url=given["apiUrl"], token=key, prefix="", auth_header_name="x-api-key", verify_ssl=trusted
    )


client = client_with(given["apiKey"])


def inline(image=scenario.picture_base64):
    return InlineUpload(file_name="katze im Garten.jpg", content_type=InlineUploadContentType.IMAGEJPEG, image=image)


def refused(answer):
    problem = answer.parsed
    expect(isinstance(problem, Problem), f"a problem document, not {answer}")
    return {
        "status": int(answer.status_code),
        "code": problem.code.value,
        "reason": problem.reason.value if problem.reason else None,
        "paths": [fault.path for fault in problem.errors or []],
        "retryAfter": answer.headers.get("Retry-After"),
    }


def submission(answer):
    return {
        "status": int(answer.status_code),
        "imageId": str(answer.parsed.image_id),
        "self": answer.parsed.links.self_,
        "location": answer.headers["Location"],
        "hasForm": bool(answer.parsed.upload),
    }


sent = upload_picture.sync_detailed(client=client, body=inline())
repeat = [
    upload_picture.sync(client=client, body=inline(), idempotency_key=given["idempotencyKey"]) for _ in range(2)
]
announced = upload_picture.sync_detailed(
    client=client,
    body=PresignedUpload(
        file_name="cat.jpg", content_type=PresignedUploadContentType.IMAGEJPEG, size=len(scenario.picture)
    ),
)
form = announced.parsed.upload
expect(isinstance(form.expires_at, datetime), "expiresAt is a time")
expect(isinstance(sent.parsed.image_id, UUID), "imageId is a UUID")
posted = scenario.post_form(form.url, form.fields.to_dict())


def read(image_id):
    image = read_image.sync(image_id, client=client)
    return image.processing_status.value, image


images = [
    scenario.until_final(lambda image_id=image_id: read(image_id))
    for image_id in (sent.parsed.image_id, announced.parsed.image_id)
]
expect(all(isinstance(image.timestamp, datetime) for image in images), "Timestamp is a time")

waited = read_image.sync_detailed(sent.parsed.image_id, client=client, wait=5)
unchanged = read_image.sync_detailed(sent.parsed.image_id, client=client, if_none_match=waited.headers["ETag"])

listed, cursor, pages = [], None, 0
while pages == 0 or cursor:
    page = list_images.sync(client=client, limit=2, **({"cursor": cursor} if cursor else {}))
    listed += [str(image.image_id) for image in page.items]
    cursor, pages = page.cursor, pages + 1


def ids(**query):
    return [str(image.image_id) for image in list_images.sync(client=client, limit=100, **query).items]


def with_media_type(media_type):
    """The generated functions fix the media type: their HTTP client is told otherwise."""

    def change(request):
        request.headers["Content-Type"] = media_type

    other = client_with(given["apiKey"])
    other.get_httpx_client().event_hooks["request"] = [change]
    return other


scenario.tell(
    {
        "sent": submission(sent),
        "repeated": [str(answer.image_id) for answer in repeat],
        "announced": submission(announced),
        "posted": posted,
        "images": [image.to_dict() for image in images],
        "waited": int(waited.status_code),
        "unchanged": int(unchanged.status_code),
        "listed": listed,
        "pages": pages,
        "inRange": ids(from_=scenario.since, to=scenario.until),
        "beforeRange": ids(to=scenario.since),
        "ofCats": ids(animal=ListImagesAnimal.CAT, status=ListImagesStatus.COMPLETED),
        "refused": {
            "unknownImage": refused(read_image.sync_detailed(UUID(given["unknownId"]), client=client)),
            "badBase64": refused(upload_picture.sync_detailed(client=client, body=inline("%%%%"))),
            "noPicture": refused(upload_picture.sync_detailed(client=client, body=inline("AAAA"))),
            "badCursor": refused(list_images.sync_detailed(client=client, cursor="x.y")),
            "mediaType": refused(upload_picture.sync_detailed(client=with_media_type("application/vnd.api+json"), body=inline())),
            "noKey": refused(
                list_images.sync_detailed(client=Client(base_url=given["apiUrl"], verify_ssl=trusted))
            ),
            "exhausted": refused(list_images.sync_detailed(client=client_with(given["exhaustedKey"]))),
            "stewardByKey": refused(erase_any_image.sync_detailed(images[0].image_id, client=client)),
        },
        "erased": int(erase_image.sync_detailed(images[1].image_id, client=client).status_code),
        "erasedBySteward": int(
            erase_any_image.sync_detailed(
                UUID(given["erasure"]["imageId"]),
                client=Client(base_url=given["apiUrl"], verify_ssl=trusted, headers=given["erasure"]["headers"]),
            ).status_code
        ),
    }
)
