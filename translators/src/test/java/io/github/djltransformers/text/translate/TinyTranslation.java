package io.github.djltransformers.text.translate;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.text.tokenizer.BpeTrainer;
import io.github.djltransformers.text.tokenizer.BpeTrainerConfig;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.nio.file.Path;
import java.util.List;

/** A random model of at most 24 tokens, with a vocabulary learnt from a few sentences. */
final class TinyTranslation implements AutoCloseable {
    static final int MAX_LENGTH = 24;

    private final TextTokenizer tokenizer;
    private final TransformerConfig config;
    private final Model model;

    TinyTranslation(String engine, Path directory) throws Exception {
        tokenizer = tokenizer(directory);
        int vocabularySize = tokenizer.vocabularySize();
        config = new TransformerConfig(
                LayerConfig.of(12, 3, 20), 1, 1, vocabularySize, MAX_LENGTH, PositionKind.SINUSOIDAL, false);
        model = Model.newInstance("tiny", Device.cpu(), engine);
        model.getNDManager().getEngine().setRandomSeed(5);
        EncoderDecoderTransformer block = new EncoderDecoderTransformer(config);
        block.initialize(model.getNDManager(), DataType.FLOAT32);
        model.setBlock(block);
    }

    /** Writes a tokenizer.json and opens it. */
    static TextTokenizer tokenizer(Path directory) throws Exception {
        BpeTrainer trainer = new BpeTrainer(BpeTrainerConfig.byteLevel(320));
        trainer.addAll(List.of(
                "a dog runs over the green grass",
                "two dogs run over the grass",
                "a man and a dog walk on the beach",
                "the man runs on the grass"));
        trainer.train().save(directory.resolve("tokenizer.json"));
        return TextTokenizer.open(directory);
    }

    TextTokenizer tokenizer() {
        return tokenizer;
    }

    TransformerConfig config() {
        return config;
    }

    Model model() {
        return model;
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
