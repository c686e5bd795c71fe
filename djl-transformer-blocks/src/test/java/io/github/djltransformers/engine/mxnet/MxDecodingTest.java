package io.github.djltransformers.engine.mxnet;

import static io.github.djltransformers.testing.Rejections.requireRejected;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.DecodingProgram;
import io.github.djltransformers.compile.ProgramBatch;
import io.github.djltransformers.decode.Candidates;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.EagerDecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.testing.NativeMemory;
import io.github.djltransformers.testing.Samples;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MxDecodingTest {
    private static final TransformerConfig CONFIG =
            new TransformerConfig(LayerConfig.of(12, 3, 20), 2, 2, 17, 8, PositionKind.SINUSOIDAL, false);
    private static final TokenRows PADDED = TokenRows.of(List.of(new int[] {5, 6, 7}, new int[] {8, 9}), 0);
    private static final TokenRows EVEN = TokenRows.of(List.of(new int[] {5, 6, 7}, new int[] {8, 9, 3}), 0);

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "MXNet");

    private EncoderDecoderTransformer translator;

    @AfterEach
    void close() {
        manager.close();
    }

    private <M extends TransformerBlock> M initialized(M model) {
        return Samples.initialized(manager, DataType.FLOAT32, model);
    }

    private DecodingProgram compiledTranslator() {
        translator = initialized(new EncoderDecoderTransformer(CONFIG));
        return new MxSymbolCompiler().compile(translator, manager, CompilationConfig.DEFAULT);
    }

    @Test
    void translatesAsTheEagerModelWhereverRowsMove() {
        EncoderDecoderTransformer model = initialized(new EncoderDecoderTransformer(CONFIG));
        try (DecodingProgram program = new MxSymbolCompiler().compile(model, manager, CompilationConfig.DEFAULT)) {
            for (TokenRows inputs : List.of(EVEN, PADDED)) {
                assertDecodesAlike(model, program, inputs);
            }
        }
    }

    @Test
    void writesOnAsTheEagerModelWhereverRowsMove() {
        DecoderLanguageModel model = initialized(new DecoderLanguageModel(CONFIG));
        try (DecodingProgram program = new MxSymbolCompiler().compile(model, manager, CompilationConfig.DEFAULT)) {
            assertDecodesAlike(model, program, EVEN);
            assertDecodesAlike(model, program, PADDED);
        }
    }

    /** Rows stay, become beams side by side, move among beams twice between steps, mix and leave. */
    private void assertDecodesAlike(GenerativeModel model, DecodingProgram program, TokenRows inputs) {
        int[][][] selections = {
            {}, {{0, 0, 1, 1}}, {{1, 0, 3, 3}, {0, 0, 2, 3}}, {{3, 0, 1}}, {{0, 1, 2}}, {{1, 2}},
        };
        int before = NativeMemory.arraysOfTheProcess(manager);
        try (DecodingBatch eager = EagerDecodingBatch.open(model, new ParameterStore(manager, false), manager, inputs);
                DecodingBatch compiled = ProgramBatch.open(program, model, manager, inputs)) {
            int token = 1;
            for (int[][] selection : selections) {
                if (token == selections.length && inputs.length() + token > CONFIG.maxLength()) {
                    break;
                }
                for (int[] rows : selection) {
                    eager.select(rows);
                    compiled.select(rows);
                }
                int[] tokens = new int[eager.rows()];
                Arrays.setAll(tokens, row -> row + 2);
                tokens[0] = token++;
                assertAlike(eager.advance(tokens, 4), compiled.advance(tokens, 4));
            }
        }
        assertEquals(before, NativeMemory.arraysOfTheProcess(manager));
    }

    private static void assertAlike(Candidates eager, Candidates compiled) {
        assertEquals(eager.rows(), compiled.rows());
        assertEquals(eager.count(), compiled.count());
        for (int row = 0; row < eager.rows(); row++) {
            for (int rank = 0; rank < eager.count(); rank++) {
                assertEquals(eager.token(row, rank), compiled.token(row, rank));
                assertEquals(eager.logProb(row, rank), compiled.logProb(row, rank), 1e-5f);
            }
        }
    }

    @Test
    void givesTheWholeVocabularyWhereMoreIsAskedFor() {
        try (DecodingProgram program = compiledTranslator();
                DecodingBatch batch = ProgramBatch.open(program, translator, manager, EVEN)) {
            Candidates all = batch.advance(new int[] {1, 1}, 50);
            assertEquals(17, all.count());
            double sum = 0;
            for (int rank = 0; rank < 17; rank++) {
                sum += Math.exp(all.logProb(1, rank));
            }
            assertEquals(1, sum, 1e-5);
            int[] ids = new int[17];
            Arrays.setAll(ids, rank -> all.token(1, rank));
            Arrays.sort(ids);
            assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, ids);
        }
    }

    @Test
    void refusesWhatTheModelCannotRead() {
        try (DecodingProgram program = compiledTranslator();
                DecodingBatch batch = ProgramBatch.open(program, translator, manager, EVEN)) {
            requireRejected(
                    "DecodingBatch: tokens must be one for each of 2 rows, got 1",
                    () -> batch.advance(new int[] {1}, 2));
            requireRejected(
                    "TokenRows: ids must be in [0, 17), got 17; the tokenizer and the model must share one vocabulary",
                    () -> batch.advance(new int[] {1, 17}, 2));
            for (int step = 0; step < CONFIG.maxLength(); step++) {
                batch.advance(new int[] {1, 1}, 2);
            }
            requireRejected(
                    "DecodingBatch: sequence length must be at most 8 (the position table), got 9",
                    () -> batch.advance(new int[] {1, 1}, 2));
            TokenRows tooLong = TokenRows.of(List.of(new int[9]), 0);
            requireRejected(
                    "DecodingBatch: sequence length must be at most 8 (the position table), got 9",
                    () -> ProgramBatch.open(program, translator, manager, tooLong));
        }
    }

    @Test
    void aClosedProgramSaysSo() {
        DecodingProgram program = compiledTranslator();
        try (DecodingBatch batch = ProgramBatch.open(program, translator, manager, EVEN)) {
            program.close();
            String message = "MxModule: program must be open, got a closed one; its model has been closed";
            assertEquals(
                    message,
                    assertThrows(IllegalStateException.class, () -> batch.advance(new int[] {1, 1}, 2))
                            .getMessage());
            assertEquals(
                    message,
                    assertThrows(
                                    IllegalStateException.class,
                                    () -> ProgramBatch.open(program, translator, manager, EVEN))
                            .getMessage());
        }
    }

    @Test
    void manyStepsLeaveNothingBehind() {
        try (DecodingProgram program = compiledTranslator()) {
            int before = NativeMemory.arraysOfTheProcess(manager);
            for (int i = 0; i < 100; i++) {
                try (DecodingBatch batch = ProgramBatch.open(program, translator, manager, PADDED)) {
                    batch.advance(new int[] {1, 1}, 3);
                    batch.select(new int[] {1, 1, 0});
                    batch.advance(new int[] {2, 3, 4}, 3);
                }
            }
            assertEquals(before, NativeMemory.arraysOfTheProcess(manager));
        }
    }
}
