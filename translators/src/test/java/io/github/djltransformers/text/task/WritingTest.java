package io.github.djltransformers.text.task;

import static io.github.djltransformers.text.task.WritingFiles.edit;
import static io.github.djltransformers.text.task.WritingFiles.load;
import static io.github.djltransformers.text.task.WritingFiles.predict;
import static io.github.djltransformers.text.task.WritingFiles.tokens;
import static io.github.djltransformers.text.task.WritingFiles.written;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import com.google.gson.JsonParser;
import io.github.djltransformers.decode.FinishReason;
import io.github.djltransformers.decode.GeneratedSequence;
import io.github.djltransformers.decode.GenerationConfig;
import io.github.djltransformers.huggingface.RandomCheckpoint;
import io.github.djltransformers.testing.EngineTest;
import io.github.djltransformers.text.chat.ChatMessage;
import io.github.djltransformers.text.generate.GeneratedText;
import io.github.djltransformers.text.generate.TextPublisher;
import io.github.djltransformers.text.generate.TextStream;
import io.github.djltransformers.text.tokenizer.SpecialText;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** What checkpoints write: the tokens that {@code Generation} gives for their ids, as text, whole and in pieces. */
class WritingTest {
    @TempDir
    private Path directory;

    private Path checkpoint(String tokenizer, String architecture) throws Exception {
        return WritingFiles.checkpoint(directory, tokenizer, architecture);
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
        String said = predict(
                gpt,
                "Is it?",
                String.class,
                engine,
                Map.of("phrases", "größer\nperhaps", "maxNewTokens", 20, "beam", 2));
        assertTrue(said.contains("größer") && said.contains("perhaps"), said);
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
    void guessesChangeNothing(String engine) throws Exception {
        Path checkpoint = checkpoint("gpt2_bpe", "GPT2LMHeadModel");
        String prompt = "one two one two one";
        String expected = predict(checkpoint, prompt, String.class, engine, Map.of("maxNewTokens", 12));
        for (Map<String, Object> guesses : List.<Map<String, Object>>of(
                Map.of("maxNewTokens", 12, "promptLookup", 3),
                Map.of("maxNewTokens", 12, "draftModel", checkpoint.toString(), "draftTokens", 4))) {
            assertEquals(expected, predict(checkpoint, prompt, String.class, engine, guesses));
            try (ZooModel<String, TextStream> model =
                            load(checkpoint, String.class, TextStream.class, engine, guesses);
                    Predictor<String, TextStream> predictor = model.newPredictor();
                    TextStream stream = predictor.streamingPredict(prompt).getIterativeOutput()) {
                assertEquals(expected, String.join("", pieces(stream)));
            }
        }
        Exception error = assertThrows(
                Exception.class,
                () -> predict(checkpoint, prompt, String.class, engine, Map.of("beam", 2, "promptLookup", 3)));
        assertTrue(
                causes(error)
                        .contains("only one of promptLookup and draftModel may be given, and no beams with it, got"
                                + " promptLookup 3, draftModel null and 2 beams"),
                causes(error));
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
