package io.github.djltransformers.compile;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.RowPositions;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.decode.VocabularyScores;
import io.github.djltransformers.model.CacheLayout;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.model.TransformerConfig;

/**
 * A batch that a compiled program writes: what all engines share. It guards the program from ids and lengths that it cannot
 * take, counts tokens, and moves nothing that stays: the rows where each keeps its place, and what was kept of the inputs as
 * long as none leaves or all have equally many rows side by side, as beams do.
 */
public final class ProgramBatch implements DecodingBatch {
    private final ProgramRows program;
    private final TransformerConfig config;
    private final boolean keepsInputs;
    private final SourceRows sources;
    private final CacheLayout layout;
    private final RowPositions positions; // null where caches forget nothing
    private int length;
    private Candidates read; // by the last step, null where rows moved since
    private int cached; // of the tokens read, how many the caches hold

    private ProgramBatch(ProgramRows program, GenerativeModel model, TokenRows inputs) {
        this.program = program;
        config = model.config();
        keepsInputs = model.readsSource() || inputs.padded();
        sources = new SourceRows(inputs.rows());
        layout = model.cacheLayout();
        positions = layout.forgets() && !model.readsSource() ? RowPositions.after(inputs) : null;
        length = model.readsSource() ? 0 : inputs.length();
        cached = length;
    }

    /**
     * Reads the inputs.
     *
     * @param manager the parent of what the batch allocates
     * @param inputs sources, or beginnings
     * @throws IllegalArgumentException if one has an id outside of the vocabulary or is longer than the model reads
     */
    public static ProgramBatch open(
            DecodingProgram program, GenerativeModel model, NDManager manager, TokenRows inputs) {
        TransformerConfig config = model.config();
        inputs.requireInVocabulary(model.readsSource() ? config.embedding().vocabularySize() : config.vocabularySize());
        requireRoom(config, inputs.length());
        TokenRows read = model.readsSource() ? inputs : inputs.paddedInFront();
        return new ProgramBatch(program.begin(manager, read), model, inputs);
    }

    private static void requireRoom(TransformerConfig config, int length) {
        if (length > config.maxLength()) {
            throw new IllegalArgumentException("DecodingBatch: sequence length must be at most " + config.maxLength()
                    + " (the position table), got " + length);
        }
    }

    @Override
    public int rows() {
        return sources.rows();
    }

    @Override
    public int vocabularySize() {
        return Math.toIntExact(config.vocabularySize());
    }

    @Override
    public int room() {
        return config.maxLength() - length;
    }

    @Override
    public Candidates advance(int[] tokens, int count) {
        TokenRows column = column(tokens);
        forget();
        read = program.best(column, positions(), cached, sharing(), Math.min(count, config.vocabularySize()));
        length++;
        cached++;
        return read;
    }

    @Override
    public VocabularyScores scores() {
        if (read == null) {
            throw VocabularyScores.gone();
        }
        Candidates asked = read;
        return new VocabularyScores() {
            @Override
            public float[] logProbs(int row) {
                if (asked != read) {
                    throw VocabularyScores.gone();
                }
                return program.logProbs(row, vocabularySize());
            }

            @Override
            public float normaliser(int row) {
                return asked.normaliser(row);
            }
        };
    }

    @Override
    public void rewind(int count) {
        if (positions != null && count > 0) {
            throw new UnsupportedOperationException(
                    "ProgramBatch: caches must keep all tokens for the last ones to be forgotten, got a model whose"
                            + " caches forget");
        }
        if (count > 0) {
            read = null;
            length -= count;
            cached -= count;
            program.rewind(cached);
        }
    }

    private void forget() {
        int forgotten = positions == null ? 0 : layout.forgotten(cached);
        if (forgotten > 0) {
            program.forget(forgotten, cached);
            cached -= forgotten;
        }
    }

    private TokenRows positions() {
        return positions == null ? null : positions.take();
    }

    private TokenRows column(int... tokens) {
        if (tokens.length != rows()) {
            throw new IllegalArgumentException(
                    "DecodingBatch: tokens must be one for each of " + rows() + " rows, got " + tokens.length);
        }
        TokenRows column = TokenRows.column(tokens);
        column.requireInVocabulary(config.vocabularySize());
        requireRoom(config, length + 1);
        return column;
    }

    /** Moves what was kept of the inputs, once for all selections since the last step. */
    private int sharing() {
        int[] moves = sources.memoryMoves();
        if (moves != null && keepsInputs) {
            program.moveInputs(moves);
        }
        return sources.sharing();
    }

    @Override
    public void select(int[] rows) {
        if (!SourceRows.areKept(rows, rows())) {
            read = null;
            program.move(rows, cached);
            sources.select(rows);
            if (positions != null) {
                positions.select(rows);
            }
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
