package io.github.djltransformers.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.Execution;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.FinishReason;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.decode.Searches;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.testing.EngineTest;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Searches find the same in compiled and in eager decoding. */
class CompiledSearchTest {
    /** Prompts of one token leave nothing to read before it; those at the end of the table leave no step unwritten. */
    @EngineTest
    void promptsOfAnyLengthAreWrittenOnToTheEndOfWhatTheModelReads(String engine) {
        GenerationConfig endless = GenerationConfig.greedy(1000, TinyModels.VOCABULARY);
        TinyModels.with(engine, TinyModels::languageModel, (model, manager) -> {
            for (int length : new int[] {1, 2, 60, TinyModels.MAX_LENGTH}) {
                List<int[]> prompts =
                        List.of(TinyModels.tokens(new Random(1), length), TinyModels.tokens(new Random(2), length));
                ParameterStore store = new ParameterStore(manager, false);
                List<List<GeneratedSequence>> compiled =
                        new Generation(model, store, manager, endless).fromPrompts(prompts);
                for (List<GeneratedSequence> each : compiled) {
                    assertEquals(TinyModels.MAX_LENGTH - length + 1, each.get(0).tokens().length);
                    assertEquals(FinishReason.LENGTH, each.get(0).finishReason());
                }
                Execution execution = ((TransformerBlock) model).execution();
                ((TransformerBlock) model).setExecution(null);
                requireEqual(new Generation(model, store, manager, endless).fromPrompts(prompts), compiled);
                ((TransformerBlock) model).setExecution(execution);
            }
        });
    }

    @EngineTest
    void searchesFindTheSame(String engine) {
        Set<FinishReason> reasons = EnumSet.noneOf(FinishReason.class);
        TinyModels.with(engine, TinyModels::encoderDecoder, (model, manager) -> {
            search(reasons, model, manager, sentences(9, 1, 12));
            search(reasons, model, manager, sentences(5, 6, 6));
        });
        TinyModels.with(
                engine,
                TinyModels::languageModel,
                (model, manager) -> search(reasons, model, manager, sentences(6, 3, 3)));
        assertEquals(EnumSet.allOf(FinishReason.class), reasons);
    }

    private static List<int[]> sentences(int count, int shortest, int longest) {
        Random random = new Random(count);
        return IntStream.range(0, count)
                .mapToObj(i -> TinyModels.tokens(random, shortest + random.nextInt(longest - shortest + 1)))
                .toList();
    }

    private static void search(
            Set<FinishReason> reasons, GenerativeModel model, NDManager manager, List<int[]> inputs) {
        TokenRows rows = TokenRows.of(inputs, 0);
        for (int end : ends(model, manager, rows)) {
            for (GenerationConfig config : List.of(
                    GenerationConfig.greedy(40, end),
                    GenerationConfig.beam(4, 40, end).toBuilder().optNBest(4).build())) {
                try (DecodingBatch eager = TinyModels.eager(model, manager, rows);
                        DecodingBatch compiled = TinyModels.installed(model, manager, rows)) {
                    List<List<GeneratedSequence>> expected = Searches.run(eager, config, 1);
                    List<List<GeneratedSequence>> found = Searches.run(compiled, config, 1);
                    requireEqual(expected, found);
                    found.forEach(each -> each.forEach(hypothesis -> reasons.add(hypothesis.finishReason())));
                }
            }
        }
    }

    /** Tokens that the model writes early or late, and one that it never writes. */
    private static Set<Integer> ends(GenerativeModel model, NDManager manager, TokenRows rows) {
        try (DecodingBatch batch = TinyModels.eager(model, manager, rows)) {
            GenerationConfig endless = GenerationConfig.greedy(40, TinyModels.VOCABULARY);
            Set<Integer> ends = new TreeSet<>(endless.endIds());
            for (List<GeneratedSequence> hypotheses : Searches.run(batch, endless, 1)) {
                int[] tokens = hypotheses.get(0).tokens();
                ends.add(tokens[tokens.length / 8]);
                ends.add(tokens[tokens.length - 1]);
            }
            return ends;
        }
    }

    private static void requireEqual(List<List<GeneratedSequence>> expected, List<List<GeneratedSequence>> found) {
        assertEquals(expected.size(), found.size());
        for (int input = 0; input < expected.size(); input++) {
            assertEquals(expected.get(input).size(), found.get(input).size());
            for (int rank = 0; rank < expected.get(input).size(); rank++) {
                GeneratedSequence wanted = expected.get(input).get(rank);
                GeneratedSequence actual = found.get(input).get(rank);
                assertArrayEquals(wanted.tokens(), actual.tokens(), "input " + input + " rank " + rank);
                assertEquals(wanted.finishReason(), actual.finishReason());
                assertTrue(Parity.distance(wanted.score(), actual.score()) <= Parity.TOLERANCE, actual::toString);
            }
        }
    }
}
