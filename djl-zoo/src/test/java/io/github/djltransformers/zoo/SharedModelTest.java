package io.github.djltransformers.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import io.github.djltransformers.testing.Soak;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedModelTest {
    private static final int THREADS = 4;
    private static final int REQUESTS = Soak.rounds(4000);
    private static final int ROUNDS = 8;
    private static final List<String> TEXTS =
            List.of("the cat", "it rained on the mat", "sat", "while it rained the cat sat", "a b c");

    @TempDir
    static Path directory;

    @BeforeAll
    static void save() throws IOException {
        TinyModel.save(directory);
    }

    @ParameterizedTest
    @CsvSource({"PyTorch, true", "PyTorch, false", "MXNet, true", "MXNet, false"})
    @Tag(Soak.TAG)
    void everyThreadGetsWhatItAskedFor(String engine, boolean compile) throws Exception {
        try (ZooModel<String, String> model = load(engine, compile)) {
            List<String> expected = answers(model);
            AtomicInteger next = new AtomicInteger();
            List<Integer> wrong = inThreads(() -> {
                int differing = 0;
                try (Predictor<String, String> predictor = model.newPredictor()) {
                    for (int i = next.getAndIncrement(); i < REQUESTS; i = next.getAndIncrement()) {
                        int text = i % TEXTS.size();
                        if (!predictor.predict(TEXTS.get(text)).equals(expected.get(text))) {
                            differing++;
                        }
                    }
                }
                return differing;
            });
            assertEquals(List.of(0, 0, 0, 0), wrong);
        }
    }

    @ParameterizedTest
    @CsvSource({"PyTorch, true", "PyTorch, false", "MXNet, true", "MXNet, false"})
    void closingWaitsForWhatRunsAndRefusesWhatComes(String engine, boolean compile) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            ZooModel<String, String> model = load(engine, compile);
            List<String> expected = answers(model);
            AtomicInteger answered = new AtomicInteger();
            Thread closing = new Thread(() -> {
                while (answered.get() < 8) {
                    Thread.onSpinWait();
                }
                model.close();
            });
            closing.start();
            List<String> refusals = inThreads(() -> {
                try (Predictor<String, String> predictor = model.newPredictor()) {
                    while (true) {
                        assertEquals(expected.get(1), predictor.predict(TEXTS.get(1)));
                        answered.incrementAndGet();
                    }
                } catch (IllegalStateException e) {
                    return e.getMessage();
                }
            });
            closing.join();
            String refused =
                    "tiny: model must be open, got a closed one; load it again, or close it after the last use";
            assertEquals(List.of(refused, refused, refused, refused), refusals);
            model.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"PyTorch", "MXNet"})
    void aPredictionThatClosesItsModelIsRefused(String engine) throws IOException, ModelException {
        try (ZooModel<String, String> model = load(engine, true);
                Predictor<String, String> predictor = model.newPredictor(new NoBatchifyTranslator<>() {
                    @Override
                    public NDList processInput(TranslatorContext ctx, String input) {
                        model.close();
                        return new NDList();
                    }

                    @Override
                    public String processOutput(TranslatorContext ctx, NDList list) {
                        return "";
                    }
                })) {
            Throwable refused = assertThrows(TranslateException.class, () -> predictor.predict("the cat"))
                    .getCause();
            assertTrue(refused.getMessage().contains("outside its predictions"), refused::getMessage);
        }
    }

    @ParameterizedTest
    @CsvSource({"PyTorch", "MXNet"})
    void aModelDescribesItself(String engine) throws IOException, ModelException {
        try (ZooModel<String, String> model = load(engine, true)) {
            assertEquals(
                    "[(-1, -1), (-1, 1, 1, -1), (-1, -1)]",
                    model.describeInput().values().toString());
            assertEquals("[(-1, -1, 270)]", model.describeOutput().values().toString());
            assertTrue(
                    model.getBlock().toString().contains("\n  encoder: TransformerStack(x, keepMask?)"),
                    model.getBlock()::toString);
        }
    }

    private static List<String> answers(ZooModel<String, String> model) throws TranslateException {
        try (Predictor<String, String> predictor = model.newPredictor()) {
            List<String> answers = new ArrayList<>();
            for (String text : TEXTS) {
                answers.add(predictor.predict(text));
            }
            return answers;
        }
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> List<T> inThreads(Work<T> work) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                futures.add(threads.submit(work::run));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }

    private static ZooModel<String, String> load(String engine, boolean compile) throws IOException, ModelException {
        return SavedModel.load(
                directory,
                Criteria.builder()
                        .setTypes(String.class, String.class)
                        .optModelName("tiny")
                        .optDevice(Device.cpu())
                        .optEngine(engine)
                        .optArgument("compile", compile)
                        .optArgument("maxNewTokens", 4)
                        .build());
    }
}
