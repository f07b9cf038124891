package io.kspan.testsupport.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network that can be cut: while it is, connections stay open and nothing comes through, as if a
 * switch were dark.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private boolean cut;

  /** In front of a port of this machine. */
  public TcpProxy(int target) throws IOException {
    this(InetAddress.getLoopbackAddress(), target);
  }

  /** The same, and listens on another address of this machine. */
  public TcpProxy(InetAddress address, int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 0, address);
    thread("accept", this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  public synchronized void cut() {
    cut = true;
  }

  public synchronized void mend() {
    cut = false;
    notifyAll();
  }

  private synchronized void passable() throws InterruptedException {
    while (cut && !server.isClosed()) {
      wait();
    }
  }

  private void accept() throws IOException {
    while (!server.isClosed()) {
      Socket client = server.accept();
      open.add(client);
      thread("connect", () -> connect(client));
    }
  }

  private void connect(Socket client) throws IOException, InterruptedException {
    passable();
    try (client;
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), target)) {
      open.add(broker);
      Thread back = thread("back", () -> pump(broker, client));
      pump(client, broker);
      back.join();
      open.remove(broker);
    } finally {
      open.remove(client);
    }
  }

  private void pump(Socket from, Socket to) throws IOException, InterruptedException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        passable();
        out.write(buffer, 0, read);
        out.flush();
      }
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static Thread thread(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException broken) {
                // One side has gone; the other notices.
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "proxy-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() {
    try {
      server.close();
      mend();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
