/** What may be written: one of some texts, a regular expression, a JSON schema. */
package io.github.djltransformers.text.constraint;
