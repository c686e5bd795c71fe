package io.github.djltransformers.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.djltransformers.architecture.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What README.md shows is what is compiled and run here, and what it points to is there. */
class ReadmeTest {
    private static final Pattern JAVA = Pattern.compile("^```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern SNIPPET =
            Pattern.compile("^ *// README: \\w+\\n(.*?)^ *// end$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

    @Test
    void everyProgramIsOneThatTheTestsRun() throws IOException {
        List<String> shown = matches(JAVA, readme());
        List<String> run = new ArrayList<>();
        for (Path source : sources()) {
            for (String snippet : matches(SNIPPET, Files.readString(source))) {
                run.add(snippet.stripIndent());
            }
        }
        assertTrue(!shown.isEmpty(), "README.md must show programs");
        assertEquals(sorted(run), sorted(shown));
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> links = matches(LINK, readme());
        assertTrue(links.contains("LICENSE"), links.toString());
        for (String link : links) {
            assertTrue(Files.exists(ProjectFiles.root().resolve(link)), link);
        }
    }

    @Test
    void continuousIntegrationRunsTheCommandOfTheReadme() throws IOException {
        assertTrue(readme().contains("\nmvn -B verify\n"));
        String script = Files.readString(ProjectFiles.root().resolve(".ci/run"));
        assertTrue(script.contains("\nmvn -B verify\n"), script);
        assertTrue(script.contains(" -Dgroups=soak -Dtest.soak=full\n"), script);
    }

    private static String sorted(List<String> programs) {
        return String.join("\n", programs.stream().sorted().toList());
    }

    private static String readme() throws IOException {
        return Files.readString(ProjectFiles.root().resolve("README.md"));
    }

    private static List<Path> sources() throws IOException {
        Path folder = ProjectFiles.root()
                .resolve("integration-tests/src/test/java")
                .resolve(ReadmeTest.class.getPackageName().replace('.', '/'));
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1)).toList();
    }
}
