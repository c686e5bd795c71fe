package io.github.djltransformers.readme;

// README: WriteText
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.text.generate.TextStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

public final class WriteText {
    private WriteText() {}

    /** Writes how a prompt goes on, as it comes. */
    static void goOn(Path checkpoint, String prompt, Consumer<String> reader)
            throws IOException, ModelException, TranslateException {
        Criteria<String, TextStream> criteria = Criteria.builder()
                .setTypes(String.class, TextStream.class)
                .optModelPath(checkpoint)
                .optArgument("maxNewTokens", 64)
                .build();
        try (ZooModel<String, TextStream> model = criteria.loadModel();
                Predictor<String, TextStream> writer = model.newPredictor();
                TextStream text = writer.streamingPredict(prompt).getIterativeOutput()) {
            text.forEachRemaining(reader);
        }
    }
}
// end
