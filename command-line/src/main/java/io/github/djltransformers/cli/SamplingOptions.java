package io.github.djltransformers.cli;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How tokens are drawn. */
final class SamplingOptions {
    @Option(
            names = "--sample",
            negatable = true,
            description = "Draw tokens by their probabilities, or take the likeliest (default: as the files say).")
    private Boolean sample;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description =
                    "Below 1 likely tokens become likelier, above 1 less likely (default: as the files say, else 1).")
    private Double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Only the K likeliest tokens are drawn, 0 for all (default: as the files say, else 50).")
    private Integer topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description =
                    "Only the likeliest tokens are drawn that reach P together (default: as the files say, else 1).")
    private Double topP;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            description =
                    "Only tokens are drawn that have P times the probability of the likeliest (default: as the files"
                            + " say, else 0).")
    private Double minP;

    @Option(
            names = "--typical-p",
            paramLabel = "P",
            description =
                    "Only the tokens are drawn that surprise as is usual there, and reach P together (default: as the"
                            + " files say, else 1).")
    private Double typicalP;

    @Option(
            names = "--presence-penalty",
            paramLabel = "X",
            description = "What a token's score loses once it was written (default: 0).")
    private Double presencePenalty;

    @Option(
            names = "--frequency-penalty",
            paramLabel = "X",
            description = "What a token's score loses each time that it is written (default: 0).")
    private Double frequencyPenalty;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same number draws the same text again (default: another each time).")
    private Long seed;

    /** Whether tokens are drawn. */
    boolean draws() {
        return sample == null
                ? Stream.of(temperature, topK, topP, minP, typicalP, seed).anyMatch(Objects::nonNull)
                : sample;
    }

    void addTo(Map<String, Object> arguments) {
        arguments.put("sample", sample);
        arguments.put("temperature", temperature);
        arguments.put("topK", topK);
        arguments.put("topP", topP);
        arguments.put("minP", minP);
        arguments.put("typicalP", typicalP);
        arguments.put("presencePenalty", presencePenalty);
        arguments.put("frequencyPenalty", frequencyPenalty);
        arguments.put("seed", seed);
    }
}
