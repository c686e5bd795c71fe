package io.github.djltransformers.text.translate;

import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.Text;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.text.data.LengthBatches;
import io.github.djltransformers.text.data.SequenceMarkers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Translates any number of texts with a model. Holds no state of a model: one serves many predictors and threads. */
final class TextToText {
    private static final Logger LOGGER = LoggerFactory.getLogger(TextToTextTranslator.class);

    private final Vocabulary vocabulary;
    private final TranslationConfig config;

    TextToText(Vocabulary vocabulary, TranslationConfig config) {
        this.vocabulary = vocabulary;
        this.config = config;
    }

    /**
     * The ids of each text, end token included, as long as the model takes.
     *
     * @throws TranslateException if a text is null, or is too long and to be refused
     */
    List<int[]> encode(List<String> texts, EncoderDecoderTransformer model) throws TranslateException {
        int limit = Math.min(config.maxLength(), model.config().maxLength());
        List<int[]> sources = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            if (text == null) {
                throw new TranslateException("TextToTextTranslator: text must be given, got null at index " + i);
            }
            int[] source = vocabulary.encode(text);
            sources.add(source.length > limit ? cut(text, source, limit) : source);
        }
        return sources;
    }

    private int[] cut(String text, int[] source, int limit) throws TranslateException {
        if (config.tooLong() == TooLong.REFUSE) {
            throw new TranslateException(Text.format(
                            "TextToTextTranslator: text must have at most %d tokens, got %d in '%s';",
                            limit, source.length, beginning(text))
                    + " split it into sentences, or cut it by the argument onTooLong=cut");
        }
        LOGGER.warn(
                "The text '{}' of {} tokens is cut to {}, and what follows is not translated; split it into sentences",
                beginning(text),
                source.length,
                limit);
        int[] cut = Arrays.copyOf(source, limit);
        cut[limit - 1] = source[source.length - 1];
        return cut;
    }

    private static String beginning(String text) {
        // One line of the log, whatever the text says.
        int[] characters = text.codePoints()
                .limit(40)
                .map(each -> Character.isISOControl(each) ? ' ' : each)
                .toArray();
        String start = new String(characters, 0, characters.length);
        return start.length() < text.length() ? start + "..." : start;
    }

    /** The translations of each text, in order. */
    List<Translations> translate(EncoderDecoderTransformer model, NDManager manager, List<int[]> sources) {
        SequenceMarkers markers = vocabulary.markers();
        GenerationConfig generation = GenerationConfig.builder()
                .optBeams(config.beams())
                .optMaxNewTokens(config.maxNewTokens())
                .optLengthPenalty(config.lengthPenalty())
                .optNBest(config.nBest())
                .optEndIds(Set.of(markers.end()))
                .build();
        Generation writing = new Generation(model, new ParameterStore(manager, false), manager, generation);
        Translations[] results = new Translations[sources.size()];
        Arrays.fill(results, new Translations(List.of(Translation.EMPTY)));
        for (int[] batch : batches(sources)) {
            List<int[]> rows = Arrays.stream(batch).mapToObj(sources::get).toList();
            List<List<GeneratedSequence>> found =
                    writing.fromSources(rows, row -> markers.start(), row -> config.limit(rows.get(row).length));
            for (int row = 0; row < batch.length; row++) {
                results[batch[row]] = translations(found.get(row));
            }
        }
        return List.of(results);
    }

    /** Indices of the sources with content, in batches. */
    private List<int[]> batches(List<int[]> sources) {
        int[] places = IntStream.range(0, sources.size())
                .filter(i -> sources.get(i).length > 1)
                .toArray();
        int[] lengths = Arrays.stream(places).map(i -> sources.get(i).length).toArray();
        return LengthBatches.of(lengths, config.batchTokens(), true).stream()
                .map(batch -> Arrays.stream(batch).map(i -> places[i]).toArray())
                .toList();
    }

    private Translations translations(List<GeneratedSequence> sequences) {
        return new Translations(sequences.stream()
                .map(found -> new Translation(
                        vocabulary.decode(found.content()),
                        found.score(),
                        found.logProbability(),
                        found.finishReason()))
                .toList());
    }
}
