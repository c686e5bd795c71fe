package io.github.djltransformers.text.metric;

import java.util.List;
import java.util.regex.Pattern;

/** How BLEU divides a text into the tokens whose n-grams it counts; each equals sacreBLEU's tokenizer of its name. */
public enum BleuTokenizer {
    /** The tokenizer of NIST's mteval-v13a script, used by WMT: for languages with spaces and Western punctuation. */
    MTEVAL_13A("13a") {
        @Override
        List<String> tokens(String text) {
            String plain = text.replace("<skipped>", "").replace("-\n", "").replace('\n', ' ');
            if (plain.indexOf('&') >= 0) {
                plain = plain.replace("&quot;", "\"")
                        .replace("&amp;", "&")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">");
            }
            return splitWestern(" " + plain + " ");
        }
    },
    /** The international tokenizer of mteval-v14: splits off every Unicode symbol, and punctuation except in numbers. */
    INTERNATIONAL("intl") {
        @Override
        List<String> tokens(String text) {
            String split = PUNCTUATION_AFTER_NON_NUMBER.matcher(text).replaceAll("$1 $2 ");
            split = PUNCTUATION_BEFORE_NON_NUMBER.matcher(split).replaceAll(" $1 $2");
            return Whitespace.split(SYMBOL.matcher(split).replaceAll(" $1 "));
        }
    },
    /** Every character that is not white space is a token. */
    CHARACTER("char") {
        @Override
        List<String> tokens(String text) {
            return text.codePoints()
                    .filter(character -> !Whitespace.is(character))
                    .mapToObj(Character::toString)
                    .toList();
        }
    },
    /** Every Chinese character is a token; the rest is divided as by {@link #MTEVAL_13A}. */
    CHINESE("zh") {
        @Override
        List<String> tokens(String text) {
            return splitWestern(
                    CHINESE_CHARACTER.matcher(Whitespace.strip(text)).replaceAll(" $0 "));
        }
    },
    /** For text that is tokenized already: splits at white space only. */
    NONE("none") {
        @Override
        List<String> tokens(String text) {
            return Whitespace.split(text);
        }
    };

    private static final Pattern ASCII_SYMBOL = Pattern.compile("([{-~\\[-` -&(-+:-@/])");
    private static final Pattern STOP_AFTER_NON_DIGIT = Pattern.compile("([^0-9])([.,])");
    private static final Pattern STOP_BEFORE_NON_DIGIT = Pattern.compile("([.,])([^0-9])");
    private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");
    private static final Pattern PUNCTUATION_AFTER_NON_NUMBER = Pattern.compile("(\\P{N})(\\p{P})");
    private static final Pattern PUNCTUATION_BEFORE_NON_NUMBER = Pattern.compile("(\\p{P})(\\P{N})");
    private static final Pattern SYMBOL = Pattern.compile("(\\p{S})");
    /**
     * The characters sacreBLEU takes for Chinese. The range from U+2001 (general punctuation, arrows, mathematics, boxes)
     * is not Chinese at all, but sacreBLEU includes it where it means the supplementary ideographs, which it leaves out.
     */
    private static final Pattern CHINESE_CHARACTER = Pattern.compile("[\u2001-\u2a6d\u2e80-\u2fdf\u2ff0-\u303f"
            + "\u3100-\u312f\u31a0-\u31bf\u31c0-\u31ef\u3200-\u33ff\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a"
            + "\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]");

    private final String signature;

    BleuTokenizer(String signature) {
        this.signature = signature;
    }

    /**
     * Returns the tokenizer's name in a signature.
     *
     * @return the name sacreBLEU uses
     */
    public String signature() {
        return signature;
    }

    /**
     * Divides a text.
     *
     * @param text the text
     * @return its tokens
     */
    public List<String> tokenize(String text) {
        return tokens(Whitespace.stripTrailing(text));
    }

    /** Divides a text without white space at its end. */
    abstract List<String> tokens(String text);

    private static List<String> splitWestern(String text) {
        String split = ASCII_SYMBOL.matcher(text).replaceAll(" $1 ");
        split = STOP_AFTER_NON_DIGIT.matcher(split).replaceAll("$1 $2 ");
        split = STOP_BEFORE_NON_DIGIT.matcher(split).replaceAll(" $1 $2");
        return Whitespace.split(DASH_AFTER_DIGIT.matcher(split).replaceAll("$1 $2 "));
    }
}
