/** Conversations as the text that a model learnt to answer: templates in Jinja that come with a checkpoint. */
package io.github.djltransformers.text.chat;
