/** The programs of README.md, as they stand there, and the tests that run them. */
package io.github.djltransformers.readme;
