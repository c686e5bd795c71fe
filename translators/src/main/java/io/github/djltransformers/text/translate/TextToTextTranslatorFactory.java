package io.github.djltransformers.text.translate;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.github.djltransformers.Text;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Makes a {@link TextToTextTranslator} from the tokenizer in the model's directory and the arguments that
 * {@link TranslationConfig#of} reads.
 *
 * <p>Types: String to String (the best translation) or {@link Translations} (the {@code nBest} best with scores), and
 * arrays of these; {@link PartialTranslation} to String or {@link Translations}.
 *
 * <p>Criteria that load a directory by {@code optModelPath} must name it, by {@code optTranslatorFactory(new
 * TextToTextTranslatorFactory())}: DJL 0.36 decides on the translator before it reads {@code serving.properties}, so that
 * a {@code translatorFactory} in that file comes too late for it.
 */
public final class TextToTextTranslatorFactory implements TranslatorFactory {
    private static final Map<Pair<Type, Type>, BiFunction<TextTokenizer, TranslationConfig, TextToTextTranslator<?, ?>>>
            TYPES = Map.of(
                    new Pair<>(String.class, String.class), TextToTextTranslator::best,
                    new Pair<>(String.class, Translations.class), TextToTextTranslator::ranked,
                    new Pair<>(PartialTranslation.class, String.class), TextToTextTranslator::bestCompletion,
                    new Pair<>(PartialTranslation.class, Translations.class), TextToTextTranslator::rankedCompletions,
                    new Pair<>(String[].class, String[].class), TextToTextTranslator::bestOfEach,
                    new Pair<>(String[].class, Translations[].class), TextToTextTranslator::rankedOfEach);

    /** Makes the factory; DJL calls this where {@code translatorFactory} names the class. */
    public TextToTextTranslatorFactory() {}

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return TYPES.keySet();
    }

    /**
     * Makes a translator. Its tokenizer is closed with the model.
     *
     * @throws IllegalArgumentException if the types are not supported
     * @throws TranslateException if an argument breaks its rule, or there is no usable tokenizer
     */
    @Override
    public <I, O> Translator<I, O> newInstance(Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
            throws TranslateException {
        BiFunction<TextTokenizer, TranslationConfig, TextToTextTranslator<?, ?>> maker =
                TYPES.get(new Pair<Type, Type>(input, output));
        if (maker == null) {
            throw new IllegalArgumentException("TextToTextTranslatorFactory: types must be one of "
                    + TYPES.keySet().stream()
                            .map(types -> name(types.getKey(), types.getValue()))
                            .sorted()
                            .collect(Collectors.joining(", "))
                    + ", got " + name(input, output));
        }
        Path directory = model.getModelPath();
        TextTokenizer tokenizer = open(directory, model.getBlock());
        try {
            @SuppressWarnings("unchecked")
            Translator<I, O> translator = (Translator<I, O>)
                    maker.apply(tokenizer, TranslationConfig.of(arguments == null ? Map.of() : arguments));
            model.getNDManager().attachInternal(UUID.randomUUID().toString(), tokenizer);
            return translator;
        } catch (IllegalArgumentException e) {
            tokenizer.close();
            throw new TranslateException(e.getMessage(), e);
        }
    }

    private static TextTokenizer open(Path directory, Block block) throws TranslateException {
        if (directory == null) {
            throw new TranslateException("TextToTextTranslatorFactory: model must be loaded from a directory with a"
                    + " tokenizer, got one that was not loaded; make its translator with TextToTextTranslator.best");
        }
        try {
            TextTokenizer tokenizer = TextTokenizer.open(directory);
            int ids = tokenizer.vocabularySize();
            if (block instanceof GenerativeModel generative
                    && ids > generative.config().vocabularySize()) {
                tokenizer.close();
                throw new TranslateException(Text.format(
                        "TextToTextTranslatorFactory: the ids of %s must be below the model's %d, got %d; the tokenizer is another model's",
                        directory, generative.config().vocabularySize(), ids - 1));
            }
            return tokenizer;
        } catch (IOException | MalformedModelException e) {
            throw new TranslateException(e.getMessage(), e);
        }
    }

    private static String name(Type input, Type output) {
        return "(" + input.getTypeName() + ", " + output.getTypeName() + ")";
    }
}
