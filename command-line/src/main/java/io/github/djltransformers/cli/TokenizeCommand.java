package io.github.djltransformers.cli;

import ai.djl.MalformedModelException;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.data.TextLines;
import io.github.djltransformers.text.tokenizer.SpecialText;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the tokens of texts. */
@Command(
        name = "tokenize",
        description =
                "Shows the tokens of texts, given as arguments or as lines of standard input: for each token a line"
                        + " with id, type, place in the text and spelling, and an empty line after each text. With --decode, the"
                        + " text of ids.")
final class TokenizeCommand implements Callable<Integer> {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final int LINES_AT_ONCE = 1024;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "The directory of a checkpoint, or a tokenizer.json.")
    private Path model;

    @Option(names = "--json", description = "Print one JSON object a line for each text.")
    private boolean json;

    @Option(names = "--pair", paramLabel = "TEXT", description = "A second text behind each.")
    private String pair;

    @Option(names = "--no-special", description = "Put no special tokens around a text.")
    private boolean bare;

    @Option(names = "--parse-special", description = "Take a special token that a text spells for the token.")
    private boolean parseSpecial;

    @Option(names = "--target", description = "The texts are what a model is to write, not to read.")
    private boolean target;

    @Option(names = "--language", paramLabel = "CODE", description = "The texts' language, such as de_DE.")
    private String language;

    @Option(
            names = "--decode",
            paramLabel = "IDS",
            description = "Print the text of ids, with blanks or commas between.")
    private String ids;

    @Option(names = "--keep-special", description = "Keep special tokens in decoded texts.")
    private boolean keepSpecial;

    @Parameters(arity = "0..*", paramLabel = "TEXT", description = "Texts; none, or -, to read standard input.")
    private List<String> texts = List.of();

    @Override
    public Integer call() throws IOException, MalformedModelException {
        if (ids != null && !texts.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--decode and texts exclude each other");
        }
        int[] decoded = ids == null ? new int[0] : parse(ids);
        try (TextTokenizer tokenizer =
                TextTokenizer.open(model, parseSpecial ? SpecialText.PARSED : SpecialText.AS_TEXT)) {
            if (ids != null) {
                printDecoded(tokenizer, decoded);
            } else if (texts.isEmpty() || texts.equals(List.of(InputText.STANDARD_INPUT))) {
                try (TextLines input = InputText.open(InputText.STANDARD_INPUT)) {
                    for (List<String> lines = input.available(LINES_AT_ONCE);
                            !lines.isEmpty();
                            lines = input.available(LINES_AT_ONCE)) {
                        print(tokenizer, lines);
                    }
                }
            } else {
                print(tokenizer, texts);
            }
        }
        return ExitCode.OK;
    }

    private int[] parse(String list) {
        try {
            return Arrays.stream(list.strip().split("[\\s,]+"))
                    .filter(each -> !each.isEmpty())
                    .mapToInt(Integer::parseUnsignedInt)
                    .peek(id -> {
                        if (id < 0) {
                            throw new NumberFormatException(Integer.toUnsignedString(id));
                        }
                    })
                    .toArray();
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    Text.format("--decode must hold whole numbers from 0 to 2^31 - 1, got '%s'", list),
                    e);
        }
    }

    private void printDecoded(TextTokenizer tokenizer, int[] decoded) {
        String text = decode(tokenizer, decoded);
        if (json) {
            JsonObject object = new JsonObject();
            object.add("ids", GSON.toJsonTree(decoded));
            object.addProperty("decoded", text);
            spec.commandLine().getOut().println(GSON.toJson(object));
        } else {
            spec.commandLine().getOut().println(text);
        }
    }

    private String decode(TextTokenizer tokenizer, int[] some) {
        return keepSpecial ? tokenizer.decodeWithSpecialTokens(some) : tokenizer.decode(some);
    }

    private void print(TextTokenizer tokenizer, List<String> some) {
        List<TextInput> inputs = some.stream()
                .map(text -> new TextInput(text, pair, !bare, target, language))
                .toList();
        List<TokenizedText> encoded = tokenizer.encode(inputs);
        PrintWriter out = spec.commandLine().getOut();
        for (int i = 0; i < encoded.size(); i++) {
            if (json) {
                out.println(GSON.toJson(describe(tokenizer, some.get(i), encoded.get(i))));
            } else {
                printTable(encoded.get(i), out);
            }
        }
    }

    private JsonObject describe(TextTokenizer tokenizer, String text, TokenizedText encoded) {
        JsonObject object = new JsonObject();
        object.addProperty("text", text);
        if (pair != null) {
            object.addProperty("pair", pair);
        }
        object.add("ids", GSON.toJsonTree(encoded.ids()));
        object.add("types", GSON.toJsonTree(encoded.types()));
        object.add("tokens", GSON.toJsonTree(encoded.tokens()));
        JsonArray offsets = new JsonArray();
        for (int i = 0; i < encoded.length(); i++) {
            offsets.add(GSON.toJsonTree(new int[] {encoded.start(i), encoded.end(i)}));
        }
        object.add("offsets", offsets);
        object.addProperty("decoded", decode(tokenizer, encoded.ids()));
        return object;
    }

    private static void printTable(TokenizedText encoded, PrintWriter out) {
        int[] all = encoded.ids();
        int[] types = encoded.types();
        for (int i = 0; i < all.length; i++) {
            String place = encoded.sequence(i) == TokenizedText.FRAME ? "-" : encoded.start(i) + "-" + encoded.end(i);
            out.println(Text.format(
                    "%d\t%d\t%s\t%s", all[i], types[i], place, encoded.tokens().get(i)));
        }
        out.println();
    }
}
