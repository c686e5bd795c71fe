package io.github.djltransformers.readme;

// README: criteria
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import java.io.IOException;

public final class TranslateSentence {
    private TranslateSentence() {}

    public static void main(String[] args) throws IOException, ModelException, TranslateException {
        System.out.println(translate("Where is the nearest train station?", "PyTorch"));
    }

    static String translate(String sentence, String engine) throws IOException, ModelException, TranslateException {
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optGroupId("io.github.djltransformers")
                .optArtifactId("en-de")
                .optEngine(engine)
                .build();
        try (ZooModel<String, String> model = criteria.loadModel();
                Predictor<String, String> translator = model.newPredictor()) {
            return translator.predict(sentence);
        }
    }
}
// end
