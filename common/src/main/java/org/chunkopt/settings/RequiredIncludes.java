package org.chunkopt.settings;

import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigParseable;
import java.io.File;

/** Includes as the parser does, but a file that is not there is an error, as an unknown key is. */
final class RequiredIncludes implements ConfigIncluder, ConfigIncluderFile {
  private final ConfigIncluder parser;

  RequiredIncludes() {
    this(null);
  }

  private RequiredIncludes(ConfigIncluder parser) {
    this.parser = parser;
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return new RequiredIncludes(parser == null ? fallback : parser.withFallback(fallback));
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    return parser.include(new Required(context), what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return ((ConfigIncluderFile) parser).includeFile(new Required(context), what);
  }

  private record Required(ConfigIncludeContext context) implements ConfigIncludeContext {
    @Override
    public ConfigParseable relativeTo(String filename) {
      return context.relativeTo(filename);
    }

    @Override
    public ConfigParseOptions parseOptions() {
      return context.parseOptions().setAllowMissing(false);
    }

    @Override
    public ConfigIncludeContext setParseOptions(ConfigParseOptions options) {
      return new Required(context.setParseOptions(options));
    }
  }
}
