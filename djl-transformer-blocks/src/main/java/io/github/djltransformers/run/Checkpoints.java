package io.github.djltransformers.run;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.github.djltransformers.ReplacedFile;
import io.github.djltransformers.Text;
import io.github.djltransformers.safetensors.SafeTensorsFile;
import io.github.djltransformers.safetensors.SafeTensorsWriter;
import io.github.djltransformers.saved.ModelWeights;
import io.github.djltransformers.saved.RecordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run: one folder a step with {@code model.safetensors}, {@code optimizer.safetensors} and
 * {@code state.json}. A folder is written under another name and moved when whole, and moved before it is deleted, so that
 * one that is there can be used. Checksums tell of what happened to it since: of damaged ones the newest healthy one before
 * is used.
 *
 * <p>Those that the configuration asks for ({@code step-N}) make the average in the end. One that an interrupt asked for
 * ({@code interrupted-N}) is there to go on from, and gone with the next, so that the interrupt leaves no trace.
 */
final class Checkpoints {
    private static final String SCHEDULED = "step-";
    private static final String INTERRUPTED = "interrupted-";
    private static final String MODEL = "model.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String STATE = "state.json";
    private static final List<String> FILES = List.of(MODEL, OPTIMIZER, STATE);
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private final Path folder;

    Checkpoints(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** The folders of the checkpoints that the configuration asked for, oldest first. */
    List<Path> scheduled() throws IOException {
        return named(SCHEDULED);
    }

    /** The newest of {@link #scheduled} that are not damaged, at most so many, oldest first. */
    List<Path> healthy(int most) throws IOException {
        List<Path> healthy = new ArrayList<>();
        for (Path checkpoint : scheduled()) {
            String fault = fault(checkpoint);
            if (fault == null) {
                healthy.add(checkpoint);
            } else {
                LOG.warn("The checkpoint {} is damaged and not averaged: {}", checkpoint, fault);
            }
        }
        return healthy.subList(Math.max(0, healthy.size() - most), healthy.size());
    }

    /**
     * The checkpoint to go on from: the newest that is not damaged.
     *
     * @throws MalformedModelException if there are checkpoints, but none that can be used, naming the newest
     */
    Optional<Path> latest() throws IOException, MalformedModelException {
        List<Path> newestFirst = Stream.concat(named(SCHEDULED).stream(), named(INTERRUPTED).stream())
                .sorted(Comparator.comparingInt(Checkpoints::step).reversed())
                .toList();
        String newest = null;
        for (Path checkpoint : newestFirst) {
            String fault = fault(checkpoint);
            if (fault == null) {
                return Optional.of(checkpoint);
            }
            LOG.warn("The checkpoint {} is damaged and passed over: {}", checkpoint, fault);
            newest = newest == null ? Text.format("%s is damaged: %s", checkpoint, fault) : newest;
        }
        if (newest != null) {
            throw new MalformedModelException(
                    "Checkpoints: one must be whole, got none; " + newest + "; remove them to begin anew");
        }
        return Optional.empty();
    }

    /** What is wrong with a checkpoint, or null. */
    private static String fault(Path checkpoint) {
        String fault = Checksums.fault(checkpoint, FILES);
        try {
            int step = state(checkpoint).step();
            if (fault == null && step != step(checkpoint)) {
                fault = Text.format("%s must be of step %d, got %d", STATE, step(checkpoint), step);
            }
        } catch (IOException | MalformedModelException e) {
            fault = e.getMessage();
        }
        return fault;
    }

    private List<Path> named(String prefix) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> path.getFileName().toString().matches(prefix + "\\d{1,9}"))
                    .sorted()
                    .toList();
        }
    }

    private static int step(Path checkpoint) {
        return Integer.parseInt(checkpoint.getFileName().toString().replaceAll("\\D", ""));
    }

    /**
     * Saves a checkpoint that the configuration asks for.
     *
     * @param keep how many of these stay
     */
    void save(RunState state, Block block, Map<String, NDArray> optimizer, int keep) throws IOException {
        write(SCHEDULED, state, block, optimizer);
        for (Path interrupted : named(INTERRUPTED)) {
            AtomicFolders.delete(interrupted);
        }
        // Later ones are damaged: this run came by them and passed them over.
        List<Path> all =
                scheduled().stream().filter(path -> step(path) <= state.step()).toList();
        for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
            AtomicFolders.delete(old);
        }
    }

    void saveInterrupted(RunState state, Block block, Map<String, NDArray> optimizer) throws IOException {
        write(INTERRUPTED, state, block, optimizer);
    }

    private void write(String prefix, RunState state, Block block, Map<String, NDArray> optimizer) throws IOException {
        Path target = folder.resolve(Text.format("%s%08d", prefix, state.step()));
        try {
            write(target, state, block, optimizer);
        } catch (IOException e) {
            throw new IOException(
                    Text.format("Checkpoints: %s must be writable and its disk have room, got: %s", target, e), e);
        }
    }

    private void write(Path target, RunState state, Block block, Map<String, NDArray> optimizer) throws IOException {
        Path temporary = folder.resolve("writing");
        AtomicFolders.delete(temporary);
        Files.createDirectories(temporary);
        ModelWeights.save(block, temporary.resolve(MODEL));
        SafeTensorsWriter.write(temporary.resolve(OPTIMIZER), optimizer, Map.of());
        ReplacedFile.writeText(temporary.resolve(STATE), RecordJson.write(state).toString());
        Checksums.write(temporary, FILES);
        AtomicFolders.delete(target);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    static RunState state(Path checkpoint) throws IOException, MalformedModelException {
        return RecordJson.readFile("Checkpoints", checkpoint.resolve(STATE), RunState.class);
    }

    static Path weights(Path checkpoint) {
        return checkpoint.resolve(MODEL);
    }

    /** The optimiser's state; the arrays belong to the manager. */
    static Map<String, NDArray> optimizer(Path checkpoint, NDManager manager)
            throws IOException, MalformedModelException {
        Map<String, NDArray> state = new LinkedHashMap<>();
        try (SafeTensorsFile file = SafeTensorsFile.open(checkpoint.resolve(OPTIMIZER))) {
            for (String name : file.names()) {
                state.put(name, file.read(manager, name));
            }
        }
        return state;
    }
}
