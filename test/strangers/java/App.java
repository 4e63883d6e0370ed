// A stranger's application: the server of the JDK, three routes, and people who use it. It knows nothing of who watches it.
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class App {
  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    for (String step : new String[] {"/enter", "/verify", "/reservations"}) {
      server.createContext(step, exchange -> {
        byte[] body = "ok".getBytes();
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
      });
    }
    server.start();
    HttpClient client = HttpClient.newHttpClient();
    while (true) {
      for (String step : new String[] {"/enter", "/verify", "/reservations"}) {
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + step);
        client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
      }
      Thread.sleep(50);
    }
  }
}
