package io.github.djltransformers.cli;

import io.github.djltransformers.LibraryVersion;
import io.github.djltransformers.Text;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The main command. */
@Command(
        name = "djlt",
        description = "Trains, evaluates and runs transformer models on the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = Djlt.Version.class,
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:success", "1:failure", "2:the command line was not understood"},
        subcommands = {
            AnswerCommand.class,
            BenchmarkCommand.class,
            ClassifyCommand.class,
            EmbedCommand.class,
            EvaluateCommand.class,
            ExplainCommand.class,
            ExportCommand.class,
            FillCommand.class,
            GenerateCommand.class,
            ModelsCommand.class,
            PackageCommand.class,
            TagCommand.class,
            TokenizeCommand.class,
            TrainCommand.class,
            TranslateCommand.class,
            VerifyCommand.class
        })
public final class Djlt implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--debug",
            defaultValue = "${sys:djlt.debug:-false}",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of a failure.")
    private boolean debug;

    private Djlt() {}

    /**
     * Runs a command and ends the process with its exit status.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        CommandLine command = commandLine();
        command.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        // Not System.out: it would swallow the reason of a failure.
        System.exit(execute(command, new FileOutputStream(FileDescriptor.out), args));
    }

    /** Runs a command; an output that did not take everything is no success, and is told of unless its reader left. */
    static int execute(CommandLine command, OutputStream target, String... args) {
        StandardOutput output = new StandardOutput(target);
        command.setOut(new PrintWriter(output, true, StandardCharsets.UTF_8));
        int status = status(command, args);
        if (!command.getOut().checkError()) {
            return status;
        }
        if (output.failure() != null) {
            command.getErr()
                    .printf(
                            Locale.ROOT,
                            "djlt: standard output must take every line, got: %s%n",
                            Failure.describe(output.failure()));
        }
        return status == CommandLine.ExitCode.OK ? CommandLine.ExitCode.SOFTWARE : status;
    }

    /** Errors too, which are no exceptions, end in one line. */
    private static int status(CommandLine command, String... args) {
        try {
            return command.execute(args);
        } catch (Error e) {
            command.getErr().printf(Locale.ROOT, "djlt: %s%n", Failure.describe(e));
            if (List.of(args).contains("--debug") || Boolean.getBoolean("djlt.debug")) {
                e.printStackTrace(command.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /**
     * Returns the main command with its subcommands, ready to execute.
     *
     * @return the command line
     */
    static CommandLine commandLine() {
        return commandLine(CommandLine.defaultFactory());
    }

    /**
     * Returns the main command with subcommands that a factory makes.
     *
     * @param factory the factory
     * @return the command line
     */
    static CommandLine commandLine(IFactory factory) {
        Djlt djlt = new Djlt();
        CommandLine command = new CommandLine(djlt, factory);
        command.setCaseInsensitiveEnumValuesAllowed(true);
        // An argument is what it says: no file of options, and a sentence may begin with a dash.
        command.setExpandAtFiles(false);
        command.getSubcommands().get("translate").setUnmatchedOptionsArePositionalParams(true);
        command.setParameterExceptionHandler((e, args) -> {
            CommandLine at = e.getCommandLine();
            String name = at.getCommandSpec().qualifiedName();
            List<String> suggestions =
                    e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
            String meant = suggestions.isEmpty() ? "" : ", did you mean " + suggestions.get(0) + "?";
            at.getErr()
                    .printf(
                            Locale.ROOT,
                            "%s: %s%s; see %s --help%n",
                            name,
                            Failure.oneLine(e.getMessage()),
                            meant,
                            name);
            return CommandLine.ExitCode.USAGE;
        });
        command.setExecutionExceptionHandler((e, at, parsed) -> {
            at.getErr().printf(Locale.ROOT, "%s: %s%n", at.getCommandSpec().qualifiedName(), Failure.describe(e));
            if (djlt.debug) {
                e.printStackTrace(at.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        return command;
    }

    /** Runs where no subcommand was named. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command must be named, one of " + spec.subcommands().keySet());
    }

    /** The version of the library and of the Java that runs it. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {Text.format("djlt %s (Java %s)", LibraryVersion.value(), Runtime.version())};
        }
    }
}
