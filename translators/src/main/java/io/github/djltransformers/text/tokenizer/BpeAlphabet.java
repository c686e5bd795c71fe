package io.github.djltransformers.text.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.text.Normalizer;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The symbols that byte-pair encoding starts from, and with them how text is cut into words before any merge. */
public enum BpeAlphabet {
    /**
     * The 256 bytes of UTF-8 (Radford et al. 2019, GPT-2, section 2.2): no text has an unknown part, and decoding gives
     * back exactly the text in normalisation form C. A blank before the text makes its first word the same token as the
     * word within a sentence; decoding takes that one blank away again.
     */
    BYTE_LEVEL {
        @Override
        List<String> fixedTokens() {
            return ByteSymbols.all();
        }

        @Override
        void words(String text, Consumer<String> word) {
            if (text.isEmpty()) {
                return;
            }
            Matcher matcher = GPT2_WORD.matcher(" " + Normalizer.normalize(text, Normalizer.Form.NFC));
            while (matcher.find()) {
                word.accept(matcher.group());
            }
        }

        @Override
        List<String> symbols(String word) {
            return ByteSymbols.of(word);
        }

        @Override
        void describe(JsonObject tokenizer) {
            JsonObject prepend = component("Prepend");
            prepend.addProperty("prepend", " ");
            tokenizer.add("normalizer", sequence("normalizers", component("NFC"), prepend));
            tokenizer.add("pre_tokenizer", byteLevel());
            JsonObject strip = component("Strip");
            strip.addProperty("content", " ");
            strip.addProperty("start", 1);
            strip.addProperty("stop", 0);
            tokenizer.add("decoder", sequence("decoders", byteLevel(), strip));
        }
    };

    /** GPT-2's pattern: English contractions, then runs of letters, numbers, other signs or blanks. */
    private static final Pattern GPT2_WORD = Pattern.compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CHARACTER_CLASS);

    /** Returns the tokens that follow the special tokens in every vocabulary of this alphabet. */
    abstract List<String> fixedTokens();

    /** Cuts a text into the words that no merge crosses. */
    abstract void words(String text, Consumer<String> word);

    /** Spells a word in symbols. */
    abstract List<String> symbols(String word);

    /** Adds the parts of a {@code tokenizer.json} that do to a text what {@link #words} and {@link #symbols} do. */
    abstract void describe(JsonObject tokenizer);

    private static JsonObject byteLevel() {
        JsonObject byteLevel = component("ByteLevel");
        byteLevel.addProperty("add_prefix_space", false);
        byteLevel.addProperty("trim_offsets", true);
        byteLevel.addProperty("use_regex", true);
        return byteLevel;
    }

    private static JsonObject component(String type) {
        JsonObject component = new JsonObject();
        component.addProperty("type", type);
        return component;
    }

    private static JsonObject sequence(String name, JsonObject... parts) {
        JsonArray array = new JsonArray();
        for (JsonObject part : parts) {
            array.add(part);
        }
        JsonObject sequence = component("Sequence");
        sequence.add(name, array);
        return sequence;
    }
}
