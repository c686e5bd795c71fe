package io.github.djltransformers.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.testing.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;

/** What is written token by token is what is written at once. */
class TokenStreamTest {
    private static final int[] PROMPT = {3, 4, 2};
    private static final int MAX_LENGTH = 24;

    private static DecoderLanguageModel languageModel(NDManager manager) {
        LayerConfig layer = LayerConfig.of(12, 3, 20).withNorm(NormPlacement.PRE);
        return Samples.initialized(
                manager,
                DataType.FLOAT32,
                new DecoderLanguageModel(
                        new TransformerConfig(layer, 0, 2, 37, MAX_LENGTH, PositionKind.LEARNED, true)));
    }

    private static Generation generation(NDManager manager, GenerativeModel model, GenerationConfig config) {
        return new Generation(model, new ParameterStore(manager, false), manager, config);
    }

    private static GeneratedSequence read(TokenStream stream) {
        List<Integer> ids = new ArrayList<>();
        double sum = 0;
        while (stream.hasNext()) {
            GeneratedToken token = stream.next();
            ids.add(token.id());
            sum += token.logProbability();
        }
        assertArrayEquals(
                ids.stream().mapToInt(Integer::intValue).toArray(),
                stream.sequence().tokens());
        assertEquals(stream.sequence().logProbability(), sum, 1e-9);
        assertThrows(NoSuchElementException.class, stream::next);
        return stream.sequence();
    }

    @EngineTest
    void streamsGiveWhatIsWrittenAtOnce(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel writer = languageModel(manager);
            TinyTransformer translator = new TinyTransformer(manager, 37);
            GenerationConfig free =
                    GenerationConfig.builder().optMaxNewTokens(12).build();
            int[] tokens = generation(manager, writer, free)
                    .fromPrompts(List.of(PROMPT))
                    .get(0)
                    .get(0)
                    .tokens();
            List<GenerationConfig> configs = List.of(
                    free,
                    free.toBuilder().optEndIds(Set.of(tokens[4])).build(),
                    free.toBuilder().optRepetitionPenalty(3).build(),
                    free.toBuilder().optMaxLength(PROMPT.length + 5).build());
            for (GenerationConfig config : configs) {
                Generation writing = generation(manager, writer, config);
                try (TokenStream stream = writing.stream(PROMPT)) {
                    assertEquals(writing.fromPrompts(List.of(PROMPT)).get(0).get(0), read(stream));
                }
                Generation translating = generation(manager, translator.model(), config);
                try (TokenStream stream = translating.stream(PROMPT, TinyTransformer.START)) {
                    assertEquals(
                            translating
                                    .fromSources(List.of(PROMPT), TinyTransformer.START)
                                    .get(0)
                                    .get(0),
                            read(stream));
                }
            }
        }
    }

    @EngineTest
    void closedStreamsEndAndFreeWhatTheyHold(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = languageModel(manager);
            Generation writing = generation(
                    manager,
                    model,
                    GenerationConfig.builder().optMaxNewTokens(12).build());
            int before = manager.getManagedArrays().size();
            TokenStream stream = writing.stream(PROMPT);
            assertThrows(IllegalStateException.class, stream::sequence);
            stream.next();
            stream.next();
            stream.close();
            stream.close();
            assertFalse(stream.hasNext());
            assertEquals(2, stream.sequence().tokens().length);
            assertEquals(before, manager.getManagedArrays().size());
        }
    }

    @EngineTest
    void lengthCountsThePromptAndIsNotTheNumberOfNewTokens(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel model = languageModel(manager);
            GenerationConfig config = GenerationConfig.builder()
                    .optMaxNewTokens(GenerationConfig.NO_LIMIT)
                    .optMaxLength(8)
                    .build();
            List<List<GeneratedSequence>> found =
                    generation(manager, model, config).fromPrompts(List.of(PROMPT, new int[] {5}));
            assertEquals(5, found.get(0).get(0).tokens().length);
            assertEquals(7, found.get(1).get(0).tokens().length);
            assertEquals(
                    "GenerationConfig: maxLength must be more than the 8 tokens of the prompt, got 8; set maxNewTokens,"
                            + " which does not count the prompt",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> generation(manager, model, config)
                                            .fromPrompts(List.of(new int[] {1, 2, 3, 4, 5, 6, 7, 8})))
                            .getMessage());
            assertEquals(
                    "Generation: beams must be 1 to write token by token, got 2",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> generation(
                                            manager,
                                            model,
                                            config.toBuilder().optBeams(2).build())
                                            .stream(PROMPT))
                            .getMessage());
        }
    }

    @EngineTest
    void blocksStreamTheLikeliestTokens(String engine) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
            DecoderLanguageModel writer = languageModel(manager);
            EncoderDecoderCase translator = new EncoderDecoderCase(manager);
            GenerationConfig config =
                    GenerationConfig.builder().optMaxNewTokens(100).build();
            List<List<GeneratedSequence>> expected =
                    generation(manager, writer, config).fromPrompts(List.of(PROMPT, new int[] {5, 6}));
            NDArray keep = manager.create(new boolean[] {true, true, true, false, true, true}, new Shape(2, 1, 1, 3));
            NDList inputs = new NDList(manager.create(new long[] {3, 4, 2, 0, 5, 6}, new Shape(2, 3)), keep);
            // The batch's longest beginning and 22 tokens are 25: the last is written, and not read.
            compare(
                    expected,
                    new StreamingWriter(writer)
                            .forwardStreamIter(new ParameterStore(manager, false), inputs, false, null),
                    22);
            compare(
                    generation(manager, translator.tiny.model(), config)
                            .fromSources(List.of(PROMPT, PROMPT), TinyTransformer.START),
                    new StreamingWriter(translator.tiny.model())
                            .forwardStreamIter(new ParameterStore(manager, false), translator.inputs, false, null),
                    24);
        }
    }

    private record EncoderDecoderCase(TinyTransformer tiny, NDList inputs) {
        EncoderDecoderCase(NDManager manager) {
            this(
                    new TinyTransformer(manager, 37),
                    new NDList(
                            manager.create(new long[] {3, 4, 2, 3, 4, 2}, new Shape(2, 3)),
                            manager.ones(new Shape(2, 1, 1, 3), DataType.BOOLEAN),
                            manager.create(
                                    new long[] {TinyTransformer.START, TinyTransformer.START}, new Shape(2, 1))));
        }
    }

    private static void compare(List<List<GeneratedSequence>> expected, Iterator<NDList> stream, int length) {
        List<long[]> steps = new ArrayList<>();
        while (stream.hasNext()) {
            steps.add(stream.next().singletonOrThrow().toLongArray());
        }
        assertEquals(length, steps.size());
        for (int row = 0; row < expected.size(); row++) {
            int[] tokens = expected.get(row).get(0).tokens();
            int at = row;
            assertArrayEquals(
                    Arrays.copyOf(tokens, length),
                    steps.stream().mapToInt(step -> (int) step[at]).toArray());
        }
    }
}
