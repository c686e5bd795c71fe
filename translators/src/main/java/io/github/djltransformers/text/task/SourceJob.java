package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.text.generate.GeneratedText;
import io.github.djltransformers.text.generate.TextStream;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import io.github.djltransformers.text.translate.PartialTranslation;
import io.github.djltransformers.text.translate.WordAligner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a text for a text, with a model that reads all of one before it writes the other.
 *
 * @param tokenizer of the checkpoint
 * @param writer writes
 * @param form how the model is told what to do
 * @param limit the most tokens of a text
 * @param room the most tokens of a beginning that leave room for another
 * @param read the text of an input, and how what is written for it begins
 * @param aligns whether it is told which words come from which
 * @param <E> an input
 */
record SourceJob<E>(
        TextTokenizer tokenizer,
        Writer writer,
        SourceForm form,
        int limit,
        int room,
        Function<E, PartialTranslation> read,
        boolean aligns)
        implements StreamingJob<E, SourceJob.Ids, List<SourceJob.Found>> {
    private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointTranslatorFactory.class);

    /**
     * What a model reads.
     *
     * @param source a text
     * @param beginning those that decoding begins with
     * @param given how many of these are an input's own, the last ones
     */
    record Ids(WordAligner.Source source, int[] beginning, int given) {
        int[] own() {
            return Arrays.copyOfRange(beginning, beginning.length - given, beginning.length);
        }

        int[] before() {
            return Arrays.copyOf(beginning, beginning.length - given);
        }
    }

    /** What was written, and which words of the source its words come from. */
    record Found(GeneratedText text, List<WordAligner.Pair> alignment) {}

    @Override
    public Ids prepare(E input) throws TranslateException {
        PartialTranslation both = read.apply(input);
        TokenizedText tokens =
                tokenizer.encode(TextInput.of(form.prefix() + both.text()).in(form.language()));
        if (tokens.length() > limit) {
            LOGGER.warn(
                    "A text of {} tokens is cut to {}, and what follows is not read; split it", tokens.length(), limit);
        }
        TokenizedText cut = tokens.cut(limit);
        int[] own = both.beginning().isEmpty()
                ? new int[0]
                : tokenizer
                        .encode(TextInput.of(both.beginning()).withoutFrame().asTarget())
                        .ids();
        int[] beginning = own.length == 0 ? new int[] {form.startId()} : behindWhatIsForced(own);
        if (beginning.length > room) {
            throw new TranslateException(Text.format(
                    "CheckpointTranslatorFactory: beginning must have at most %d tokens, which leave the model room for"
                            + " one more, got %d",
                    room - beginning.length + own.length, own.length));
        }
        return new Ids(
                new WordAligner.Source(
                        form.prefix() + both.text(), form.prefix().length(), cut, cut.ids()),
                beginning,
                own.length);
    }

    /** What the search would write first stands before an input's own tokens. */
    private int[] behindWhatIsForced(int... own) {
        int first = writer.config().firstId();
        IntStream forced = first < 0 ? IntStream.of(form.startId()) : IntStream.of(form.startId(), first);
        return IntStream.concat(forced, Arrays.stream(own)).toArray();
    }

    @Override
    public List<List<Found>> run(TransformerBlock block, NDManager manager, List<E> inputs, List<Ids> prepared) {
        List<List<GeneratedSequence>> found =
                writer.write(block, manager, prepared, ids -> ids.source.ids().length, SourceJob::write);
        List<List<Found>> texts = new ArrayList<>();
        for (int i = 0; i < prepared.size(); i++) {
            Ids input = prepared.get(i);
            texts.add(found.get(i).stream()
                    .map(each -> found(block, manager, input, each))
                    .toList());
        }
        return texts;
    }

    private Found found(TransformerBlock block, NDManager manager, Ids input, GeneratedSequence sequence) {
        GeneratedText text = text(input.own(), sequence);
        int first = writer.config().firstId();
        boolean forced = first >= 0 && input.given == 0;
        // What a family writes first of its own is read by the decoder before the translation.
        int[] beginning = forced ? new int[] {form.startId(), first} : input.before();
        return new Found(
                text,
                aligns
                        ? new WordAligner((GenerativeModel) block, tokenizer)
                                .align(manager, input.source, beginning, text.text())
                        : List.of());
    }

    private static List<List<GeneratedSequence>> write(Generation generation, List<Ids> some) {
        return generation.fromBeginnings(
                some.stream().map(ids -> ids.source.ids()).toList(),
                some.stream().map(Ids::beginning).toList(),
                source -> Integer.MAX_VALUE);
    }

    private GeneratedText text(int[] own, GeneratedSequence found) {
        int[] whole = IntStream.concat(Arrays.stream(own), Arrays.stream(found.content()))
                .toArray();
        return GeneratedText.of(tokenizer.decode(whole), found);
    }

    @Override
    public TextStream stream(TransformerBlock block, NDManager manager, Ids prepared, Runnable closing) {
        Generation generation = writer.generation(block, manager);
        int[] own = prepared.own();
        if (writer.config().beams() > 1) {
            GeneratedSequence best = write(generation, List.of(prepared)).get(0).get(0);
            closing.run();
            return TextStream.of(text(own, best));
        }
        return TextStream.of(
                generation.stream(prepared.source.ids(), prepared.beginning),
                tokenizer,
                own,
                tokenizer.decode(own),
                closing);
    }
}
