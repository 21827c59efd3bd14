package dev.plinth.planbench;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The model as it is shipped against a measured table that it has never seen. */
final class OtherRows {
    private OtherRows() {}

    static List<Finding> findings(Path file) {
        var rows = IterationTimes.read(Table.parse(file.getFileName().toString(), lines(file)));
        ToDoubleFunction<Measurement> shipped = row -> row.predict().seconds();
        var findings = new ArrayList<Finding>();
        findings.add(Finding.told("rows", rows.size(), "rows", "higher", ""));
        findings.add(Finding.told("mape", Scores.mape(rows, shipped), "fraction", "lower", ""));
        findings.add(Finding.told("median_error", Scores.medianError(rows, shipped), "fraction", "lower", ""));
        for (var size : CrossValidation.groups(rows, Measurement::size)) {
            var some = rows.stream().filter(row -> row.size().equals(size)).toList();
            findings.add(Finding.told("regret " + size, Scores.regret(some, shipped, 1), "fraction", "lower", ""));
        }
        return findings;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException _) {
            throw new BadTableException("%s cannot be read: it is no text in UTF-8".formatted(file));
        } catch (IOException _) {
            throw new BadTableException("%s cannot be read".formatted(file));
        }
    }
}
