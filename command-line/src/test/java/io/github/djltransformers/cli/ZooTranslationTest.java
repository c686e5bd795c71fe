package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.saved.ModelDirectory;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.translate.TextToTextTranslatorFactory;
import io.github.djltransformers.zoo.ModelPackager;
import io.github.djltransformers.zoo.TinyModel;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ZooTranslationTest {
    @TempDir
    Path temporary;

    private record Outcome(int status, String out, String err) {}

    @EngineTest
    void commandDirectoryAndCriteriaGiveTheSameText(String engine)
            throws IOException, ModelException, TranslateException {
        Path own = temporary.resolve("own");
        TinyModel.save(own);
        ModelPackager.add(temporary.resolve("models"), own, TinyModel.description("1.0.0"));
        String byDjl = translateByDjl(own, engine);
        assertEquals(byDjl, translateByDjl(temporary.resolve("models/en-de/1.0.0"), engine));
        Criteria<String, String> zoo = Criteria.builder()
                .setTypes(String.class, String.class)
                .optModelZoo(zoo())
                .optGroupId(TransformerModelZoo.GROUP_ID)
                .optArtifactId("en-de")
                .optArgument("maxNewTokens", 5)
                .optDevice(Device.cpu())
                .optEngine(engine)
                .build();
        try (ZooModel<String, String> model = zoo.loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            assertEquals(byDjl, predictor.predict("the cat"));
            assertTrue(model.getModelPath().startsWith(temporary.resolve("cache")), model::toString);
            assertEquals(byDjl, translateByDjl(model.getModelPath(), engine));
        }
        String line = byDjl.replaceAll("[\r\n]+", " ") + "\n";
        assertEquals(
                new Outcome(0, line, ""),
                translate("--model=" + own, "--engine=" + engine, "--max-length=5", "the cat"));
        assertEquals(new Outcome(0, line, ""), translate("--engine=" + engine, "--max-length=5", "the cat"));
        Outcome ranked = translate(
                "--model=en-de", "--engine=" + engine, "--max-length=5", "--n-best=3", "--scores", "the cat", "it");
        assertEquals(0, ranked.status(), ranked.err());
        assertEquals(6, ranked.out().lines().count());
        assertTrue(ranked.out().lines().limit(3).allMatch(text -> text.matches("1\t-\\d+\\.\\d{4}\t.*")), ranked.out());
        assertTrue(ranked.out().startsWith("1\t"), ranked.out());
    }

    private static String translateByDjl(Path directory, String engine)
            throws IOException, ModelException, TranslateException {
        Criteria<String, String> criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optModelPath(directory)
                .optTranslatorFactory(new TextToTextTranslatorFactory())
                .optArgument("maxNewTokens", 5)
                .optDevice(Device.cpu())
                .optEngine(engine)
                .build();
        try (ZooModel<String, String> model = criteria.loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            assertEquals(engine, model.getNDManager().getEngine().getEngineName());
            return predictor.predict("the cat");
        }
    }

    @Test
    void unknownModelsEnginesAndDamagedFilesAreNamed() throws IOException, ModelException {
        Path own = temporary.resolve("own");
        TinyModel.save(own);
        ModelPackager.add(temporary.resolve("models"), own, TinyModel.description("1.0.0"));
        assertEquals("--model must be a directory or one of [en-de], got en-fr", failure("--model=en-fr", "a"));
        assertEquals(
                "--from and --to must be the languages of a model, one of [en to de], got en to fr",
                failure("--to=fr", "a"));
        assertEquals(
                "EngineChoice: engine must be one of [PyTorch, MXNet, OnnxRuntime], got TensorFlow",
                failure("--engine=TensorFlow", "a"));
        Files.delete(own.resolve(ModelDirectory.TOKENIZER));
        String message = failure("--model=" + own, "a");
        assertTrue(
                message.startsWith("SavedModel: " + own + " must have a translator, got: TextTokenizer: " + own
                        + " must hold a tokenizer.json, or name a model_type of [bert, "),
                message);
        Files.delete(own.resolve(ModelDirectory.WEIGHTS));
        assertEquals(
                "ModelDirectory: a model's directory must have config.json and model.safetensors, for text also"
                        + " tokenizer.json, got " + own + " without [model.safetensors]",
                failure("--model=" + own, "a"));
    }

    private String failure(String... args) {
        Outcome outcome = translate(args);
        assertEquals(1, outcome.status());
        assertEquals("", outcome.out());
        String prefix = "djlt translate: ";
        assertTrue(outcome.err().startsWith(prefix), outcome.err());
        return outcome.err().substring(prefix.length()).strip();
    }

    private Outcome translate(String... args) {
        SentenceTranslation.Opener opener = (options, arguments) -> ZooTranslation.open(zoo(), options, arguments);
        CommandLine command = Djlt.commandLine(new ModelCommands(opener));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err, true));
        String[] all = new String[args.length + 1];
        all[0] = "translate";
        System.arraycopy(args, 0, all, 1, args.length);
        int status = command.execute(all);
        return new Outcome(status, out.toString().replace("\r\n", "\n"), err.toString());
    }

    private TransformerModelZoo zoo() throws IOException, ModelException {
        return TransformerModelZoo.of(
                temporary.resolve("models/index.json").toUri().toURL(), temporary.resolve("cache"));
    }
}
