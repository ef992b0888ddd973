"""Drives the Python client that openapi-generator made."""

import json
from datetime import datetime
from uuid import UUID

import scenario
from openapi_client import ApiClient, ApiException, Configuration, PicturesApi, StewardshipApi
from openapi_client.models import InlineUpload, PresignedUpload, Problem, UploadRequest
from scenario import expect, given


def api_with(key):
    # Left to itself urllib3 waits as long as Retry-After says, three times, before it tells.
    configuration = Configuration(host=given["apiUrl"], ssl_ca_cert=given["caFile"], retries=False)
    if key is not None:
        configuration.api_key["apiKey"] = key
    return ApiClient(configuration)


client = api_with(given["apiKey"])
pictures = PicturesApi(client)
stewardship = StewardshipApi(client)


def inline(image=scenario.picture_base64):
    return UploadRequest(InlineUpload(file_name="katze im Garten.jpg", content_type="image/jpeg", image=image))


def refused(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except ApiException as error:
        problem = Problem.from_json(error.body)
        return {
            "status": error.status,
            "code": problem.code,
            "reason": problem.reason,
            "paths": [fault.path for fault in problem.errors or []],
            "retryAfter": error.headers.get("Retry-After"),
        }
    raise AssertionError("was not refused")


sent = pictures.upload_picture_with_http_info(inline())
repeat = [pictures.upload_picture(inline(), idempotency_key=given["idempotencyKey"]) for _ in range(2)]
announced = pictures.upload_picture_with_http_info(
    UploadRequest(PresignedUpload(file_name="cat.jpg", content_type="image/jpeg", size=len(scenario.picture)))
)
form = announced.data.upload
expect(isinstance(form.expires_at, datetime), "expiresAt is a time")
expect(isinstance(sent.data.image_id, UUID), "imageId is a UUID")
posted = scenario.post_form(form.url, form.fields)


def read(image_id):
    image = pictures.read_image(image_id)
    return image.processing_status, image


images = [
    scenario.until_final(lambda image_id=image_id: read(image_id))
    for image_id in (sent.data.image_id, announced.data.image_id)
]
expect(all(isinstance(image.timestamp, datetime) for image in images), "Timestamp is a time")

def status_of(call, *arguments, **named):
    """What is no success is an exception here, 304 too."""
    try:
        return call(*arguments, **named).status_code
    except ApiException as error:
        return error.status


waited = pictures.read_image_with_http_info(sent.data.image_id, wait=5)
unchanged = status_of(
    pictures.read_image_with_http_info, sent.data.image_id, if_none_match=waited.headers["ETag"]
)

listed, cursor, pages = [], None, 0
while pages == 0 or cursor is not None:
    page = pictures.list_images(limit=2, cursor=cursor)
    listed += [str(image.image_id) for image in page.items]
    cursor, pages = page.cursor, pages + 1


def ids(**query):
    return [str(image.image_id) for image in pictures.list_images(limit=100, **query).items]


scenario.tell(
    {
        "sent": {
            "status": sent.status_code,
            "imageId": str(sent.data.image_id),
            "self": sent.data.links.var_self,
            "location": sent.headers["Location"],
            "hasForm": sent.data.upload is not None,
        },
        "repeated": [str(answer.image_id) for answer in repeat],
        "announced": {
            "status": announced.status_code,
            "imageId": str(announced.data.image_id),
            "self": announced.data.links.var_self,
            "location": announced.headers["Location"],
            "hasForm": form is not None,
        },
        "posted": posted,
        "images": [json.loads(image.to_json()) for image in images],
        "waited": waited.status_code,
        "unchanged": unchanged,
        "listed": listed,
        "pages": pages,
        "inRange": ids(var_from=scenario.since, to=scenario.until),
        "beforeRange": ids(to=scenario.since),
        "ofCats": ids(animal="cat", status="completed"),
        "refused": {
            "unknownImage": refused(pictures.read_image, UUID(given["unknownId"])),
            "badBase64": refused(pictures.upload_picture, inline("%%%%")),
            "noPicture": refused(pictures.upload_picture, inline("AAAA")),
            "badCursor": refused(pictures.list_images, cursor="x.y"),
            "mediaType": refused(pictures.upload_picture, inline(), _content_type="application/vnd.api+json"),
            "noKey": refused(PicturesApi(api_with(None)).list_images),
            "exhausted": refused(PicturesApi(api_with(given["exhaustedKey"])).list_images),
            "stewardByKey": refused(stewardship.erase_any_image, images[0].image_id),
        },
        "erased": pictures.erase_image_with_http_info(images[1].image_id).status_code,
        "erasedBySteward": stewardship.erase_any_image_with_http_info(
            UUID(given["erasure"]["imageId"]), _headers=given["erasure"]["headers"]
        ).status_code,
    }
)
