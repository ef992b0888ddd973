// Receives what the picture API tells: java Receive.java. SECRET is the whsec_… that was handed over, PORT where to listen.
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Receive {
  static final long TOLERANCE_SECONDS = 300;
  static final Map<String, String> ENV = System.getenv();
  /** Ids of messages that were taken; in a database where it must outlive the process. */
  static final Set<String> TAKEN = ConcurrentHashMap.newKeySet();

  /** Whether the API sent these bytes, now. */
  static boolean verify(String secret, String id, String timestamp, String signatures, byte[] body)
      throws GeneralSecurityException, IOException {
    if (id == null || timestamp == null || signatures == null || !timestamp.matches("\\d{1,12}")) return false;
    long age = Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp));
    if (age > TOLERANCE_SECONDS) return false;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.write((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
    signed.write(body);
    byte[] own = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.toByteArray()))).getBytes();
    // While one secret replaces another there are two.
    for (String each : signatures.split(" ")) if (MessageDigest.isEqual(own, each.getBytes())) return true;
    return false;
  }

  static String field(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    return found.find() ? found.group(1) : "";
  }

  static void receive(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    var headers = exchange.getRequestHeaders();
    String id = headers.getFirst("webhook-id");
    boolean verified;
    try {
      verified =
          verify(
              ENV.get("SECRET"),
              id,
              headers.getFirst("webhook-timestamp"),
              headers.getFirst("webhook-signature"),
              body);
    } catch (GeneralSecurityException error) {
      throw new IOException(error);
    }
    if (verified && TAKEN.add(id)) {
      String json = new String(body, StandardCharsets.UTF_8);
      System.out.println(field(json, "type") + " " + field(json, "imageId"));
    }
    exchange.sendResponseHeaders(verified ? 204 : 401, -1);
    exchange.close();
  }

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(ENV.getOrDefault("PORT", "0"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/", Receive::receive);
    server.start();
    System.out.println("listening {port: " + server.getAddress().getPort() + "}");
  }
}
