package io.github.djltransformers.text.tokenizer;

/** Takes out the blanks that decoding puts before punctuation and contractions, as Hugging Face's classes do. */
final class CleanUp {
    private static final String[] JOINED = {" .", " ?", " !", " ,", " ' ", " n't", " 'm", " 's", " 've", " 're"};

    private CleanUp() {}

    static String of(String text) {
        String cleaned = text;
        for (String each : JOINED) {
            cleaned = cleaned.replace(each, each.strip());
        }
        return cleaned;
    }
}
