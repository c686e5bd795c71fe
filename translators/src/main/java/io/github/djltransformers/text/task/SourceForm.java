package io.github.djltransformers.text.task;

import ai.djl.MalformedModelException;
import com.google.gson.JsonObject;
import io.github.djltransformers.JsonText;
import io.github.djltransformers.Text;
import io.github.djltransformers.huggingface.GenerationConfigJson;
import io.github.djltransformers.text.checkpoint.Languages;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a model that reads sources is told what to do with them. Each family has its own way: a token of the source's language
 * in the text and one of the target's that the decoder begins with (mBART) or writes first (mBART-50, M2M-100, NLLB), a token
 * {@code >>de<<} before the text (Marian with several languages), or words (T5).
 *
 * @param prefix before each text
 * @param language the code of the texts' language, or null where the model is told none
 * @param startId the token that decoding begins with
 * @param firstId the token that is written first, or -1 for the model's own choice
 * @param task of {@code task_specific_params}, or empty
 */
record SourceForm(String prefix, String language, int startId, int firstId, String task) {
    private static final int MAX_FILE_BYTES = 1 << 24;
    private static final Set<String> TOLD_BY_WORDS = Set.of("t5", "mt5");

    /** The form that arguments ask for. */
    static SourceForm of(TaskModel of, TextTokenizer tokenizer) throws IOException, MalformedModelException {
        GenerationArguments generation = new GenerationArguments(of);
        String from = text(of, "sourceLanguage");
        String to = text(of, "targetLanguage");
        String task = text(of, "task");
        String wanted = "translation_" + from + "_to_" + to;
        if (task == null) {
            task = from != null && to != null && generation.has(wanted) ? wanted : "";
        }
        int startId = GenerationConfigJson.startId(of.directory());
        String prefix = text(of, "prefix");
        if (prefix == null) {
            prefix = generation.prefix(task);
        }
        SourceForm plain = new SourceForm(prefix, null, startId, -1, task);
        if (!tokenizer.languages().ids().isEmpty()) {
            boolean forced = generation.config(task).firstId() >= 0;
            return plain.byTokens(of.config().modelType(), tokenizer, from, to, forced);
        }
        if (from == null && to == null || !task.isEmpty()) {
            return plain;
        }
        if (TOLD_BY_WORDS.contains(of.config().modelType())) {
            return plain.byWords(from, to);
        }
        return plain.byMarker(of.directory(), tokenizer, from, to);
    }

    private static String text(TaskModel of, String argument) {
        return of.arguments().value(argument, "be a text", null, text -> text);
    }

    /**
     * @param forced whether the files name a first token, which stands where no language is asked for
     */
    private SourceForm byTokens(String modelType, TextTokenizer tokenizer, String from, String to, boolean forced) {
        Languages languages = tokenizer.languages();
        String source = code("sourceLanguage", languages, from == null ? languages.source() : from);
        String target = to == null ? languages.target() : to;
        if (target == null && forced) {
            return new SourceForm(prefix, source, startId, firstId, task);
        }
        if (target == null) {
            throw new IllegalArgumentException("CheckpointTranslatorFactory: targetLanguage must be one of "
                    + languages.ids().keySet() + ", got none");
        }
        int targetId = languages.id(code("targetLanguage", languages, target));
        int[] frame = tokenizer.encode(TextInput.of("").in(source)).ids();
        // The first mBART's decoder was trained to begin with the token that all others write first (Liu et al. 2020).
        boolean begins = modelType.equals("mbart") && frame[frame.length - 1] == languages.id(source);
        return new SourceForm(prefix, source, begins ? targetId : startId, begins ? -1 : targetId, task);
    }

    /** A code as the vocabulary has it: {@code de} is {@code de_DE}, or {@code deu_Latn}, too. */
    private static String code(String argument, Languages languages, String asked) {
        Set<String> codes = languages.ids().keySet();
        if (codes.contains(asked)) {
            return asked;
        }
        List<String> like = Stream.of(asked, threeLetters(asked))
                .flatMap(each -> codes.stream().filter(code -> code.startsWith(each + "_")))
                .distinct()
                .toList();
        if (like.size() != 1) {
            throw new IllegalArgumentException(Text.format(
                    "CheckpointTranslatorFactory: %s must be one of %s, got %s",
                    argument, like.isEmpty() ? codes : like, asked));
        }
        return like.get(0);
    }

    private static String threeLetters(String code) {
        try {
            return Locale.forLanguageTag(code).getISO3Language();
        } catch (MissingResourceException e) {
            return code;
        }
    }

    private SourceForm byWords(String from, String to) {
        if (!prefix.isEmpty()) {
            return this;
        }
        return new SourceForm(
                Text.format("translate %s to %s: ", word("sourceLanguage", from), word("targetLanguage", to)),
                language,
                startId,
                firstId,
                task);
    }

    private static String word(String argument, String code) {
        String name = code == null ? "" : Locale.forLanguageTag(code).getDisplayLanguage(Locale.ENGLISH);
        if (name.isEmpty() || name.equals(code)) {
            throw new IllegalArgumentException(Text.format(
                    "CheckpointTranslatorFactory: %s must be a language, such as en, got %s", argument, code));
        }
        return name;
    }

    /** A model of one pair of languages needs no telling, but must be of that pair. */
    private SourceForm byMarker(Path directory, TextTokenizer tokenizer, String from, String to)
            throws IOException, MalformedModelException {
        for (String code : to == null ? List.<String>of() : List.of(to, threeLetters(to))) {
            String marker = ">>" + code + "<<";
            if (tokenizer.id(marker).isPresent()) {
                return new SourceForm(marker + " " + prefix, language, startId, firstId, task);
            }
        }
        Path file = directory.resolve("tokenizer_config.json");
        JsonObject json = Files.exists(file)
                ? JsonText.readObject("CheckpointTranslatorFactory", file, MAX_FILE_BYTES)
                : new JsonObject();
        requireOwn(json, "source_lang", "sourceLanguage", from);
        requireOwn(json, "target_lang", "targetLanguage", to);
        return this;
    }

    private static void requireOwn(JsonObject json, String key, String argument, String asked) {
        if (asked != null && json.has(key) && json.get(key).isJsonPrimitive()) {
            String own = json.get(key).getAsString();
            if (!own.equals(asked) && !own.equals(threeLetters(asked))) {
                throw new IllegalArgumentException(Text.format(
                        "CheckpointTranslatorFactory: %s must be %s, which the checkpoint was trained for, got %s",
                        argument, own, asked));
            }
        }
    }
}
