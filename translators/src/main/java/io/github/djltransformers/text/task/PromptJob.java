package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.text.generate.GeneratedText;
import io.github.djltransformers.text.generate.TextPieces;
import io.github.djltransformers.text.generate.TextStream;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Goes on with prompts.
 *
 * @param tokenizer of the checkpoint
 * @param writer writes
 * @param read the tokens of a prompt
 * @param room the most tokens of a prompt that leave room for another
 * @param form what a result is
 * @param <E> a prompt
 */
record PromptJob<E>(TextTokenizer tokenizer, Writer writer, Function<E, int[]> read, int room, Form form)
        implements StreamingJob<E, int[], GeneratedText> {
    /** What text a result has. */
    enum Form {
        /** What the new tokens add to the prompt's text. */
        CONTINUATION,
        /** The prompt's text, as its tokens spell it, and what they add. */
        WITH_PROMPT,
        /** That of the new tokens alone. */
        ANSWER
    }

    private static final int[] NOTHING = {};

    @Override
    public int[] prepare(E input) throws TranslateException {
        int[] prompt = read.apply(input);
        if (prompt.length == 0) {
            throw new TranslateException(
                    "CheckpointTranslatorFactory: prompt must have a token, got none; the checkpoint has no token that"
                            + " begins a text, so give it some text");
        }
        if (prompt.length > room) {
            throw new TranslateException(Text.format(
                    "CheckpointTranslatorFactory: prompt must have at most %d tokens, which leave the model room for"
                            + " one more, got %d",
                    room, prompt.length));
        }
        return prompt;
    }

    @Override
    public List<GeneratedText> run(TransformerBlock block, NDManager manager, List<E> inputs, List<int[]> prepared) {
        List<List<GeneratedSequence>> found =
                writer.write(block, manager, prepared, prompt -> prompt.length, Generation::fromPrompts);
        List<GeneratedText> texts = new ArrayList<>();
        for (int i = 0; i < prepared.size(); i++) {
            texts.add(text(prepared.get(i), found.get(i).get(0)));
        }
        return texts;
    }

    private GeneratedText text(int[] prompt, GeneratedSequence sequence) {
        TextPieces pieces = new TextPieces(tokenizer, context(prompt));
        StringBuilder text = new StringBuilder(beginning(prompt));
        for (int id : sequence.content()) {
            text.append(pieces.add(id));
        }
        return GeneratedText.of(text.append(pieces.end()).toString(), sequence);
    }

    private int[] context(int... prompt) {
        return form == Form.ANSWER ? NOTHING : prompt;
    }

    private String beginning(int... prompt) {
        return form == Form.WITH_PROMPT ? tokenizer.decode(prompt) : "";
    }

    @Override
    public TextStream stream(TransformerBlock block, NDManager manager, int[] prepared, Runnable closing) {
        Generation generation = writer.generation(block, manager);
        if (writer.config().beams() > 1) {
            GeneratedSequence best =
                    generation.fromPrompts(List.of(prepared)).get(0).get(0);
            closing.run();
            return TextStream.of(text(prepared, best));
        }
        return TextStream.of(generation.stream(prepared), tokenizer, context(prepared), beginning(prepared), closing);
    }
}
