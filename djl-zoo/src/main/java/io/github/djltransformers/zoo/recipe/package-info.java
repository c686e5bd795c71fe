/** Recipes: everything that decides what a trained model becomes, in one JSON file. */
package io.github.djltransformers.zoo.recipe;
