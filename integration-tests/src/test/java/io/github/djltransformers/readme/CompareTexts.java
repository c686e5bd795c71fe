package io.github.djltransformers.readme;

// README: CompareTexts
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Path;

public final class CompareTexts {
    private CompareTexts() {}

    /** The cosine of the angle between the vectors of two texts. */
    static double similarity(Path checkpoint, String one, String other)
            throws IOException, ModelException, TranslateException {
        Criteria<String[], float[][]> criteria = Criteria.builder()
                .setTypes(String[].class, float[][].class)
                .optModelPath(checkpoint)
                .build();
        try (ZooModel<String[], float[][]> model = criteria.loadModel();
                Predictor<String[], float[][]> embedder = model.newPredictor()) {
            float[][] vectors = embedder.predict(new String[] {one, other});
            return product(vectors[0], vectors[1])
                    / Math.sqrt(product(vectors[0], vectors[0]) * product(vectors[1], vectors[1]));
        }
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
// end
