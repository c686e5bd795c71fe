package io.github.djltransformers.shipped;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.text.data.ParallelCorpus;
import io.github.djltransformers.text.data.SentencePair;
import io.github.djltransformers.zoo.ModelScore;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A shipped model that translates, and what its card says of it. */
record ShippedTranslation(String id) {
    List<String> translate(String engine, List<String> sources) throws IOException, ModelException, TranslateException {
        return translate(engine, sources, Map.of());
    }

    List<String> translate(String engine, List<String> sources, Map<String, Object> arguments)
            throws IOException, ModelException, TranslateException {
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId(id)
                .optEngine(engine)
                .optArguments(arguments)
                .build();
        try (ZooModel<String, String> model = criteria.loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            return predictor.batchPredict(sources);
        }
    }

    ModelScore stated(String metric) {
        return TransformerModelZoo.packaged().models().stream()
                .filter(model -> model.description().id().equals(id))
                .flatMap(model -> model.description().scores().stream())
                .filter(score -> score.metric().equals(metric))
                .findFirst()
                .orElseThrow();
    }

    /** The sentences of a resource with all their references. */
    static Map<String, List<String>> references(String resource, boolean reversed)
            throws IOException, URISyntaxException {
        Path file = Path.of(ShippedTranslation.class.getResource(resource).toURI());
        ParallelCorpus corpus = ParallelCorpus.readTsv(file);
        Map<String, List<String>> references = new LinkedHashMap<>();
        for (SentencePair pair : (reversed ? corpus.reversed() : corpus).pairs()) {
            references
                    .computeIfAbsent(pair.source(), source -> new ArrayList<>())
                    .add(pair.target());
        }
        return references;
    }
}
