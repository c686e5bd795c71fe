package io.github.djltransformers.cli;

import ai.djl.Application;
import ai.djl.MalformedModelException;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import ai.djl.translate.TranslateException;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djltransformers.decode.AttentionMaps;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.text.tokenizer.SpecialToken;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import io.github.djltransformers.text.translate.PartialTranslation;
import io.github.djltransformers.text.translate.Translations;
import io.github.djltransformers.zoo.EngineChoice;
import io.github.djltransformers.zoo.ModelDescription;
import io.github.djltransformers.zoo.PackagedModel;
import io.github.djltransformers.zoo.SavedModel;
import io.github.djltransformers.zoo.Task;
import io.github.djltransformers.zoo.TransformerModelZoo;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** A translation model from the zoo or from a directory. */
final class ZooTranslation implements SentenceTranslation {
    private final ZooModel<PartialTranslation, Translations> model;
    private final Predictor<PartialTranslation, Translations> predictor;
    private TextTokenizer tokenizer; // null until it is needed

    private ZooTranslation(ZooModel<PartialTranslation, Translations> model) {
        this.model = model;
        predictor = model.newPredictor();
    }

    /** Loads a packaged model or a directory. */
    static ZooTranslation open(ModelOptions options, Map<String, Object> arguments) throws IOException, ModelException {
        return open(TransformerModelZoo.packaged(), options, arguments);
    }

    static ZooTranslation open(TransformerModelZoo zoo, ModelOptions options, Map<String, Object> arguments)
            throws IOException, ModelException {
        Map<String, Object> all = options.wishes();
        all.putAll(arguments);
        all.values().removeIf(Objects::isNull);
        if (options.checkpoint() != null) {
            return new ZooTranslation(CheckpointModels.load(
                    CheckpointModels.criteria(
                            PartialTranslation.class,
                            Translations.class,
                            options.checkpoint().toString(),
                            options.engine()),
                    all));
        }
        all.remove(ModelOptions.SOURCE_LANGUAGE);
        all.remove(ModelOptions.TARGET_LANGUAGE);
        Criteria.Builder<PartialTranslation, Translations> criteria = Criteria.builder()
                .setTypes(PartialTranslation.class, Translations.class)
                .optApplication(Application.NLP.MACHINE_TRANSLATION)
                .optEngine(EngineChoice.of(options.engine()));
        all.forEach((argument, value) -> criteria.optArgument(argument, value.toString()));
        String name = options.model();
        if (name != null && isDirectory(() -> zoo, name)) {
            return new ZooTranslation(SavedModel.load(Path.of(name), criteria.build()));
        }
        ModelDescription packaged = find(zoo, options);
        return new ZooTranslation(zoo.getModelLoader(packaged.id())
                .loadModel(criteria.optFilter("version", packaged.version()).build()));
    }

    /** A packaged model's name is that model's, whatever stands in the working directory; a path has a separator. */
    static boolean isDirectory(Supplier<TransformerModelZoo> zoo, String name) {
        if (name.contains("/") || name.contains(File.separator) || !Files.isDirectory(Path.of(name))) {
            return Files.isDirectory(Path.of(name));
        }
        return descriptions(zoo.get()).stream().noneMatch(model -> model.id().equals(name));
    }

    private static ModelDescription find(TransformerModelZoo zoo, ModelOptions options) throws ModelNotFoundException {
        if (options.model() != null) {
            return named(zoo, "--model", options.model());
        }
        List<ModelDescription> there = descriptions(zoo).stream()
                .filter(model -> model.application().equals(Application.NLP.MACHINE_TRANSLATION.getPath()))
                .toList();
        Map<String, String> wanted = Map.of(Task.SOURCE_LANGUAGE, options.from(), Task.TARGET_LANGUAGE, options.to());
        return there.stream()
                .filter(model -> model.properties().entrySet().containsAll(wanted.entrySet()))
                .findFirst()
                .orElseThrow(
                        () -> new ModelNotFoundException("--from and --to must be the languages of a model, one of "
                                + there.stream()
                                        .map(ZooTranslation::languages)
                                        .distinct()
                                        .toList() + ", got "
                                + options.from() + " to " + options.to()));
    }

    /**
     * The packaged model of a name.
     *
     * @param argument what errors call the name
     */
    static ModelDescription named(TransformerModelZoo zoo, String argument, String name) throws ModelNotFoundException {
        List<ModelDescription> there = descriptions(zoo);
        return there.stream()
                .filter(model -> model.id().equals(name))
                .findFirst()
                .orElseThrow(() -> new ModelNotFoundException(argument + " must be a directory or one of "
                        + there.stream().map(ModelDescription::id).distinct().toList() + ", got " + name));
    }

    private static List<ModelDescription> descriptions(TransformerModelZoo zoo) {
        return zoo.models().stream().map(PackagedModel::description).toList();
    }

    private static String languages(ModelDescription model) {
        return model.properties().get(Task.SOURCE_LANGUAGE) + " to "
                + model.properties().get(Task.TARGET_LANGUAGE);
    }

    @Override
    public List<Translations> complete(List<PartialTranslation> sentences) throws TranslateException {
        return predictor.batchPredict(sentences);
    }

    private EncoderDecoderTransformer block() {
        if (model.getBlock() instanceof EncoderDecoderTransformer block) {
            return block;
        }
        throw new IllegalArgumentException(
                "--model must be of this library's own form to show its attention, got " + model.getName());
    }

    private TextTokenizer tokenizer() {
        if (tokenizer == null) {
            try {
                tokenizer = TextTokenizer.open(model.getModelPath());
            } catch (IOException | MalformedModelException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
        return tokenizer;
    }

    /** What a translation looks at, as the page of djlt explain takes it. */
    JsonObject explain(String sentence) throws TranslateException {
        String translation = apply(List.of(sentence)).get(0).best().text();
        TokenizedText source = tokenizer().encode(sentence);
        TokenizedText target = tokenizer().encode(translation);
        if (source.length() == 0 || target.length() == 0) {
            throw new IllegalArgumentException("SENTENCE must have a word, got '" + sentence + "'");
        }
        int[] ids = Arrays.copyOf(source.ids(), source.length() + 1);
        ids[source.length()] = SpecialToken.END.id();
        int[] read = new int[target.length() + 1];
        read[0] = SpecialToken.START.id();
        System.arraycopy(target.ids(), 0, read, 1, target.length());
        AttentionMaps maps = AttentionMaps.of(
                block(), new ParameterStore(model.getNDManager(), false), model.getNDManager(), ids, read);
        Gson gson = CheckpointOptions.gson();
        JsonObject data = new JsonObject();
        data.addProperty("title", sentence + " \u2192 " + translation);
        List<String> sourceTokens = texts(sentence, source);
        sourceTokens.add(SpecialToken.END.text());
        // A token is written where the one before it is read.
        List<String> written = texts(translation, target);
        written.add(SpecialToken.END.text());
        List<String> readTokens = texts(translation, target);
        readTokens.add(0, SpecialToken.START.text());
        data.add("source", gson.toJsonTree(sourceTokens));
        data.add("written", gson.toJsonTree(written));
        data.add("read", gson.toJsonTree(readTokens));
        data.add("encoder", rounded(maps.encoder()));
        data.add("decoder", rounded(maps.decoder()));
        data.add("cross", rounded(maps.cross()));
        return data;
    }

    private static List<String> texts(String text, TokenizedText tokens) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < tokens.length(); i++) {
            texts.add(text.substring(tokens.start(i), tokens.end(i)));
        }
        return texts;
    }

    /** Numbers of three digits, which are all that a colour shows. */
    private static JsonArray rounded(List<float[][][]> layers) {
        JsonArray all = new JsonArray();
        for (float[][][] layer : layers) {
            JsonArray heads = new JsonArray();
            for (float[][] head : layer) {
                JsonArray rows = new JsonArray();
                for (float[] row : head) {
                    JsonArray numbers = new JsonArray();
                    for (float weight : row) {
                        numbers.add(Math.round(weight * 1000) / 1000.0);
                    }
                    rows.add(numbers);
                }
                heads.add(rows);
            }
            all.add(heads);
        }
        return all;
    }

    @Override
    public void close() {
        if (tokenizer != null) {
            tokenizer.close();
        }
        predictor.close();
        model.close();
    }
}
