package io.github.djltransformers.cli;

import ai.djl.translate.TranslateException;
import io.github.djltransformers.text.data.BlankText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Lines computed in batches of like length, with results in the order of the lines. Blank lines are not computed.
 *
 * <p>Long lines come first: a batch that does not fit into memory shows at once, and short ones end together.
 *
 * @param <R> what is computed of a line
 */
final class OrderedBatches<R> {
    private final int batchSize;
    private final Computation<R> computation;
    private final Sink<R> sink;

    /** Computes several lines at once. */
    interface Computation<R> {
        List<R> apply(List<String> lines) throws TranslateException;
    }

    /** Takes results in order. */
    interface Sink<R> {
        /**
         * Takes the result of the next line.
         *
         * @param result null for a blank line
         */
        void accept(String line, R result) throws IOException;

        /** Called after each batch. */
        default void flush() throws IOException {}
    }

    OrderedBatches(int batchSize, Computation<R> computation, Sink<R> sink) {
        this.batchSize = batchSize;
        this.computation = computation;
        this.sink = sink;
    }

    void run(List<String> lines) throws TranslateException, IOException {
        List<Integer> byLength = new ArrayList<>();
        boolean[] done = new boolean[lines.size()];
        for (int i = 0; i < done.length; i++) {
            done[i] = BlankText.isBlank(lines.get(i));
            if (!done[i]) {
                byLength.add(i);
            }
        }
        byLength.sort(
                Comparator.comparingInt((Integer i) -> lines.get(i).length()).reversed());
        List<R> results = new ArrayList<>(Collections.nCopies(done.length, null));
        int written = write(lines, results, done, 0);
        for (int first = 0; first < byLength.size(); first += batchSize) {
            List<Integer> batch = byLength.subList(first, Math.min(first + batchSize, byLength.size()));
            List<R> computed = computation.apply(batch.stream().map(lines::get).toList());
            for (int i = 0; i < batch.size(); i++) {
                results.set(batch.get(i), computed.get(i));
                done[batch.get(i)] = true;
            }
            written = write(lines, results, done, written);
        }
    }

    /** Writes the results that are complete up to their place. */
    private int write(List<String> lines, List<R> results, boolean[] done, int from) throws IOException {
        int next = from;
        while (next < done.length && done[next]) {
            sink.accept(lines.get(next), results.get(next));
            next++;
        }
        sink.flush();
        return next;
    }
}
