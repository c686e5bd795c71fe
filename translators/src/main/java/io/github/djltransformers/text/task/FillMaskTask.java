package io.github.djltransformers.text.task;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.Text;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The words for the masks in a text, most probable first. */
final class FillMaskTask implements TextTask<String, List<Classifications>> {
    private final TextTokenizer tokenizer;
    private final int limit;
    private final int maskId;
    private final int topK;

    /**
     * @param tokenizer for which a text may spell the mask
     * @param topK how many words each mask gets
     */
    FillMaskTask(TextTokenizer tokenizer, int limit, int maskId, int topK) {
        this.tokenizer = tokenizer;
        this.limit = limit;
        this.maskId = maskId;
        this.topK = topK;
    }

    @Override
    public List<TokenizedText> rows(String text) throws TranslateException {
        TokenizedText row = tokenizer.encode(text);
        int all = masks(row).length;
        TokenizedText cut = row.cut(limit);
        int kept = masks(cut).length;
        if (kept == 0 || kept < all) {
            throw new TranslateException(Text.format(
                    "FillMaskTask: text must have %s among its first %d tokens, got %d of %d there",
                    tokenizer.token(maskId), limit, kept, all));
        }
        return List.of(cut);
    }

    private int[] masks(TokenizedText row) {
        int[] ids = row.ids();
        return IntStream.range(0, ids.length).filter(i -> ids[i] == maskId).toArray();
    }

    /** The words' numbers at masks alone: those of all tokens are many. */
    @Override
    public List<float[][]> numbers(RowBatch batch, NDList outputs) {
        NDArray logits = outputs.get(0);
        long words = logits.getShape().get(2);
        List<Long> places = new ArrayList<>();
        for (int row = 0; row < batch.rows().size(); row++) {
            for (int place : masks(batch.rows().get(row))) {
                places.add((long) row * batch.length() + place);
            }
        }
        NDArray at = HostArrays.of(
                logits.getManager(), places.stream().mapToLong(Long::longValue).toArray());
        float[] all = logits.reshape(-1, words).get(at).toFloatArray();
        List<float[][]> rows = new ArrayList<>();
        int from = 0;
        for (TokenizedText row : batch.rows()) {
            float[][] ofRow = new float[masks(row).length][];
            for (int i = 0; i < ofRow.length; i++) {
                ofRow[i] = Arrays.copyOfRange(all, from, from + (int) words);
                from += (int) words;
            }
            rows.add(ofRow);
        }
        return rows;
    }

    @Override
    public List<Classifications> result(String text, List<TokenizedText> rows, List<float[][]> numbers) {
        return Arrays.stream(numbers.get(0)).map(this::words).toList();
    }

    private Classifications words(float[] logits) {
        double[] probabilities = Scores.softmax(logits);
        int[] best = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -probabilities[i]))
                .limit(topK)
                .mapToInt(Integer::intValue)
                .toArray();
        Classifications words = new Classifications(
                IntStream.of(best).mapToObj(tokenizer::decodeWithSpecialTokens).toList(),
                IntStream.of(best).mapToObj(i -> probabilities[i]).toList());
        words.setTopK(topK);
        return words;
    }
}
