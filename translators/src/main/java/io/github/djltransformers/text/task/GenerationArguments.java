package io.github.djltransformers.text.task;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.github.djltransformers.ModelArguments;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import io.github.djltransformers.decode.DraftModel;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.decode.PromptLookup;
import io.github.djltransformers.decode.Speculation;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.GenerationConfigJson;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.text.generate.WritingArguments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How a checkpoint writes: as its files say, and what arguments say otherwise. */
final class GenerationArguments {
    /** What {@code task_specific_params} puts before a text. */
    private static final String PREFIX = "prefix";

    private static final String DRAFT = "draftModel";

    /** How many tokens a draft model guesses, as in Hugging Face. */
    private static final int DRAFT_TOKENS = 5;

    private final TaskModel of;
    private final Path directory;
    private final CheckpointConfig config;
    private final ModelArguments arguments;

    GenerationArguments(TaskModel of) {
        this.of = of;
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
        CheckpointConfig own = task(task);
        if (own != null) {
            own.json().asMap().forEach(wishes::add);
        }
        WritingArguments writing = new WritingArguments(arguments);
        writing.wishes().asMap().forEach(wishes::add);
        return GenerationConfigJson.read(directory, wishes);
    }

    /**
     * How what follows is guessed, or null where it is not. A draft model is loaded, and closed with the model.
     *
     * @throws IllegalArgumentException if both kinds are asked for, or beams, or the draft model is none
     */
    Speculation speculation(GenerationConfig generation) throws IOException, MalformedModelException {
        int lookedUp = arguments.wholeNumber("promptLookup", 0, 0);
        int drafted = arguments.wholeNumber("draftTokens", 1, DRAFT_TOKENS);
        Path draft = arguments.value(DRAFT, "be a directory", null, Path::of);
        if (lookedUp == 0 && draft == null) {
            return null;
        }
        if (lookedUp > 0 && draft != null || generation.beams() > 1) {
            throw new IllegalArgumentException(
                    "CheckpointTranslatorFactory: only one of promptLookup and draftModel may be"
                            + " given, and no beams with it, got promptLookup " + lookedUp + ", draftModel " + draft
                            + " and "
                            + generation.beams() + " beams");
        }
        if (draft == null) {
            return PromptLookup.of(lookedUp);
        }
        NDManager manager = of.model().getNDManager();
        TransformerBlock block = Checkpoint.load(draft, manager);
        if (!(block instanceof GenerativeModel writer)) {
            throw new IllegalArgumentException(
                    "CheckpointTranslatorFactory: draftModel must be a model that writes, got "
                            + TaskModel.name(block));
        }
        CompiledExecution.install(block, manager, CompilationConfig.of(of.given()));
        return new DraftModel(writer, drafted);
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
}
