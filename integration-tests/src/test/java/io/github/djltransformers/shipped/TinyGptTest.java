package io.github.djltransformers.shipped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.text.generate.TextStream;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.train.LabelSmoothedCrossEntropy;
import io.github.djltransformers.train.Reduction;
import io.github.djltransformers.zoo.ModelScore;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Holds the shipped language model to what its card says. */
class TinyGptTest {
    private static final int ROW = 256;
    private static final int BATCH = 16;

    private static <O> Criteria<String, O> criteria(Class<O> output) {
        return Criteria.builder()
                .setTypes(String.class, output)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("tiny-gpt")
                .optEngine("PyTorch")
                .optArgument("maxNewTokens", 300)
                .build();
    }

    private static String heldOut() throws Exception {
        try (InputStream file = TinyGptTest.class.getResourceAsStream("/shakespeare-held-out.txt.gz");
                InputStream text = new GZIPInputStream(file)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void findsTheHeldOutTextAsLikelyAsItsCardSays() throws Exception {
        ModelScore stated = TransformerModelZoo.packaged().models().stream()
                .filter(model -> model.description().id().equals("tiny-gpt"))
                .findFirst()
                .orElseThrow()
                .description()
                .scores()
                .get(0);
        assertEquals("nll", stated.metric());
        try (ZooModel<String, String> model = criteria(String.class).loadModel();
                TextTokenizer tokenizer = TextTokenizer.open(model.getModelPath());
                Predictor<NDList, NDList> predictor = model.newPredictor(new ai.djl.translate.NoopTranslator())) {
            int[] ids = tokenizer.encode(heldOut()).ids();
            LabelSmoothedCrossEntropy loss = new LabelSmoothedCrossEntropy(0, -100, Reduction.SUM);
            double sum = 0;
            int rows = (ids.length - 1) / ROW;
            for (int from = 0; from < rows; from += BATCH) {
                int count = Math.min(BATCH, rows - from);
                try (NDManager scratch = model.getNDManager().newSubManager()) {
                    NDArray read = rows(scratch, ids, from * ROW, count);
                    NDList logits = predictor.predict(new NDList(read));
                    logits.attach(scratch);
                    NDArray next = rows(scratch, ids, from * ROW + 1, count);
                    sum += loss.evaluate(new NDList(next), logits).getFloat();
                }
            }
            assertEquals(stated.value(), sum / rows / ROW, 0.002);
        }
    }

    private static NDArray rows(NDManager manager, int[] ids, int from, int count) {
        long[] row = Arrays.stream(ids, from, from + count * ROW).asLongStream().toArray();
        return HostArrays.of(manager, row, new Shape(count, ROW));
    }

    @Test
    void writesASceneInPieces() throws Exception {
        String whole;
        try (ZooModel<String, String> model = criteria(String.class).loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            whole = predictor.predict("ROMEO:");
        }
        StringBuilder pieces = new StringBuilder();
        try (ZooModel<String, TextStream> model = criteria(TextStream.class).loadModel();
                Predictor<String, TextStream> predictor = model.newPredictor();
                TextStream stream = predictor.streamingPredict("ROMEO:").getIterativeOutput()) {
            stream.forEachRemaining(pieces::append);
        }
        assertEquals(whole, pieces.toString());
        assertEquals(300, whole.length());
        assertTrue(whole.startsWith("\n"), whole);
        // Words and speakers, not letters alone.
        assertTrue(whole.matches("(?s).*\\b(the|and|I|you)\\b.*"), whole);
    }
}
