package dev.plinth.server.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code datetime.strftime}, in English. */
final class Strftime {
    private static final Pattern DIRECTIVE = Pattern.compile("%(-?.)");

    private Strftime() {}

    static String format(LocalDateTime time, String format) {
        Matcher directive = DIRECTIVE.matcher(format);
        return directive.replaceAll(match -> Matcher.quoteReplacement(one(time, match.group(1))));
    }

    private static String one(LocalDateTime time, String directive) {
        return switch (directive) {
            case "%" -> "%";
            case "Y" -> pattern(time, "uuuu");
            case "y" -> pattern(time, "uu");
            case "m" -> pattern(time, "MM");
            case "-m" -> pattern(time, "M");
            case "B" -> pattern(time, "MMMM");
            case "b" -> pattern(time, "MMM");
            case "d" -> pattern(time, "dd");
            case "-d" -> pattern(time, "d");
            case "j" -> pattern(time, "DDD");
            case "A" -> pattern(time, "EEEE");
            case "a" -> pattern(time, "EEE");
            case "H" -> pattern(time, "HH");
            case "I" -> pattern(time, "hh");
            case "M" -> pattern(time, "mm");
            case "S" -> pattern(time, "ss");
            case "p" -> pattern(time, "a");
            case "F" -> pattern(time, "uuuu-MM-dd");
            case "T" -> pattern(time, "HH:mm:ss");
            default -> throw new JinjaException("strftime's %" + directive + " is not supported");
        };
    }

    private static String pattern(LocalDateTime time, String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
    }
}
