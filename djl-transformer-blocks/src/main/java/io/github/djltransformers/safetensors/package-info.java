/**
 * Reading and writing of the safetensors format: a JSON header that names each tensor's type, shape and place, and after
 * it the plain little-endian values. Files of any size are read tensor by tensor, and a header is believed only after
 * every one of its claims has been checked against the file.
 */
package io.github.djltransformers.safetensors;
