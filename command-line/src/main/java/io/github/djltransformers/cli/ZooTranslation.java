package io.github.djltransformers.cli;

import ai.djl.Application;
import ai.djl.MalformedModelException;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.text.tokenizer.SpecialToken;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.translate.Translations;
import io.github.djltransformers.text.translate.WordAligner;
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
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A translation model from the zoo or from a directory. */
final class ZooTranslation implements SentenceTranslation {
    private final ZooModel<String, Translations> model;
    private final Predictor<String, Translations> predictor;
    private TextTokenizer tokenizer;
    private WordAligner aligner; // null until one is asked for

    private ZooTranslation(ZooModel<String, Translations> model) {
        this.model = model;
        predictor = model.newPredictor();
    }

    /** Loads a packaged model or a directory. */
    static SentenceTranslation open(ModelOptions options, int nBest) throws IOException, ModelException {
        return open(TransformerModelZoo.packaged(), options, nBest);
    }

    static SentenceTranslation open(TransformerModelZoo zoo, ModelOptions options, int nBest)
            throws IOException, ModelException {
        if (options.checkpoint() != null) {
            return new ZooTranslation(CheckpointModels.load(
                    CheckpointModels.criteria(
                            String.class,
                            Translations.class,
                            options.checkpoint().toString(),
                            options.engine()),
                    arguments(options, nBest)));
        }
        Criteria.Builder<String, Translations> criteria = Criteria.builder()
                .setTypes(String.class, Translations.class)
                .optApplication(Application.NLP.MACHINE_TRANSLATION)
                .optEngine(EngineChoice.of(options.engine()))
                .optArgument("beam", options.beams())
                .optArgument(CompilationConfig.COMPILE, options.compiled())
                .optArgument(CompilationConfig.PRECISION, options.precision())
                .optArgument(CompilationConfig.WEIGHTS, options.weights())
                .optArgument("nBest", nBest)
                .optArgument("maxNewTokens", options.maxLength());
        String name = options.model();
        if (name != null && isDirectory(() -> zoo, name)) {
            return new ZooTranslation(SavedModel.load(Path.of(name), criteria.build()));
        }
        ModelDescription packaged = find(zoo, options);
        return new ZooTranslation(zoo.getModelLoader(packaged.id())
                .loadModel(criteria.optFilter("version", packaged.version()).build()));
    }

    private static Map<String, Object> arguments(ModelOptions options, int nBest) {
        Map<String, Object> arguments = options.wishes();
        arguments.put("nBest", nBest);
        arguments.put(CompilationConfig.COMPILE, options.compiled());
        arguments.put(CompilationConfig.PRECISION, options.precision());
        arguments.put(CompilationConfig.WEIGHTS, options.weights());
        return arguments;
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
    public List<Translations> apply(List<String> sentences) throws TranslateException {
        return predictor.batchPredict(sentences);
    }

    @Override
    public String align(String sentence, String translation) {
        if (aligner == null) {
            try {
                tokenizer = TextTokenizer.open(model.getModelPath());
            } catch (IOException | MalformedModelException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
            if (!(model.getBlock() instanceof EncoderDecoderTransformer block)) {
                throw new IllegalArgumentException(
                        "--alignments must be of a model of this library's own form, got " + model.getName());
            }
            aligner = new WordAligner(block, tokenizer, SpecialToken.START.id(), SpecialToken.END.id());
        }
        return aligner.pharaoh(model.getNDManager(), sentence, translation);
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
