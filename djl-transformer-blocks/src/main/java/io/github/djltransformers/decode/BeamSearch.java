package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Keeps the K most probable unfinished sequences of each input (Graves 2012, "Sequence Transduction with Recurrent Neural
 * Networks", algorithm 1; with the length normalisation of {@link GenerationConfig#lengthPenalty}).
 *
 * <p>The rules are those of Hugging Face's {@code generate} with {@code early_stopping=False}: of the best 2K extensions of
 * a step, those among the first K that end are finished and the first K that do not end are written on. An input is done
 * when K sequences are finished and the best unfinished one, scored at its present length, is no better than the worst of
 * them. At the limit of length the first K are finished as they are. Equal extensions are ranked by the rank of the
 * sequence they extend, then by the lower id.
 *
 * <p>An input that is done leaves the batch, so that the others no longer pay for it.
 */
public final class BeamSearch implements SequenceSearch {
    private final GenerationConfig config;

    public BeamSearch(GenerationConfig config) {
        this.config = config;
    }

    @Override
    public List<List<Hypothesis>> search(DecodingBatch batch, IntUnaryOperator limit) {
        List<Beams> inputs = new ArrayList<>();
        for (int input = 0; input < batch.rows(); input++) {
            inputs.add(new Beams(config.withinLimit(limit.applyAsInt(input))));
        }
        int[] tokens = new int[batch.rows()];
        Arrays.fill(tokens, config.startId());
        List<Beams> active = inputs;
        while (true) {
            Candidates candidates = batch.advance(tokens, 2 * config.beams());
            int row = 0;
            for (Beams beams : active) {
                int rows = beams.running().size();
                beams.step(candidates, row);
                row += rows;
            }
            active = active.stream().filter(beams -> !beams.done()).toList();
            if (active.isEmpty()) {
                return inputs.stream().map(Beams::best).toList();
            }
            List<Beams.Beam> rows =
                    active.stream().flatMap(beams -> beams.running().stream()).toList();
            batch.select(rows.stream().mapToInt(Beams.Beam::row).toArray());
            tokens = rows.stream().mapToInt(beam -> beam.chain().token()).toArray();
        }
    }
}
