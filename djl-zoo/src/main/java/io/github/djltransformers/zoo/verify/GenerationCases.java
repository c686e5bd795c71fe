package io.github.djltransformers.zoo.verify;

import ai.djl.MalformedModelException;
import ai.djl.ModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.Text;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.huggingface.GenerationConfigJson;
import io.github.djltransformers.model.GenerativeModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The cases of a {@code generate.json}: the same tokens, and scores within the tolerance. */
final class GenerationCases {
    private static final String FILE = "generate.json";
    private static final String START = "decoder_start_token_id";
    private static final int MAX_BYTES = 1 << 26;
    private static final double SCORE_TOLERANCE = 1e-4;

    private final Path directory;
    private final GenerativeModel model;
    private final NDManager manager;
    private final int startId;

    /**
     * @param startId the token a decoder begins with
     */
    GenerationCases(Path directory, GenerativeModel model, NDManager manager, int startId) {
        this.directory = directory;
        this.model = model;
        this.manager = manager;
        this.startId = startId;
    }

    static boolean there(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    /**
     * Compares all cases.
     *
     * @param tolerance of scores, null for 1e-4
     */
    void run(ReferenceFile reference, Double tolerance, Consumer<TensorVerdict> verdicts)
            throws IOException, ModelException {
        Path file = directory.resolve(FILE);
        if (!(JsonText.readObject("GenerationCases", file, MAX_BYTES).get("cases") instanceof JsonObject cases)) {
            throw new MalformedModelException(
                    Text.format("GenerationCases: %s must have an object of cases, got another value", file));
        }
        double allowed = tolerance == null ? SCORE_TOLERANCE : tolerance;
        try (NDManager scratch = manager.newSubManager()) {
            NDArray ids = reference.read(scratch, "gen.input_ids");
            NDArray mask = reference.read(scratch, "gen.attention_mask");
            List<int[]> inputs = rows(ids, mask);
            boolean readsSource = model.readsSource();
            int promptLength = readsSource ? 1 : (int) ids.getShape().get(1);
            for (Map.Entry<String, JsonElement> entry : cases.entrySet()) {
                JsonObject wishes = entry.getValue().getAsJsonObject().getAsJsonObject("kwargs");
                GenerationConfig config = GenerationConfigJson.read(directory, wishes);
                int first = wishes.has(START) ? wishes.get(START).getAsInt() : startId;
                Generation generation = new Generation(model, new ParameterStore(scratch, false), scratch, config);
                List<GeneratedSequence> written = (readsSource
                                ? generation.fromSources(inputs, first)
                                : generation.fromPrompts(inputs, rows(ids, null)))
                        .stream().flatMap(List::stream).toList();
                compare(reference, scratch, "gen." + entry.getKey(), written, promptLength, allowed, verdicts);
            }
        }
    }

    private static void compare(
            ReferenceFile reference,
            NDManager scratch,
            String name,
            List<GeneratedSequence> written,
            int promptLength,
            double allowed,
            Consumer<TensorVerdict> verdicts)
            throws IOException, ModelException {
        NDArray sequences = reference.read(scratch, name + ".sequences");
        verdicts.accept(tokens(name + ".sequences", sequences, written, promptLength));
        NDArray scores = reference.read(scratch, name + ".sequences_scores");
        if (scores != null) {
            verdicts.accept(numbers(
                    name + ".sequences_scores",
                    scores,
                    written.stream().mapToDouble(GeneratedSequence::score).toArray(),
                    allowed));
        }
        NDArray sums = reference.read(scratch, name + ".sum_logprob");
        if (sums != null) {
            verdicts.accept(numbers(
                    name + ".sum_logprob",
                    sums,
                    written.stream()
                            .mapToDouble(GeneratedSequence::logProbability)
                            .toArray(),
                    allowed));
        }
    }

    /** Tokens must be equal: any other one counts as an error of 1. */
    private static TensorVerdict tokens(
            String name, NDArray expected, List<GeneratedSequence> written, int promptLength) {
        if (expected == null || expected.getShape().get(0) != written.size()) {
            return TensorVerdict.impossible(name, 0, "must have " + written.size() + " sequences");
        }
        int width = (int) expected.getShape().get(1);
        long[] ids = expected.toLongArray();
        long compared = 0;
        int wrong = 0;
        for (int row = 0; row < written.size(); row++) {
            int[] tokens = written.get(row).tokens();
            for (int i = 0; i < tokens.length; i++) {
                int at = promptLength + i;
                compared++;
                wrong += at < width && ids[row * width + at] == tokens[i] ? 0 : 1;
            }
            // One that ends early is followed by padding; one that does not is as long as the longest.
            wrong += written.get(row).ended() || promptLength + tokens.length == width ? 0 : 1;
        }
        return new TensorVerdict(name, compared, wrong, 0, wrong == 0 ? "" : wrong + " tokens differ");
    }

    private static TensorVerdict numbers(String name, NDArray expected, double[] actual, double allowed) {
        float[] wanted = expected.toFloatArray();
        if (wanted.length != actual.length) {
            return TensorVerdict.impossible(name, allowed, "must have " + actual.length + " numbers");
        }
        double worst = 0;
        for (int i = 0; i < wanted.length; i++) {
            worst = Math.max(worst, Math.abs(wanted[i] - actual[i]));
        }
        return new TensorVerdict(name, wanted.length, worst, allowed, "");
    }

    private static List<int[]> rows(NDArray ids, NDArray mask) {
        int width = (int) ids.getShape().get(1);
        long[] tokens = ids.toLongArray();
        long[] kept = mask == null ? null : mask.toLongArray();
        List<int[]> rows = new ArrayList<>();
        for (int from = 0; from < tokens.length; from += width) {
            int[] row = new int[width];
            int count = 0;
            for (int i = from; i < from + width; i++) {
                if (kept == null || kept[i] != 0) {
                    row[count++] = (int) tokens[i];
                }
            }
            rows.add(Arrays.copyOf(row, count));
        }
        return rows;
    }
}
