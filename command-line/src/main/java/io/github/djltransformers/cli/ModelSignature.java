package io.github.djltransformers.cli;

import io.github.djltransformers.Text;
import io.github.djltransformers.saved.ModelConfig;

/** What a model's forward takes and returns, in one line. */
final class ModelSignature {
    private ModelSignature() {}

    /** Letters are sizes that may differ from call to call: B batch, S source length, T length. */
    static String of(ModelConfig config) {
        int vocabulary = config.transformer().vocabularySize();
        if (config instanceof ModelConfig.EncoderDecoder) {
            return "sourceIds (B, S) INT64, sourceKeepMask (B, 1, 1, S) BOOLEAN, targetIds (B, T) INT64"
                    + Text.format(" -> logits (B, T, %d) FLOAT32", vocabulary);
        } else if (config instanceof ModelConfig.Classifier classifier) {
            return Text.format(
                    "ids (B, T) INT64, keepMask (B, 1, 1, T) BOOLEAN -> logits (B, %d) FLOAT32", classifier.classes());
        }
        return Text.format("ids (B, T) INT64 -> logits (B, T, %d) FLOAT32", vocabulary);
    }
}
