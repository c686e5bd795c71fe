package io.github.djltransformers.shipped;

import ai.djl.ModelException;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** A program that runs packaged models of each kind and prints what they say. */
final class OnnxRuntimeModels {
    private OnnxRuntimeModels() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println(Engine.hasEngine("PyTorch") || Engine.hasEngine("MXNet") ? "engines" : "no other engine");
        lines(null).forEach(out::println);
    }

    /**
     * What the models say.
     *
     * @param engine null for the only one there is
     */
    static List<String> lines(String engine) throws IOException, ModelException, TranslateException {
        String translation = predict(engine, "en-de", String.class, String.class, "Hello, how are you?");
        String text = predict(engine, "tiny-gpt", String.class, String.class, "ROMEO:");
        Classifications intent =
                predict(engine, "en-intents", String.class, Classifications.class, "play some jazz by Miles");
        float[] vector = predict(engine, "en-de-sentences", String.class, float[].class, "Good morning.");
        return List.of(
                translation,
                text.strip(),
                String.format(
                        Locale.ROOT,
                        "%s %.3f",
                        intent.best().getClassName(),
                        intent.best().getProbability()),
                String.format(Locale.ROOT, "%d %.3f %.3f", vector.length, vector[0], vector[1]));
    }

    private static <I, O> O predict(String engine, String model, Class<I> input, Class<O> output, I text)
            throws IOException, ModelException, TranslateException {
        Criteria<I, O> criteria = Criteria.builder()
                .setTypes(input, output)
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId(model)
                .optEngine(engine)
                .build();
        try (ZooModel<I, O> loaded = criteria.loadModel();
                Predictor<I, O> predictor = loaded.newPredictor()) {
            return predictor.predict(text);
        }
    }
}
