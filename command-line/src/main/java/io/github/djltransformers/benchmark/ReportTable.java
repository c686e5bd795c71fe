package io.github.djltransformers.benchmark;

import io.github.djltransformers.Text;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A report as text. */
public final class ReportTable {
    private static final double MEBI = 1 << 20;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    private ReportTable() {}

    /** The machine, a block of lines for each case, the memory. */
    public static List<String> lines(BenchmarkReport report) {
        TextTable table = new TextTable();
        Machine machine = report.machine();
        table.add(Text.format(
                "%s, %d cores, %s, Java %s",
                machine.processor(), machine.cores(), machine.operatingSystem(), machine.java()));
        machine.engines()
                .forEach((name, engine) -> table.add(Text.format(
                        "%s %s on %s, %d threads", name, engine.version(), engine.device(), engine.threads())));
        table.add("");
        table.add(
                "case",
                "engine",
                "mode",
                "precision",
                "median",
                "IQR",
                "x eager",
                "x stock",
                "GB/s",
                "of floor",
                "MB/item",
                "of memory",
                "speed");
        report.cases().forEach(result -> add(table, result));
        table.add("");
        report.peakMemory()
                .ifPresent(bytes -> table.add(Text.format("peak memory of the process: %.0f MiB", bytes / MEBI)));
        return table.lines();
    }

    private static void add(TextTable table, CaseResult result) {
        for (Measurement measurement : result.measurements()) {
            Variant variant = measurement.variant();
            String mode = variant.mode().name().toLowerCase(Locale.ROOT);
            String precision = variant.precision().name().toLowerCase(Locale.ROOT);
            if (!measurement.measured()) {
                table.add(result.name(), variant.engine(), mode, precision, measurement.reason());
                continue;
            }
            Spread seconds = measurement.seconds();
            table.add(
                    result.name(),
                    variant.engine(),
                    mode,
                    precision,
                    time(seconds.median()),
                    format("%.0f%%", OptionalDouble.of(100 * seconds.relative())),
                    format("%.2f", result.timesAsFastAs(Mode.EAGER, measurement)),
                    format("%.2f", result.timesAsFastAs(Mode.STOCK, measurement)),
                    format("%.1f", scaled(result.bytesPerSecond(measurement), 1 / GIGA)),
                    format("%.0f%%", scaled(result.floorShare(measurement), 100)),
                    format("%.1f", scaled(result.bytesPerItem(measurement), 1 / MEGA)),
                    format("%.0f%%", scaled(result.memoryShare(measurement), 100)),
                    speed(result, measurement));
        }
        result.matmulRates()
                .forEach((engine, rate) -> table.add(
                        result.name(), engine, "matmul", "float32", Text.format("%.1f GFLOP/s", rate / GIGA)));
        result.memoryRate()
                .ifPresent(rate -> table.add(result.name(), Text.format("memory read at %.1f GB/s", rate / GIGA)));
        result.peakMemory()
                .ifPresent(bytes -> table.add(result.name(), Text.format("peak memory %.0f MiB", bytes / MEBI)));
    }

    private static String speed(CaseResult result, Measurement measurement) {
        Work work = result.work();
        double speed = result.speed(measurement);
        String items = Text.format("%.1f %s/s", speed, work.unit());
        return work.tokens() == 0
                ? items
                : Text.format("%s, %.0f tokens/s", items, speed * work.tokens() / work.items());
    }

    private static String time(double seconds) {
        return seconds < 1 ? Text.format("%.1f us", seconds * 1e6) : Text.format("%.3f s", seconds);
    }

    private static OptionalDouble scaled(OptionalDouble value, double factor) {
        return value.isPresent() ? OptionalDouble.of(value.getAsDouble() * factor) : value;
    }

    private static String format(String pattern, OptionalDouble value) {
        return value.isPresent() ? Text.format(pattern, value.getAsDouble()) : "-";
    }
}
