package io.kspan.topology.cli;

import io.kspan.topology.config.SettingValues;
import io.kspan.topology.config.UnknownSettings;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options of a command as environment variables: {@code --connect-url} of {@code doctor} is {@code
 * KSPAN_DOCTOR_CONNECT_URL}. What the command line says wins.
 */
final class OptionsInEnvironment implements IDefaultValueProvider {
  private final Map<String, String> environment;

  OptionsInEnvironment(Map<String, String> environment) {
    this.environment = environment;
  }

  /** What the variables of a command begin with; none of them is a setting. */
  static String prefix(String command) {
    return SettingValues.ENVIRONMENT_PREFIX + command.toUpperCase(Locale.ROOT) + "_";
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option && isVariable(option)
        ? environment.get(variable(option))
        : null;
  }

  /**
   * Throws a {@code ConfigException} that names the variables of the command that are no option of
   * it.
   */
  void refuseUnknown(CommandSpec command) {
    String prefix = prefix(command.name());
    Set<String> given = new HashSet<>(environment.keySet());
    given.removeIf(name -> !name.startsWith(prefix));
    Set<String> known = new HashSet<>();
    command.options().stream()
        .filter(OptionsInEnvironment::isVariable)
        .forEach(option -> known.add(variable(option)));
    UnknownSettings.refuse(given, known, "each is an option of " + command.name());
  }

  /** Settings have variables of their own, and help is asked for by people. */
  private static boolean isVariable(OptionSpec option) {
    return !option.isMultiValue() && !option.usageHelp() && !option.versionHelp();
  }

  private static String variable(OptionSpec option) {
    return prefix(option.command().name())
        + option.longestName().substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
