/**
 * The command line. A command is one class, named in {@link io.github.djltransformers.cli.Djlt}'s list; results go to
 * standard output and everything else to standard error, and the exit status is 0 for success, 1 for a failure and 2 for
 * a command that was not understood.
 */
package io.github.djltransformers.cli;
