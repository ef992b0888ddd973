import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.ApiResponse;
import org.openapitools.client.api.PicturesApi;
import org.openapitools.client.api.StewardshipApi;
import org.openapitools.client.model.Image;
import org.openapitools.client.model.ImageList;
import org.openapitools.client.model.InlineUpload;
import org.openapitools.client.model.PresignedUpload;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.ProblemErrorsInner;
import org.openapitools.client.model.UploadAnswer;
import org.openapitools.client.model.UploadAnswerUpload;
import org.openapitools.client.model.UploadRequest;

/** Drives the Java client that openapi-generator made (library "native"). What it is told and tells: see scenario.ts. */
public final class Drive {
  private interface Call {
    void run() throws ApiException;
  }

  private static final ObjectMapper JSON = new ApiClient().getObjectMapper();
  private final JsonNode given;
  private final byte[] picture;
  private final PicturesApi pictures;
  private final StewardshipApi stewardship;

  private Drive(JsonNode given) throws Exception {
    this.given = given;
    picture = Files.readAllBytes(Path.of(given.get("picture").asText()));
    pictures = new PicturesApi(client(given.get("apiKey").asText(), Map.of()));
    stewardship = new StewardshipApi(client(given.get("apiKey").asText(), Map.of()));
  }

  /** Keys are not the generator's matter for this library: a request interceptor adds them. */
  private ApiClient client(String key, Map<String, String> headers) {
    ApiClient client = new ApiClient();
    client.updateBaseUri(given.get("apiUrl").asText());
    client.setRequestInterceptor(
        request -> {
          if (key != null) request.setHeader("x-api-key", key);
          headers.forEach(request::setHeader);
        });
    return client;
  }

  private UploadRequest inline(String image) {
    return new UploadRequest(
        new InlineUpload()
            .fileName("katze im Garten.jpg")
            .contentType(InlineUpload.ContentTypeEnum.IMAGE_JPEG)
            .image(image));
  }

  private UploadRequest inline() {
    return inline(Base64.getEncoder().encodeToString(picture));
  }

  private static Map<String, Object> submission(ApiResponse<UploadAnswer> answer) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("status", answer.getStatusCode());
    told.put("imageId", answer.getData().getImageId().toString());
    told.put("self", answer.getData().getLinks().getSelf());
    told.put("location", answer.getHeaders().get("location").get(0));
    told.put("hasForm", answer.getData().getUpload() != null);
    return told;
  }

  private static Map<String, Object> refused(Call call) throws Exception {
    try {
      call.run();
    } catch (ApiException error) {
      Problem problem = JSON.readValue(error.getResponseBody(), Problem.class);
      List<String> paths = new ArrayList<>();
      if (problem.getErrors() != null) {
        for (ProblemErrorsInner fault : problem.getErrors()) paths.add(fault.getPath());
      }
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("status", error.getCode());
      told.put("code", problem.getCode().getValue());
      told.put("reason", problem.getReason() == null ? null : problem.getReason().getValue());
      told.put("paths", paths);
      told.put("retryAfter", error.getResponseHeaders().firstValue("Retry-After").orElse(null));
      return told;
    }
    throw new AssertionError("was not refused");
  }

  /** What is no success is an exception here, 304 too. */
  private static int statusOf(Call call) {
    try {
      call.run();
    } catch (ApiException error) {
      return error.getCode();
    }
    return 200;
  }

  /** Posts the picture as the form says: its fields first, the file last. */
  private int post(UploadAnswerUpload form) throws Exception {
    String boundary = UUID.randomUUID().toString();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String part = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n";
    for (Map.Entry<String, String> field : form.getFields().entrySet()) {
      body.write(String.format(part, field.getKey(), "").getBytes(StandardCharsets.UTF_8));
      body.write((field.getValue() + "\r\n").getBytes(StandardCharsets.UTF_8));
    }
    body.write(String.format(part, "file", "; filename=\"cat.jpg\"").getBytes(StandardCharsets.UTF_8));
    body.write(picture);
    body.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(form.getUrl())
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private Image untilFinal(UUID imageId) throws Exception {
    for (int turn = 0; turn < 300; turn += 1) {
      Image image = pictures.readImage(imageId, null, null);
      switch (image.getProcessingStatus()) {
        case COMPLETED:
        case QUARANTINED:
          return image;
        default:
          Thread.sleep(100);
      }
    }
    throw new AssertionError("The picture did not reach its place.");
  }

  private static List<String> ids(ImageList list) {
    List<String> ids = new ArrayList<>();
    for (Image image : list.getItems()) ids.add(image.getImageID().toString());
    return ids;
  }

  private Map<String, Object> run() throws Exception {
    Map<String, Object> told = new LinkedHashMap<>();
    ApiResponse<UploadAnswer> sent = pictures.uploadPictureWithHttpInfo(inline(), null);
    String idempotencyKey = given.get("idempotencyKey").asText();
    List<String> repeated = new ArrayList<>();
    for (int turn = 0; turn < 2; turn += 1) {
      repeated.add(pictures.uploadPicture(inline(), idempotencyKey).getImageId().toString());
    }
    PresignedUpload larger =
        new PresignedUpload()
            .fileName("cat.jpg")
            .contentType(PresignedUpload.ContentTypeEnum.IMAGE_JPEG)
            .size(picture.length);
    ApiResponse<UploadAnswer> announced = pictures.uploadPictureWithHttpInfo(new UploadRequest(larger), null);
    told.put("sent", submission(sent));
    told.put("repeated", repeated);
    told.put("announced", submission(announced));
    told.put("posted", post(announced.getData().getUpload()));
    List<Image> images =
        List.of(untilFinal(sent.getData().getImageId()), untilFinal(announced.getData().getImageId()));
    OffsetDateTime uploaded = images.get(0).getTimestamp();
    if (uploaded.isAfter(OffsetDateTime.now().plusMinutes(1))) throw new AssertionError("Timestamp is a time");
    told.put("images", images);

    ApiResponse<Image> waited = pictures.readImageWithHttpInfo(sent.getData().getImageId(), 5, null);
    told.put("waited", waited.getStatusCode());
    String tag = waited.getHeaders().get("etag").get(0);
    told.put("unchanged", statusOf(() -> pictures.readImage(sent.getData().getImageId(), null, tag)));

    List<String> listed = new ArrayList<>();
    String cursor = null;
    int pages = 0;
    while (pages == 0 || cursor != null) {
      ImageList page = pictures.listImages(null, null, null, null, null, null, null, 2, cursor, null, null);
      listed.addAll(ids(page));
      cursor = page.getCursor();
      pages += 1;
    }
    told.put("listed", listed);
    told.put("pages", pages);
    OffsetDateTime since = OffsetDateTime.parse(given.get("since").asText());
    OffsetDateTime until = OffsetDateTime.parse(given.get("until").asText());
    told.put("inRange", ids(pictures.listImages(null, null, since, until, null, null, null, 100, null, null, null)));
    told.put("beforeRange", ids(pictures.listImages(null, null, null, since, null, null, null, 100, null, null, null)));
    told.put("ofCats", ids(pictures.listImages("cat", "completed", null, null, null, null, null, 100, null, null, null)));

    PicturesApi nobody = new PicturesApi(client(null, Map.of()));
    PicturesApi exhausted = new PicturesApi(client(given.get("exhaustedKey").asText(), Map.of()));
    PicturesApi plain =
        new PicturesApi(client(given.get("apiKey").asText(), Map.of("Content-Type", "application/vnd.api+json")));
    UUID unknown = UUID.fromString(given.get("unknownId").asText());
    Map<String, Object> refusals = new LinkedHashMap<>();
    refusals.put("unknownImage", refused(() -> pictures.readImage(unknown, null, null)));
    refusals.put("badBase64", refused(() -> pictures.uploadPicture(inline("%%%%"), null)));
    refusals.put("noPicture", refused(() -> pictures.uploadPicture(inline("AAAA"), null)));
    refusals.put("badCursor", refused(() -> pictures.listImages(null, null, null, null, null, null, null, 25, "x.y", null, null)));
    refusals.put("mediaType", refused(() -> plain.uploadPicture(inline(), null)));
    refusals.put("noKey", refused(() -> nobody.listImages(null, null, null, null, null, null, null, 25, null, null, null)));
    refusals.put("exhausted", refused(() -> exhausted.listImages(null, null, null, null, null, null, null, 25, null, null, null)));
    refusals.put("stewardByKey", refused(() -> stewardship.eraseAnyImage(images.get(0).getImageID())));
    told.put("refused", refusals);

    Map<String, String> signature = new HashMap<>();
    given.get("erasure").get("headers").fields().forEachRemaining(
        header -> signature.put(header.getKey(), header.getValue().asText()));
    UUID erased = UUID.fromString(given.get("erasure").get("imageId").asText());
    StewardshipApi steward = new StewardshipApi(client(null, signature));
    told.put("erased", pictures.eraseImageWithHttpInfo(images.get(1).getImageID()).getStatusCode());
    told.put("erasedBySteward", steward.eraseAnyImageWithHttpInfo(erased).getStatusCode());
    return told;
  }

  public static void main(String[] arguments) throws Exception {
    JsonNode given = JSON.readTree(Path.of(System.getenv("SCENARIO")).toFile());
    System.out.println(JSON.writeValueAsString(new Drive(given).run()));
  }
}
