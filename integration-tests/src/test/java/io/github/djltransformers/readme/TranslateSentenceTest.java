package io.github.djltransformers.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ModelException;
import ai.djl.repository.zoo.ModelZoo;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.zoo.ModelDescription;
import io.github.djltransformers.zoo.ModelPackager;
import io.github.djltransformers.zoo.TransformerModelZoo;
import io.github.djltransformers.zoo.TransformerZooProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** From sentence pairs to a translation, by the programs of README.md: trained, packaged, loaded through criteria. */
class TranslateSentenceTest {
    private static final String PAIRS = """
            Where is the nearest train station?\tWo ist der nächste Bahnhof?
            Where is the nearest post office?\tWo ist das nächste Postamt?
            The train is late today.\tDer Zug kommt heute zu spät.
            I would like a cup of tea.\tIch hätte gern eine Tasse Tee.
            Good morning.\tGuten Morgen.
            """;

    @BeforeAll
    static void packageAModelThatKnowsThePairs(@TempDir Path temporary) throws IOException, ModelException {
        Path data = Files.createDirectories(temporary.resolve("data"));
        Files.writeString(data.resolve("train.tsv"), PAIRS);
        Files.writeString(data.resolve("dev.tsv"), PAIRS);
        Path recipe = temporary.resolve("recipe.json");
        SmallRecipe.write(recipe, 64, 160);
        assertTrue(TrainTranslator.train(recipe, data, temporary.resolve("run"), "PyTorch")
                .ended());
        Path model = temporary.resolve("run/model");
        Files.writeString(model.resolve("README.md"), "# Five sentences\n");
        Path models = temporary.resolve("models");
        ModelPackager.add(models, model, description());
        TransformerModelZoo zoo =
                TransformerModelZoo.of(models.resolve("index.json").toUri().toURL(), temporary.resolve("cache"));
        ModelZoo.registerModelZoo(() -> zoo);
    }

    private static ModelDescription description() {
        return new ModelDescription(
                "en-de",
                "1.0.0",
                "nlp/machine_translation",
                Map.of("source_language", "en", "target_language", "de"),
                "Apache-2.0",
                "Five sentences",
                List.of());
    }

    @AfterAll
    static void bringThePackagedModelsBack() {
        ModelZoo.registerModelZoo(new TransformerZooProvider());
    }

    @EngineTest
    void sentencesComeOutTranslated(String engine) throws IOException, ModelException, TranslateException {
        for (String pair : PAIRS.lines().toList()) {
            String[] sides = pair.split("\t", 2);
            assertEquals(sides[1], TranslateSentence.translate(sides[0], engine), engine);
        }
    }
}
