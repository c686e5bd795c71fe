package io.github.djltransformers.zoo.checkpoint;

import static io.github.djltransformers.block.Freezing.allBut;
import static io.github.djltransformers.block.Freezing.embeddings;
import static io.github.djltransformers.block.Freezing.firstLayers;
import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import io.github.djltransformers.block.Freezing;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.huggingface.Checkpoint;
import io.github.djltransformers.testing.EngineTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Frozen parts stay bit-equal and cost no gradient, while the others are trained. */
class FreezingTest {
    private static Path checkpoint(String name) throws Exception {
        return Path.of(FreezingTest.class.getResource("/checkpoints/" + name).toURI());
    }

    private static Map<String, float[]> weights(TransformerBlock block) {
        Map<String, float[]> weights = new TreeMap<>();
        ParameterNames.of(block)
                .forEach((name, parameter) ->
                        weights.put(name, parameter.getArray().toFloatArray()));
        return weights;
    }

    /** The names of the parameters that are not what they were. */
    private static Set<String> moved(Map<String, float[]> before, Map<String, float[]> after) {
        Set<String> moved = new TreeSet<>();
        before.forEach((name, values) -> {
            if (!Arrays.equals(values, after.get(name))) {
                moved.add(name);
            }
        });
        return moved;
    }

    private static Set<String> trained(TransformerBlock block, Predicate<String> frozen) {
        Set<String> names = new TreeSet<>(ParameterNames.trained(block).keySet());
        names.removeIf(frozen);
        return names;
    }

    @EngineTest
    void frozenPartsStayWhatTheyWere(String engine) throws Exception {
        for (Predicate<String> frozen :
                Arrays.asList(embeddings(), firstLayers(2), embeddings().or(firstLayers(1)), allBut("classifier"))) {
            try (Model model = Model.newInstance("toy", Device.cpu(), engine)) {
                TransformerBlock block = Checkpoint.load(checkpoint("bert_seqcls"), model.getNDManager());
                model.setBlock(block);
                Freezing.freeze(block, frozen);
                trainAndCompare(model, frozen);
            }
        }
    }

    private static void trainAndCompare(Model model, Predicate<String> frozen) {
        TransformerBlock block = (TransformerBlock) model.getBlock();
        Map<String, float[]> before = weights(block);
        Set<String> withGradient = ToyClasses.train(model, 1e-3f, 3);
        Set<String> expected = trained(block, frozen);
        assertEquals(expected, withGradient);
        assertEquals(expected, moved(before, weights(block)));
    }

    /** DJL's PyTorch model releases all parameters of a model that it loaded. */
    @EngineTest
    void whatIsFrozenStaysSoInALoadedModel(String engine) throws Exception {
        Criteria<?, ?> criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(checkpoint("bert_seqcls"))
                .optEngine(engine)
                .optArgument("blockFactory", "io.github.djltransformers.huggingface.CheckpointBlockFactory")
                .optOption("hasParameter", "false")
                .build();
        try (Model model = criteria.loadModel()) {
            TransformerBlock block = (TransformerBlock) model.getBlock();
            Freezing.freeze(block, allBut("classifier"));
            trainAndCompare(model, allBut("classifier"));
            Freezing.release(block, firstLayers(1));
            trainAndCompare(model, allBut("classifier").and(firstLayers(1).negate()));
        }
    }

    @Test
    void partsHaveNames() {
        assertTrue(embeddings().test("body.embedding.weight"));
        assertTrue(embeddings().test("target_embedding.positions.table"));
        assertFalse(embeddings().test("body.encoder.layers.0.embedding_norm.weight"));
        assertTrue(firstLayers(2).test("encoder.layers.1.self_attention.query.weight"));
        assertTrue(firstLayers(2).test("layers.0.feed_forward.inner.bias"));
        assertFalse(firstLayers(2).test("encoder.layers.10.self_attention.query.weight"));
        assertFalse(allBut("classifier").test("classifier.weight"));
        assertTrue(allBut("classifier").test("classifiers.weight"));
    }

    @Test
    void whatChoosesNothingOrAllIsRefused() throws Exception {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            TransformerBlock block = Checkpoint.load(checkpoint("bert_seqcls"), manager);
            requireRejected(
                    "Freezing: names must choose some parameters and leave some, got 57 of 57; the parts of HeadedEncoder"
                            + " are [body, classifier]",
                    () -> Freezing.freeze(block, allBut("clasifier")));
            requireRejected(
                    "Freezing: names must choose some parameters and leave some, got 0 of 57; the parts of HeadedEncoder"
                            + " are [body, classifier]",
                    () -> Freezing.freeze(block, name -> false));
        }
        requireRejected("Freezing: count must be at least 1, got 0", () -> firstLayers(0));
    }
}
