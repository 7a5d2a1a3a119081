import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * A receiver that takes only what Recho has signed. The JDK, nothing else: java Receiver.java
 *
 * <p>KEYS is a folder with each public key as &lt;key id&gt;.pem: during a rotation there are two.
 */
public class Receiver {
  private static final Map<String, PublicKey> KEYS = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(env("KEYS", "keys")), "*.pem")) {
      for (Path file : files) KEYS.put(file.getFileName().toString().replace(".pem", ""), readKey(file));
    }
    int port = Integer.parseInt(env("PORT", "3000"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/webhook", Receiver::take);
    server.start();
  }

  private static void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    boolean genuine = isGenuine(exchange.getRequestHeaders(), body);
    if (genuine) System.out.println(new String(body, StandardCharsets.UTF_8));
    exchange.sendResponseHeaders(genuine ? 204 : 401, -1);
    exchange.close();
  }

  /** The body is the raw bytes as they came: verify first, parse afterwards. */
  private static boolean isGenuine(Headers headers, byte[] body) {
    try {
      String timestamp = headers.getFirst("X-Recho-Timestamp");
      PublicKey key = KEYS.get(headers.getFirst("X-Recho-Key-Id"));
      if (key == null || timestamp == null) return false;
      long age = System.currentTimeMillis() / 1000 - Long.parseLong(timestamp);
      if (Math.abs(age) > 300) return false; // five minutes, either way
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(key);
      signature.update((timestamp + ".").getBytes(StandardCharsets.US_ASCII));
      signature.update(body);
      return signature.verify(Base64.getDecoder().decode(headers.getFirst("X-Recho-Signature")));
    } catch (GeneralSecurityException | RuntimeException e) {
      return false; // a header that is missing, or is not what it should be
    }
  }

  private static PublicKey readKey(Path file) throws Exception {
    String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private static String env(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }
}
