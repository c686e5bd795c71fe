package io.github.djltransformers.huggingface.family;

import ai.djl.MalformedModelException;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.head.HeadConfig;
import io.github.djltransformers.head.HeadedEncoder;
import io.github.djltransformers.head.Pooling;
import io.github.djltransformers.huggingface.Blueprint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.huggingface.NameTable;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.OutputConfig;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.ScoreScale;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.PositionNumbering;
import java.util.Map;

/** What decoder-only families have in common. */
final class Decoders {
    /** The heads beside the language model's. */
    static final String HEAD_NAMES = """
            classifier                        /score
            tags                              /classifier
            answer                            /qa_outputs
            -                                 /lm_head.weight
            -                                 *.rotary_emb.inv_freq
            """;

    private Decoders() {}

    /** The line of a table of tokens which the output uses too: files may have it under either name. */
    static String tied(OutputConfig output, String table) {
        return output.tied() ? "embedding.weight  " + table + "|/lm_head.weight" : "";
    }

    /** Positions by rotation: none are added, and padding does not count. */
    static PositionConfig rotated(CheckpointConfig c) throws MalformedModelException {
        int length = (int) Math.min(Integer.MAX_VALUE, c.size("max_position_embeddings", 2048) * Rotaries.stretch(c));
        return new PositionConfig(PositionKind.NONE, length, 0, PositionNumbering.KEPT, -1);
    }

    /** A trained table of positions in which padding does not count. */
    static PositionConfig learned(int length, int offset) {
        return new PositionConfig(PositionKind.LEARNED, length, offset, PositionNumbering.KEPT, -1);
    }

    /** Heads, shared ones of keys and values, and the size of a head, with the keys of Llama. */
    static AttentionConfig attention(CheckpointConfig c, int size) throws MalformedModelException {
        return attention(c, size, Math.max(1, size / c.size("num_attention_heads")));
    }

    /**
     * The same.
     *
     * @param usual the size of a head where the file names none
     */
    static AttentionConfig attention(CheckpointConfig c, int size, int usual) throws MalformedModelException {
        int heads = c.size("num_attention_heads");
        int headSize = c.size("head_dim", usual);
        return new AttentionConfig(
                size,
                size,
                size,
                heads,
                c.size("num_key_value_heads", heads),
                headSize,
                false,
                false,
                ScoreScale.ofHeadSize(headSize),
                AttentionSpan.CAUSAL,
                null,
                null,
                null,
                (float) c.number("attention_dropout", 0));
    }

    /** The language model, or the stack with another head. */
    static Blueprint blueprint(
            CheckpointConfig c,
            Head head,
            EmbeddingConfig embedding,
            StackConfig stack,
            OutputConfig output,
            NameTable names)
            throws MalformedModelException {
        if (head == Head.CAUSAL_LM) {
            TransformerConfig config = new TransformerConfig(embedding, null, null, false, stack, output);
            return new Blueprint(new DecoderLanguageModel(config), names);
        }
        return new Blueprint(new HeadedEncoder(embedding, stack.causal(), heads(c, head), head == Head.BASE), names);
    }

    private static Map<String, HeadConfig> heads(CheckpointConfig c, Head head) throws MalformedModelException {
        return switch (head) {
            case BASE -> Encoders.heads();
            case SEQUENCE_CLASSIFICATION ->
                Encoders.heads(
                        "classifier",
                        new HeadConfig(
                                Pooling.LAST_NOT_PADDING,
                                c.token("pad_token_id"),
                                null,
                                new HeadConfig.Output(c.labels().size(), false, false, false)));
            case TOKEN_CLASSIFICATION ->
                Encoders.heads("tags", HeadConfig.tokenClasses(c.labels().size()));
            case QUESTION_ANSWERING -> Encoders.heads("answer", HeadConfig.span());
            default -> throw Encoders.unknownHead(c);
        };
    }
}
