package io.github.djltransformers.benchmark;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells in columns of equal width; numbers, which begin with a digit, are flush right. */
final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();

    void add(String... cells) {
        rows.add(List.of(cells));
    }

    /** One line a row. The last cell of a row takes what it needs and widens no column. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String padding = column == row.size() - 1
                        ? ""
                        : " ".repeat(width(column) - row.get(column).length());
                boolean number = row.get(column).matches("\\d.*");
                line.append(column == 0 ? "" : "  ");
                line.append(number ? padding + row.get(column) : row.get(column) + padding);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> column < row.size() - 1)
                .mapToInt(row -> row.get(column).length())
                .max()
                .orElse(0);
    }
}
