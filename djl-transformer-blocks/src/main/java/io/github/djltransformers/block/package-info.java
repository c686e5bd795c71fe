/** What every block of this library extends, the names of its parameters, and the linear map. */
package io.github.djltransformers.block;
