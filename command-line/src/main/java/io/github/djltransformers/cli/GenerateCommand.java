package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.djltransformers.text.chat.ChatMessage;
import io.github.djltransformers.text.generate.GeneratedText;
import io.github.djltransformers.text.generate.TextStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes texts that go on. */
@Command(
        name = "generate",
        description = {
            "Goes on with prompts, given as arguments or as lines of standard input, and prints each with what follows it, as it"
                    + " is written. What generation_config.json says is obeyed.",
            "With --chat a prompt is what a user says, and what is printed is the model's answer alone.",
            "With --json a line is {\"prompt\": ..., \"text\": ..., \"tokens\": [...], \"finish_reason\": ...,"
                    + " \"log_probability\": ...}, the text without the prompt."
        })
final class GenerateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CheckpointOptions options;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            description = "How many tokens to write at most (default: as the files say, else 20).")
    private Integer maxNewTokens;

    @Option(
            names = "--min-new-tokens",
            paramLabel = "N",
            description = "How many tokens to write before a text may end (default: as the files say, else none).")
    private Integer minNewTokens;

    @Option(
            names = "--beam",
            paramLabel = "K",
            description =
                    "How many beginnings of a text are followed, printed when the best is known; 1 is greedy search"
                            + " (default: as the files say, else 1).")
    private Integer beams;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "P",
            description = "More than 1 makes tokens that were there less likely (default: as the files say, else 1).")
    private Double repetitionPenalty;

    @Option(
            names = "--no-repeat-ngram",
            paramLabel = "N",
            description = "No N tokens come twice in a row (default: as the files say, else 0, any may).")
    private Integer noRepeatNgram;

    @Option(
            names = "--penalty-alpha",
            paramLabel = "A",
            description =
                    "From 0 to 1: keep away from tokens like those before, of the --top-k likeliest (contrastive search; default:"
                            + " as the files say, else 0).")
    private Double penaltyAlpha;

    @ArgGroup(
            validate = false,
            heading = "Drawing tokens instead of taking the likeliest, which any of these asks for:%n")
    private final SamplingOptions sampling = new SamplingOptions();

    @Option(
            names = "--phrase",
            paramLabel = "TEXT",
            description = "What must appear in the new text; the option is given for each.")
    private List<String> phrases;

    @ArgGroup(
            exclusive = true,
            heading = "Guessing ahead, which is faster where the guesses are good and changes nothing, one of:%n")
    private SpeculationOptions speculation;

    @ArgGroup(exclusive = true, heading = "What the new text must be, one of:%n")
    private ConstraintOptions constraint;

    @Option(names = "--new-only", description = "Print what is written without the prompt before it.")
    private boolean newOnly;

    @Option(names = "--chat", description = "Answer the prompt as the message of a user.")
    private boolean chat;

    @Option(
            names = "--system",
            paramLabel = "TEXT",
            description = "What the model is told before the conversation, with --chat.")
    private String system;

    @Override
    public Integer call() throws IOException, ModelException, TranslateException {
        if (system != null && !chat) {
            throw new ParameterException(spec.commandLine(), "--system must be given with --chat, got it alone");
        }
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("maxNewTokens", maxNewTokens);
        arguments.put("minNewTokens", minNewTokens);
        arguments.put("beam", beams);
        arguments.put("repetitionPenalty", repetitionPenalty);
        arguments.put("noRepeatNgramSize", noRepeatNgram);
        arguments.put("penaltyAlpha", penaltyAlpha);
        arguments.put("phrases", phrases == null ? null : String.join("\n", phrases));
        sampling.addTo(arguments);
        if (constraint != null) {
            constraint.addTo(arguments);
        }
        if (speculation != null) {
            speculation.addTo(arguments);
        }
        try {
            if (chat) {
                options.run(
                        ChatMessage[].class,
                        TextStream.class,
                        arguments,
                        (predictor, texts) -> write(predictor, texts, this::conversation));
            } else {
                options.run(
                        String.class,
                        TextStream.class,
                        arguments,
                        (predictor, texts) -> write(predictor, texts, Function.identity()));
            }
        } catch (ClosedOutputException e) {
            // Whoever read the output has had enough; there is nobody to tell.
            return ExitCode.SOFTWARE;
        }
        return ExitCode.OK;
    }

    private ChatMessage[] conversation(String text) {
        List<ChatMessage> messages = new ArrayList<>();
        if (system != null) {
            messages.add(new ChatMessage("system", system));
        }
        messages.add(new ChatMessage("user", text));
        return messages.toArray(ChatMessage[]::new);
    }

    private <I> void write(Predictor<I, TextStream> predictor, List<String> texts, Function<String, I> input)
            throws TranslateException {
        for (String text : texts) {
            try (TextStream stream =
                    predictor.streamingPredict(input.apply(text)).getIterativeOutput()) {
                if (options.json()) {
                    stream.forEachRemaining(piece -> {});
                    print(json(text, stream.text()) + System.lineSeparator());
                } else {
                    print(chat || newOnly ? "" : text);
                    while (stream.hasNext()) {
                        print(stream.next());
                    }
                    print(System.lineSeparator());
                }
            }
        }
    }

    /** A piece at once; a closed output ends the writing. */
    private void print(String piece) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(piece);
        if (out.checkError()) {
            throw new ClosedOutputException();
        }
    }

    private static String json(String prompt, GeneratedText text) {
        Gson gson = CheckpointOptions.gson();
        JsonObject object = new JsonObject();
        object.addProperty("prompt", prompt);
        object.addProperty("text", text.text());
        object.add("tokens", gson.toJsonTree(text.tokens()));
        object.addProperty("finish_reason", text.finishReason().name().toLowerCase(Locale.ROOT));
        object.addProperty("log_probability", text.logProbability());
        return gson.toJson(object);
    }
}
