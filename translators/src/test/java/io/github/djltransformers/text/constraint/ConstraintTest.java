package io.github.djltransformers.text.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.djltransformers.decode.ScoresProcessor;
import io.github.djltransformers.text.tokenizer.BpeTrainer;
import io.github.djltransformers.text.tokenizer.BpeTrainerConfig;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever scores say, what is written under a constraint is one of its texts. */
class ConstraintTest {
    private static final int END = 3;
    private static final String CORPUS =
            "{\"name\": \"Ada\", \"age\": 36, \"tags\": [\"a\", \"b\"], \"ok\": true} null false Grüße 日本 ";

    private static TextTokenizer tokenizer;

    @BeforeAll
    static void learn(@TempDir Path folder) throws Exception {
        BpeTrainer trainer = new BpeTrainer(BpeTrainerConfig.byteLevel(330));
        for (int i = 0; i < 5; i++) {
            trainer.add(CORPUS);
        }
        trainer.train().save(folder.resolve("tokenizer.json"));
        tokenizer = TextTokenizer.open(folder.resolve("tokenizer.json"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    /** What a model with random scores writes. */
    private static String write(ConstrainedVocabulary constraint, int limit, Random random) {
        ScoresProcessor processor = constraint.processor(1, limit, Set.of(END));
        int[] sequence = {2};
        while (true) {
            float[] scores = new float[tokenizer.vocabularySize()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (float) random.nextGaussian();
            }
            processor.process(sequence, scores);
            int best = 0;
            for (int i = 1; i < scores.length; i++) {
                best = scores[i] > scores[best] ? i : best;
            }
            assertTrue(scores[best] > Float.NEGATIVE_INFINITY);
            sequence = Arrays.copyOf(sequence, sequence.length + 1);
            sequence[sequence.length - 1] = best;
            if (best == END) {
                return tokenizer.decode(Arrays.copyOfRange(sequence, 1, sequence.length - 1));
            }
            assertTrue(sequence.length - 1 < limit, "the end comes in time");
        }
    }

    @Test
    void textsAreThoseOfARegularExpression() {
        Constraint dates = Constraint.regex("^(19|20)\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$");
        ConstrainedVocabulary vocabulary = new ConstrainedVocabulary(dates, tokenizer);
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            String text = write(vocabulary, 11, random);
            assertTrue(text.matches("(19|20)\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])"), text);
        }
        assertTrue(dates.matches("2026-11-29"));
        assertFalse(dates.matches("2026-13-29"));
        assertThrows(IllegalArgumentException.class, () -> Constraint.regex("(a"));
    }

    /** Characters of several bytes, which tokens cut, and a text that another begins with. */
    @Test
    void textsAreOneOfSome() {
        List<String> texts = List.of("Grüße", "Grüße aus 日本", "nein", "日");
        ConstrainedVocabulary vocabulary = new ConstrainedVocabulary(Constraint.anyOf(texts), tokenizer);
        Random random = new Random(1);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            seen.add(write(vocabulary, 40, random));
        }
        assertEquals(Set.copyOf(texts), seen);
    }

    @Test
    void theShortestTextMustFit() {
        ConstrainedVocabulary vocabulary = new ConstrainedVocabulary(Constraint.anyOf(List.of("abc")), tokenizer);
        Exception error = assertThrows(IllegalArgumentException.class, () -> vocabulary.processor(1, 3, Set.of(END)));
        assertTrue(error.getMessage().contains("maxNewTokens must be at least 4"), error.getMessage());
        assertThrows(IllegalArgumentException.class, () -> vocabulary.processor(1, 9, Set.of()));
    }

    /** An unbounded text ends in time, as the end is made for near the limit. */
    @Test
    void documentsAreWholeAtTheLimit() throws Exception {
        String schema = "{\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"minItems\": 2}";
        ConstrainedVocabulary vocabulary = new ConstrainedVocabulary(Constraint.jsonSchema(schema), tokenizer);
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            requireValid(schema, write(vocabulary, 20, random));
        }
    }

    private static void requireValid(String schema, String document) throws Exception {
        JsonNode node = new ObjectMapper().readTree(document);
        Set<?> errors = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(schema)
                .validate(node);
        assertTrue(errors.isEmpty(), document + " of " + schema + ": " + errors);
    }

    /** Schemas of every kind that is kept, at random, judged by a library for JSON schemas. */
    @Test
    void aThousandRandomSchemasAreKept() throws Exception {
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            String schema = schema(random, 3).toString();
            ConstrainedVocabulary vocabulary = new ConstrainedVocabulary(Constraint.jsonSchema(schema), tokenizer);
            requireValid(schema, write(vocabulary, 400, random));
        }
    }

    private static JsonObject schema(Random random, int depth) {
        JsonObject schema = new JsonObject();
        switch (random.nextInt(depth > 0 ? 10 : 7)) {
            case 0 -> {
                schema.addProperty("type", "string");
                int least = random.nextInt(3);
                schema.addProperty("minLength", least);
                schema.addProperty("maxLength", least + random.nextInt(4));
            }
            case 1 -> {
                schema.addProperty("type", "integer");
                int least = random.nextInt(4000) - 2000;
                schema.addProperty("minimum", least);
                schema.addProperty("maximum", least + random.nextInt(3000));
            }
            case 2 ->
                schema.addProperty("type", List.of("number", "boolean", "null").get(random.nextInt(3)));
            case 3 -> {
                JsonArray values = new JsonArray();
                values.add("a \"b\" ü");
                values.add(random.nextInt(100));
                values.add(random.nextBoolean());
                schema.add("enum", values);
            }
            case 4 -> schema.addProperty("const", "c" + random.nextInt(9));
            case 5 -> {
                schema.addProperty("type", "string");
                schema.addProperty("pattern", "^[a-z]{2}-?\\d+$");
                schema.addProperty("maxLength", 8);
            }
            case 6 -> {
                JsonArray types = new JsonArray();
                types.add("integer");
                types.add("null");
                schema.add("type", types);
            }
            case 7 -> {
                schema.addProperty("type", "array");
                schema.add("items", schema(random, depth - 1));
                int least = random.nextInt(3);
                schema.addProperty("minItems", least);
                schema.addProperty("maxItems", least + random.nextInt(3));
            }
            case 8 -> {
                JsonArray any = new JsonArray();
                any.add(schema(random, depth - 1));
                any.add(schema(random, depth - 1));
                schema.add("anyOf", any);
            }
            default -> {
                schema.addProperty("type", "object");
                JsonObject properties = new JsonObject();
                JsonArray required = new JsonArray();
                for (int i = random.nextInt(4); i > 0; i--) {
                    properties.add("p" + i, schema(random, depth - 1));
                    if (random.nextBoolean()) {
                        required.add("p" + i);
                    }
                }
                schema.add("properties", properties);
                schema.add("required", required);
                schema.addProperty("additionalProperties", false);
            }
        }
        return schema;
    }

    @Test
    void referencesAreFollowedAndWhatCannotBeKeptIsNamed() throws Exception {
        String schema = "{\"$defs\": {\"name\": {\"type\": \"string\", \"maxLength\": 3}}, \"type\": \"object\","
                + " \"properties\": {\"first\": {\"$ref\": \"#/$defs/name\"}}, \"required\": [\"first\"]}";
        requireValid(
                schema, write(new ConstrainedVocabulary(Constraint.jsonSchema(schema), tokenizer), 40, new Random(1)));
        refuses("{\"type\": \"number\", \"minimum\": 1}", "# must have no keys here but [type], got [minimum]");
        refuses("{\"type\": \"text\"}", "#/type must be one of");
        refuses("{\"$defs\": {\"a\": {\"$ref\": \"#/$defs/a\"}}, \"$ref\": \"#/$defs/a\"}", "must not refer to itself");
        refuses("{\"oneOf\": []}", "must have type, enum, const, anyOf or $ref");
        refuses("{\"type\": {}}", "#/type must be a string, got {}");
        refuses("{\"type\": \"object\", \"required\": [{}]}", "#/required must be a string, got {}");
        refuses("{\"type\": \"string\", \"pattern\": []}", "#/pattern must be a string, got []");
        refuses("[]", "the schema must be an object");
        refuses("{", "the schema must be JSON");
    }

    private static void refuses(String schema, String message) {
        Exception error = assertThrows(IllegalArgumentException.class, () -> Constraint.jsonSchema(schema));
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }
}
