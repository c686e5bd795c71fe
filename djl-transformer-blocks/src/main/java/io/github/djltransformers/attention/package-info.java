/** Scaled dot-product attention and its multi-head form. */
package io.github.djltransformers.attention;
