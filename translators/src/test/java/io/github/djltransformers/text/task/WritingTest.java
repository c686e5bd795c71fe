package io.github.djltransformers.text.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import ai.djl.translate.TranslateException;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djltransformers.decode.FinishReason;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.Generation;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.huggingface.CheckpointBlockFactory;
import io.github.djltransformers.huggingface.GenerationConfigJson;
import io.github.djltransformers.huggingface.RandomCheckpoint;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.chat.ChatMessage;
import io.github.djltransformers.text.generate.GeneratedText;
import io.github.djltransformers.text.generate.TextPublisher;
import io.github.djltransformers.text.generate.TextStream;
import io.github.djltransformers.text.tokenizer.SpecialText;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.translate.Translations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** What checkpoints write: the tokens that {@link Generation} gives for their ids, as text, whole and in pieces. */
class WritingTest {
    @TempDir
    private Path directory;

    private Path checkpoint(String tokenizer, String architecture) throws Exception {
        Path from = Path.of(
                WritingTest.class.getResource("/tokenizers/" + tokenizer).toURI());
        Path copy = Files.createDirectories(directory.resolve(tokenizer));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
        }
        return RandomCheckpoint.fill(copy, architecture);
    }

    private static void edit(Path directory, String file, String json) throws IOException {
        Path path = directory.resolve(file);
        JsonObject object = Files.exists(path)
                ? JsonParser.parseString(Files.readString(path)).getAsJsonObject()
                : new JsonObject();
        JsonParser.parseString(json).getAsJsonObject().asMap().forEach(object::add);
        Files.writeString(path, object.toString());
    }

    private static <I, O> ZooModel<I, O> load(
            Path checkpoint, Class<I> input, Class<O> output, String engine, Map<String, ?> arguments)
            throws IOException, ModelException {
        Criteria.Builder<I, O> criteria = Criteria.builder()
                .setTypes(input, output)
                .optModelPath(checkpoint)
                .optEngine(engine)
                .optArgument("blockFactory", CheckpointBlockFactory.class.getName())
                .optArgument("translatorFactory", CheckpointTranslatorFactory.class.getName())
                .optOption("hasParameter", "false");
        arguments.forEach(criteria::optArgument);
        return criteria.build().loadModel();
    }

    private static <I, O> O predict(Path checkpoint, I input, Class<O> output, String engine, Map<String, ?> arguments)
            throws Exception {
        @SuppressWarnings("unchecked")
        Class<I> type = (Class<I>) input.getClass();
        try (ZooModel<I, O> model = load(checkpoint, type, output, engine, arguments);
                Predictor<I, O> predictor = model.newPredictor()) {
            return predictor.predict(input);
        }
    }

    /** What the model itself writes for tokens. */
    private static GeneratedSequence written(
            Path checkpoint, String engine, GenerationConfig config, int startId, int... input) throws Exception {
        try (ZooModel<NDList, NDList> model =
                load(checkpoint, NDList.class, NDList.class, engine, Map.of("compile", false))) {
            NDManager manager = model.getNDManager();
            Generation generation = new Generation(
                    (GenerativeModel) model.getBlock(), new ParameterStore(manager, false), manager, config);
            return (startId < 0
                            ? generation.fromPrompts(List.of(input))
                            : generation.fromSources(List.of(input), startId))
                    .get(0)
                    .get(0);
        }
    }

    private static List<Integer> tokens(GeneratedSequence sequence) {
        return Arrays.stream(sequence.tokens()).boxed().toList();
    }

    @EngineTest
    void promptsGoOn(String engine) throws Exception {
        for (String[] each : new String[][] {
            {"gpt2_bpe", "GPT2LMHeadModel"}, {"llama_spm", "LlamaForCausalLM"}, {"json_qwen2", "Qwen2ForCausalLM"}
        }) {
            Path checkpoint = checkpoint(each[0], each[1]);
            String[] prompts = {"Once upon a time", "The", "Good morning, my dear 😀 friend"};
            Map<String, Object> arguments = Map.of("maxNewTokens", 12);
            GeneratedText[] texts = predict(checkpoint, prompts, GeneratedText[].class, engine, arguments);
            String[] plain = predict(checkpoint, prompts, String[].class, engine, arguments);
            try (TextTokenizer tokenizer = TextTokenizer.open(checkpoint)) {
                for (int i = 0; i < prompts.length; i++) {
                    int[] prompt = tokenizer.encode(prompts[i]).ids();
                    Set<Integer> ends = tokenizer.endIds();
                    GenerationConfig config = GenerationConfig.builder()
                            .optMaxNewTokens(12)
                            .optEndIds(ends)
                            .build();
                    GeneratedSequence expected = written(checkpoint, engine, config, -1, prompt);
                    assertEquals(tokens(expected), texts[i].tokens());
                    assertEquals(expected.logProbability(), texts[i].logProbability(), 1e-4);
                    int[] whole = IntStream.concat(Arrays.stream(prompt), Arrays.stream(expected.content()))
                            .toArray();
                    assertEquals(tokenizer.decode(whole), tokenizer.decode(prompt) + texts[i].text());
                    assertEquals(texts[i].text(), plain[i]);
                }
                assertEquals(
                        tokenizer.decode(tokenizer.encode(prompts[1]).ids()) + plain[1],
                        predict(
                                checkpoint,
                                prompts[1],
                                String.class,
                                engine,
                                Map.of("maxNewTokens", 12, "fullText", true)));
            }
        }
    }

    @EngineTest
    void textsComeInPieces(String engine) throws Exception {
        Path writer = checkpoint("llama_spm", "LlamaForCausalLM");
        Path translator = checkpoint("t5_spm", "T5ForConditionalGeneration");
        edit(translator, "config.json", "{\"decoder_start_token_id\": 0}");
        for (Path checkpoint : List.of(writer, translator)) {
            for (Map<String, Object> arguments : List.<Map<String, Object>>of(
                    Map.of("maxNewTokens", 15),
                    Map.of("maxNewTokens", 15, "beam", 2),
                    Map.of("maxNewTokens", 15, "repetitionPenalty", 1.3, "noRepeatNgramSize", 2))) {
                String whole = predict(checkpoint, "Once upon", String.class, engine, arguments);
                try (ZooModel<String, TextStream> model =
                                load(checkpoint, String.class, TextStream.class, engine, arguments);
                        Predictor<String, TextStream> predictor = model.newPredictor()) {
                    assertEquals(List.of(whole), pieces(predictor.predict("Once upon")));
                    int managed = model.getNDManager().getManagedArrays().size();
                    try (TextStream stream =
                            predictor.streamingPredict("Once upon").getIterativeOutput()) {
                        List<String> pieces = pieces(stream);
                        assertEquals(whole, String.join("", pieces));
                        assertEquals(arguments.containsKey("beam"), pieces.size() == 1, pieces.toString());
                        assertEquals(15, stream.text().tokens().size());
                        assertEquals(FinishReason.LENGTH, stream.text().finishReason());
                        assertEquals(whole, stream.text().text());
                    }
                    TextStream left = predictor.streamingPredict("Once upon").getIterativeOutput();
                    left.next();
                    left.close();
                    assertFalse(left.hasNext());
                    assertEquals(
                            managed, model.getNDManager().getManagedArrays().size());
                }
            }
        }
    }

    private static List<String> pieces(TextStream stream) {
        List<String> pieces = new ArrayList<>();
        stream.forEachRemaining(pieces::add);
        return pieces;
    }

    /** The file asks for it, a seed makes it repeatable, and an argument takes it away. */
    @EngineTest
    void samplingIsObeyed(String engine) throws Exception {
        Path checkpoint = checkpoint("gpt2_bpe", "GPT2LMHeadModel");
        List<Integer> likeliest = predict(
                        checkpoint, "Once upon", GeneratedText.class, engine, Map.of("maxNewTokens", 12))
                .tokens();
        List<Integer> asked = predict(
                        checkpoint,
                        "Once upon",
                        GeneratedText.class,
                        engine,
                        Map.of("maxNewTokens", 12, "temperature", 3, "topK", 0, "seed", 5))
                .tokens();
        assertNotEquals(likeliest, asked);
        edit(
                checkpoint,
                "generation_config.json",
                "{\"do_sample\": true, \"temperature\": 3.0, \"top_k\": 0, \"max_new_tokens\": 12}");
        assertEquals(
                asked,
                predict(checkpoint, "Once upon", GeneratedText.class, engine, Map.of("seed", 5))
                        .tokens());
        assertEquals(
                likeliest,
                predict(checkpoint, "Once upon", GeneratedText.class, engine, Map.of("sample", false))
                        .tokens());
        assertEquals(
                predict(checkpoint, "Once upon", GeneratedText.class, engine, Map.of("beam", 3, "sample", false))
                        .tokens(),
                predict(checkpoint, "Once upon", GeneratedText.class, engine, Map.of("beam", 3))
                        .tokens());
    }

    /** What a publisher gives is what the stream gives; cancelled, the writing is at its end and its memory free. */
    @EngineTest
    void piecesArePublished(String engine) throws Exception {
        Path gpt = checkpoint("gpt2_bpe", "GPT2LMHeadModel");
        try (ZooModel<String, TextStream> model =
                        load(gpt, String.class, TextStream.class, engine, Map.of("maxNewTokens", 20));
                Predictor<String, TextStream> predictor = model.newPredictor()) {
            List<String> expected;
            try (TextStream stream = predictor.streamingPredict("Once upon").getIterativeOutput()) {
                expected = pieces(stream);
            }
            int before = model.getNDManager().getManagedArrays().size();
            for (int wanted : new int[] {3, Integer.MAX_VALUE}) {
                List<String> published = new ArrayList<>();
                TextStream[] opened = new TextStream[1];
                new TextPublisher(
                                () -> opened[0] =
                                        predictor.streamingPredict("Once upon").getIterativeOutput(),
                                Runnable::run)
                        .subscribe(new Flow.Subscriber<>() {
                            private Flow.Subscription subscription;

                            @Override
                            public void onSubscribe(Flow.Subscription given) {
                                subscription = given;
                                given.request(Long.MAX_VALUE);
                            }

                            @Override
                            public void onNext(String piece) {
                                published.add(piece);
                                if (published.size() == wanted) {
                                    subscription.cancel();
                                }
                            }

                            @Override
                            public void onError(Throwable error) {
                                throw new AssertionError(error);
                            }

                            @Override
                            public void onComplete() {
                                published.add("end");
                            }
                        });
                List<String> whole = new ArrayList<>(expected);
                whole.add("end");
                assertEquals(whole.subList(0, Math.min(wanted, whole.size())), published);
                assertFalse(opened[0].hasNext());
            }
            assertEquals(before, model.getNDManager().getManagedArrays().size());
        }
    }

    private static String causes(Throwable error) {
        return error == null ? "" : error.getMessage() + "; " + causes(error.getCause());
    }

    /** Vocabularies of bytes and of pieces, a prompt that goes on, an answer and a translation, drawn, greedy and with beams. */
    @EngineTest
    void whatIsWrittenIsWhatItMustBe(String engine) throws Exception {
        Path gpt = checkpoint("gpt2_bpe", "GPT2LMHeadModel");
        edit(gpt, "generation_config.json", "{\"eos_token_id\": 0}");
        Set<String> choices = Set.of("yes", "no", "perhaps größer");
        for (int seed = 0; seed < 5; seed++) {
            String text = predict(
                    gpt,
                    "Is it?",
                    String.class,
                    engine,
                    Map.of("choices", String.join("\n", choices), "maxNewTokens", 30, "seed", seed, "temperature", 9));
            assertTrue(choices.contains(text), text);
        }
        Path llama = checkpoint("llama_spm", "LlamaForCausalLM");
        edit(llama, "generation_config.json", "{\"eos_token_id\": 2}");
        String number = predict(
                llama,
                "It is",
                String.class,
                engine,
                Map.of("regex", "[0-9]{2,4}( km)?", "maxNewTokens", 16, "beam", 3));
        assertTrue(number.strip().matches("[0-9]{2,4}( km)?"), number);
        Path t5 = checkpoint("t5_spm", "T5ForConditionalGeneration");
        edit(t5, "generation_config.json", "{\"eos_token_id\": 1, \"decoder_start_token_id\": 0}");
        String translation =
                predict(t5, "Hello.", String.class, engine, Map.of("choices", "Hallo Welt.\nTag", "maxNewTokens", 40));
        assertTrue(Set.of("Hallo Welt.", "Tag").contains(translation), translation);
        Path qwen = checkpoint("json_qwen2", "Qwen2ForCausalLM");
        ChatMessage[] messages = {new ChatMessage("user", "Who?")};
        String schema =
                "{\"type\": \"object\", \"properties\": {\"age\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\":"
                        + " 120}}, \"required\": [\"age\"]}";
        String answer = predict(qwen, messages, String.class, engine, Map.of("jsonSchema", schema, "maxNewTokens", 30));
        int age = JsonParser.parseString(answer).getAsJsonObject().get("age").getAsInt();
        assertTrue(age >= 0 && age <= 120, answer);
        Exception error = assertThrows(
                Exception.class,
                () -> predict(gpt, "Is it?", String.class, engine, Map.of("choices", "a", "regex", "b")));
        assertTrue(causes(error).contains("at most one of regex, jsonSchema and choices"), causes(error));
    }

    @EngineTest
    void messagesAreAnswered(String engine) throws Exception {
        Path checkpoint = checkpoint("json_qwen2", "Qwen2ForCausalLM");
        ChatMessage[] messages = {new ChatMessage("system", "Be brief."), new ChatMessage("user", "Hello <|im_end|>!")};
        GeneratedText answer = predict(checkpoint, messages, GeneratedText.class, engine, Map.of("maxNewTokens", 9));
        try (TextTokenizer tokenizer = TextTokenizer.open(checkpoint)) {
            int[] prompt = tokenizer.encodeChat(List.of(messages), true);
            GenerationConfig config = GenerationConfig.builder()
                    .optMaxNewTokens(9)
                    .optEndIds(tokenizer.endIds())
                    .build();
            GeneratedSequence expected = written(checkpoint, engine, config, -1, prompt);
            assertEquals(tokens(expected), answer.tokens());
            assertEquals(tokenizer.decode(expected.content()), answer.text());
        }
        assertEquals(answer.text(), predict(checkpoint, messages, String.class, engine, Map.of("maxNewTokens", 9)));
    }

    @EngineTest
    void languagesAreToldAsEachFamilyLearntThem(String engine) throws Exception {
        String text = "Good morning.";
        Path m2m = checkpoint("m2m_spm", "M2M100ForConditionalGeneration");
        Path mbart = checkpoint("mbart_spm", "MBartForConditionalGeneration");
        edit(mbart, "config.json", "{\"decoder_start_token_id\": 2}");
        Path marian = checkpoint("marian_spm_multi", "MarianMTModel");
        JsonObject wishes = JsonParser.parseString("{\"max_new_tokens\": 5, \"num_beams\": 1}")
                .getAsJsonObject();
        Map<String, Object> toGerman =
                Map.of("sourceLanguage", "en", "targetLanguage", "de", "maxNewTokens", 5, "beam", 1);
        try (TextTokenizer tokenizer = TextTokenizer.open(m2m)) {
            int german = tokenizer.languages().id("de");
            int[] source = tokenizer.encode(TextInput.of(text).in("en")).ids();
            GenerationConfig config = GenerationConfigJson.read(m2m, wishes);
            check(m2m, engine, toGerman, config.toBuilder().optFirstId(german), 2, source, text);
        }
        try (TextTokenizer tokenizer = TextTokenizer.open(mbart)) {
            int[] source = tokenizer.encode(TextInput.of(text).in("en_XX")).ids();
            check(
                    mbart,
                    engine,
                    toGerman,
                    GenerationConfigJson.read(mbart, wishes).toBuilder(),
                    tokenizer.languages().id("de_DE"),
                    source,
                    text);
        }
        try (TextTokenizer tokenizer = TextTokenizer.open(marian)) {
            String marker = List.of(">>de<<", ">>deu<<").stream()
                    .filter(each -> tokenizer.id(each).isPresent())
                    .findFirst()
                    .orElseThrow();
            int[] source = tokenizer.encode(marker + " " + text).ids();
            assertEquals(tokenizer.id(marker).getAsInt(), source[0]);
            check(marian, engine, toGerman, GenerationConfigJson.read(marian, wishes).toBuilder(), 1377, source, text);
        }
    }

    private static void check(
            Path checkpoint,
            String engine,
            Map<String, ?> arguments,
            GenerationConfig.Builder config,
            int startId,
            int[] source,
            String text)
            throws Exception {
        try (TextTokenizer tokenizer = TextTokenizer.open(checkpoint)) {
            GeneratedSequence expected = written(
                    checkpoint, engine, config.optEndIds(tokenizer.endIds()).build(), startId, source);
            GeneratedText found = predict(checkpoint, text, GeneratedText.class, engine, arguments);
            assertEquals(tokens(expected), found.tokens(), checkpoint.toString());
            Translations ranked = predict(checkpoint, text, Translations.class, engine, arguments);
            assertEquals(tokenizer.decode(expected.content()), ranked.best().text());
            assertEquals(expected.score(), ranked.best().score(), 1e-4);
        }
    }

    @EngineTest
    void tasksHavePrefixesAndSettingsOfTheirOwn(String engine) throws Exception {
        Path t5 = checkpoint("t5_spm", "T5ForConditionalGeneration");
        edit(
                t5,
                "config.json",
                "{\"decoder_start_token_id\": 0, \"task_specific_params\": {\"translation_en_to_de\": {\"prefix\":"
                        + " \"translate English to German: \", \"max_length\": 6, \"num_beams\": 3}}}");
        String expected = predict(
                t5, "translate English to German: Hi", String.class, engine, Map.of("maxNewTokens", 5, "beam", 3));
        assertEquals(
                expected,
                predict(t5, "Hi", String.class, engine, Map.of("sourceLanguage", "en", "targetLanguage", "de")));
        assertEquals(expected, predict(t5, "Hi", String.class, engine, Map.of("task", "translation_en_to_de")));
        assertEquals(
                predict(t5, "translate English to French: Hi", String.class, engine, Map.of()),
                predict(t5, "Hi", String.class, engine, Map.of("sourceLanguage", "en", "targetLanguage", "fr")));
        assertEquals(
                predict(t5, "summarize: Hi", String.class, engine, Map.of()),
                predict(t5, "Hi", String.class, engine, Map.of("prefix", "summarize: ")));
        refuses(
                t5,
                "task must be one of [translation_en_to_de], the task_specific_params in config.json, got poem",
                Map.of("task", "poem"));
        Path m2m = checkpoint("m2m_spm", "M2M100ForConditionalGeneration");
        refuses(m2m, "targetLanguage must be one of [af, am, ar", Map.of("targetLanguage", "tlh"));
        refuses(m2m, "got none", Map.of());
        Path marian = checkpoint("marian_spm", "MarianMTModel");
        refuses(
                marian,
                "targetLanguage must be de, which the checkpoint was trained for, got fr",
                Map.of("targetLanguage", "fr"));
    }

    private static void refuses(Path checkpoint, String message, Map<String, ?> arguments) {
        Throwable error = assertThrows(
                Exception.class,
                () -> load(checkpoint, String.class, String.class, "PyTorch", arguments)
                        .close());
        String all = "";
        for (Throwable each = error; each != null; each = each.getCause()) {
            all += each.getMessage() + "\n";
        }
        assertTrue(all.contains(message), all);
    }

    @EngineTest
    void promptsThatAreTooLongOrEmptyAreRefused(String engine) throws Exception {
        Path checkpoint = checkpoint("gpt2_bpe", "GPT2LMHeadModel");
        edit(checkpoint, "config.json", "{\"n_positions\": 8}");
        RandomCheckpoint.fill(checkpoint, "GPT2LMHeadModel");
        assertEquals(
                "CheckpointTranslatorFactory: prompt must have a token, got none; the checkpoint has no token that begins"
                        + " a text, so give it some text",
                error(checkpoint, "", engine));
        assertTrue(error(checkpoint, "1 2 3 4 5 6 7 8 9", engine)
                .startsWith("CheckpointTranslatorFactory: prompt must have at most 8 tokens"));
        try (TextTokenizer tokenizer = TextTokenizer.open(checkpoint, SpecialText.PARSED)) {
            assertArrayEquals(
                    new int[] {1800}, tokenizer.encode("<|endoftext|>").ids());
        }
        assertEquals(
                8,
                predict(checkpoint, "<|endoftext|>", GeneratedText.class, engine, Map.of("maxNewTokens", 50))
                        .tokens()
                        .size());
    }

    private static String error(Path checkpoint, String prompt, String engine) {
        return assertThrows(
                        TranslateException.class,
                        () -> predict(checkpoint, prompt, String.class, engine, Map.of("maxNewTokens", 2)))
                .getMessage();
    }
}
