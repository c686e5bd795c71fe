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
    /** Several classifications at once, of sequences and of tokens, as {@link JointHead} lists them. */
    JOINT_CLASSIFICATION("ForJointClassification"),
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

    /**
     * The class for this head of a family.
     *
     * @param architecture another class of the family, such as {@code BertForMaskedLM}
     */
    public String inFamilyOf(String architecture) {
        return architecture.replaceFirst("(For\\w+|LMHeadModel|Model)$", "") + suffix;
    }

    /** The end of the names of its classes, but for a few older ones. */
    String suffix() {
        return suffix;
    }
}
