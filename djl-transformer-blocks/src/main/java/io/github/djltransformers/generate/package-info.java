/** Generation by the rules of Hugging Face's {@code generate}: searches that look at whole rows of scores. */
package io.github.djltransformers.generate;
