package leadscan.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** What load() was told, as the native side takes it, which says what is wrong with it. */
record Request(byte[][] options, byte[][] paths, boolean accounts) {
  static Request of(CaseInsensitiveStringMap given) {
    List<String> options = new ArrayList<>();
    for (Map.Entry<String, String> option : given.asCaseSensitiveMap().entrySet()) {
      String name = option.getKey();
      if (!name.equalsIgnoreCase("path") && !name.equalsIgnoreCase("paths")) {
        options.add(name);
        options.add(option.getValue());
      }
    }
    byte[][] texts = Columns.bytes(options);
    byte[][] paths = pathsOf(given).stream().map(Request::toFile).map(Columns::bytes).toArray(byte[][]::new);
    return new Request(texts, paths, Native.check(texts, paths));
  }

  private static List<String> pathsOf(CaseInsensitiveStringMap given) {
    if (given.containsKey("path")) {
      return List.of(given.get("path"));
    }
    if (!given.containsKey("paths")) {
      throw new LeadscanException("no path: load(PATH) or load([PATH, ...])");
    }
    try {
      return List.of(new ObjectMapper().readValue(given.get("paths"), String[].class));
    } catch (JsonProcessingException error) {
      throw new LeadscanException("paths: no list in JSON: " + given.get("paths"));
    }
  }

  /** The name of a local file, whole, as tasks may run in other folders. */
  private static String toFile(String path) {
    if (path.indexOf('\0') >= 0) {
      throw new LeadscanException("a path with a zero in it: " + path);
    }
    String file = path;
    if (path.matches("[A-Za-z][A-Za-z0-9+.-]*:/.*")) {
      Path named = new Path(path);
      if (!named.toUri().getScheme().equalsIgnoreCase("file")) {
        throw new LeadscanException(path + ": only files that the machine has are read, file:/...");
      }
      file = named.toUri().getPath();
    }
    return file.startsWith("/") ? file : System.getProperty("user.dir") + "/" + file;
  }
}
