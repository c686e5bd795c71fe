/** Rules that hold the design: which module and package may know which, and how types are named. */
package io.github.djltransformers.architecture;
