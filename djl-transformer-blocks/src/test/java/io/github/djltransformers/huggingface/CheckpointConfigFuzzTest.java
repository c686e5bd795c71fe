package io.github.djltransformers.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Wrong configurations end in one clear exception, whatever they ask for. */
class CheckpointConfigFuzzTest {
    private static final int MUTATIONS = 20_000;
    private static final long ALLOWED_BYTES = 16 << 20;
    private static final List<String> CONFIGS = List.of("""
            {"architectures": ["BertForMaskedLM"], "hidden_act": "gelu", "hidden_size": 32, "intermediate_size": 64,
            "layer_norm_eps": 1e-12, "max_position_embeddings": 40, "model_type": "bert", "num_attention_heads": 4,
            "num_hidden_layers": 2, "type_vocab_size": 2, "vocab_size": 101}""", """
            {"architectures": ["LlamaForCausalLM"], "head_dim": 8, "hidden_act": "silu", "hidden_size": 32,
            "intermediate_size": 56, "max_position_embeddings": 64, "model_type": "llama", "num_attention_heads": 4,
            "num_hidden_layers": 2, "num_key_value_heads": 2, "rope_theta": 10000.0, "vocab_size": 101, "rope_scaling":
            {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 32}}""", """
            {"architectures": ["T5ForConditionalGeneration"], "d_ff": 64, "d_kv": 8, "d_model": 32, "num_heads": 4,
            "feed_forward_proj": "gated-gelu", "layer_norm_epsilon": 1e-06, "model_type": "t5", "num_layers": 2,
            "relative_attention_max_distance": 14, "relative_attention_num_buckets": 8, "vocab_size": 101}""", """
            {"architectures": ["DebertaV2Model"], "hidden_size": 32, "intermediate_size": 64, "model_type": "deberta-v2",
            "max_position_embeddings": 48, "norm_rel_ebd": "layer_norm", "num_attention_heads": 4, "num_hidden_layers": 2,
            "pos_att_type": ["p2c", "c2p"], "position_buckets": 6, "relative_attention": true, "type_vocab_size": 0,
            "vocab_size": 109}""");
    private static final List<String> VALUES = List.of(
            "null",
            "-1",
            "0",
            "1",
            "3",
            "2.5",
            "1e999",
            "1e999999999",
            "99999999999999999999",
            "2147483647",
            "-0.0",
            "\"\"",
            "\"gelu\"",
            "true",
            "[]",
            "{}",
            "[1, [2, [3]]]",
            "{\"a\": {\"b\": null}}",
            "NaN");

    @Test
    void mutatedConfigurationsAreRefusedOrFit() {
        Random random = new Random(11);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            String text = mutated(CONFIGS.get(i % CONFIGS.size()), random);
            long before = threads.getThreadAllocatedBytes(thread);
            try {
                CheckpointConfig config = CheckpointConfig.of(text, "config.json");
                Checkpoint.blueprint(config, config.head(), Set.of());
            } catch (MalformedModelException e) {
                refused++;
                assertTrue(e.getMessage().startsWith("CheckpointConfig: "), e.getMessage());
            }
            long allocated = threads.getThreadAllocatedBytes(thread) - before;
            assertTrue(allocated < text.length() + ALLOWED_BYTES, allocated + " bytes for " + text);
        }
        assertTrue(refused > MUTATIONS / 4, refused + " refused");
    }

    private static String mutated(String config, Random random) {
        String text = config;
        for (int count = 1 + random.nextInt(2); count > 0; count--) {
            int from = random.nextInt(text.length());
            int colon = text.indexOf(": ", from);
            text = switch (random.nextInt(4)) {
                case 0 -> text.substring(0, from) + (char) (32 + random.nextInt(95)) + text.substring(from + 1);
                case 1 -> text.substring(0, from);
                case 2 ->
                    text.substring(0, from) + text.substring(Math.min(text.length(), from + 1 + random.nextInt(9)));
                default ->
                    colon < 0
                            ? text
                            : text.substring(0, colon + 2)
                                    + VALUES.get(random.nextInt(VALUES.size()))
                                    + text.substring(end(text, colon));
            };
            if (text.isEmpty()) {
                return "";
            }
        }
        return text;
    }

    /** Where the value after a colon ends. */
    private static int end(String text, int colon) {
        int comma = text.indexOf(',', colon);
        return comma < 0 ? Math.max(colon + 2, text.length() - 1) : comma;
    }

    @Test
    void wrongValuesAreNamed() {
        expect("{\"model_type\": \"bert\", \"architectures\": 3}", "'architectures' must be a list of strings, got 3");
        expect(
                "{\"model_type\": \"bert\", \"architectures\": [\"BertModel\"]}",
                "key 'hidden_size' must be given, got none");
        expect(
                "{\"model_type\": \"bert\", \"architectures\": [\"BertForSinging\"]}",
                "architectures must begin with a class for a base model, masked or causal language model, sequence or"
                        + " token classification, question answering or conditional generation, got 'BertForSinging'");
        expect(CONFIGS.get(0).replace("\"gelu\"", "\"glue\""), "'hidden_act' must be one of [gelu, gelu_accurate,");
        expect(
                CONFIGS.get(0).replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 100000"),
                "'num_hidden_layers' must be at most 512, got 100000");
        expect(
                CONFIGS.get(0).replace("\"num_attention_heads\": 4", "\"num_attention_heads\": 5"),
                "values must fit each other, got: AttentionConfig: heads must divide modelSize 32, got 5");
    }

    private static void expect(String text, String message) {
        Exception error = assertThrows(MalformedModelException.class, () -> {
            CheckpointConfig config = CheckpointConfig.of(text, "x");
            Checkpoint.blueprint(config, config.head(), Set.of());
        });
        assertEquals(
                "CheckpointConfig: in x " + message,
                error.getMessage().substring(0, Math.min(error.getMessage().length(), 23 + message.length())));
    }
}
