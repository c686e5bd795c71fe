package io.github.djltransformers.benchmark;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** A report as JSON. Times are in seconds, sizes in bytes, rates in units a second; what is not known is left out. */
public final class ReportJson {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private ReportJson() {}

    public static String of(BenchmarkReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("machine", report.machine());
        json.put("pace", report.pace());
        report.peakMemory().ifPresent(bytes -> json.put("peakMemoryBytes", bytes));
        json.put("cases", report.cases().stream().map(ReportJson::of).toList());
        return GSON.toJson(json);
    }

    private static Map<String, Object> of(CaseResult result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", result.name());
        json.put("items", result.work().items());
        json.put("unit", result.work().unit());
        if (result.work().tokens() > 0) {
            json.put("tokens", result.work().tokens());
        }
        if (result.work().cost() != null) {
            json.put("cost", result.work().cost());
        }
        json.put("matmulFlopsPerSecond", result.matmulRates());
        put(json, "memoryBytesPerSecond", result.memoryRate());
        result.peakMemory().ifPresent(bytes -> json.put("peakMemoryBytes", bytes));
        List<Map<String, Object>> variants =
                result.measurements().stream().map(each -> of(result, each)).toList();
        json.put("variants", variants);
        return json;
    }

    private static Map<String, Object> of(CaseResult result, Measurement measurement) {
        Map<String, Object> json = new LinkedHashMap<>();
        Variant variant = measurement.variant();
        json.put("engine", variant.engine());
        json.put("mode", variant.mode().name().toLowerCase(Locale.ROOT));
        json.put("precision", variant.precision().name().toLowerCase(Locale.ROOT));
        if (!measurement.measured()) {
            json.put("reason", measurement.reason());
            return json;
        }
        json.put("seconds", measurement.seconds());
        json.put("samples", measurement.samples());
        json.put("itemsPerSecond", result.speed(measurement));
        put(json, "floorSeconds", result.floorSeconds(measurement));
        put(json, "floorShare", result.floorShare(measurement));
        put(json, "bytesPerSecond", result.bytesPerSecond(measurement));
        put(json, "bytesPerItem", result.bytesPerItem(measurement));
        put(json, "memoryShare", result.memoryShare(measurement));
        put(json, "timesAsFastAsEager", result.timesAsFastAs(Mode.EAGER, measurement));
        put(json, "timesAsFastAsStock", result.timesAsFastAs(Mode.STOCK, measurement));
        return json;
    }

    private static void put(Map<String, Object> json, String name, OptionalDouble value) {
        value.ifPresent(number -> json.put(name, number));
    }
}
