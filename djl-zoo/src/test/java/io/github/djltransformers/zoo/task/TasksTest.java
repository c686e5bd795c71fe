package io.github.djltransformers.zoo.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.modality.nlp.translator.ZeroShotClassificationInput;
import ai.djl.modality.nlp.translator.ZeroShotClassificationOutput;
import ai.djl.util.StringPair;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.task.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** What translators make of a checkpoint's numbers, which the block itself gives here for rows without padding. */
class TasksTest {
    private static final double CLOSE = 1e-5;

    @TempDir
    Path temporary;

    private static double[] softmax(float... logits) {
        double sum = IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(logits[i]))
                .sum();
        return IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(logits[i]) / sum)
                .toArray();
    }

    private static double[] probabilities(Classifications classes) {
        return classes.getProbabilities().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private static int[] pair(String[] first, String[] second) {
        return IntStream.concat(
                        IntStream.of(TaskCheckpoint.framed(first)),
                        IntStream.of(TaskCheckpoint.framed(second)).skip(1))
                .toArray();
    }

    private static int[] types(int first, int all) {
        return IntStream.range(0, all).map(i -> i < first ? 0 : 1).toArray();
    }

    @EngineTest
    void classesAreTheSoftmaxOfTheLogits(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert_seqcls", temporary);
        int[] ids = TaskCheckpoint.framed("the", "paris", "!");
        float[] logits =
                TaskCheckpoint.outputs(directory, Head.SEQUENCE_CLASSIFICATION, engine, ids, new int[ids.length])[0];
        Classifications classes =
                TaskCheckpoint.predict(directory, "the Paris!", Classifications.class, engine, Map.of());
        assertEquals(List.of("NEG", "NEU", "POS"), classes.getClassNames());
        assertArrayEquals(softmax(logits), probabilities(classes), CLOSE);
        Classifications[] several = TaskCheckpoint.predict(
                directory,
                new String[] {"where is the paris", "the Paris!"},
                Classifications[].class,
                engine,
                Map.of());
        assertArrayEquals(softmax(logits), probabilities(several[1]), CLOSE);
        Classifications sigmoid = TaskCheckpoint.predict(
                directory, "the Paris!", Classifications.class, engine, Map.of("activation", "sigmoid", "topK", 2));
        assertArrayEquals(
                IntStream.range(0, 3)
                        .mapToDouble(i -> 1 / (1 + Math.exp(-logits[i])))
                        .toArray(),
                probabilities(sigmoid),
                CLOSE);
        assertEquals(2, sigmoid.topK().size());
    }

    @EngineTest
    void pairsAreReadWithTheirTypes(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert_seqcls", temporary);
        int[] ids = pair(new String[] {"where", "?"}, new String[] {"in", "paris"});
        float[] logits =
                TaskCheckpoint.outputs(directory, Head.SEQUENCE_CLASSIFICATION, engine, ids, types(4, ids.length))[0];
        StringPair pair = new StringPair("where?", "in Paris");
        assertArrayEquals(
                softmax(logits),
                probabilities(TaskCheckpoint.predict(directory, pair, Classifications.class, engine, Map.of())),
                CLOSE);
        float[] scores = TaskCheckpoint.predict(directory, pair, float[].class, engine, Map.of());
        assertArrayEquals(logits, scores, (float) CLOSE); // three numbers have no sigmoid
    }

    @EngineTest
    void aTextIsOfTheClassThatItEntails(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert_seqcls", temporary);
        Path config = directory.resolve("config.json");
        String text = Files.readString(config);
        assertThrows(IllegalArgumentException.class, () -> zeroShot(directory, false, engine));
        Files.writeString(config, text.replace("\"POS\"", "\"ENTAILMENT\"").replace("\"NEG\"", "\"CONTRADICTION\""));
        float[][] logits = new float[2][];
        for (int i = 0; i < 2; i++) {
            String label = i == 0 ? "paris" : "the";
            int[] ids = pair(new String[] {"where", "?"}, new String[] {"is", label, "!"});
            logits[i] = TaskCheckpoint.outputs(
                    directory, Head.SEQUENCE_CLASSIFICATION, engine, ids, types(4, ids.length))[0];
        }
        double[] expected = softmax(logits[0][2], logits[1][2]);
        ZeroShotClassificationOutput one = zeroShot(directory, false, engine);
        assertEquals(expected[0] > expected[1] ? "paris" : "the", one.getLabels()[0]);
        assertArrayEquals(
                Arrays.stream(expected).sorted().toArray(),
                Arrays.stream(one.getScores()).sorted().toArray(),
                CLOSE);
        double[] each = {softmax(logits[0][0], logits[0][2])[1], softmax(logits[1][0], logits[1][2])[1]};
        assertArrayEquals(
                Arrays.stream(each).sorted().toArray(),
                Arrays.stream(zeroShot(directory, true, engine).getScores())
                        .sorted()
                        .toArray(),
                CLOSE);
    }

    private static ZeroShotClassificationOutput zeroShot(Path directory, boolean multiLabel, String engine)
            throws Exception {
        return TaskCheckpoint.predict(
                directory,
                new ZeroShotClassificationInput("where?", new String[] {"paris", "the"}, multiLabel, "is {}!"),
                ZeroShotClassificationOutput.class,
                engine,
                Map.of());
    }

    @EngineTest
    void everyTokenHasItsClassAndPlaceInLongTextsToo(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert_tokcls", temporary);
        String text = "The Paris, ab!";
        int[] ids = TaskCheckpoint.framed("the", "paris", ",", "a", "##b", "!");
        float[] logits =
                TaskCheckpoint.outputs(directory, Head.TOKEN_CLASSIFICATION, engine, ids, new int[ids.length])[0];
        List<String> labels = labels(directory);
        NamedEntity[] entities =
                TaskCheckpoint.predict(directory, text, NamedEntity[].class, engine, Map.of("aggregation", "none"));
        int[][] places = {{0, 3}, {4, 9}, {9, 10}, {11, 12}, {12, 13}, {13, 14}};
        int next = 0;
        for (int token = 0; token < places.length; token++) {
            double[] scores =
                    softmax(Arrays.copyOfRange(logits, (token + 1) * labels.size(), (token + 2) * labels.size()));
            int best = 0;
            for (int i = 1; i < scores.length; i++) {
                best = scores[i] > scores[best] ? i : best;
            }
            if (!labels.get(best).equals("O")) {
                NamedEntity entity = entities[next++];
                assertEquals(labels.get(best), entity.getEntity());
                assertEquals(scores[best], entity.getScore(), CLOSE);
                assertEquals(places[token][0], entity.getStart());
                assertEquals(places[token][1], entity.getEnd());
                assertEquals(text.substring(places[token][0], places[token][1]), entity.getWord());
            }
        }
        assertEquals(next, entities.length);
        String longText = "the paris is in ".repeat(40);
        NamedEntity[] all =
                TaskCheckpoint.predict(directory, longText, NamedEntity[].class, engine, Map.of("aggregation", "none"));
        assertTrue(all.length > 0);
        for (int i = 1; i < all.length; i++) {
            assertTrue(all[i - 1].getEnd() <= all[i].getStart(), "in order and once");
        }
        assertTrue(all[all.length - 1].getStart() > longText.length() / 2, "the end is read");
    }

    private static List<String> labels(Path directory) throws Exception {
        return CheckpointConfig.read(directory).labels();
    }

    @EngineTest
    void anAnswerIsTheMostProbablePart(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert_qa", temporary);
        int[] ids = pair(new String[] {"where", "?"}, new String[] {"in", "paris", "!"});
        float[][] logits =
                TaskCheckpoint.outputs(directory, Head.QUESTION_ANSWERING, engine, ids, types(4, ids.length));
        // The class token, and the three of the text, may begin and end an answer.
        int[] allowed = {0, 4, 5, 6};
        double[] starts = softmax(at(logits[0], allowed));
        double[] ends = softmax(at(logits[1], allowed));
        double best = 0;
        int from = 0;
        int to = 0;
        for (int i = 1; i < 4; i++) {
            for (int j = i; j < 4; j++) {
                if (starts[i] * ends[j] > best) {
                    best = starts[i] * ends[j];
                    from = i;
                    to = j;
                }
            }
        }
        int[][] places = {{0, 0}, {0, 2}, {3, 8}, {8, 9}};
        QAInput input = new QAInput("where?", "in Paris!");
        Answer answer = TaskCheckpoint.predict(directory, input, Answer.class, engine, Map.of());
        assertEquals(best, answer.score(), CLOSE);
        assertEquals(places[from][0], answer.start());
        assertEquals(places[to][1], answer.end());
        assertEquals("in Paris!".substring(answer.start(), answer.end()), answer.text());
        Answer[] answers =
                TaskCheckpoint.predict(directory, input, Answer[].class, engine, Map.of("topK", 9, "noAnswer", "true"));
        assertEquals(7, answers.length); // six parts, and none
        assertEquals(
                starts[0] * ends[0],
                Arrays.stream(answers)
                        .filter(each -> each.text().isEmpty())
                        .findFirst()
                        .orElseThrow()
                        .score(),
                CLOSE);
        Answer ofNothing = TaskCheckpoint.predict(directory, new QAInput("where?", ""), Answer.class, engine, Map.of());
        assertEquals("", ofNothing.text());
        Answer ofLong = TaskCheckpoint.predict(
                directory, new QAInput("where?", "in paris! ".repeat(60)), Answer.class, engine, Map.of());
        assertTrue(ofLong.score() > 0 && ofLong.end() > ofLong.start());
    }

    private static float[] at(float[] numbers, int... places) {
        float[] some = new float[places.length];
        for (int i = 0; i < some.length; i++) {
            some[i] = numbers[places[i]];
        }
        return some;
    }

    @EngineTest
    void masksGetTheMostProbableWords(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert_mlm", temporary);
        int[] ids = TaskCheckpoint.framed("the", "[MASK]", "is", "[MASK]", ".");
        float[] logits = TaskCheckpoint.outputs(directory, Head.MASKED_LM, engine, ids, new int[ids.length])[0];
        int size = logits.length / ids.length;
        Classifications[] masks = TaskCheckpoint.predict(
                directory, "the [MASK] is [MASK].", Classifications[].class, engine, Map.of("topK", 3));
        assertEquals(2, masks.length);
        for (int mask = 0; mask < 2; mask++) {
            int place = mask == 0 ? 2 : 4;
            double[] scores = softmax(Arrays.copyOfRange(logits, place * size, (place + 1) * size));
            double[] best = Arrays.stream(scores).sorted().skip(size - 3).toArray();
            assertArrayEquals(new double[] {best[2], best[1], best[0]}, probabilities(masks[mask]), CLOSE);
        }
        String message = assertThrows(
                        Exception.class,
                        () -> TaskCheckpoint.predict(directory, "the", Classifications.class, engine, Map.of()))
                .getMessage();
        assertTrue(message.contains("text must have [MASK] among its first"), message);
    }

    @EngineTest
    void typesThatAHeadHasNotAreNamedWithThoseItHas(String engine) throws Exception {
        Path directory = TaskCheckpoint.copy("bert_qa", temporary);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> TaskCheckpoint.predict(directory, "a", NamedEntity[].class, engine, Map.of()))
                .getMessage();
        assertTrue(message.contains("QUESTION_ANSWERING, must be one of"), message);
        assertTrue(message.contains("(QAInput, Answer)"), message);
        assertTrue(message.contains("got (String, NamedEntity[])"), message);
    }
}
