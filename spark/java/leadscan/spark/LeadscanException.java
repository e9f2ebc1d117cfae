package leadscan.spark;

import java.nio.charset.StandardCharsets;

/** What the native side has to say. */
public final class LeadscanException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LeadscanException(String why) {
    super("leadscan: " + why);
  }

  /** Called from C++, whose texts are UTF-8. */
  LeadscanException(byte[] why) {
    this(new String(why, StandardCharsets.UTF_8));
  }
}
