package io.github.djltransformers.cli;

import ai.djl.ModelException;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.translate.TranslateException;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.task.Answer;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the parts of texts that answer a question. */
@Command(
        name = "answer",
        description = {
            "Prints the parts of each text, given as arguments or as lines of standard input, that answer a question, best"
                    + " first: a line with start, end, score and words, tabs between, and an empty line after each text.",
            "With --json a line is {\"text\": ..., \"question\": ..., \"answers\": [{\"text\": ..., \"score\": ..., \"start\":"
                    + " ..., \"end\": ...}, ...]}; places are indices of UTF-16."
        })
final class AnswerCommand implements Callable<Integer>, CheckpointOptions.Form<Answer[]> {
    @Mixin
    private CheckpointOptions options;

    @Option(names = "--question", required = true, paramLabel = "TEXT", description = "The question.")
    private String question;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "1",
            description = "How many answers to print (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(names = "--no-answer", description = "A text may have no answer, which is an empty one.")
    private boolean noAnswer;

    @Option(
            names = "--max-answer-length",
            paramLabel = "TOKENS",
            description = "The most tokens of an answer (default: 15).")
    private Integer maxAnswerLength;

    @Option(
            names = "--stride",
            paramLabel = "TOKENS",
            description = "How many tokens the windows of a long text share (default: 128, or a quarter).")
    private Integer stride;

    @Override
    public Integer call() throws IOException, ModelException, TranslateException {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("topK", topK);
        arguments.put("noAnswer", noAnswer);
        arguments.put("maxAnswerLength", maxAnswerLength);
        arguments.put("stride", stride);
        options.run(QAInput.class, Answer[].class, text -> new QAInput(question, text), arguments, this);
        return ExitCode.OK;
    }

    @Override
    public void print(PrintWriter out, String text, Answer[] answers) {
        for (Answer each : answers) {
            out.println(Text.format("%d\t%d\t%.4f\t%s", each.start(), each.end(), each.score(), each.text()));
        }
        out.println();
    }

    @Override
    public void describe(JsonObject object, Answer[] answers, Gson gson) {
        object.addProperty("question", question);
        object.add("answers", gson.toJsonTree(answers));
    }
}
