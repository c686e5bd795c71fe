package io.github.djltransformers.huggingface;

/** What a checkpoint was trained for, as the class in its {@code architectures} says. */
public enum Head {
    /** Hidden vectors, and a pooled one where the family has a pooler. */
    BASE("Model"),
    /** Words for masked tokens. */
    MASKED_LM("ForMaskedLM"),
    /** The next token. */
    CAUSAL_LM("ForCausalLM"),
    /** Classes, or numbers, of sequences. */
    SEQUENCE_CLASSIFICATION("ForSequenceClassification"),
    /** Classes of tokens. */
    TOKEN_CLASSIFICATION("ForTokenClassification"),
    /** Where an answer begins and ends. */
    QUESTION_ANSWERING("ForQuestionAnswering"),
    /** A sequence for a sequence. */
    SEQUENCE_TO_SEQUENCE("ForConditionalGeneration"),
    /** Whether a token was replaced. */
    DISCRIMINATOR("ForPreTraining"),
    /** Words for masked tokens, and whether a sentence follows another. */
    PRETRAINING("ForPreTraining");

    private final String suffix;

    Head(String suffix) {
        this.suffix = suffix;
    }

    /** The end of the names of its classes, but for a few older ones. */
    String suffix() {
        return suffix;
    }
}
