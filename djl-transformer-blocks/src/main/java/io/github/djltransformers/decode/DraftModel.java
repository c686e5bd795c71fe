package io.github.djltransformers.decode;

import io.github.djltransformers.model.GenerativeModel;

/**
 * Guesses by a smaller model of the same vocabulary, whose caches keep all tokens; it draws as the model itself is to draw.
 *
 * @param model compiled or not; remains the caller's
 * @param tokens {@code num_assistant_tokens}: how many are guessed at a time
 */
public record DraftModel(GenerativeModel model, int tokens) implements Speculation {
    /**
     * @throws IllegalArgumentException naming what must be otherwise
     */
    public DraftModel {
        if (tokens < 1) {
            throw new IllegalArgumentException("DraftModel: tokens must be positive, got " + tokens);
        }
        if (model.cacheLayout().forgets() && !model.readsSource()) {
            throw new IllegalArgumentException(
                    "DraftModel: model must keep all tokens, got one that forgets those beyond "
                            + model.cacheLayout().window());
        }
    }
}
