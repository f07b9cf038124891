package io.kspan.topology.faults;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A disk in memory that can run full. */
final class SmallDisk implements Closeable {
  private static final int BLOCK_BYTES = 4096;
  private static final String FILLER = "filler";

  private static final long AGAIN_MILLIS = 20;

  private final Path folder;
  private final ScheduledExecutorService again = Executors.newSingleThreadScheduledExecutor();

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Empty where mounting is not allowed. */
  static Optional<SmallDisk> mount(Path folder, int megabytes) throws IOException {
    Files.createDirectories(folder);
    return run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString())
        ? Optional.of(new SmallDisk(folder))
        : Optional.empty();
  }

  Path folder() {
    return folder;
  }

  /** Leaves no byte free; deleting the file makes room again. */
  Path fill() {
    Path filler = folder.resolve(FILLER);
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream out = Files.newOutputStream(filler, CREATE, APPEND)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      return filler;
    }
  }

  /** Leaves no byte free and takes what becomes free, as old files do that RocksDB deletes. */
  void keepFull() {
    fill();
    again.scheduleWithFixedDelay(this::fill, 0, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Ends {@link #keepFull}. */
  void makeRoom() throws IOException, InterruptedException {
    again.shutdownNow();
    assertThat(again.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    Files.delete(folder.resolve(FILLER));
  }

  private static boolean run(String... command) throws IOException {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .onExit()
            .join()
            .exitValue()
        == 0;
  }

  @Override
  public void close() throws IOException {
    again.shutdownNow();
    if (!run("umount", "-l", folder.toString())) {
      throw new IOException("cannot unmount " + folder);
    }
  }
}
