package leadscan.spark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * The scan in C++. Texts are bytes of UTF-8, but for names of files, which are what the file system has.
 * What goes wrong is a LeadscanException.
 */
final class Native {
  /** What next() returns in place of a number of rows. */
  static final int END = -1;
  static final int WAITING = -2;

  /**
   * What next() writes of each column: how many nulls there are; the addresses of validity (0: all are
   * valid), of values or offsets, of the offsets of texts in lists, and of characters.
   */
  static final int ADDRESSES = 5;

  static {
    load();
  }

  private Native() {}

  /** Of each column its name and its type as Spark calls it. */
  static native byte[][] columns();

  /**
   * Whether options (name, value, ...) and paths can be: whether accounts are wanted. Throws if they
   * cannot.
   */
  static native boolean check(byte[][] options, byte[][] paths);

  /**
   * The parts of the input, biggest first: their files, and in numbers[0] so many numbers of each as
   * open() wants.
   */
  static native byte[][] plan(byte[][] options, byte[][] paths, byte[][] columns, long[][] numbers);

  /** Begins to read a part: a number for the methods below. Throws if the file has changed. */
  static native long open(byte[][] options, byte[][] columns, byte[] path, long[] numbers);

  /**
   * The rows of the next batch, whose memory stays until the next call; or END; or WAITING, if there is
   * none in so many milliseconds.
   */
  static native int next(long scan, int milliseconds, long[] addresses);

  /** At the end: of each input that was not read whole its file, its member or null, and why. */
  static native byte[][] errors(long scan);

  /** At the end: records, bytes, bytes between records, and where in its file the part begins. */
  static native long[] account(long scan);

  /** The file's name, as the column has it: what is no UTF-8 in it is replaced. */
  static native byte[] file(long scan);

  /** Stops it and gives its memory back. Of one that is closed it does nothing. */
  static native void close(long scan);

  /** From a copy that is removed at once: a library is loaded by its path, and by one class loader only. */
  private static void load() {
    String machine =
        System.getProperty("os.name").toLowerCase(Locale.ROOT) + "-" + System.getProperty("os.arch");
    try (InputStream library = Native.class.getResourceAsStream(machine + "/libleadscan_spark.so")) {
      if (library == null) {
        throw new LeadscanException("this jar has no library for " + machine);
      }
      Path copy = Files.createTempFile("leadscan", ".so");
      try {
        Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
        System.load(copy.toString());
      } finally {
        Files.delete(copy);
      }
    } catch (IOException error) {
      throw new LeadscanException("its library cannot be copied to java.io.tmpdir: " + error);
    }
  }
}
