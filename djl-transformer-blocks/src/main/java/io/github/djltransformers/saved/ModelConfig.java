package io.github.djltransformers.saved;

import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.EncoderClassifier;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.TransformerConfig;

/** What a saved model says about itself: enough to build its block. */
public sealed interface ModelConfig {
    /** The shape of the transformer inside. */
    TransformerConfig transformer();

    /** A new block, not initialised. */
    TransformerBlock newBlock();

    /** An {@link EncoderDecoderTransformer}. */
    record EncoderDecoder(TransformerConfig transformer) implements ModelConfig {
        @Override
        public EncoderDecoderTransformer newBlock() {
            return new EncoderDecoderTransformer(transformer);
        }
    }

    /**
     * An {@link EncoderClassifier}.
     *
     * @param classes number of classes
     */
    record Classifier(TransformerConfig transformer, int classes) implements ModelConfig {
        public Classifier {
            if (classes < 1) {
                throw new IllegalArgumentException("Classifier: classes must be positive, got " + classes);
            }
        }

        @Override
        public EncoderClassifier newBlock() {
            return new EncoderClassifier(transformer, classes);
        }
    }

    /** A {@link DecoderLanguageModel}. */
    record LanguageModel(TransformerConfig transformer) implements ModelConfig {
        @Override
        public DecoderLanguageModel newBlock() {
            return new DecoderLanguageModel(transformer);
        }
    }
}
