package io.github.djltransformers.huggingface;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.CompiledExecution;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.testing.EngineTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What configurations of checkpoints say, and mean where they say nothing; and that each kind writes alike however it runs. */
class ConfigurationsTest {
    private static final String LLAMA = "\"hidden_size\": 16, \"intermediate_size\": 24, \"num_hidden_layers\": 2,"
            + " \"num_attention_heads\": 4, \"num_key_value_heads\": 2, \"vocab_size\": 41,"
            + " \"max_position_embeddings\": 64";
    private static final String BART = "\"d_model\": 16, \"encoder_layers\": 2, \"decoder_layers\": 2,"
            + " \"encoder_attention_heads\": 2, \"decoder_attention_heads\": 4, \"encoder_ffn_dim\": 24,"
            + " \"decoder_ffn_dim\": 20, \"vocab_size\": 41, \"max_position_embeddings\": 64, \"pad_token_id\": 1";
    private static final String T5 =
            "\"d_model\": 16, \"d_ff\": 24, \"d_kv\": 6, \"num_layers\": 2, \"num_heads\": 3," + " \"vocab_size\": 41";

    private static final List<int[]> INPUTS =
            List.of(new int[] {3, 9, 4, 7, 30, 11}, new int[] {8}, new int[] {5, 36, 3});

    @TempDir
    private Path directory;

    /** Architectures by configuration. */
    private static Map<String, String> configurations() {
        Map<String, String> all = new TreeMap<>();
        all.put(llama("qwen3", "\"head_dim\": 6, \"use_sliding_window\": false, \"sliding_window\": 4"), "Qwen3");
        all.put(
                llama("qwen2", "\"use_sliding_window\": true, \"sliding_window\": 3, \"max_window_layers\": 1"),
                "Qwen2");
        all.put(llama("mistral", "\"sliding_window\": 3"), "Mistral");
        all.put(llama("gemma", "\"head_dim\": 6"), "Gemma");
        all.put(
                llama(
                        "gemma2",
                        "\"head_dim\": 6, \"sliding_window\": 3, \"query_pre_attn_scalar\": 5,"
                                + " \"attn_logit_softcapping\": 2.0, \"final_logit_softcapping\": 1.5"),
                "Gemma2");
        for (String scaling : List.of(
                "\"rope_type\": \"llama3\", \"factor\": 4.0, \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0,"
                        + " \"original_max_position_embeddings\": 8",
                "\"type\": \"linear\", \"factor\": 2.0",
                "\"type\": \"dynamic\", \"factor\": 2.0",
                "\"type\": \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": 16")) {
            all.put(llama("llama", "\"tie_word_embeddings\": true, \"rope_scaling\": {" + scaling + "}"), "Llama");
        }
        // Beyond its table of positions, where the base grows with the sequence.
        String growing = "\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2.0}";
        all.put(llama("llama", growing).replace(": 64", ": 12"), "Llama");
        all.put(llama("phi", "\"partial_rotary_factor\": 0.5"), "Phi");
        all.put(llama("gpt_neox", "\"use_parallel_residual\": false, \"rotary_pct\": 0.5"), "GPTNeoX");
        all.put(llama("opt", "\"ffn_dim\": 24, \"do_layer_norm_before\": false, \"word_embed_proj_dim\": 12"), "OPT");
        all.put("{\"model_type\": \"mbart\", \"scale_embedding\": true, " + BART + "}", "MBart");
        all.put("{\"model_type\": \"m2m_100\", " + BART + "}", "M2M100");
        all.put(
                "{\"model_type\": \"t5\", \"feed_forward_proj\": \"gated-gelu\", \"tie_word_embeddings\": false, " + T5
                        + "}",
                "T5");
        all.put("{\"model_type\": \"mt5\", " + T5 + "}", "MT5");
        return all;
    }

    private static String llama(String type, String more) {
        return "{\"model_type\": \"" + type + "\", " + LLAMA + ", " + more + "}";
    }

    private static String architecture(String configuration, String name) {
        boolean reads = configuration.contains("d_model");
        return name + (reads ? "ForConditionalGeneration" : "ForCausalLM");
    }

    private static List<List<GeneratedSequence>> written(
            GenerativeModel model, NDManager manager, int beams, List<int[]> inputs) {
        GenerationConfig config = GenerationConfig.builder()
                .optMaxNewTokens(20)
                .optBeams(beams)
                .optNBest(beams)
                .optEndIds(Set.of(2))
                .build();
        Generation generation = new Generation(model, new ParameterStore(manager, false), manager, config);
        return model.readsSource() ? generation.fromSources(inputs, 2) : generation.fromPrompts(inputs);
    }

    /** The log-probability of tokens by one pass over all of them, without caches. */
    private static double atOnce(TransformerBlock block, NDManager manager, int[] input, int... tokens) {
        boolean reads = ((GenerativeModel) block).readsSource();
        int[] before = reads ? new int[] {2} : input;
        long[] ids = new long[before.length + tokens.length - 1];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i < before.length ? before[i] : tokens[i - before.length];
        }
        try (NDManager scratch = manager.newSubManager()) {
            NDArray target = scratch.create(ids, new Shape(1, ids.length));
            NDList inputs = reads
                    ? new NDList(
                            scratch.create(Arrays.stream(input).asLongStream().toArray(), new Shape(1, input.length)),
                            scratch.ones(new Shape(1, 1, 1, input.length), DataType.BOOLEAN),
                            target)
                    : new NDList(target);
            NDList outputs = block.eager(new ParameterStore(scratch, false), inputs, false);
            outputs.attach(scratch);
            NDArray logProbs = outputs.get(0).logSoftmax(2);
            float[] all = logProbs.toFloatArray();
            int size = (int) logProbs.getShape().get(2);
            double sum = 0;
            for (int i = 0; i < tokens.length; i++) {
                sum += all[(before.length - 1 + i) * size + tokens[i]];
            }
            return sum;
        }
    }

    @EngineTest
    void eachKindWritesAlikeCompiledAndEagerly(String engine) throws Exception {
        int number = 0;
        for (Map.Entry<String, String> each : configurations().entrySet()) {
            Path checkpoint = Files.createDirectory(directory.resolve("checkpoint" + number++));
            Files.writeString(checkpoint.resolve("config.json"), each.getKey());
            RandomCheckpoint.fill(checkpoint, architecture(each.getKey(), each.getValue()));
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), engine)) {
                TransformerBlock block = Checkpoint.load(checkpoint, manager);
                GenerativeModel model = (GenerativeModel) block;
                for (int round = 0; round < 4; round++) {
                    int beams = round % 2 == 0 ? 1 : 3;
                    // Prompts of one token leave a model nothing to read before it writes.
                    List<int[]> inputs = round < 2 ? INPUTS : List.of(new int[] {8}, new int[] {5});
                    block.setExecution(null);
                    List<List<GeneratedSequence>> eager = written(model, manager, beams, inputs);
                    // A base that grows turns new keys alone, so that one pass over all is another thing.
                    boolean grows = each.getKey().contains(": 12");
                    for (int i = 0; i < eager.size() && !grows; i++) {
                        for (GeneratedSequence one : eager.get(i)) {
                            assertEquals(
                                    atOnce(block, manager, inputs.get(i), one.tokens()),
                                    one.logProbability(),
                                    2e-4,
                                    each.getKey());
                        }
                    }
                    CompiledExecution.install(
                            block, manager, CompilationConfig.builder().build());
                    List<List<GeneratedSequence>> compiled = written(model, manager, beams, inputs);
                    assertEquals(
                            Optional.empty(), ((CompiledExecution) block.execution()).eagerReason(), each.getKey());
                    for (int i = 0; i < eager.size(); i++) {
                        for (int j = 0; j < eager.get(i).size(); j++) {
                            GeneratedSequence one = eager.get(i).get(j);
                            GeneratedSequence other = compiled.get(i).get(j);
                            assertArrayEquals(one.tokens(), other.tokens(), each.getKey());
                            assertEquals(one.score(), other.score(), 1e-4, each.getKey());
                        }
                    }
                }
            }
        }
    }

    private static TransformerConfig read(String configuration, String name) throws Exception {
        JsonObject json = JsonParser.parseString(configuration).getAsJsonObject();
        json.add("architectures", JsonParser.parseString("[\"" + architecture(configuration, name) + "\"]"));
        CheckpointConfig config = CheckpointConfig.of(json.toString(), "config");
        return ((GenerativeModel)
                        Checkpoint.blueprint(config, config.head(), Set.of()).block())
                .config();
    }

    private static List<LayerConfig> layers(String type, String more, String name) throws Exception {
        return read(llama(type, more), name).decoder().layers();
    }

    @Test
    void windowsAreWhereTheFamilyHasThem() throws Exception {
        AttentionSpan window = AttentionSpan.causalWindow(3);
        for (String[] each : new String[][] {
            {"mistral", "\"sliding_window\": 3", "yes yes"},
            {"mistral", "\"sliding_window\": null", "no no"},
            {"llama", "\"sliding_window\": 3", "no no"},
            {"qwen2", "\"sliding_window\": 3", "no no"},
            {"qwen2", "\"sliding_window\": 3, \"use_sliding_window\": false, \"max_window_layers\": 0", "no no"},
            {"qwen2", "\"sliding_window\": 3, \"use_sliding_window\": true, \"max_window_layers\": 1", "no yes"},
            {
                "qwen3",
                "\"sliding_window\": 3, \"use_sliding_window\": true, \"layer_types\": [\"sliding_attention\","
                        + " \"full_attention\"]",
                "yes no"
            },
            {"gemma2", "\"sliding_window\": 3", "yes no"},
        }) {
            List<LayerConfig> layers = layers(each[0], each[1], "X");
            for (int i = 0; i < 2; i++) {
                boolean expected = each[2].split(" ")[i].equals("yes");
                assertEquals(
                        expected ? window : AttentionSpan.CAUSAL,
                        layers.get(i).attention().span(),
                        String.join(" ", each));
            }
        }
    }

    @Test
    void whatIsNotSaidIsWhatTheFamilyTakesForGranted() throws Exception {
        assertEquals(
                4,
                layers("llama", "\"head_dim\": null", "Llama")
                        .get(0)
                        .attention()
                        .headSize());
        assertEquals(
                128, layers("qwen3", "\"a\": 0", "Qwen3").get(0).attention().headSize());
        assertEquals(
                256, layers("gemma", "\"a\": 0", "Gemma").get(0).attention().headSize());
        assertTrue(layers("qwen2", "\"a\": 0", "Qwen2").get(0).attention().bias());
        assertFalse(layers("qwen2", "\"a\": 0", "Qwen2").get(0).attention().outputBias());
        assertFalse(layers("qwen3", "\"a\": 0", "Qwen3").get(0).attention().bias());
        assertEquals(
                ActivationFunction.GELU_TANH,
                layers("gemma", "\"hidden_act\": \"gelu\"", "Gemma")
                        .get(0)
                        .feedForward()
                        .activation());
        assertEquals(
                50,
                layers("gemma2", "\"a\": 0", "Gemma2")
                        .get(0)
                        .attention()
                        .scale()
                        .softCap());
        assertEquals(
                0,
                layers("gemma2", "\"attn_logit_softcapping\": null", "Gemma2")
                        .get(0)
                        .attention()
                        .scale()
                        .softCap());
        assertEquals(30, read(llama("gemma2", "\"a\": 0"), "Gemma2").output().softCap());
        for (String tied : List.of("gemma", "gemma2", "opt", "gpt2")) {
            String more = tied.equals("gpt2")
                    ? "\"n_embd\": 16, \"n_head\": 2, \"n_layer\": 1, \"n_positions\": 8"
                    : "\"ffn_dim\": 24";
            assertTrue(read(llama(tied, more), "X").output().tied(), tied);
        }
        for (String untied : List.of("llama", "mistral", "qwen2", "qwen3", "phi", "gpt_neox")) {
            assertFalse(read(llama(untied, "\"a\": 0"), "X").output().tied(), untied);
        }
        assertEquals(
                NormPlacement.POST,
                layers("opt", "\"ffn_dim\": 24, \"do_layer_norm_before\": false", "OPT")
                        .get(0)
                        .normPlacement());
    }
}
