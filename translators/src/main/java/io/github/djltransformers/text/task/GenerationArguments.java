package io.github.djltransformers.text.task;

import ai.djl.MalformedModelException;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.djltransformers.ModelArguments;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.GenerationConfigJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a checkpoint writes: as its files say, and what arguments say otherwise. */
final class GenerationArguments {
    private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointTranslatorFactory.class);

    /** Whole numbers by argument: the key of {@code generation_config.json}. */
    private static final Map<String, String> COUNTS = new TreeMap<>(Map.of(
            "beam", "num_beams",
            "maxNewTokens", "max_new_tokens",
            "minNewTokens", "min_new_tokens",
            "nBest", "num_return_sequences",
            "noRepeatNgramSize", "no_repeat_ngram_size"));

    private static final Map<String, String> NUMBERS =
            new TreeMap<>(Map.of("lengthPenalty", "length_penalty", "repetitionPenalty", "repetition_penalty"));

    /** What {@code task_specific_params} puts before a text. */
    private static final String PREFIX = "prefix";

    private final Path directory;
    private final CheckpointConfig config;
    private final ModelArguments arguments;

    GenerationArguments(TaskModel of) {
        directory = of.directory();
        config = of.config();
        arguments = of.arguments();
    }

    /**
     * The configuration.
     *
     * @param task of {@code task_specific_params}, or empty
     */
    GenerationConfig config(String task) throws IOException, MalformedModelException {
        JsonObject wishes = new JsonObject();
        wishes.addProperty("do_sample", false);
        CheckpointConfig own = task(task);
        if (own != null) {
            own.json().asMap().forEach(wishes::add);
        }
        for (Map.Entry<String, String> count : COUNTS.entrySet()) {
            int value = arguments.wholeNumber(count.getKey(), 0, Integer.MAX_VALUE);
            if (value != Integer.MAX_VALUE) {
                wishes.addProperty(count.getValue(), value);
            }
        }
        for (Map.Entry<String, String> number : NUMBERS.entrySet()) {
            double value = arguments.number(number.getKey(), Double.NaN);
            if (!Double.isNaN(value)) {
                wishes.addProperty(number.getValue(), value);
            }
        }
        warnOfSampling();
        return GenerationConfigJson.read(directory, wishes);
    }

    /** What the files put before each text of a task; empty for none. */
    String prefix(String task) throws MalformedModelException {
        CheckpointConfig own = task(task);
        return own == null ? "" : own.text(PREFIX, "");
    }

    /** Whether {@code task_specific_params} have a task. */
    boolean has(String task) throws MalformedModelException {
        CheckpointConfig all = config.object("task_specific_params");
        return all != null && all.has(task);
    }

    private CheckpointConfig task(String task) throws MalformedModelException {
        if (task.isEmpty()) {
            return null;
        }
        CheckpointConfig all = config.object("task_specific_params");
        if (all == null || !all.has(task)) {
            throw new IllegalArgumentException("CheckpointTranslatorFactory: task must be one of "
                    + (all == null ? List.of() : all.json().keySet())
                    + ", the task_specific_params in config.json, got "
                    + task);
        }
        return all.object(task);
    }

    private void warnOfSampling() throws IOException, MalformedModelException {
        Path file = directory.resolve(GenerationConfigJson.FILE);
        if (Files.exists(file)) {
            JsonElement sampling = CheckpointConfig.of(Files.readString(file), file.toString())
                    .json()
                    .get("do_sample");
            if (sampling != null && sampling.toString().equals("true")) {
                LOGGER.warn(
                        "{} asks for sampling (do_sample), which is not supported; the likeliest tokens are taken",
                        file);
            }
        }
    }
}
