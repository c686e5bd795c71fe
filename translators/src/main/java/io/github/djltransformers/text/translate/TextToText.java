package io.github.djltransformers.text.translate;

import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.Text;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.decode.RequiredPhrase;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.text.constraint.ConstrainedVocabulary;
import io.github.djltransformers.text.data.LengthBatches;
import io.github.djltransformers.text.generate.WritingArguments;
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
    private final GenerationConfig generation;
    private final ConstrainedVocabulary constraint; // null for none
    private final int ofPhrases; // tokens that they take at most

    TextToText(Vocabulary vocabulary, TranslationConfig config) {
        this.vocabulary = vocabulary;
        this.config = config;
        List<RequiredPhrase> phrases = WritingArguments.tokens(config.phrases(), vocabulary.tokenizer());
        generation = config.generation().toBuilder()
                .optRequiredPhrases(phrases)
                .optEndIds(Set.of(vocabulary.markers().end()))
                .build();
        ofPhrases = WritingArguments.most(phrases);
        constraint = config.constraint() == null
                ? null
                : new ConstrainedVocabulary(config.constraint(), vocabulary.tokenizer());
    }

    /**
     * What a model reads.
     *
     * @param text what is translated
     * @param source its ids, the end token included
     * @param beginning the start token and the ids that the translation begins with
     */
    record Ids(String text, int[] source, int[] beginning) {}

    /**
     * The ids of each text, as long as the model takes.
     *
     * @throws TranslateException if a text is null, or is too long and to be refused, or a beginning is too long
     */
    List<Ids> encode(List<PartialTranslation> texts, EncoderDecoderTransformer model) throws TranslateException {
        int most = model.config().maxLength();
        int limit = Math.min(config.maxLength(), most);
        List<Ids> all = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            PartialTranslation each = texts.get(i);
            if (each == null) {
                throw new TranslateException("TextToTextTranslator: text must be given, got null at index " + i);
            }
            int[] source = vocabulary.encode(each.text());
            int[] beginning = vocabulary.begin(each.beginning());
            if (beginning.length > most) {
                throw new TranslateException(Text.format(
                        "TextToTextTranslator: beginning must have at most %d tokens, which leave the model room for one"
                                + " more, got %d in '%s'",
                        most - 1, beginning.length - 1, beginning(each.beginning())));
            }
            all.add(new Ids(each.text(), source.length > limit ? cut(each.text(), source, limit) : source, beginning));
        }
        return all;
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
    List<Translations> translate(EncoderDecoderTransformer model, NDManager manager, List<Ids> inputs) {
        Generation writing = new Generation(model, new ParameterStore(manager, false), manager, generation);
        if (constraint != null) {
            writing = writing.withProcessors((promptLength, bounded) ->
                    constraint.processor(promptLength, bounded.maxNewTokens(), bounded.endIds()));
        }
        Translations[] results = new Translations[inputs.size()];
        Arrays.fill(results, new Translations(List.of(Translation.EMPTY)));
        for (int[] batch : batches(inputs)) {
            List<Ids> rows = Arrays.stream(batch).mapToObj(inputs::get).toList();
            List<List<GeneratedSequence>> found = writing.fromBeginnings(
                    rows.stream().map(Ids::source).toList(),
                    rows.stream().map(Ids::beginning).toList(),
                    row -> limit(rows.get(row)));
            for (int row = 0; row < batch.length; row++) {
                results[batch[row]] = new Translations(translations(model, manager, rows.get(row), found.get(row)));
            }
        }
        return List.of(results);
    }

    /** How many tokens a translation may get behind its beginning. */
    private int limit(Ids input) {
        return Math.max(1, config.limit(input.source.length) - input.beginning.length + 1) + ofPhrases;
    }

    /** Indices of the sources with content, in batches. */
    private List<int[]> batches(List<Ids> inputs) {
        int[] places = IntStream.range(0, inputs.size())
                .filter(i -> inputs.get(i).source.length > 1)
                .toArray();
        int[] lengths =
                Arrays.stream(places).map(i -> inputs.get(i).source.length).toArray();
        return LengthBatches.of(lengths, config.batchTokens(), true).stream()
                .map(batch -> Arrays.stream(batch).map(i -> places[i]).toArray())
                .toList();
    }

    private List<Translation> translations(
            EncoderDecoderTransformer model, NDManager manager, Ids input, List<GeneratedSequence> sequences) {
        List<Translation> translations = new ArrayList<>();
        for (GeneratedSequence found : sequences) {
            int[] whole = IntStream.concat(Arrays.stream(input.beginning).skip(1), Arrays.stream(found.content()))
                    .toArray();
            String text = vocabulary.decode(whole);
            List<WordAligner.Pair> alignment = config.alignments()
                    ? new WordAligner(model, vocabulary.tokenizer())
                            .align(
                                    manager,
                                    vocabulary.source(input.text, input.source),
                                    new int[] {vocabulary.markers().start()},
                                    text)
                    : List.of();
            translations.add(
                    new Translation(text, found.score(), found.logProbability(), found.finishReason(), alignment));
        }
        return translations;
    }
}
