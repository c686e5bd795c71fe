package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A model whose probabilities are written down by prefix, such as "2 5" for the tokens 2 and 5 after the start token. */
final class ScriptedBatch implements DecodingBatch {
    private final int vocabularySize;
    private int room = Integer.MAX_VALUE;
    private List<Row> rows;
    private VocabularyScores scores;
    private final List<Integer> rowsOfSteps = new ArrayList<>();
    private final List<Integer> startTokens = new ArrayList<>();

    /**
     * @param inputs for each input the probabilities of all tokens by prefix
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    ScriptedBatch(int vocabularySize, Map<String, double[]>... inputs) {
        this.vocabularySize = vocabularySize;
        rows = Arrays.stream(inputs).map(script -> new Row(script, null)).toList();
    }

    /** How many rows each step had. */
    List<Integer> rowsOfSteps() {
        return rowsOfSteps;
    }

    /** The token that each input began with. */
    List<Integer> startTokens() {
        return startTokens;
    }

    @Override
    public int rows() {
        return rows.size();
    }

    @Override
    public int vocabularySize() {
        return vocabularySize;
    }

    @Override
    public int room() {
        return room;
    }

    /** The model can read so many tokens, and no more. */
    ScriptedBatch withRoom(int tokens) {
        room = tokens;
        return this;
    }

    @Override
    public Candidates advance(int[] tokens, int count) {
        float[] logProbs = logProbs(tokens);
        scores = VocabularyScores.of(logProbs, new float[rows()]);
        return Candidates.top(logProbs, new float[rows()], count);
    }

    @Override
    public VocabularyScores scores() {
        return scores;
    }

    private float[] logProbs(int... tokens) {
        if (room-- == 0) {
            throw new AssertionError("no room for another token");
        }
        rowsOfSteps.add(rows());
        float[] logProbs = new float[rows() * vocabularySize];
        List<Row> grown = new ArrayList<>();
        for (int i = 0; i < rows(); i++) {
            Row row = rows.get(i).append(tokens[i]);
            if (row.prefix.isEmpty()) {
                startTokens.add(tokens[i]);
            }
            double[] distribution = row.script.get(row.prefix);
            if (distribution == null) {
                throw new AssertionError("no probabilities after '" + row.prefix + "'");
            }
            for (int token = 0; token < vocabularySize; token++) {
                logProbs[i * vocabularySize + token] = (float) Math.log(distribution[token]);
            }
            grown.add(row);
        }
        rows = grown;
        return logProbs;
    }

    @Override
    public void rewind(int count) {
        throw new UnsupportedOperationException("ScriptedBatch: prefixes are not forgotten");
    }

    @Override
    public void select(int[] selected) {
        rows = Arrays.stream(selected).mapToObj(rows::get).toList();
    }

    @Override
    public void close() {}

    /** The prefix is null before the start token. */
    private record Row(Map<String, double[]> script, String prefix) {
        Row append(int token) {
            return new Row(script, prefix == null ? "" : (prefix + " " + token).trim());
        }
    }
}
