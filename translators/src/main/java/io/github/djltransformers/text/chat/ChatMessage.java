package io.github.djltransformers.text.chat;

/**
 * What one side of a conversation says.
 *
 * @param role such as {@code system}, {@code user} or {@code assistant}
 * @param content the text
 */
public record ChatMessage(String role, String content) {
    /**
     * @throws IllegalArgumentException if either is null
     */
    public ChatMessage {
        if (role == null || content == null) {
            throw new IllegalArgumentException(
                    "ChatMessage: role and content must be given, got " + role + " and " + content);
        }
    }
}
