package io.github.djltransformers.text.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The languages that tokens tell a model.
 *
 * @param ids the token of each language by its code, such as {@code de_DE}; empty where there are none
 * @param source the code of the texts to translate unless asked otherwise; null where there are none
 * @param target the code of their translations unless asked otherwise; null where the files name none
 */
public record Languages(Map<String, Integer> ids, String source, String target) {
    /** For tokenizers that are told no language. */
    public static final Languages NONE = new Languages(Map.of(), null, null);

    /** Copies the map, keeping its order. */
    public Languages {
        ids = Collections.unmodifiableMap(new LinkedHashMap<>(ids));
    }

    /**
     * The code of a text's language.
     *
     * @param isTarget whether the text is a translation
     * @param asked the code that was asked for, or null for none
     * @throws IllegalArgumentException if none was asked for and the files name none
     */
    public String of(boolean isTarget, String asked) {
        String code = asked != null ? asked : isTarget ? target : source;
        if (code == null) {
            throw new IllegalArgumentException("TextTokenizer: language of a translation must be one of " + ids.keySet()
                    + ", got none; ask for one, or name it by tgt_lang in tokenizer_config.json");
        }
        return code;
    }

    /**
     * The id of a language's token, which a decoder is to write first.
     *
     * @throws IllegalArgumentException if there is no such language, naming those there are
     */
    public int id(String code) {
        Integer id = ids.get(code);
        if (id == null) {
            throw new IllegalArgumentException(
                    "TextTokenizer: language must be one of " + ids.keySet() + ", got " + code);
        }
        return id;
    }
}
