package io.github.djltransformers.benchmark;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.Precision;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Sentences through the packaged model en-de with beam search, in batches of like lengths, text to text.
 *
 * @param sentences in any order
 * @param beams K
 * @param batch sentences at once
 */
record TranslationCase(List<String> sentences, int beams, int batch) implements BenchmarkCase {
    private static final String MODEL = "en-de";
    private static final String SENTENCES = "sentences.en.txt";

    TranslationCase {
        if (sentences.isEmpty()) {
            throw new IllegalArgumentException("TranslationCase: sentences must be at least one, got none");
        }
        sentences = sentences.stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** The sentences that come with the command. */
    static List<String> ownSentences() {
        try (InputStream stream = TranslationCase.class.getResourceAsStream(SENTENCES)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return Text.format("translate-%s-beam%d-b%d", MODEL, beams, batch);
    }

    @Override
    public Work work() {
        return new Work(sentences.size(), "sentences", null);
    }

    @Override
    public List<Variant> variants(String engine, List<Precision> precisions) {
        return DecodingCase.eagerAndCompiled(engine, precisions);
    }

    @Override
    public Workplace open(NDManager manager) throws Exception {
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optEngine(manager.getEngine().getEngineName())
                .optDevice(manager.getDevice())
                .optArgument("beam", beams)
                .build();
        ZooModel<String, String> model =
                TransformerModelZoo.packaged().getModelLoader(MODEL).loadModel(criteria);
        Predictor<String, String> predictor = model.newPredictor();
        Executions executions = new Executions((TransformerBlock) model.getBlock(), model.getNDManager());
        return new Workplace() {
            @Override
            public Workload workload(Variant variant) {
                return executions.workload(variant, () -> {
                    List<String> translations = new ArrayList<>();
                    for (int from = 0; from < sentences.size(); from += batch) {
                        int to = Math.min(from + batch, sentences.size());
                        translations.addAll(predictor.batchPredict(sentences.subList(from, to)));
                    }
                });
            }

            @Override
            public void close() {
                predictor.close();
                model.close();
            }
        };
    }
}
