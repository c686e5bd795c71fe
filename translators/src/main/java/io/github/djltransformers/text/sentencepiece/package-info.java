/** Models of SentencePiece (Kudo and Richardson 2018): their files, and how they normalise a text. */
package io.github.djltransformers.text.sentencepiece;
