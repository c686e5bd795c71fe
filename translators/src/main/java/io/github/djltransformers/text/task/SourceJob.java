package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.text.generate.GeneratedText;
import io.github.djltransformers.text.generate.TextStream;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a text for a text, with a model that reads all of one before it writes the other.
 *
 * @param tokenizer of the checkpoint
 * @param writer writes
 * @param form how the model is told what to do
 * @param limit the most tokens of a text
 */
record SourceJob(TextTokenizer tokenizer, Writer writer, SourceForm form, int limit)
        implements StreamingJob<String, int[], List<GeneratedText>> {
    private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointTranslatorFactory.class);

    @Override
    public int[] prepare(String input) {
        TokenizedText tokens =
                tokenizer.encode(TextInput.of(form.prefix() + input).in(form.language()));
        if (tokens.length() > limit) {
            LOGGER.warn(
                    "A text of {} tokens is cut to {}, and what follows is not read; split it", tokens.length(), limit);
        }
        return tokens.cut(limit).ids();
    }

    @Override
    public List<List<GeneratedText>> run(
            TransformerBlock block, NDManager manager, List<String> inputs, List<int[]> prepared) {
        return writer
                .write(block, manager, prepared, (generation, some) -> generation.fromSources(some, form.startId()))
                .stream()
                .map(found -> found.stream().map(this::text).toList())
                .toList();
    }

    private GeneratedText text(GeneratedSequence found) {
        return GeneratedText.of(tokenizer.decode(found.content()), found);
    }

    @Override
    public TextStream stream(TransformerBlock block, NDManager manager, int[] prepared, Runnable closing) {
        Generation generation = writer.generation(block, manager);
        if (writer.config().beams() > 1) {
            GeneratedSequence best = generation
                    .fromSources(List.of(prepared), form.startId())
                    .get(0)
                    .get(0);
            closing.run();
            return TextStream.of(text(best));
        }
        return TextStream.of(generation.stream(prepared, form.startId()), tokenizer, new int[0], "", closing);
    }
}
